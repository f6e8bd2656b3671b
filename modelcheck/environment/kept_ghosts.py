"""Which ghosts a check keeps: those that its expectations read, and those that are written to these."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from modelcheck.ir.constructs.atoms import LocalRead, VariableRead
from modelcheck.ir.constructs.messages import PacketField
from modelcheck.ir.statement import Statement, walk_body
from modelcheck.ir.statements.assign import Assign
from modelcheck.ir.statements.messages import Send
from modelcheck.ir.types import MessageT

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.spec import Field, Message, Spec


def kept_ghosts(spec: Spec, read: Iterable[Expr]) -> set[object]:
    """The ghosts in the closure of what the expressions read: a backward slice (Weiser 1984)."""
    kept: set[object] = set()
    for expression in read:
        kept |= _ghosts(expression, spec, {})
    while True:
        more = set(kept)
        for statement, binders in _statements(spec):
            for expression in _written_to(statement, kept):
                more |= _ghosts(expression, spec, binders)
        if more == kept:
            return kept
        kept = more


def _ghosts(expression: Expr, spec: Spec, binders: dict[str, Field]) -> set[object]:
    found: set[object] = set()
    for part in expression.walk():
        if isinstance(part, VariableRead) and part.variable.ghost:
            found.add(part.variable)
        elif isinstance(part, LocalRead) and part.ghost and part.name in binders:
            found.add(binders[part.name])
        elif isinstance(part, PacketField) and part.ghost:
            assert isinstance(part.packet.type, MessageT)
            found.add(spec.messages[part.packet.type.name].fields[part.position])
    return found


def _statements(spec: Spec) -> Iterable[tuple[Statement, dict[str, Field]]]:
    for agent in spec.agents.values():
        for statement in walk_body(agent.at_start):
            yield statement, {}
        for transition in agent.behaviour:
            binders = _bound_fields(transition.message, transition.binders)
            for statement in walk_body(transition.body):
                yield statement, binders


def _bound_fields(message: Message | None, binders: tuple[str | None, ...]) -> dict[str, Field]:
    if message is None:
        return {}
    return {name: field for name, field in zip(binders, message.fields, strict=True) if name is not None}


def _written_to(statement: Statement, kept: set[object]) -> Iterable[Expr]:
    """What a statement writes to ghosts that are kept."""
    if isinstance(statement, Assign) and statement.target.variable in kept:
        yield from statement.expressions()
    elif isinstance(statement, Send):
        for field, argument in zip(statement.message.fields, statement.arguments, strict=True):
            if field in kept:
                yield argument
