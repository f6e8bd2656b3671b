"""Declarations of timers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir.constructs.atoms import Literal
from modelcheck.ir.spec import Variable
from modelcheck.ir.statements.timers import OFF
from modelcheck.ir.timers import TimerType
from modelcheck.ir.types import UNKNOWN

if TYPE_CHECKING:
    from modelcheck.ir.scope import Scope
    from modelcheck.syntax import Node


def declare_timer(node: Node, agent: str, scope: Scope) -> None:
    """Enter a timer of an agent."""
    name, names = node.child(0), scope.agents[agent]
    if scope.spec.timed is None:
        problem = f"the timer '{name.text}' needs a model of time"
        scope.error("MC321", node, problem, "write `time discrete` at the beginning")
    if name.text in names.timers or name.text in names.variables:
        what = "timer" if name.text in names.timers else "variable"
        scope.error("MC202", name, f"there is a {what} '{name.text}' already")
        return
    hidden = scope.what_is(name.text)
    if hidden:
        problem = f"'{name.text}' is already the name of {hidden}"
        scope.error("MC202", name, problem, "no name may hide another: choose a new one")
    span = scope.span(node)
    type_ = TimerType(span, UNKNOWN, "timer", owner=agent, name=name.text)
    off = Literal(span, UNKNOWN, OFF)
    names.timers[name.text] = Variable(
        name.text, agent, type_, off, everywhere=False, durable=False, ghost=False, span=span
    )
