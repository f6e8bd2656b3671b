"""Warnings about behaviour that no check of a specification shows: transitions, conditions, faults, bounds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct, field

from modelcheck.engines.base import ERRORS
from modelcheck.ir.written import written
from modelcheck.pipeline.vacuity import MOST_STATES, antecedents, furthest, held_by_the_bound, is_ever_true

if TYPE_CHECKING:
    from modelcheck.diagnostics import Diagnostics
    from modelcheck.engines.base import Exploration
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Check, Property, Spec, Transition
    from modelcheck.pipeline.vacuity import Stage
    from modelcheck.reports.report import CheckReport
    from modelcheck.semantics.execute import State

FEW_STATES = 40

_STAGES: tuple[Stage, ...] = ("its state", "what it needs", "its guard")

_HELP: dict[Stage, str] = {
    "its state": "the state in which it stands is never reached",
    "what it needs": "its message is never there, or its parameters have no value",
    "its guard": "its guard is never true",
}


class _Sample:
    """States of a search, decoded only where somebody looks at them."""

    def __init__(self, found: Exploration) -> None:
        self._found = found
        self.is_whole = found.states is not None and found.explored <= MOST_STATES

    @cached_property
    def all(self) -> list[State]:
        """As many as are looked at."""
        return [] if self._found.states is None else self._found.states(MOST_STATES)

    @cached_property
    def few(self) -> list[State]:
        """Some of them: for what takes long to look at, and is told only where it is seen."""
        return [] if self._found.states is None else self._found.states(FEW_STATES)

    def growing(self) -> Iterator[list[State]]:
        """A few, which often are enough, then all."""
        if self._found.states is not None:
            yield self.few
            yield self.all


class Behaviour(Struct):
    """What the checks of a specification have shown so far."""

    spec: Spec
    taken: set[object] = field(default_factory=set)
    stages: dict[int, Stage] = field(default_factory=dict)
    """Of transitions not taken how far they got in the checks that could be looked at as a whole."""
    unseen: dict[tuple[str, int], tuple[Property, Expr]] = field(default_factory=dict)
    """The conditions of properties that hold, by property and place, which were true in no state."""
    seen: set[tuple[str, int]] = field(default_factory=set)
    is_complete: bool = True
    """Whether all that can happen in the checks was seen."""
    is_whole: bool = True
    """Whether all states of the checks were looked at."""

    def observe(self, check: Check, model: Model, found: Exploration, report: CheckReport, told: Diagnostics) -> None:
        """Take in one check; what can be said of it alone is told at once."""
        fired = list(zip(model.actions, found.fired, strict=True))
        self.taken |= {
            transition for action, count in fired if count for transition in (action.transition, *action.together)
        }
        # An evaluation that fails hides what would have come behind it.
        failed = any(one.kind == ERRORS and one.verdict != "holds" for one in report.properties)
        complete = report.complete and not report.bounds_hit and not failed
        self.is_complete = self.is_complete and complete
        states = _Sample(found)
        self.is_whole = self.is_whole and states.is_whole
        if complete:
            _warn_about_faults(check, model, found, told)
            self._look_for_conditions(model, report, states)
            self._look_for_stages(model, states)
        elif report.complete and model.bound is not None and not failed:
            _warn_about_the_bound(model, report, states, told)

    def _look_for_conditions(self, model: Model, report: CheckReport, states: _Sample) -> None:
        holding = {one.name for one in report.properties if one.verdict == "holds"}
        for prop in (*model.properties, *(one.property for one in model.temporal)):
            for condition in antecedents(prop):
                key = (prop.name, condition.span.start)
                if key not in self.seen and any(is_ever_true(model, condition, some) for some in states.growing()):
                    self.seen.add(key)
                if prop.name in holding:
                    self.unseen.setdefault(key, (prop, condition))

    def _look_for_stages(self, model: Model, states: _Sample) -> None:
        for transition in _transitions(self.spec):
            if transition not in self.taken:
                stage = furthest(model, transition, states.all)
                before = self.stages.get(id(transition), "its state")
                self.stages[id(transition)] = max(stage, before, key=_STAGES.index)

    def warn(self, told: Diagnostics) -> None:
        """Tell what was seen in no check. Only complete searches of all checks as they are written tell."""
        if not self.is_complete:
            return
        for transition in _transitions(self.spec):
            if transition not in self.taken and not _does_nothing(transition):
                problem = f"this transition of {_owner(self.spec, transition)} is never taken in any check"
                stage = self.stages.get(id(transition))
                help_ = _HELP[stage] if stage and self.is_whole else "is its guard ever true, its message ever sent?"
                told.warning("MC505", transition.span, problem, help_)
        for key, (prop, condition) in self.unseen.items() if self.is_whole else ():
            if key not in self.seen:
                problem = f"this is never true in any check, so that '{prop.name}' says nothing about it"
                told.warning("MC512", condition.span, problem, "it holds because nothing like it happens")


def _transitions(spec: Spec) -> list[Transition]:
    return [transition for agent in spec.agents.values() for transition in agent.transitions]


def _owner(spec: Spec, transition: Transition) -> str:
    return next(agent.name for agent in spec.agents.values() if transition in agent.transitions)


def _does_nothing(transition: Transition) -> bool:
    return transition.kind == "on" and not transition.body and not transition.target


def _warn_about_faults(check: Check, model: Model, found: Exploration, told: Diagnostics) -> None:
    for fault, numbers in model.strikes:
        # Who is Byzantine is chosen at the start; to send nothing is conduct too.
        if fault.kind != "byzantine" and numbers and not any(found.fired[number] for number in numbers):
            problem = f"the fault '{fault.name}' never strikes in the check \"{check.name}\""
            told.warning("MC510", fault.span, problem, "nothing that it could strike is ever there")


def _warn_about_the_bound(model: Model, report: CheckReport, states: _Sample, told: Diagnostics) -> None:
    assert model.bound is not None
    holding = {one.name for one in report.properties if one.verdict == "holds"}
    invariants = [prop for prop in model.properties if prop.kind == "invariant" and prop.name in holding]
    for prop in held_by_the_bound(model, invariants, states.few) if invariants else ():
        problem = f"'{prop.name}' holds only because this bound leaves out the states where it does not"
        told.warning("MC511", model.bound.span, problem, f"loosen the bound: {written(model.bound.span)}")
