"""The end of a picture: what the run shows, its loop, the agents left out and what the signs mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.reports.diagram.frame import MARGIN, SIZE
from modelcheck.reports.diagram.metrics import plain, wrapped
from modelcheck.reports.diagram.shapes import Box, Group, Node, Text, line, polyline, rectangle
from modelcheck.reports.shown import ranges
from modelcheck.reports.trace_text import is_said

if TYPE_CHECKING:
    from modelcheck.reports.diagram.frame import Frame
    from modelcheck.reports.diagram.scene import Scene
    from modelcheck.reports.report import VerdictWord

_PITCH = 16.0
_PADDING = 10.0


def loop(scene: Scene, frame: Frame) -> list[Node]:
    """The bracket around what repeats for ever."""
    start = scene.trace.loop_start
    if start is None:
        return []
    slot = next(slot for slot in frame.slots if slot.kind == "loop")
    y, x = slot.top + slot.height / 2, MARGIN - 8
    stays = start == scene.trace.length
    text = "from here on nothing happens, for ever" if stays else "from here on, the steps below repeat for ever"
    drawn: list[Node] = [
        line(x, y, frame.width - MARGIN, y, "mc-loop"),
        Text(MARGIN + 4, y - 5, text, "mc-loop-text", SIZE, bold=True),
    ]
    if not stays:
        bottom = frame.bottom - 6
        drawn.append(polyline([(x, y), (x, bottom), (x + 14, bottom)], "mc-loop"))
        drawn.append(polyline([(x, y), (x - 4, y + 8), (x + 4, y + 8)], "mc-loop-head", closed=True))
    return [Group(tuple(drawn), "mc-loops")]


def conclusion(scene: Scene, frame: Frame, top: float, verdict: VerdictWord | None) -> tuple[list[Node], float]:
    """What the run shows, in a box below it, and where the box ends."""
    trace = scene.trace
    facts = [fact for fact in trace.facts if not is_said(fact, trace)]
    room = frame.width - 2 * MARGIN - 3 * _PADDING
    lines = [(text, "mc-conclusion", True) for text in _lines(trace.conclusion, room, bold=True)]
    lines += [(text, "mc-fact", False) for fact in facts for text in _lines(fact, room, bold=False)]
    if not lines:
        return [], top
    bottom = top + len(lines) * _PITCH + 2 * _PADDING - 4
    box = Box(MARGIN, top, frame.width - MARGIN, bottom)
    texts = [
        Text(MARGIN + 2 * _PADDING, top + _PADDING + SIZE - 1 + at * _PITCH, text, css, SIZE, bold=bold)
        for at, (text, css, bold) in enumerate(lines)
    ]
    css = f"mc-verdict-bar mc-{verdict}" if verdict else "mc-verdict-bar"
    bar = rectangle(Box(MARGIN, top, MARGIN + 5, bottom), css)
    title = "\n".join(map(plain, (trace.conclusion, *trace.facts)))
    return [Group((rectangle(box, "mc-verdict"), bar, *texts), "mc-conclusions", title=title)], bottom + 12


def _lines(text: str, room: float, *, bold: bool) -> list[str]:
    return wrapped(plain(text), room, SIZE, bold=bold, most=6)


def omitted(scene: Scene, frame: Frame, top: float) -> tuple[list[Node], float]:
    """The names of agents without a lifeline."""
    if not scene.omitted:
        return [], top
    said = f"Not shown, as they take no part: {', '.join(ranges(scene.omitted))}"
    lines = wrapped(plain(said), frame.width - 2 * MARGIN, SIZE, most=4)
    drawn = [Text(MARGIN, top + SIZE + at * _PITCH, text, "mc-small", SIZE) for at, text in enumerate(lines)]
    return list(drawn), top + len(lines) * _PITCH + 6
