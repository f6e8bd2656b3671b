"""Dijkstra's ring of machines with K states under a central demon: does it leave all wrong states for good?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from tests.specs.oracles.search import put

Ring = tuple[int, ...]


def privileged(ring: Ring) -> list[int]:
    """The machines that may move. Of the first the left neighbour is the last."""
    return [m for m, number in enumerate(ring) if (number == ring[m - 1]) == (m == 0)]


def moves(ring: Ring, k: int) -> Iterator[Ring]:
    for machine in privileged(ring):
        yield put(ring, machine, (ring[0] + 1) % k if machine == 0 else ring[machine - 1])


def stabilises(machines: int, k: int) -> bool:
    """Whether every run, from any state, comes to where one machine has a privilege: no run stays elsewhere for ever.

    States from which all moves lead to where that is known are taken away until none is left, or some go round.
    """
    wrong = {ring for ring in product(range(k), repeat=machines) if len(privileged(ring)) != 1}
    while settled := {ring for ring in wrong if not wrong.intersection(moves(ring, k))}:
        wrong -= settled
    return not wrong
