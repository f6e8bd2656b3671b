"""What an agent reads that it cannot know of its own accord."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir.constructs.agents import HasStatus, InState
from modelcheck.ir.constructs.atoms import SelfId, VariableRead
from modelcheck.ir.constructs.detectors import Leader, Suspects
from modelcheck.ir.constructs.messages import InFlight

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr


def beyond(part: Expr) -> str | None:
    """What an expression itself, its operands aside, reads of other agents or of all messages, in words."""
    if isinstance(part, InFlight) and not part.own:
        return f"all messages {part.message.name} in flight"
    if isinstance(part, VariableRead) and part.owner is not None and not isinstance(part.owner, SelfId):
        return f"the variable '{part.variable.name}' of other agents"
    if isinstance(part, Suspects | Leader) and part.observer is not None and not isinstance(part.observer, SelfId):
        return "the failure detectors of other agents"
    if isinstance(part, InState | HasStatus) and not isinstance(part.agent, SelfId):
        return "the states of other agents"
    return None
