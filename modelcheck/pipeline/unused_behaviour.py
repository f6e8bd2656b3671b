"""Warnings about behaviour that no check of a specification shows: transitions, conditions, faults, bounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct, field

from modelcheck.engines.base import ERRORS
from modelcheck.frozen import Frozen
from modelcheck.ir.written import written
from modelcheck.pipeline.vacuity import MOST_STATES, antecedents, furthest, held_by_the_bound, is_ever_true

if TYPE_CHECKING:
    from modelcheck.diagnostics import Diagnostics
    from modelcheck.engines.base import Exploration, Sample
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Check, Property, Spec, Transition
    from modelcheck.pipeline.vacuity import Stage
    from modelcheck.reports.report import CheckReport

FEW_STATES = 40

_STAGES: tuple[Stage, ...] = ("its state", "what it needs", "its guard")

_HELP: dict[Stage, str] = {
    "its state": "the state in which it stands is never reached",
    "what it needs": "its message is never there, or its parameters have no value",
    "its guard": "its guard is never true",
}


class _Seen(Frozen):
    """A check that was explored to its end, as far as it is looked at once all checks are through."""

    model: Model
    sample: Sample
    holding: frozenset[str]
    """The properties that hold in it."""

    def conditions(self) -> Iterator[tuple[Property, Expr]]:
        for prop in (*self.model.properties, *(one.property for one in self.model.temporal)):
            for condition in antecedents(prop):
                yield prop, condition


class Behaviour(Struct):
    """What the checks of a specification have shown so far.

    Nothing is looked for before the end: most of what one check does not show another one does, and one with too many
    states to look at them all keeps anything from being said.
    """

    spec: Spec
    taken: set[object] = field(default_factory=set)
    seen: list[_Seen] = field(default_factory=list)
    is_complete: bool = True
    """Whether all that can happen in the checks was seen."""
    is_whole: bool = True
    """Whether all states of the checks can be looked at."""

    def observe(self, check: Check, model: Model, found: Exploration, report: CheckReport, told: Diagnostics) -> None:
        """Take in one check; what can be said of it alone is told at once."""
        fired = list(zip(model.actions, found.fired, strict=True))
        self.taken |= {
            transition for action, count in fired if count for transition in (action.transition, *action.together)
        }
        # An evaluation that fails hides what would have come behind it.
        failed = any(one.kind == ERRORS and one.verdict != "holds" for one in report.properties)
        # An engine that visits no states counts no steps.
        complete = report.complete and bool(found.explored) and not report.bounds_hit and not failed
        self.is_complete = self.is_complete and complete
        self.is_whole = self.is_whole and found.states is not None and found.explored <= MOST_STATES
        if complete:
            _warn_about_faults(check, model, found, told)
        elif report.complete and model.bound is not None and not failed:
            _warn_about_the_bound(model, report, found, told)
        if self.is_complete and self.is_whole and found.states is not None:
            holding = frozenset(one.name for one in report.properties if one.verdict == "holds")
            self.seen.append(_Seen(model, found.states(MOST_STATES), holding))
        else:
            self.seen.clear()

    def warn(self, told: Diagnostics) -> None:
        """Tell what was seen in no check. Only complete searches of all checks as they are written tell."""
        if not self.is_complete:
            return
        never = [t for t in _transitions(self.spec) if t not in self.taken and not _does_nothing(t)]
        states = [one.sample.all for one in self.seen] if never and self.is_whole else []
        for transition in never:
            problem = f"this transition of {_owner(self.spec, transition)} is never taken in any check"
            help_ = "is its guard ever true, its message ever sent?"
            if self.is_whole:
                stages = (furthest(one.model, transition, some) for one, some in zip(self.seen, states, strict=True))
                help_ = _HELP[max(stages, key=_STAGES.index)]
            told.warning("MC505", transition.span, problem, help_)
        for prop, condition in self._untrue() if self.is_whole else ():
            problem = f"this is never true in any check, so that '{prop.name}' says nothing about it"
            told.warning("MC512", condition.span, problem, "it holds because nothing like it happens")

    def _untrue(self) -> list[tuple[Property, Expr]]:
        """The conditions of properties that hold somewhere which are true in no state of any check."""
        asked: dict[tuple[str, int], tuple[Property, Expr]] = {}
        for one in self.seen:
            for prop, condition in one.conditions():
                if prop.name in one.holding:
                    asked.setdefault(_key(prop, condition), (prop, condition))
        # A few states are often enough.
        for few in (True, False):
            for one in self.seen:
                of_interest = [(p, c) for p, c in one.conditions() if _key(p, c) in asked]
                states = (one.sample.few(FEW_STATES) if few else one.sample.all) if of_interest else []
                for prop, condition in of_interest:
                    if is_ever_true(one.model, condition, states):
                        asked.pop(_key(prop, condition), None)
        return list(asked.values())


def _key(prop: Property, condition: Expr) -> tuple[str, int]:
    return prop.name, condition.span.start


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


def _warn_about_the_bound(model: Model, report: CheckReport, found: Exploration, told: Diagnostics) -> None:
    assert model.bound is not None
    holding = {one.name for one in report.properties if one.verdict == "holds"}
    invariants = [prop for prop in model.properties if prop.kind == "invariant" and prop.name in holding]
    states = found.states(FEW_STATES).all if invariants and found.states is not None else []
    for prop in held_by_the_bound(model, invariants, states):
        problem = f"'{prop.name}' holds only because this bound leaves out the states where it does not"
        told.warning("MC511", model.bound.span, problem, f"loosen the bound: {written(model.bound.span)}")
