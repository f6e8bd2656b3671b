"""When a search has to stop: the limits, Ctrl-C. Tells of the progress twice a second."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from modelcheck.engines.base import Progress, Stop
from modelcheck.engines.interruptible import Interruptible
from modelcheck.engines.native import slots
from modelcheck.engines.native.store import Store
from modelcheck.engines.process import budget_bytes, memory_bytes
from modelcheck.kernel.task import Limits

TELL_SECONDS = 0.5
GRACE_SECONDS = 0.1
"""How long a trace may take once the time is up: most need less, and a violation without a run is of little use."""


class Watch(Interruptible):
    """Looks at the limits of one search, restarts included. As a context manager it takes Ctrl-C for a limit."""

    def __init__(self, limits: Limits, tell: Callable[[Progress], None] | None = None) -> None:
        super().__init__()
        self.limits, self.tell = limits, tell
        self.budget = budget_bytes(limits)
        self.over: Stop | None = None
        """`time` or `interrupted`, once it is."""
        self.is_full = False
        """Whether the process has more memory than it may: what the store does not count, like the compiler's."""
        self._started = self._told = self._measured = time.monotonic()
        self._over_since = 0.0
        self.wants_pause: Callable[[], bool] = bool
        """Whether somebody waits for the end of a level: nobody, unless it is told."""

    @property
    def left_seconds(self) -> float:
        """How much time is left."""
        seconds = self.limits.seconds
        return math.inf if seconds is None else self._started + seconds - time.monotonic()

    def is_up(self) -> bool:
        """Whether the time is up, or the user wants no more."""
        now = time.monotonic()
        if self.is_interrupted and self.over != "interrupted":
            self.over, self._over_since = "interrupted", now
        if self.over is None:
            if self.limits.seconds is not None and now - self._started >= self.limits.seconds:
                self.over = "time"
            self._over_since = now
        return self.over is not None

    def is_over(self, store: Store) -> bool:
        """Whether the search must stop: the time is up, the user wants no more, the memory is used up."""
        self.is_up()
        now = time.monotonic()
        if self.wants_pause():
            store.ctx[slots.PAUSE] = 1
        if self.tell is not None and now - self._told >= TELL_SECONDS:
            self._told = now
            states = store.stored()
            rate = states / (now - self._started)
            self.tell(Progress(states, rate, store.ctx[slots.LEVEL], store.memory_bytes()))
        if now - self._measured >= TELL_SECONDS:
            self._measured = now
            self.is_full = self.budget is not None and memory_bytes() > self.budget
        return self.stop is not None

    @property
    def stop(self) -> Stop | None:
        """Why, as of the last look."""
        return self.over or ("memory" if self.is_full else None)

    def is_late(self, store: Store) -> bool:
        """Whether a trace must be given up."""
        self.is_over(store)
        return self.over is not None and time.monotonic() - self._over_since >= GRACE_SECONDS

    def between_levels(self, store: Store, level: int) -> Stop | None:
        """Which limit was reached before a level is expanded; limits on states and depth act here only, so that they
        do not depend on the workers.
        """  # noqa: D205 - one sentence
        if self.limits.depth is not None and level >= self.limits.depth:
            return "depth"
        if self.limits.states is not None and store.stored() > self.limits.states:
            return "states"
        self.is_over(store)
        return self.stop
