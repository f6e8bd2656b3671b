"""What solvers may use: time and memory, and how they are stopped."""

from __future__ import annotations

import time

import z3

from modelcheck.engines.base import Stop
from modelcheck.kernel.task import Limits


class StoppedError(Exception):
    """A limit was reached; `why` says which."""

    def __init__(self, why: Stop) -> None:
        self.why: Stop = why
        super().__init__(why)


class Solving:
    """Solvers within limits. The time is that of the whole check."""

    def __init__(self, limits: Limits, started: float) -> None:
        self.deadline = None if limits.seconds is None else started + limits.seconds
        if limits.memory_bytes is not None:
            z3.set_param("memory_max_size", max(1, limits.memory_bytes >> 20))

    def solver(self) -> z3.Solver:
        """A solver for bit vectors that keeps what it learned from one question to the next."""
        return z3.SolverFor("QF_FD")

    def check_time(self) -> None:
        """Raises `StoppedError` when the time is up."""
        if self.deadline is not None and time.monotonic() >= self.deadline:
            raise StoppedError("time")

    def check(self, solver: z3.Solver) -> z3.CheckSatResult:
        """`sat` or `unsat`. Raises `StoppedError` where a limit came first."""
        self.check_time()
        if self.deadline is not None:
            solver.set("timeout", max(1, int(1000 * (self.deadline - time.monotonic()))))
        try:
            found = solver.check()
        except z3.Z3Exception as error:
            if "memory" in str(error):
                raise StoppedError("memory") from None
            raise
        if found != z3.unknown:
            return found
        reason = solver.reason_unknown()
        if "interrupt" in reason or "cancel" in reason:
            raise StoppedError("interrupted" if "keyboard" in reason else "time")
        if "memory" in reason:
            raise StoppedError("memory")
        raise StoppedError("time")
