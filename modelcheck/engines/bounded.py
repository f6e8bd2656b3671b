"""Bounded model checking of a model: lowers it, makes room for messages, and names what was found."""

from __future__ import annotations

import time

from msgspec import Struct

from modelcheck.engines.base import DEADLOCK, ERRORS, STOPPED, Exploration, Progress, Request, Stop, Timing
from modelcheck.engines.process import budget_bytes, memory_bytes
from modelcheck.engines.symbolic.bounded import Bounded, Found
from modelcheck.engines.symbolic.solving import Solving, StoppedError
from modelcheck.engines.verdicts import without_start
from modelcheck.frozen import replace
from modelcheck.ir.model import Model
from modelcheck.ir.network import DEFAULT_IN_FLIGHT, DEFAULT_IN_QUEUE
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.lowering import LoweredModel, lower_model
from modelcheck.verdict import Reached, Unknown, Verdict, Violated

DEFAULT_DEPTH = 10
"""How many steps a run has at most, unless it is said."""

FIRST_ROOM = 4


def explore(model: Model, request: Request) -> Exploration:
    """Look for the shortest violations among the runs of up to `request.limits.depth` steps.

    An undeclared capacity starts small, because each slot for a message makes every step harder; where a run needs
    more, the search starts again with twice the room. Without a violation nothing holds: longer runs were not seen.
    """
    search = _Search(model, request, time.monotonic(), time.process_time())
    try:
        search.run()
    except StoppedError as stopped:
        search.stopped = stopped.why
    return search.exploration()


class _Search(Struct):
    """One check. `answers` are kept when there is more room: a run with less is a run all the same."""

    model: Model
    request: Request
    began: float
    began_cpu: float
    answers: dict[str, Found] = {}
    bounds: tuple[str, ...] = ()
    depth: int = -1
    """The length of the runs that were all looked at, -1 for none."""
    has_start: bool = True
    stopped: Stop = "depth"
    encoding_cpu: float = 0.0

    def run(self) -> None:
        """Search to the end. Raises `StoppedError`."""
        limits = self.request.limits
        room = FIRST_ROOM
        with Solving(replace(limits, memory_bytes=budget_bytes(limits)), self.began) as solving:
            while self._searched(solving, room):
                room *= 2

    def _searched(self, solving: Solving, room: int) -> bool:
        """Search with room for so many messages; whether more would help."""
        started = time.process_time()
        lowered = lower_model(self.model, min(room, DEFAULT_IN_FLIGHT), min(room, DEFAULT_IN_QUEUE))
        limit = self.request.limits.depth
        most = DEFAULT_DEPTH if limit is None else limit
        bounded = Bounded(simplify(lowered.program), solving, deadlock=self.request.deadlock, most=most)
        self.encoding_cpu += time.process_time() - started
        bounded.answers = self.answers
        bounded.start()
        self.has_start = bounded.has_start
        self._note_bounds(lowered, bounded)
        while self.has_start and bounded.depth < most and not bounded.is_settled:
            if not bounded.deepen():
                break
            if bounded.cuts & lowered.room:
                return True
            self.depth = max(self.depth, bounded.depth)
            self._note_bounds(lowered, bounded)
            self._tell()
        return False

    def _note_bounds(self, lowered: LoweredModel, bounded: Bounded) -> None:
        self.bounds = tuple(sorted(lowered.program.bounds[code] for code in bounded.cuts))

    def _tell(self) -> None:
        if self.request.progress is not None:
            self.request.progress(Progress(0, 0.0, self.depth, memory_bytes()))

    def exploration(self) -> Exploration:
        """What was found."""
        kinds = {prop.name: prop.kind for prop in self.model.properties}
        wanted = [*kinds, ERRORS, *([DEADLOCK] if self.request.deadlock else [])]
        seconds, cpu = time.monotonic() - self.began, time.process_time() - self.began_cpu
        return Exploration(
            {name: self._verdict(name, kinds.get(name, "")) for name in wanted},
            distinct=None,
            explored=0,
            transitions=0,
            depth=max(0, self.depth),
            fired=(0,) * len(self.model.actions),
            bounds_hit=self.bounds,
            stopped=self.stopped if self.has_start else None,
            timing=Timing(seconds, cpu - self.encoding_cpu, self.encoding_cpu),
        )

    def _verdict(self, name: str, kind: str) -> Verdict:
        found = self.answers.get(name)
        if found is not None:
            return Reached(found.run) if kind == "reachable" else Violated(found.run)
        if not self.has_start:
            return without_start(name, kind, self.bounds, failed=ERRORS in self.answers)
        what = "no such state" if kind == "reachable" else "no violation"
        evidence = f"{what} to depth {self.depth}" if self.depth >= 0 else "no run was looked at to its end"
        reason = "longer runs were not looked at" if self.stopped == "depth" else STOPPED[self.stopped]
        return Unknown(reason, evidence)
