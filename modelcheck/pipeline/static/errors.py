"""Evaluations that go wrong: whenever a transition gets there, or in some state that the types allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from modelcheck.ir.spec import Spec, Transition
from modelcheck.pipeline.static.asking import Asking, UndecidedError
from modelcheck.pipeline.static.instance import Example
from modelcheck.pipeline.static.rooms import Failure
from modelcheck.pipeline.static.transitions import Enabling, enablings


def warn_about_errors(spec: Spec, asking: Asking) -> None:
    """Record a warning for each evaluation that fails in some typed state, or whenever it is reached."""
    for agent in spec.agents.values():
        for transition in agent.behaviour:
            ways = enablings(asking, transition)
            for failure in _failures(transition, ways, asking):
                try:
                    _tell(transition, failure, ways, asking)
                except UndecidedError as undecided:
                    asking.leave_open(failure.span, f"whether this can go wrong in '{transition.name}'", undecided)


def _failures(transition: Transition, ways: Sequence[Enabling], asking: Asking) -> Iterator[Failure]:
    """What is tested for on any way, each once."""
    found: dict[Failure, None] = {}
    for way in ways:
        ask = partial(way.instance.failures, way.action.actor, way.action.body)
        try:
            found |= dict.fromkeys(asking.within_time(ask))
        except UndecidedError as undecided:
            asking.leave_open(transition.span, f"what can go wrong in '{transition.name}'", undecided)
    yield from found


def _tell(transition: Transition, failure: Failure, ways: Sequence[Enabling], asking: Asking) -> None:
    found = _example(failure, ways, asking)
    if found is None:
        return
    way, example = found
    try:
        always = asking.never(ways, lambda way: way.instance.passes(way.action.actor, way.action.body, failure))
    except UndecidedError:
        always = False
    where = way.instance.told(example)
    shown = f"{example.problem}{f', where {where}' if where else ''}"
    if always:
        problem = f"whenever '{transition.name}' gets here, this goes wrong: {shown}"
        asking.told.warning("MC526", failure.span, problem, "no state that the types allow lets it succeed")
    else:
        problem = f"in '{transition.name}' this may go wrong: {shown}"
        asking.told.warning("MC527", failure.span, problem, "it does not if no run leads there: `verify` tells")


def _example(failure: Failure, ways: Sequence[Enabling], asking: Asking) -> tuple[Enabling, Example] | None:
    """The first way that goes wrong there, with the least state; none in a check that is proved to fail nowhere."""
    for way in ways:
        example = asking.within_time(partial(way.instance.failing, way.action.actor, way.action.body, failure))
        proved = partial(way.instance.is_proved_to_fail_nowhere, asking.seconds)
        if example is not None and not asking.within_time(proved):
            return way, example
    return None
