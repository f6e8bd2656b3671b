"""Marks of events. What an event is shows in its shape, and in its colour as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.reports.diagram.frame import RADIUS
from modelcheck.reports.diagram.metrics import width
from modelcheck.reports.diagram.shapes import Box, Element, Group, Text, polyline, rectangle

if TYPE_CHECKING:
    from modelcheck.reports.diagram.scene import Mark

_DIGITS = 9.5
RING = 4.0
"""How far the ring around the mark of a violation stands off."""
_POINT = 4.0
"""How far the points of a fault's hexagon stand out."""


def half_width(label: str, kind: Mark) -> float:
    """From the middle of a mark to its side."""
    half = max(RADIUS, width(label, _DIGITS, bold=True) / 2 + 4)
    return half + (_POINT if kind == "fault" else 0)


def mark(kind: Mark, label: str, x: float, y: float) -> Group:
    """A mark with its number: round for agents, an upright square for the environment, pointed for faults."""
    half = half_width(label, kind)
    text = (Text(x, y + 3.4, label, "mc-number", _DIGITS, "middle", bold=True),) if label else ()
    return Group((_outline(kind, x, y, half), *text), f"mc-mark mc-{kind}")


def ring(x: float, y: float, half: float) -> Element:
    """What stands around the mark of the step that violates something."""
    box = Box(x - half - RING, y - RADIUS - RING, x + half + RING, y + RADIUS + RING)
    return rectangle(box, "mc-ring", RADIUS + RING)


def _outline(kind: Mark, x: float, y: float, half: float) -> Element:
    box = Box(x - half, y - RADIUS, x + half, y + RADIUS)
    match kind:
        case "fault":
            inner = half - _POINT
            corners = [(x - half, y), (x - inner, y - RADIUS), (x + inner, y - RADIUS)]
            corners += [(x + half, y), (x + inner, y + RADIUS), (x - inner, y + RADIUS)]
            return polyline(corners, "mc-outline", closed=True)
        case "crash" | "environment":
            return rectangle(box, "mc-outline", 2)
        case "round":
            return rectangle(box, "mc-outline", 4)
        case "own" | "receive" | "recover":
            return rectangle(box, "mc-outline", RADIUS)


def cross(x: float, y: float, size: float, css: str) -> Group:
    """A cross, such as where a message is lost."""
    strokes = [polyline([(x - size, y - size * sign), (x + size, y + size * sign)], css) for sign in (1, -1)]
    return Group(tuple(strokes))
