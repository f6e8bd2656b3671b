"""A run as a picture: every element with its place, from the back to the front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.reports.diagram.arrows import arrows
from modelcheck.reports.diagram.closing import conclusion, loop, omitted
from modelcheck.reports.diagram.frame import MARGIN, SIZE, frame_of
from modelcheck.reports.diagram.legend import legend
from modelcheck.reports.diagram.lifelines import headers, lifelines, partitions
from modelcheck.reports.diagram.metrics import plain, wrapped
from modelcheck.reports.diagram.routes import Routes
from modelcheck.reports.diagram.rows import RowPainter, rules
from modelcheck.reports.diagram.scene import scene_of
from modelcheck.reports.diagram.shapes import Picture, Text

if TYPE_CHECKING:
    from modelcheck.reports.report import VerdictWord
    from modelcheck.semantics.trace import Trace

_TITLE = 15.0


def picture(trace: Trace, title: str, verdict: VerdictWord | None, prefix: str) -> Picture:
    """Lay a run out. Ids in the picture begin with `prefix`."""
    scene = scene_of(trace)
    width = frame_of(scene, 0).width
    titles = _titles(title, width - 2 * MARGIN)
    frame = frame_of(scene, titles[-1].y + 10 if titles else MARGIN - 4)
    routes = Routes(scene, frame)
    wrong = trace.length if verdict == "violated" and trace.loop_start is None else None
    rows = [RowPainter(routes, row, prefix=prefix, is_wrong=row.step.number == wrong).group() for row in scene.rows]
    below, end = conclusion(scene, frame, frame.bottom + 14, verdict)
    left_out, end = omitted(scene, frame, end)
    signs, end = legend(scene, frame, end)
    children = (
        *titles,
        *partitions(scene, frame),
        *rules(scene, frame),
        *lifelines(scene, frame),
        *loop(scene, frame),
        *arrows(scene, routes),
        *rows,
        *headers(scene, frame),
        *below,
        *left_out,
        *signs,
    )
    told = f"{counted(trace.length, 'step')} of {counted(len(scene.lanes), 'agent')}."
    said = [told, trace.conclusion, *trace.facts]
    return Picture(width, end + 6, children, plain(title) or "A run", "\n".join(map(plain, filter(None, said))))


def _titles(title: str, room: float) -> list[Text]:
    """The first line of a title in large letters, the others below it in small ones."""
    first, _, rest = title.partition("\n")
    lines = wrapped(plain(first), room, _TITLE, bold=True, most=3)
    found = [Text(MARGIN, 28 + 20 * at, text, "mc-title", _TITLE, bold=True) for at, text in enumerate(lines)]
    for text in wrapped(plain(rest), room, SIZE, most=3):
        found.append(Text(MARGIN, found[-1].y + 17 if found else 28, text, "mc-small", SIZE))
    return found
