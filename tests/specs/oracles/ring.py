"""Chang and Roberts as in Merz's ChangRoberts.tla: the smallest identity wins and messages go upwards."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from tests.specs.oracles.search import Explored, put, search

Ring = tuple[tuple[bool, ...], tuple[bool, ...], tuple[str, ...], tuple[frozenset[int], ...]]
"""Who is an initiator, who has started, the outcome so far, and the messages that wait for each node."""


def chang_roberts(nodes: int) -> Explored[Ring]:
    def successors(ring: Ring) -> Iterator[Ring]:
        initiator, started, outcome, inbox = ring
        for node in range(nodes):
            following = (node + 1) % nodes
            if not started[node]:
                sent = put(inbox, following, inbox[following] | {node}) if initiator[node] else inbox
                yield initiator, put(started, node, True), outcome, sent  # noqa: FBT003 - a value in a tuple
                continue
            for claim in inbox[node]:
                taken = put(inbox, node, inbox[node] - {claim})
                passed_on = put(taken, following, taken[following] | {claim})
                if outcome[node] == "lost":
                    yield initiator, started, outcome, passed_on
                elif claim < node:
                    yield initiator, started, put(outcome, node, "lost"), passed_on
                else:
                    yield initiator, started, put(outcome, node, "won") if claim == node else outcome, taken

    def start(initiator: tuple[bool, ...]) -> Ring:
        outcome = tuple("candidate" if stands else "lost" for stands in initiator)
        return initiator, (False,) * nodes, outcome, (frozenset(),) * nodes

    return search((start(chosen) for chosen in product((False, True), repeat=nodes)), successors)
