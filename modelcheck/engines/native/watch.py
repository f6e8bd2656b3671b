"""Looks at the limits of a search, and tells of its progress twice a second."""

from __future__ import annotations

import time
from collections.abc import Callable

from modelcheck.engines.base import Progress, Stop
from modelcheck.engines.native import slots
from modelcheck.engines.native.store import Store
from modelcheck.kernel.task import Limits


class Watch:
    """`budget` is in bytes; `stop` says which limit was reached."""

    def __init__(
        self, store: Store, limits: Limits, budget: int | None, tell: Callable[[Progress], None] | None
    ) -> None:
        self.store, self.limits, self.budget, self.tell = store, limits, budget, tell
        self.started = self.told = time.monotonic()
        self.stop: Stop | None = None

    def in_level(self, depth: int) -> bool:
        """Whether the time is up."""
        now = time.monotonic()
        if self.limits.seconds is not None and now - self.started >= self.limits.seconds:
            self.stop = "time"
        if self.tell is not None and now - self.told >= 0.5:  # noqa: PLR2004 - twice a second
            self.told = now
            states = self.store.stored()
            self.tell(Progress(states, states / (now - self.started), depth, self.store.memory_bytes()))
        return self.stop is not None

    def between_levels(self, depth: int) -> Stop | None:
        """Which limit was reached, if one was; limits on states and depth act here only, so they are deterministic."""
        states = self.store.stored()
        if self.limits.depth is not None and depth >= self.limits.depth:
            self.stop = "depth"
        elif self.limits.states is not None and states > self.limits.states:
            self.stop = "states"
        elif self.budget is not None and 2 * self.store.memory_bytes() > self.budget and self._would_grow(states):
            self.stop = "memory"
        else:
            self.in_level(depth)
        return self.stop

    def _would_grow(self, states: int) -> bool:
        store = self.store
        after = (16 << store.table_bits) if states * 2 > store.ctx[slots.LIMIT] else (8 << store.table_bits)
        assert self.budget is not None
        return after + 2 * states * store.words * 8 > self.budget
