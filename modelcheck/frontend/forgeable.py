"""`message M(…) forgeable when e`: what a Byzantine sender can put into a message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelcheck.ir.ghosts import forbid_ghost

if TYPE_CHECKING:
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.spec import Message
    from modelcheck.syntax import Node


def check_forgeable(items: Sequence[Node], scope: Scope) -> None:
    """Enter the conditions. The agents have been checked: who sends what, and to whom, is known.

    The condition reads like the guard of a sender, whose `self`, `others` and `inbox` they are, and the fields by name.
    """
    for item in items:
        message = scope.spec.messages.get(item.child(0).text) if item.rule == "message" else None
        parts = [part for part in item.present() if part.rule == "forgeable"]
        if message is None or not parts:
            continue
        for part in parts[1:]:
            scope.error("MC202", part, f"what can be forged of {message.name} is said twice", "join the two with `and`")
        _check(message, parts[0].child(0), scope)


def _check(message: Message, condition: Node, scope: Scope) -> None:
    senders: list[str | None] = [kind for kind in scope.agents if kind in message.sources]
    for kind in senders or [None]:
        inner = scope.at("transition", kind)
        for field in message.fields:
            inner = inner.bind(field.name, field.type_expr.type, field.span, ghost=field.ghost)
        found = inner.condition(condition, f"what can be forged of {message.name}")
        forbid_ghost(found, inner, "what can be forged")
        if kind is not None:
            message.forgeable[kind] = found
