"""What the engines that ask a solver have in common: limits, room for messages that grows, the report of a search."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Callable, Mapping

from msgspec import Struct

from modelcheck.engines.base import DEADLOCK, ERRORS, Exploration, NotKept, Prover, Request, Stop, Timing
from modelcheck.engines.process import budget_bytes
from modelcheck.engines.symbolic.bounded import Found
from modelcheck.engines.symbolic.solving import Solving, StoppedError
from modelcheck.engines.verdicts import without_start
from modelcheck.frozen import field, replace
from modelcheck.ir.model import Model
from modelcheck.ir.network import DEFAULT_IN_FLIGHT, DEFAULT_IN_QUEUE
from modelcheck.kernel.invariant import Proof
from modelcheck.lowering import LoweredModel, lower_model
from modelcheck.verdict import Reached, Unknown, Verdict, Violated

FIRST_ROOM = 4
"""How many messages there is room for at first, where no capacity is declared: each slot makes every step harder."""

MOST_ROOM = FIRST_ROOM * DEFAULT_IN_FLIGHT
"""Where there is room for all messages, even if all of them are equal."""


def lowered_for_runs(model: Model, room: int, look: Callable[[], None] = lambda: None) -> LoweredModel:
    """The program for runs from the beginning, with bags in no order: to keep slots in order is hard for a solver.

    Raises what `look` raises.
    """
    copies = min(room, MOST_ROOM) // FIRST_ROOM
    return lower_model(model, min(room, DEFAULT_IN_FLIGHT), min(room, DEFAULT_IN_QUEUE), look, copies=copies)


def is_state(lowered: LoweredModel, state: tuple[int, ...]) -> bool:
    """Whether values of cells stand for a state of the model, not for a packet that cannot be, or that nobody has."""
    try:
        lowered.codec.decode(state)
    except LookupError:
        return False
    return True


class SolverSearch(Struct):
    """One check. `answers` are kept when there is more room: a run with less is a run all the same."""

    model: Model
    request: Request
    answers: dict[str, Found] = field(default_factory=dict)
    has_start: bool = True
    stopped: Stop = "depth"
    encoding_cpu: float = 0.0
    began: float = field(default_factory=time.monotonic)
    began_cpu: float = field(default_factory=time.process_time)

    @abstractmethod
    def needs_more(self, solving: Solving, room: int) -> bool:
        """Search with room for so many messages; whether some run needs more. Raises `StoppedError`."""

    @abstractmethod
    def unanswered(self, name: str, kind: str) -> Verdict:
        """The verdict on what no run answers, where there is a beginning."""

    @abstractmethod
    def reach(self) -> tuple[int, tuple[str, ...]]:
        """The length of the runs that were all looked at, and the bounds that were hit, or may be."""

    @property
    def is_whole(self) -> bool:
        """Whether all runs were looked at."""
        return not self.has_start

    def proof(self) -> Proof | None:
        """What was proved without a run, if anything was."""
        return None

    def provers(self) -> Mapping[str, Prover]:
        """By what each was proved that was."""
        return {}

    def pairs(self) -> Mapping[str, NotKept]:
        """Counterexamples to induction of what was not proved."""
        return {}

    def tried(self) -> tuple[str, ...]:
        """What was done, in words, if it was not to look at runs of a length."""
        return ()

    def explored(self) -> Exploration:
        """Search to the end or to a limit, and say what was found."""
        limits, room = self.request.limits, FIRST_ROOM
        try:
            limits = replace(limits, memory_bytes=budget_bytes(limits))
            with Solving(limits, self.began, self.request.solver_effort) as solving:
                while self.needs_more(solving, room):
                    room *= 2
                    # With more room a run may begin.
                    self.has_start = True
        except StoppedError as stopped:
            self.stopped = stopped.why
        return self._exploration()

    def tell(self) -> None:
        """Say what is known by now."""
        if self.request.so_far is not None:
            so_far, self.stopped = self.stopped, "time"
            self.request.so_far(self._exploration())
            self.stopped = so_far

    def lowered_with(self, room: int, solving: Solving) -> LoweredModel:
        """The program with room for so many messages. Raises what `Solving.look` raises."""
        return lower_model(self.model, min(room, DEFAULT_IN_FLIGHT), min(room, DEFAULT_IN_QUEUE), solving.look)

    def _exploration(self) -> Exploration:
        kinds = {prop.name: prop.kind for prop in self.model.properties}
        wanted = [*kinds, ERRORS, *([DEADLOCK] if self.request.deadlock else [])]
        seconds, cpu = time.monotonic() - self.began, time.process_time() - self.began_cpu
        depth, bounds = self.reach()
        return Exploration(
            {name: self._verdict(name, kinds.get(name, ""), bounds) for name in wanted},
            distinct=None,
            explored=0,
            transitions=0,
            depth=max(0, depth),
            fired=(0,) * len(self.model.actions),
            bounds_hit=bounds,
            stopped=None if self.is_whole else self.stopped,
            begun=self.has_start,
            timing=Timing(seconds, cpu - self.encoding_cpu, self.encoding_cpu),
            proof=self.proof(),
            provers=self.provers(),
            pairs=self.pairs(),
            tried=self.tried(),
        )

    def _verdict(self, name: str, kind: str, bounds: tuple[str, ...]) -> Verdict:
        found = self.answers.get(name)
        if found is not None:
            return Reached(found.run) if kind == "reachable" else Violated(found.run)
        if name in self.request.answered:
            return Unknown("it was answered before", "nothing was asked about it")
        if not self.has_start:
            return without_start(name, kind, bounds, failed=ERRORS in self.answers)
        return self.unanswered(name, kind)
