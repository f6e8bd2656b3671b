"""One run as a picture of pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.reports.diagram import svg
from modelcheck.reports.diagram.raster import png
from modelcheck.reports.svg import title_of

if TYPE_CHECKING:
    from modelcheck.reports.runs import ShownRun


def render(run: ShownRun) -> bytes:
    """The run as PNG, on a light ground. Raises `RefusalError` where that cannot be."""
    return png(svg(run.trace, title=title_of(run), verdict=run.verdict, theme="light"))
