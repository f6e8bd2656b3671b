"""The normal case of PBFT for one request, in one view, with Byzantine replicas."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from tests.specs.oracles.search import Explored, put, search

FRESH, PRE_PREPARED, PREPARED, COMMITTED = range(4)
REQUESTS = (0, 1)

Progress = tuple[int, int | None]
"""How far a replica has come, with which request. What it sent is known from that."""
System = tuple[tuple[int, ...], tuple[int, ...], tuple[Progress, ...]]
"""What clients have signed, who lies, and the progress of all. The first replica is the primary."""


def pbft(replicas: int, quorum: int, liars: int = 1) -> Explored[System]:
    def successors(system: System) -> Iterator[System]:
        signed, lie, progress = system
        for me, (stage, request) in enumerate(progress):
            if me not in lie:
                for after in steps(system, me, stage, request):
                    yield signed, lie, put(progress, me, after)

    def steps(system: System, me: int, stage: int, request: int | None) -> Iterator[Progress]:
        signed, lie, progress = system
        if stage == FRESH:
            said = set(signed) if me == 0 or 0 in lie else {told for _, told in progress[:1]}
            yield from ((PRE_PREPARED, told) for told in said if told is not None)
            return
        if stage in {PRE_PREPARED, PREPARED}:
            voters = {p for p, (far, what) in enumerate(progress) if far >= stage and what == request} | set(lie)
            # The primary's word counts as its prepare: without that nobody would be here.
            if len(voters | ({0} if stage == PRE_PREPARED else set())) >= quorum:
                yield stage + 1, request

    def subsets(items: range | tuple[int, ...], most: int) -> Iterator[tuple[int, ...]]:
        for size in range(most + 1):
            yield from combinations(items, size)

    start: tuple[Progress, ...] = ((FRESH, None),) * replicas
    initial = ((signed, lie, start) for signed in subsets(REQUESTS, 2) for lie in subsets(range(replicas), liars))
    return search(initial, successors)


def executed_differently(system: System) -> bool:
    return len({request for stage, request in system[2] if stage == COMMITTED}) > 1
