"""Bounded model checking of a model: lowers it, makes room for messages, and names what was found."""

from __future__ import annotations

import time

from modelcheck.counts import counted
from modelcheck.engines.base import ERRORS, STOPPED, Exploration, Progress, Request
from modelcheck.engines.process import memory_bytes
from modelcheck.engines.solved import SolverSearch, lowered_for_runs
from modelcheck.engines.symbolic.bounded import Bounded
from modelcheck.engines.symbolic.solving import Solving, StoppedError
from modelcheck.engines.verdicts import after_all_runs
from modelcheck.ir.model import Model
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.lowering import LoweredModel
from modelcheck.verdict import Unknown, Verdict

DEFAULT_DEPTH = 10
"""How many steps a run has at most, unless it is said."""


def explore(model: Model, request: Request) -> Exploration:
    """Look for the shortest violations among the runs of up to `request.limits.depth` steps.

    The room for messages, or for equal ones, starts small, because it makes every step harder; where a run needs more,
    the search starts again with twice the room. Without a violation something holds only where no run is longer.
    """
    return _Search(model, request).explored()


class _Search(SolverSearch):
    """One check by bounded model checking."""

    bounds: tuple[str, ...] = ()
    depth: int = -1
    """The length of the runs that were all looked at, -1 for none."""
    is_over: bool = False
    """Whether no run is longer than these."""

    def needs_more(self, solving: Solving, room: int) -> bool:
        started = time.process_time()
        lowered = lowered_for_runs(self.model, room, solving.look)
        limit = self.request.limits.depth
        most = DEFAULT_DEPTH if limit is None else limit
        bounded = Bounded(simplify(lowered.program, solving.look), solving, deadlock=self.request.deadlock, most=most)
        self.encoding_cpu += time.process_time() - started
        bounded.open = [question for question in bounded.open if question.name not in self.request.answered]
        bounded.answers = self.answers
        bounded.start()
        self.has_start = bounded.has_start
        self._note_bounds(lowered, bounded)
        if not self.has_start:
            return bool(bounded.cuts & lowered.room)
        while not bounded.is_settled:
            if bounded.depth == most or not bounded.deepen():
                self.is_over = bounded.depth < most or not _goes_on(bounded)
                self._note_bounds(lowered, bounded)
                break
            if bounded.cuts & lowered.room:
                return True
            self.depth = max(self.depth, bounded.depth)
            self._note_bounds(lowered, bounded)
            self.tell()
            self._tell_progress()
        return False

    @property
    def is_whole(self) -> bool:
        return self.is_over or not self.has_start

    def _note_bounds(self, lowered: LoweredModel, bounded: Bounded) -> None:
        self.bounds = tuple(sorted(lowered.program.bounds[code] for code in bounded.cuts))

    def _tell_progress(self) -> None:
        if self.request.progress is not None:
            self.request.progress(Progress(0, 0.0, self.depth, memory_bytes()))

    def tried(self) -> tuple[str, ...]:
        if self.depth < 0:
            return ("beginnings of runs",)
        what = "all runs, which have" if self.is_over else "runs of"
        return (f"{what} up to {counted(self.depth, 'step')}",)

    def reach(self) -> tuple[int, tuple[str, ...]]:
        return self.depth, self.bounds

    def unanswered(self, name: str, kind: str) -> Verdict:
        what = "no such state" if kind == "reachable" else "no violation"
        evidence = f"{what} to depth {self.depth}" if self.depth >= 0 else "no run was looked at to its end"
        if self.is_over:
            return after_all_runs(name, kind, self.bounds, evidence, failed=ERRORS in self.answers)
        reason = "longer runs were not looked at" if self.stopped == "depth" else STOPPED[self.stopped]
        return Unknown(reason, evidence)


def _goes_on(bounded: Bounded) -> bool:
    """Whether some run may be longer; so it is where a limit comes first, as all that was asked for is answered.

    Raises `StoppedError` where the user wants no more.
    """
    try:
        return bounded.goes_on()
    except StoppedError as stopped:
        if stopped.why == "interrupted":
            raise
        return True
