"""What a specification takes for granted: guards and bodies that read more than an agent can know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelcheck.ir.constructs.beyond import beyond
from modelcheck.ir.statement import walk_body

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.spec import Spec, Transition


def assumptions(spec: Spec) -> tuple[str, ...]:
    """One sentence for each transition that reads other agents' states or all messages, in the order of declaration."""
    found: dict[str, None] = {}
    for agent in spec.agents.values():
        for transition in agent.transitions:
            reads = {what for e in _decisive(transition) for part in e.walk() if (what := beyond(part))}
            for what in sorted(reads):
                found[f"{agent.name}'s '{transition.name}' reads {what}, as if it could see them at once"] = None
    return tuple(found)


def _decisive(transition: Transition) -> Iterator[Expr]:
    yield from (parameter.domain for parameter in transition.parameters)
    if transition.guard is not None:
        yield transition.guard
    for statement in walk_body(transition.body):
        yield from statement.expressions()
