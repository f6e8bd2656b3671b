"""Where everything lies: neighbours below one another as far as there is room, lines from layer to layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen

if TYPE_CHECKING:
    from modelcheck.reports.graphs.layout.layers import Item, Layers, Link

Point = tuple[float, float]

_BESIDE = 24.0
"""Between neighbours of a layer."""
_BETWEEN = 22.0
"""Between two layers, at least: lines cross it."""
_MOST_ROUNDS, _LEAST_ROUNDS = 500, 20
"""How often to move the layers towards their neighbours, at most."""
_EFFORT = 100_000
"""How many items to move in all, beyond the least number of rounds: a large graph is laid out less exactly."""
_STILL = 0.002
"""When nothing moves further than this any more, they are there."""
_LOOSE = 0.1
"""The weight of what nothing pulls at."""
_PORT = 26.0
"""Between the ends of two lines at one node, at most."""


class Route(Frozen):
    """The line of a link from its source to its target: from point to point, upright at each.

    `label` is the middle of its label.
    """

    points: tuple[Point, ...]
    label: Point | None


class Layout(Frozen):
    """The middles of the nodes by key, a route for each link, and the size of it all; nothing is left of or above 0."""

    width: float
    height: float
    nodes: dict[str, Point]
    routes: tuple[Route, ...]


class _Grid(Frozen):
    """The middle of everything across, and the top and bottom of each layer."""

    across: dict[str, float]
    rows: dict[str, int]
    extents: list[Point]


def placed(layers: Layers, links: Sequence[Link]) -> Layout:
    """The layout of layers in order."""
    across = _across(layers)
    rows = {name: number for number, row in enumerate(layers.rows) for name in row}
    extents = _extents(layers, across)
    left = min((across[i.name] - i.size[0] / 2 for i in layers.items.values()), default=0.0)
    across = {name: x - left for name, x in across.items()}
    grid = _Grid(across, rows, extents)
    width = max((across[i.name] + i.size[0] / 2 for i in layers.items.values()), default=0.0)
    nodes = {
        item.name.removeprefix("node "): (across[item.name], sum(extents[rows[item.name]]) / 2)
        for item in layers.items.values()
        if item.link < 0
    }
    routes = tuple(_route(layers, number, grid) for number in range(len(links)))
    return Layout(width, extents[-1][1] if extents else 0.0, nodes, routes)


def _across(layers: Layers) -> dict[str, float]:
    """Each row moves to the mean of its neighbours, in turn: least squares, the order and the room kept."""
    offsets = [_offsets(layers, row) for row in layers.rows]
    across = {name: x for row, own in zip(layers.rows, offsets, strict=True) for name, x in zip(row, own, strict=True)}
    pulls = {name: _pulls(layers, name) for name in across}
    for number in range(max(_LEAST_ROUNDS, min(_MOST_ROUNDS, _EFFORT // max(1, len(across))))):
        moved = 0.0
        rows = list(zip(layers.rows, offsets, strict=True))
        for row, own in rows if number % 2 == 0 else reversed(rows):
            weights = [sum(weight for _, weight in pulls[name]) for name in row]
            wanted = [
                sum(across[one] * pull for one, pull in pulls[name]) / weight if weight else across[name]
                for name, weight in zip(row, weights, strict=True)
            ]
            for name, x in zip(row, _nearest(wanted, [weight or _LOOSE for weight in weights], own), strict=True):
                moved = max(moved, abs(across[name] - x))
                across[name] = x
        if moved < _STILL:
            break
    return across


def _pulls(layers: Layers, name: str) -> list[tuple[str, float]]:
    """What pulls at an item, and how strongly."""
    found = [(one, data["weight"]) for one, _, data in layers.graph.in_edges(name, data=True)]
    return found + [(one, data["weight"]) for _, one, data in layers.graph.out_edges(name, data=True)]


def _offsets(layers: Layers, row: Sequence[str]) -> list[float]:
    """Where the middles lie if the row is packed as tightly as it may be."""
    offsets: list[float] = []
    edge = 0.0
    for name in row:
        width = layers.items[name].size[0]
        offsets.append(edge + width / 2)
        edge += width + _BESIDE
    return offsets


def _nearest(wanted: Sequence[float], weights: Sequence[float], offsets: Sequence[float]) -> list[float]:
    """The places nearest to those wanted that keep order and room: isotonic regression by pooling what collides."""
    blocks: list[tuple[float, float, int]] = []
    for goal, weight, offset in zip(wanted, weights, offsets, strict=True):
        mean, total, count = goal - offset, weight, 1
        while blocks and blocks[-1][0] > mean:
            before, more, number = blocks.pop()
            mean = (mean * total + before * more) / (total + more)
            total += more
            count += number
        blocks.append((mean, total, count))
    shifts = [mean for mean, _, count in blocks for _ in range(count)]
    return [shift + offset for shift, offset in zip(shifts, offsets, strict=True)]


def _extents(layers: Layers, across: dict[str, float]) -> list[Point]:
    """Top and bottom of each row. Where lines go far to the side they get more room to do so."""
    extents: list[Point] = []
    y = 0.0
    for number, row in enumerate(layers.rows):
        height = max((layers.items[name].size[1] for name in row), default=0.0)
        extents.append((y, y + height))
        if number + 1 < len(layers.rows):
            far = max(
                (abs(across[name] - across[one]) for name in row for one in layers.graph.successors(name)), default=0.0
            )
            y += height + _BETWEEN + min(far / 8, 2 * _BETWEEN)
    return extents


def _route(layers: Layers, number: int, grid: _Grid) -> Route:
    chain = layers.chains[number]
    points: list[Point] = []
    label = None
    for at, name in enumerate(chain):
        item, (top, bottom) = layers.items[name], grid.extents[grid.rows[name]]
        middle = (top + bottom) / 2
        if item.link >= 0:
            points += [(grid.across[name], top), (grid.across[name], bottom)]
            label = (grid.across[name], middle) if item.size[1] else label
            continue
        # Straight to the border of the layer: beside this node there may be a higher one.
        if at > 0:
            x = _port(layers, item, chain[at - 1], grid, above=True)
            points += [(x, top), (x, middle - item.size[1] / 2)]
        else:
            x = _port(layers, item, chain[1], grid, above=False)
            points += [(x, middle + item.size[1] / 2), (x, bottom)]
    return Route(tuple(reversed(points) if number in layers.upwards else points), label)


def _port(layers: Layers, item: Item, neighbour: str, grid: _Grid, *, above: bool) -> float:
    """Where a line meets a node: the lines of a side beside one another, in the order of where they come from."""
    others = sorted(
        layers.graph.predecessors(item.name) if above else layers.graph.successors(item.name),
        key=grid.across.__getitem__,
    )
    step = min(_PORT, item.size[0] / (len(others) + 1))
    return grid.across[item.name] + (others.index(neighbour) - (len(others) - 1) / 2) * step
