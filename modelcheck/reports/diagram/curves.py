"""Lines that give way: a message that would run through the mark of another step is bent around it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import hypot

Point = tuple[float, float]

_CLEAR = 15.0
"""How far from the middle of a mark a line has to stay."""
_BENDS = (-17.0, 17.0, -26.0, 26.0, -40.0, 40.0, -70.0, 70.0)
"""How far the middle of a line is tried to be moved, across it."""
_PARTS = 16


def curve(start: Point, middle: Point, end: Point, parts: int = _PARTS) -> list[Point]:
    """Points of the quadratic Bézier curve with a control point."""
    return [
        (
            (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * middle[0] + t**2 * end[0],
            (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * middle[1] + t**2 * end[1],
        )
        for t in (step / parts for step in range(parts + 1))
    ]


def bend(start: Point, end: Point, marks: Sequence[Point]) -> Point | None:
    """The control point of the flattest curve that keeps clear of marks, or of the clearest; None: a straight line."""
    (x1, y1), (x2, y2) = start, end
    length = hypot(x2 - x1, y2 - y1)
    best, middle = _room([start, end], marks), None
    if best >= _CLEAR or not length:
        return None
    across = -(y2 - y1) / length, (x2 - x1) / length
    near = [mark for mark in marks if _distance(mark, start, end) < _CLEAR + max(_BENDS)]
    for offset in _BENDS:
        # The curve comes half as far from the straight line as its control point.
        x, y = (x1 + x2) / 2 + 2 * offset * across[0], (y1 + y2) / 2 + 2 * offset * across[1]
        # Beyond these heights, the message would run backwards in time.
        tried = x, min(max(y, y1), y2)
        room = _room(curve(start, tried, end), near)
        if room > best:
            best, middle = room, tried
        if best >= _CLEAR:
            break
    return middle


def _room(points: Sequence[Point], marks: Sequence[Point]) -> float:
    """From the nearest mark to the nearest piece of a curve."""
    return min((_distance(mark, *piece) for piece in pairwise(points) for mark in marks), default=_CLEAR)


def _distance(point: Point, start: Point, end: Point) -> float:
    """From a point to a piece of a line."""
    along = end[0] - start[0], end[1] - start[1]
    square = along[0] ** 2 + along[1] ** 2 or 1
    share = ((point[0] - start[0]) * along[0] + (point[1] - start[1]) * along[1]) / square
    share = min(max(share, 0), 1)
    return hypot(start[0] + share * along[0] - point[0], start[1] + share * along[1] - point[1])
