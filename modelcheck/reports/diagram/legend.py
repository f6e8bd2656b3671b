"""What the signs of a picture mean: of those that it has, each with a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir.statuses import is_byzantine
from modelcheck.reports.diagram.arrows import open_end, seal, zigzag
from modelcheck.reports.diagram.frame import MARGIN, SMALL
from modelcheck.reports.diagram.lifelines import side_bars
from modelcheck.reports.diagram.marks import cross, mark
from modelcheck.reports.diagram.metrics import width
from modelcheck.reports.diagram.shapes import Group, Node, Text, line, polyline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelcheck.reports.diagram.frame import Frame
    from modelcheck.reports.diagram.scene import Mark, Scene

_SAMPLE, _PITCH, _APART = 30.0, 24.0, 22.0


Sign = tuple[str, list[Node]]
"""What a sample means, and the sample, drawn around the middle of the left edge of its room."""


def legend(scene: Scene, frame: Frame, top: float) -> tuple[list[Node], float]:
    """The signs in lines as long as the picture is wide, and where they end."""
    x, y = MARGIN, top + 10
    drawn: list[Node] = []
    for meaning, sample in _signs(scene):
        room = _SAMPLE + 6 + width(meaning, SMALL)
        if x > MARGIN and x + room > frame.width - MARGIN:
            x, y = MARGIN, y + _PITCH
        text = Text(_SAMPLE + 6, 3.6, meaning, "mc-small", SMALL)
        drawn.append(Group((*sample, text), "mc-sign", at=(x, y)))
        x += room + _APART
    return [Group(tuple(drawn), "mc-legend")], y + _PITCH / 2 + 4


def _signs(scene: Scene) -> Iterator[Sign]:
    yield from _marks(scene)
    yield from _ways(scene)
    if any(is_byzantine(status) for lane in scene.lanes for status in lane.statuses):
        yield "Byzantine agent", [line(0, 0, _SAMPLE, 0, "mc-life mc-life-byzantine")]
    if scene.partings:
        yield "one side of a partition", side_bars(0, _SAMPLE / 2, -9, 9)
        yield "the other side", side_bars(1, _SAMPLE / 2, -9, 9)
    if any(row.is_pale for row in scene.rows):
        yield "pale: the conclusion does not depend on it", [Group((mark("own", "", _SAMPLE / 2, 0),), "mc-pale")]


def _marks(scene: Scene) -> Iterator[Sign]:
    found = {event.mark for row in scene.rows[1:] for event in row.events}
    meanings: dict[Mark, str] = {
        "own": "step of an agent",
        "receive": "receipt of a message",
        "round": "round of all",
        "environment": "step of the environment",
        "fault": "fault",
        "crash": "crash",
        "recover": "recovery",
    }
    for kind, meaning in meanings.items():
        if kind in found:
            yield meaning, [mark(kind, "", _SAMPLE / 2, 0)]


def _ways(scene: Scene) -> Iterator[Sign]:
    messages = [message for message in scene.trace.messages if message.same_as is None]
    end = _SAMPLE - 4
    if any(m.lost is not None for m in messages):
        yield "lost", [_way("mc-way mc-lost"), cross(end, 0, 5, "mc-loss")]
    if any(m.lost is None and not m.received for m in messages):
        yield "in flight at the end", [_way("mc-way"), open_end(end, 0)]
    if any(m.copy_of is not None for m in messages):
        yield "duplicate", [Group((_way("mc-way mc-double"), _way("mc-gap")), "mc-copy")]
    if any(m.changed_from is not None for m in messages):
        yield "corrupted", [Group((_way("mc-way"), zigzag(end / 2, 0)), "mc-corrupted")]
    if any(m.forged for m in messages):
        yield "forged", [Group((seal(4, 0), _way("mc-way")), "mc-forged")]


def _way(css: str) -> Node:
    return polyline([(0, 0), (_SAMPLE - 4, 0)], css)
