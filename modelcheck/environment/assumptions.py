"""What a specification takes for granted: guards and bodies that read more than an agent can know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelcheck.ir.constructs.agents import InState
from modelcheck.ir.constructs.atoms import SelfId, VariableRead
from modelcheck.ir.constructs.beyond import beyond
from modelcheck.ir.statement import walk_body
from modelcheck.ir.types import IdT

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.spec import Spec, Transition


def assumptions(spec: Spec) -> tuple[str, ...]:
    """One sentence for each transition that reads other agents' states or all messages, in the order of declaration."""
    found: dict[str, None] = {}
    byzantine = {fault.subject for check in spec.checks for fault in check.faults if fault.kind == "byzantine"}
    for agent in spec.agents.values():
        for transition in agent.transitions:
            parts = [part for e in _decisive(transition) for part in e.walk()]
            reads = {what for part in parts if (what := beyond(part))}
            for what in sorted(reads):
                found[f"{agent.name}'s '{transition.name}' reads {what}, as if it could see them at once"] = None
            for kind in sorted({kind for part in parts if (kind := _looked_into(part)) in byzantine and kind}):
                what = f"looks into {kind} agents: a Byzantine one shows what it started with"
                found[f"{agent.name}'s '{transition.name}' {what}"] = None
    return tuple(found)


def _looked_into(part: Expr) -> str | None:
    """The kind of other agents whose variables or states an expression reads."""
    agent = part.owner if isinstance(part, VariableRead) else part.agent if isinstance(part, InState) else None
    return agent.type.sort if agent and isinstance(agent.type, IdT) and not isinstance(agent, SelfId) else None


def _decisive(transition: Transition) -> Iterator[Expr]:
    yield from (parameter.domain for parameter in transition.parameters)
    if transition.guard is not None:
        yield transition.guard
    for statement in walk_body(transition.body):
        yield from statement.expressions()
