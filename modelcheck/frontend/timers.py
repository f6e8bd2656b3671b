"""Declarations of what takes time: timers of agents, delays of messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir.constructs.atoms import Literal
from modelcheck.ir.constructs.temporal import Temporal
from modelcheck.ir.constructs.urgency import NothingUrgent
from modelcheck.ir.spec import Delay, Expectation, Property, Variable
from modelcheck.ir.statements.timers import OFF
from modelcheck.ir.timers import TimerType
from modelcheck.ir.types import BOOL, INT, UNKNOWN

if TYPE_CHECKING:
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.spec import Spec
    from modelcheck.syntax import Node


def delay_of(node: Node, scope: Scope) -> Delay:
    """The `delay` of a message."""
    lo_node, hi_node, promise = node.children
    assert lo_node is not None
    _need_time(node, "a delay", scope)
    place = scope.at("constant")
    lo = place.check_as(lo_node, INT, "a delay")
    hi = lo if hi_node is None else place.check_as(hi_node, INT, "a delay")
    return Delay(lo, hi, promise is not None, scope.span(node))


def expect_time(node: Node, *, negated: bool, scope: Scope) -> Expectation | None:
    """`expect time`: in every fair run time passes again and again."""
    _need_time(node, "this", scope)
    if time_passes(scope.spec) is None:
        return None
    return Expectation("time", negated, None, None, scope.span(node))


def time_passes(spec: Spec) -> Property | None:
    """The property that time passes again and again, which has no declaration: it is entered here, if there is time."""
    span = spec.timed
    if span is None:
        return None
    passes = Temporal(span, BOOL, "eventually", (NothingUrgent(span, BOOL),))
    always = Temporal(span, BOOL, "always", (passes,))
    return spec.properties.setdefault("time", Property("time", "temporal", always, span, "time passes again and again"))


def _need_time(node: Node, what: str, scope: Scope) -> None:
    if scope.spec.timed is None:
        problem = f"{what} needs a model of time"
        scope.error("MC321", node, problem, "write `time discrete` at the beginning")


def declare_timer(node: Node, agent: str, scope: Scope) -> None:
    """Enter a timer of an agent."""
    name, names = node.child(0), scope.agents[agent]
    _need_time(node, f"the timer '{name.text}'", scope)
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
