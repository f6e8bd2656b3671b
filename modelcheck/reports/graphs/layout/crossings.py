"""The order inside each layer, by barycentres, so that few lines cross."""

from __future__ import annotations

from bisect import bisect_left, insort
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelcheck.reports.graphs.layout.layers import Layers

_ROUNDS = 24
"""How often to go through the layers, down and up in turn."""
_PATIENCE = 6
"""Rounds without a better order after which to stop."""
_SMALL = 400
"""Up to so many items, neighbours are also swapped one by one."""


def ordered(layers: Layers) -> None:
    """Put the rows of `layers` into the best order found. Same graph, same order."""
    _begin(layers)
    best, fewest, since = [list(row) for row in layers.rows], crossings(layers), 0
    for number in range(_ROUNDS):
        if not fewest or since == _PATIENCE:
            break
        _sweep(layers, down=number % 2 == 0)
        if len(layers.items) <= _SMALL:
            _swap(layers)
        found = crossings(layers)
        since += 1
        if found < fewest:
            best, fewest, since = [list(row) for row in layers.rows], found, 0
    layers.rows[:] = best


def crossings(layers: Layers) -> int:
    """How many pairs of lines cross."""
    return sum(_between(layers, upper, lower) for upper, lower in pairwise(layers.rows))


def _begin(layers: Layers) -> None:
    """In the order in which a walk from the first node meets things: what belongs together stands together."""
    met: dict[str, int] = {}
    for row in layers.rows:
        for root in row:
            todo = [root]
            while todo:
                name = todo.pop()
                if name not in met:
                    met[name] = len(met)
                    todo += reversed(list(layers.graph.successors(name)))
    for row in layers.rows:
        row.sort(key=met.__getitem__)


def _sweep(layers: Layers, *, down: bool) -> None:
    rows = layers.rows if down else list(reversed(layers.rows))
    neighbours = layers.graph.predecessors if down else layers.graph.successors
    for before, row in pairwise(rows):
        place = {name: at for at, name in enumerate(before)}
        wanted: dict[str, float] = {}
        for at, name in enumerate(row):
            places = [place[one] for one in neighbours(name)]
            wanted[name] = sum(places) / len(places) if places else at
        row.sort(key=wanted.__getitem__)


def _swap(layers: Layers) -> None:
    """Swap neighbours as long as that takes crossings away."""
    improved = True
    while improved:
        improved = False
        for number, row in enumerate(layers.rows):
            above = _places(layers, number - 1)
            below = _places(layers, number + 1)
            for at in range(len(row) - 1):
                left, right = row[at], row[at + 1]
                gain = 0
                for places, neighbours in ((above, layers.graph.predecessors), (below, layers.graph.successors)):
                    lefts = [places[one] for one in neighbours(left)]
                    rights = [places[one] for one in neighbours(right)]
                    gain += sum((a > b) - (a < b) for a in lefts for b in rights)
                if gain > 0:
                    row[at], row[at + 1] = right, left
                    improved = True


def _places(layers: Layers, number: int) -> dict[str, int]:
    row = layers.rows[number] if 0 <= number < len(layers.rows) else []
    return {name: at for at, name in enumerate(row)}


def _between(layers: Layers, upper: list[str], lower: list[str]) -> int:
    """Crossings between two rows: inversions among the lower ends, the upper ones in order."""
    place = {name: at for at, name in enumerate(lower)}
    seen: list[int] = []
    count = 0
    for name in upper:
        ends = sorted(place[below] for below in layers.graph.successors(name))
        count += sum(len(seen) - bisect_left(seen, end + 1) for end in ends)
        for end in ends:
            insort(seen, end)
    return count
