"""Two transitions that can take the same message, although something tells them apart: there is no priority."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import combinations

from modelcheck.ir.spec import Agent, Spec, Transition
from modelcheck.ir.statement import Body, Statement
from modelcheck.ir.statements.transitions import PACKET, Guard, PickMessage
from modelcheck.ir.values import Packet
from modelcheck.ir.written import written
from modelcheck.pipeline.static.asking import Asking, UndecidedError
from modelcheck.pipeline.static.headers import TheSame
from modelcheck.pipeline.static.instance import Example, Instance
from modelcheck.pipeline.static.transitions import Enabling, enablings
from modelcheck.semantics.show import show_packet
from modelcheck.source import Span


def warn_about_overlaps(spec: Spec, asking: Asking) -> None:
    """Record a warning for each two transitions that seem to exclude one another, and a message that both can take."""
    for agent in spec.agents.values():
        for one, other in _candidates(agent):
            try:
                _tell_if_both(one, other, asking)
            except UndecidedError as undecided:
                asking.leave_open(
                    _head(other), f"whether this and line {one.span.line} can take the same {one.name}", undecided
                )


def _candidates(agent: Agent) -> Iterator[tuple[Transition, Transition]]:
    """Transitions for a message in a common state whose headers differ: else they are alternatives on purpose."""
    receiving = [transition for transition in agent.transitions if transition.message is not None]
    for one, other in combinations(receiving, 2):
        common = set(one.states) & set(other.states)
        if one.message is other.message and common and _condition(one) != _condition(other):
            yield one, other


def _condition(transition: Transition) -> tuple[frozenset[str], str]:
    return frozenset(transition.states), "" if transition.guard is None else written(transition.guard.span)


def _tell_if_both(one: Transition, other: Transition, asking: Asking) -> None:
    others = {(way.instance, way.action.actor): way for way in _honest(other, asking)}
    for way in _honest(one, asking):
        match = others.get((way.instance, way.action.actor))
        if match is None:
            continue
        example = asking.within_time(partial(way.instance.example, way.action.actor, _both(way, match)))
        if example is not None:
            _tell(one, other, way.instance, example, asking)
            return


def _honest(transition: Transition, asking: Asking) -> Iterator[Enabling]:
    return (way for way in enablings(asking, transition) if way.action.origin == "protocol")


def _both(one: Enabling, other: Enabling) -> Body:
    """What one needs and the guard of it, then the same of the other with the same message."""
    same: list[Statement] = [
        TheSame(part.span, part.message, part.binders, part.sender) if isinstance(part, PickMessage) else part
        for part in other.needs
    ]
    return (*one.needs, *_guard(one), *same, *_guard(other))


def _guard(way: Enabling) -> Iterator[Statement]:
    guard = way.action.transition.guard if way.action.transition else None
    if guard is not None:
        yield Guard(guard.span, guard)


def _tell(one: Transition, other: Transition, instance: Instance, example: Example, asking: Asking) -> None:
    packet = example.names[PACKET]
    assert isinstance(packet, Packet)
    where = instance.told(example)
    problem = (
        f"this can take the same {one.name} as the transition in line {one.span.line}: "
        f"{show_packet(packet, instance.model)}{f', where {where}' if where else ''}"
    )
    help_ = "there is no priority, either may be taken: exclude one by its guard, or write one with `either`"
    asking.told.warning("MC524", _head(other), problem, help_)


def _head(transition: Transition) -> Span:
    """The guard, or the first line of a transition without one."""
    if transition.guard is not None:
        return transition.guard.span
    span = transition.span
    return Span(span.source, span.start, span.start + len(span.text.partition("{")[0].partition("->")[0].rstrip()))
