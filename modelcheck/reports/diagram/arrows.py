"""Messages as arrows. How one ends, and what a fault made of it, shows in its line and in its head."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

from modelcheck.reports.diagram.frame import RADIUS
from modelcheck.reports.diagram.marks import cross
from modelcheck.reports.diagram.metrics import plain
from modelcheck.reports.diagram.shapes import Attributes, Element, Group, Node, number, path, polyline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.reports.diagram.curves import Point
    from modelcheck.reports.diagram.routes import Route, Routes
    from modelcheck.reports.diagram.scene import Scene

_HEAD, _HALF = 8.0, 3.6
"""Length of an arrow's head, and half its width."""
_BULGE = 34.0


def arrows(scene: Scene, routes: Routes) -> list[Node]:
    """All messages, each a group that pages can find by its steps."""
    drawn: list[Node] = []
    for message in scene.trace.messages:
        ways = routes.of[message.number]
        if not ways:
            continue
        css = "mc-message"
        css += " mc-forged" if message.forged else ""
        css += " mc-copy" if message.copy_of is not None else ""
        css += " mc-corrupted" if message.changed_from is not None else ""
        rows = [message.sent, *message.received, *([] if message.lost is None else [message.lost])]
        css += " mc-pale" if scene.rows[rows[-1]].is_pale else ""
        attributes: Attributes = (
            ("data-message", str(message.number)),
            ("data-sent", str(message.sent)),
            ("data-received", " ".join(map(str, message.received))),
        )
        attributes += () if message.lost is None else (("data-lost", str(message.lost)),)
        children = tuple(node for route in ways for node in _draw(route))
        title = plain(f"{message.text} {message.source} → {message.target}")
        drawn.append(Group(children, css, attributes, title))
    return drawn


def _draw(route: Route) -> list[Node]:
    if route.is_bow:
        return _bow(route)
    points = _trimmed(route)
    before = points[-2] if route.middle is None else route.middle
    css = "mc-way mc-lost" if route.ending == "cross" or route.message.lost is not None else "mc-way"
    drawn: list[Node] = [_line(points, route.middle, css, doubled=route.message.copy_of is not None)]
    x, y = points[-1]
    match route.ending:
        case "arrow":
            drawn.append(_head(before, (x, y), "mc-head-full"))
        case "cross":
            drawn.append(cross(*route.points[-1], 5, "mc-loss"))
        case "open":
            drawn.append(open_end(x, y))
        case "mark":
            pass
    if route.message.changed_from is not None:
        drawn.append(zigzag((points[0][0] + points[1][0]) / 2, (points[0][1] + points[1][1]) / 2))
    if route.message.forged:
        drawn.append(seal(*points[0]))
    return drawn


def _line(points: Sequence[Point], middle: Point | None, css: str, *, doubled: bool) -> Node:
    if not doubled:
        return _stroke(points, middle, css)
    # Two lines beside each other: a wide one, and what lies behind it along its middle.
    return Group((_stroke(points, middle, f"{css} mc-double"), _stroke(points, middle, "mc-gap")))


def _stroke(points: Sequence[Point], middle: Point | None, css: str) -> Element:
    if middle is None:
        return polyline(points, css)
    (x1, y1), (x2, y2) = points
    curve = f"Q{number(middle[0])} {number(middle[1])} {number(x2)} {number(y2)}"
    return path(f"M{number(x1)} {number(y1)}{curve}", css)


def _trimmed(route: Route) -> list[Point]:
    """The points with both ends outside of the marks there."""
    points = list(route.points)
    after, before = (points[1], points[-2]) if route.middle is None else (route.middle, route.middle)
    # The sign of a forgery stands beside the mark, not under it.
    first = _toward(points[0], after, RADIUS + (10 if route.message.forged else 0))
    if route.ending in {"arrow", "mark"}:
        points[-1] = _toward(points[-1], before, RADIUS + 1)
    points[0] = first
    return points


def _toward(start: Point, end: Point, distance: float) -> Point:
    (x1, y1), (x2, y2) = start, end
    length = hypot(x2 - x1, y2 - y1) or 1
    share = min(distance / length, 0.45)
    return x1 + (x2 - x1) * share, y1 + (y2 - y1) * share


def _head(start: Point, tip: Point, css: str) -> Element:
    (x1, y1), (x2, y2) = start, tip
    length = hypot(x2 - x1, y2 - y1) or 1
    along, across = ((x2 - x1) / length, (y2 - y1) / length), (-(y2 - y1) / length, (x2 - x1) / length)
    back = x2 - along[0] * _HEAD, y2 - along[1] * _HEAD
    corners = [(back[0] + across[0] * side, back[1] + across[1] * side) for side in (_HALF, -_HALF)]
    return polyline([tip, *corners], css, closed=True)


def _bow(route: Route) -> list[Node]:
    (x, first), (_, last) = route.points
    start, end = (x + RADIUS, first), (x + RADIUS + 1, last)
    data = (
        f"M{number(start[0])} {number(first)}C{number(x + _BULGE)} {number(first)} {number(x + _BULGE)} {number(last)}"
    )
    return [
        path(f"{data} {number(end[0])} {number(last)}", "mc-way"),
        _head((x + _BULGE, last), end, "mc-head-full"),
    ]


def open_end(x: float, y: float) -> Element:
    """Where a message is in flight at the end."""
    return Element("circle", "mc-open", (("cx", x), ("cy", y), ("r", 3.2)))


def seal(x: float, y: float) -> Element:
    """What a forged message begins with."""
    return polyline([(x - 5, y), (x, y - 5), (x + 5, y), (x, y + 5)], "mc-seal", closed=True)


def zigzag(x: float, y: float) -> Element:
    """What lies across the way of a corrupted message."""
    return polyline([(x - 5, y + 5), (x - 1, y - 5), (x + 1, y + 5), (x + 5, y - 5)], "mc-zigzag")
