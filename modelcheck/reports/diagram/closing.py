"""The end of a picture: what the run shows, its loop, the agents left out and what the signs mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.reports.diagram.frame import MARGIN, SIZE
from modelcheck.reports.diagram.metrics import plain, width, wrapped
from modelcheck.reports.diagram.shapes import Box, Group, Node, Text, line, polyline, rectangle
from modelcheck.reports.shown import ranges
from modelcheck.reports.trace_text import is_said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.reports.diagram.frame import Frame
    from modelcheck.reports.diagram.scene import Scene
    from modelcheck.reports.report import VerdictWord

_PITCH = 16.0
_PADDING = 10.0
_FEW, _COLUMN = 4, 28.0
"""How many facts stand in one column at most, and what is left between two."""


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
    left, y = MARGIN + 2 * _PADDING, top + _PADDING + SIZE - 1
    lines = wrapped(plain(trace.conclusion), room, SIZE, bold=True, most=6)
    texts = [Text(left, y + at * _PITCH, text, "mc-conclusion", SIZE, bold=True) for at, text in enumerate(lines)]
    texts += _facts(facts, left, y + len(lines) * _PITCH, room)
    if not texts:
        return [], top
    bottom = max(text.y for text in texts) + _PITCH - SIZE + _PADDING - 3
    box = Box(MARGIN, top, frame.width - MARGIN, bottom)
    css = f"mc-verdict-bar mc-{verdict}" if verdict else "mc-verdict-bar"
    bar = rectangle(Box(MARGIN, top, MARGIN + 5, bottom), css)
    title = "\n".join(map(plain, (trace.conclusion, *trace.facts)))
    return [Group((rectangle(box, "mc-verdict"), bar, *texts), "mc-conclusions", title=title)], bottom + 12


def _facts(facts: Sequence[str], left: float, top: float, room: float) -> list[Text]:
    """Facts one below the other; many short ones in columns, read downwards."""
    said = [plain(fact) for fact in facts]
    widest = max((width(fact, SIZE) for fact in said), default=0) + _COLUMN
    columns = int(room // widest) if len(said) > _FEW else 1
    if columns > 1:
        height = -(-len(said) // columns)
        places = [(at // height, at % height, fact) for at, fact in enumerate(said)]
    else:
        lines = [line for fact in said for line in wrapped(fact, room, SIZE, most=6)]
        places = [(0, at, line) for at, line in enumerate(lines)]
    return [Text(left + column * widest, top + row * _PITCH, fact, "mc-fact", SIZE) for column, row, fact in places]


def omitted(scene: Scene, frame: Frame, top: float) -> tuple[list[Node], float]:
    """The names of agents without a lifeline."""
    if not scene.omitted:
        return [], top
    said = f"Not shown, as they take no part: {', '.join(ranges(scene.omitted))}"
    lines = wrapped(plain(said), frame.width - 2 * MARGIN, SIZE, most=4)
    drawn = [Text(MARGIN, top + SIZE + at * _PITCH, text, "mc-small", SIZE) for at, text in enumerate(lines)]
    return list(drawn), top + len(lines) * _PITCH + 6
