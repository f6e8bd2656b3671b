"""The simple allocator of Merz's SimpleAllocator.tla: what is asked for and what is allocated, by client."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from tests.specs.oracles.search import Explored, put, search

Sets = tuple[frozenset[int], ...]
Memory = tuple[Sets, Sets]


def allocator(clients: int, resources: int) -> Explored[Memory]:
    everything = frozenset(range(resources))

    def parts(of: frozenset[int]) -> Iterator[frozenset[int]]:
        for size in range(1, len(of) + 1):
            yield from map(frozenset, combinations(sorted(of), size))

    def successors(memory: Memory) -> Iterator[Memory]:
        unsatisfied, allocated = memory
        free = everything.difference(*allocated)
        for me in range(clients):
            if not unsatisfied[me] and not allocated[me]:
                yield from ((put(unsatisfied, me, wanted), allocated) for wanted in parts(everything))
            for given in parts(free & unsatisfied[me]):
                yield put(unsatisfied, me, unsatisfied[me] - given), put(allocated, me, allocated[me] | given)
            for back in parts(allocated[me]):
                yield unsatisfied, put(allocated, me, allocated[me] - back)

    nothing = (frozenset[int](),) * clients
    return search([(nothing, nothing)], successors)
