"""Lifelines with their headers, broken where an agent is down; partitions as bands over the time that they last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir.statuses import is_byzantine, is_crashed
from modelcheck.reports.diagram.frame import LINE, SIZE, SMALL
from modelcheck.reports.diagram.metrics import plain
from modelcheck.reports.diagram.shapes import Box, Group, Node, Text, fitting, line, rectangle

if TYPE_CHECKING:
    from modelcheck.reports.diagram.frame import Frame, Slot
    from modelcheck.reports.diagram.scene import Lane, Scene

_BAR = 11.0
"""Half the width of the bars that show the side of a partition."""


def headers(scene: Scene, frame: Frame) -> list[Node]:
    """The names above the lifelines, again and again in a long run."""
    drawn: list[Node] = []
    for slot in frame.slots:
        if slot.kind == "header":
            drawn += [_header(lane, x, slot, frame) for lane, x in zip(scene.lanes, frame.lanes, strict=True)]
            y = slot.top + slot.height / 2 + 4
            drawn.append(Text(frame.changes, y, "what changed", "mc-head", SMALL))
    return drawn


def _header(lane: Lane, x: float, slot: Slot, frame: Frame) -> Group:
    byzantine = is_byzantine(lane.statuses[-1])
    half, middle = frame.gap / 2 - 5, slot.top + slot.height / 2
    box = rectangle(Box(x - half, middle - 12, x + half, middle + 12), "mc-agent", 3)
    css = "mc-agent-name"
    name = fitting(lane.name, x, middle + 3.9, 2 * half - 12, css, size=SIZE, anchor="middle", bold=True)
    children: tuple[Node, ...] = (box,) if name is None else (box, name)
    attributes = (("data-agent", plain(lane.name)),)
    title = f"{plain(lane.name)}, Byzantine" if byzantine else plain(lane.name)
    return Group(children, "mc-header mc-byzantine" if byzantine else "mc-header", attributes, title)


def lifelines(scene: Scene, frame: Frame) -> list[Node]:
    """The lines, dashed while an agent is down and dotted where it is Byzantine."""
    drawn: list[Node] = []
    for lane, x in zip(scene.lanes, frame.lanes, strict=True):
        begin, css = frame.top + 28, _css(lane.statuses[0])
        for number, status in enumerate(lane.statuses):
            if _css(status) != css:
                # A crash shows below the step's mark, where the line breaks; a recovery at the mark.
                y = frame.rows[number] + (LINE if is_crashed(status) else 0)
                drawn.append(line(x, begin, x, y, css))
                begin, css = y, _css(status)
        drawn.append(line(x, begin, x, frame.bottom, css))
    return drawn


def _css(status: str) -> str:
    if is_byzantine(status):
        return "mc-life mc-life-byzantine"
    return "mc-life mc-down" if is_crashed(status) else "mc-life"


def side_bars(side: int, x: float, top: float, bottom: float, half: float = _BAR) -> list[Node]:
    """What runs along a lifeline while a partition lasts: a bar on one side, two rails on the other."""
    if side % 2 == 0:
        return [rectangle(Box(x - half, top, x + half, bottom), "mc-side")]
    edges = ((x - half, x - half + 3), (x + half - 3, x + half))
    return [rectangle(Box(left, top, right, bottom), "mc-track") for left, right in edges]


def partitions(scene: Scene, frame: Frame) -> list[Node]:
    """A band over the time that each partition lasts, a bar along each lifeline that tells its side."""
    drawn: list[Node] = []
    for number, parting in enumerate(scene.partings):
        top = frame.rows[parting.first]
        bottom = frame.bottom if parting.last is None else frame.rows[parting.last]
        if not any(parting.sides):
            continue
        lanes = [frame.lanes[lane] for side in parting.sides for lane in side]
        half = frame.gap / 2 - 3
        band: list[Node] = [rectangle(Box(min(lanes) - half, top, max(lanes) + half, bottom), "mc-band")]
        for at, side in enumerate(parting.sides):
            for lane in side:
                band += side_bars(at, frame.lanes[lane], top, bottom, _BAR + 6 * (number % 3))
        drawn.append(Group(tuple(band), "mc-partition", (("data-first", str(parting.first)),), plain(parting.name)))
    return drawn
