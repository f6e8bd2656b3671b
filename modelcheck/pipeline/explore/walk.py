"""A walk through the states: a run, and how far along it one stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen, replace
from modelcheck.reports.report import VerdictWord
from modelcheck.semantics.rerun import Replayed, replayed
from modelcheck.verdict import Choice, Run

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.semantics.execute import State
    from modelcheck.semantics.trace import Trace


class Walk(Frozen):
    """`run` is the whole walk, None before the beginning; one stands behind its first `position` steps.

    The steps behind are kept until one goes another way. Where the run was found or saved for a property, `subject`
    names that and `verdict` says what it shows of it; `conclusion` and `facts` what it shows at its end.
    """

    run: Run | None = None
    position: int = 0
    subject: str = ""
    verdict: VerdictWord = "unknown"
    conclusion: str = ""
    facts: tuple[str, ...] = ()
    grounds: tuple[int, ...] | None = None
    """The steps that the conclusion depends on directly, where that is known."""

    @property
    def title(self) -> str:
        """What it is a run of, if anything."""
        return f"{self.verdict.capitalize()}: {self.subject}" if self.subject else ""

    @property
    def length(self) -> int:
        """The number of steps."""
        return 0 if self.run is None else len(self.run.choices)

    @property
    def loop(self) -> int | None:
        """Of an infinite run the number of the step behind which the others repeat for ever."""
        return None if self.run is None else self.run.loop

    def begun(self, digits: tuple[int, ...]) -> Walk:
        """Begin (anew)."""
        if self.run is not None and self.run.initial == digits:
            return self.at(0)
        return Walk(Run(digits, ()))

    def taken(self, choice: Choice) -> Walk:
        """One step on from here. What came next so far is kept if this is it, and forgotten if not."""
        assert self.run is not None
        if self.position < self.length and self.run.choices[self.position] == choice:
            return self.at(self.position + 1)
        steps = (*self.run.choices[: self.position], choice)
        return Walk(Run(self.run.initial, steps), len(steps))

    def at(self, position: int) -> Walk:
        """The same walk, standing elsewhere."""
        return replace(self, position=position)


class Walked(Frozen):
    """A walk with its states and steps."""

    walk: Walk
    replayed: Replayed
    trace: Trace

    @property
    def states(self) -> list[State]:
        """The states up to where one stands; the step that leads there may have failed."""
        return self.replayed.states[: self.walk.position + 1]

    @property
    def has_failed(self) -> bool:
        """Whether one stands behind a step that failed."""
        return self.walk.position >= len(self.replayed.states)


def follow_walk(model: Model, walk: Walk) -> Walked | None:
    """Take the steps of a walk again; None before its beginning. Raises `EngineDisagreement` if it is no run."""
    if walk.run is None:
        return None
    found = replayed(model, walk.run)
    conclusion = walk.conclusion
    if found.failure is not None and not conclusion:
        conclusion = f"evaluation error: {found.failure.problem}"
    trace = found.trace(model, conclusion, walk.facts, grounds=walk.grounds, loop_start=walk.loop)
    return Walked(walk, found, trace)
