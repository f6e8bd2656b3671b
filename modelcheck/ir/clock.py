"""The clock of a message in flight: how long it still has to wait, and how long it may.

Both are counted down; together they are one of a few stages, which are a hidden digit of the packet. So every network
keeps them as it keeps fields, and equal messages of different age are different in flight.
"""

from __future__ import annotations

from functools import cache, cached_property

from modelcheck.frozen import Frozen


class Clock(Frozen, dict=True):
    """The stages of a message that takes `lo..hi` ticks; with `promised`, at most `hi` from a later time on.

    A stage is (wait, left): it cannot be received for `wait` ticks, and has to be within `left`. Stage 0 is that of a
    message just sent. Later stages have less left, then less to wait, and a tick keeps that order: a bag stays sorted.
    """

    lo: int
    hi: int
    promised: bool

    @cached_property
    def stages(self) -> tuple[tuple[int, int], ...]:
        """All stages, by number."""
        slack = self.hi - self.lo
        waits = range(self.lo + 1)
        # What waited for the promise has all its time left when that comes, but less to wait, or nothing.
        found = {(max(0, self.lo - age), self.hi - age) for age in range(self.hi + 1)}
        if self.promised:
            found |= {(wait, left) for wait in waits for left in range(self.hi + 1) if left - wait >= slack or not wait}
        return tuple(sorted(found, key=lambda stage: (-stage[1], -stage[0])))

    @property
    def size(self) -> int:
        """How many stages there are."""
        return len(self.stages)

    @cache  # noqa: B019 - there are few clocks, and they live as long as the model
    def next(self, *, promised: bool) -> tuple[int, ...]:
        """The stage after a tick, for each stage; before the promise holds nothing becomes due."""
        number = {stage: position for position, stage in enumerate(self.stages)}
        less = 1 if promised or not self.promised else 0
        return tuple(number[max(0, wait - 1), max(0, left - less)] for wait, left in self.stages)

    def moves(self, *, promised: bool) -> tuple[bool, ...]:
        """Whether a tick changes it, for each stage."""
        return tuple(after != stage for stage, after in enumerate(self.next(promised=promised)))

    @cached_property
    def ready(self) -> tuple[bool, ...]:
        """Whether a message can be received, for each stage."""
        return tuple(wait == 0 for wait, _ in self.stages)

    @cached_property
    def due(self) -> tuple[bool, ...]:
        """Whether it has to be, for each stage."""
        return tuple(left == 0 for _, left in self.stages)
