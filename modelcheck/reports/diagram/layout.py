"""A run as a picture: every element with its place, from the back to the front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.reports.diagram.arrows import arrows
from modelcheck.reports.diagram.closing import conclusion, loop, omitted
from modelcheck.reports.diagram.frame import MARGIN, frame_of
from modelcheck.reports.diagram.lifelines import headers, lifelines, partitions
from modelcheck.reports.diagram.metrics import plain, wrapped
from modelcheck.reports.diagram.routes import Routes
from modelcheck.reports.diagram.rows import RowPainter, rules
from modelcheck.reports.diagram.scene import scene_of
from modelcheck.reports.diagram.shapes import Picture, Text

if TYPE_CHECKING:
    from modelcheck.semantics.trace import Trace

_TITLE = 15.0


def picture(trace: Trace, title: str, prefix: str) -> Picture:
    """Lay a run out. Ids in the picture begin with `prefix`."""
    scene = scene_of(trace)
    width = frame_of(scene, 0).width
    lines = wrapped(plain(title), width - 2 * MARGIN, _TITLE, bold=True, most=3)
    titles = [Text(MARGIN, 28 + 20 * at, text, "mc-title", _TITLE, bold=True) for at, text in enumerate(lines)]
    frame = frame_of(scene, 12 + (20 * len(lines) + 6 if lines else 0))
    routes = Routes(scene, frame)
    rows = [RowPainter(scene, frame, routes, row, prefix).group() for row in scene.rows]
    below, end = conclusion(scene, frame, frame.bottom + 14)
    left_out, end = omitted(scene, frame, end)
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
    )
    said = [f"{trace.length} steps of {len(scene.lanes)} agents.", trace.conclusion, *trace.facts]
    return Picture(width, end + 6, children, plain(title) or "A run", "\n".join(map(plain, filter(None, said))))
