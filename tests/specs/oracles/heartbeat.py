"""Heartbeats and a timeout in discrete time: one worker, one monitor."""

from __future__ import annotations

from collections.abc import Iterator

from tests.specs.oracles.search import Explored, search

World = tuple[int | None, int | None, bool, tuple[int, ...], int | None]
"""Ticks to the next beat (None: crashed), ticks of silence left (None: over), whether the monitor suspects.

Then the age of each beat in flight, and the ticks since a crash that has not been noticed.
"""


def heartbeat(period: int, delay: int, timeout: int, *, crashes: bool = True, late: int = -1) -> Explored[World]:
    """All worlds; ticks since a crash are counted up to `late`, which says that it was noticed later than that."""

    def ticked(world: World) -> World:
        beat, silence, suspected, ages, since = world
        return (
            None if beat is None else beat - 1,
            None if silence is None else silence - 1,
            suspected,
            tuple(sorted(age + 1 for age in ages)),
            None if since is None else min(since + 1, late),
        )

    def successors(world: World) -> Iterator[World]:
        beat, silence, suspected, ages, since = world
        if beat is not None and crashes:
            yield None, silence, suspected, ages, None if suspected or late < 0 else 0
        if beat == 0:
            yield period, silence, suspected, tuple(sorted((0, *ages))), since
        for age in ages:
            left = list(ages)
            left.remove(age)
            again = 0 if since is None and beat is None and late >= 0 else since
            yield beat, timeout, False, tuple(left), again
        if silence == 0:
            yield beat, None, True, ages, None
        waits = beat is not None or silence is not None or bool(ages) or (since is not None and since < late)
        if waits and beat != 0 and silence != 0 and delay not in ages:
            yield ticked(world)

    return search([(period, timeout, False, (), None)], successors)


def wrongly(world: World) -> bool:
    return world[0] is not None and world[2]
