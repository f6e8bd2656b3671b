"""What solvers may use: time and memory, and how they are stopped."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import z3

from modelcheck.engines.base import Effort, Stop
from modelcheck.engines.interruptible import Interruptible
from modelcheck.engines.process import LOOK_SECONDS, memory_bytes
from modelcheck.engines.symbolic.words import Term
from modelcheck.kernel.task import Limits

T = TypeVar("T")

CLOCK_SECONDS = 0.01
"""How far two clocks may be apart."""


class StoppedError(Exception):
    """A limit was reached; `why` says which."""

    def __init__(self, why: Stop) -> None:
        self.why: Stop = why
        super().__init__(why)


class Solving(Interruptible):
    """Solvers within limits. The time is that of the whole check. As a context manager it takes Ctrl-C for a limit.

    What comes to the end of its `effort` is told so, if its time is not over.
    """

    def __init__(self, limits: Limits, started: float, effort: Effort | None = None) -> None:
        super().__init__()
        self.effort = effort
        self._terms = 0
        self.deadline = None if limits.seconds is None else started + limits.seconds
        self._budget = limits.memory_bytes
        self._next = 0.0

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        super().__exit__(kind, error, trace)
        if isinstance(error, KeyboardInterrupt):
            raise StoppedError("interrupted") from None

    @property
    def seconds_left(self) -> float | None:
        """The rest of the time, if it is limited."""
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())

    def begin(self, seconds: float) -> None:
        """Begin with something else, which has so much time and as many terms."""
        self.deadline = time.monotonic() + seconds
        self._terms = 0

    def solver(self, logic: str = "QF_FD") -> z3.Solver:
        """A solver, for bit vectors unless it is said, that keeps what it learned from one question to the next."""
        solver = z3.SolverFor(logic)
        solver.set("rlimit", self.steps)
        return solver

    @property
    def steps(self) -> int:
        """The steps of a solver for one question; 0 if they are not limited."""
        return 0 if self.effort is None else self.effort.steps

    def look(self) -> None:
        """Raises `StoppedError` when a limit is reached or the user wants no more. Cheap enough for every term."""
        if self.is_interrupted:
            raise StoppedError("interrupted")
        self._terms += 1
        if self.effort is not None and self._terms > self.effort.terms:
            raise StoppedError("effort")
        now = time.monotonic()
        if self.deadline is not None and now >= self.deadline:
            raise StoppedError("time")
        if self._budget is not None and now >= self._next:
            self._next = now + LOOK_SECONDS
            if memory_bytes() > self._budget:
                raise StoppedError("memory")

    def looking(self, things: Iterable[T]) -> Iterator[T]:
        """The same things, with a look before each. Raises what `look` raises."""
        for thing in things:
            self.look()
            yield thing

    @contextmanager
    def within_memory(self) -> Iterator[None]:
        """Only while it solves: where terms are made, a solver without memory may end the process."""
        try:
            z3.set_param("memory_max_size", 0 if self._budget is None else max(1, self._room_bytes() >> 20))
            yield
        except z3.Z3Exception as error:
            if "memory" in str(error):
                raise StoppedError("memory") from None
            raise
        finally:
            z3.set_param("memory_max_size", 0)

    def _room_bytes(self) -> int:
        """How much the solvers may have, so that this process, of which they are a part, has no more than it may."""
        assert self._budget is not None
        return int(z3.Z3_get_estimated_alloc_size()) + self._budget - memory_bytes()

    def check(self, solver: z3.Solver, *assumed: Term) -> z3.CheckSatResult:
        """`sat` or `unsat`, of what is `assumed` as well. Raises `StoppedError` where a limit came first."""
        self.look()
        if self.deadline is not None:
            solver.set("timeout", max(1, int(1000 * (self.deadline - time.monotonic()))))
        with self.within_memory():
            found = solver.check(*assumed)
        if found != z3.unknown:
            return found
        reason = solver.reason_unknown()
        if "keyboard" in reason:
            raise StoppedError("interrupted")
        if "memory" in reason:
            raise StoppedError("memory")
        # Whichever limit it was, "cancelled" may be all that is said. A solver's clock may be a bit early.
        in_time = self.deadline is None or time.monotonic() < self.deadline - CLOCK_SECONDS
        raise StoppedError("effort" if in_time else "time")

    def model_with(self, solver: z3.Solver, term: Term) -> z3.ModelRef | None:
        """A model in which a term is true, too, to which the solver is not held; None if there is none.

        Raises what `check` raises.
        """
        solver.push()
        try:
            solver.add(term)
            return solver.model() if self.check(solver) == z3.sat else None
        finally:
            solver.pop()
