"""Which formats of pictures there are: name, which is the file's ending as well, to thunk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen

if TYPE_CHECKING:
    from modelcheck.reports.graphs.picture import Graph

    GraphRenderer = Callable[[Graph], bytes]


class GraphFormat(Frozen):
    """A file for each graph; its thunk raises `RefusalError` where something is not installed."""

    renderer: Callable[[], GraphRenderer]
    is_text: bool = True
    """Whether it can be printed to a terminal."""


def _svg() -> GraphRenderer:
    from modelcheck.reports.graphs.svg import svg  # noqa: PLC0415 - a thunk

    return lambda graph: svg(graph).encode()


def _png() -> GraphRenderer:
    from modelcheck.reports.diagram.raster import check_png, png  # noqa: PLC0415 - a thunk
    from modelcheck.reports.graphs.svg import svg  # noqa: PLC0415

    check_png()
    return lambda graph: png(svg(graph, theme="light"))


def _dot() -> GraphRenderer:
    from modelcheck.reports.graphs.dot import dot  # noqa: PLC0415 - a thunk

    return lambda graph: dot(graph).encode()


GRAPH_FORMATS: dict[str, GraphFormat] = {
    "svg": GraphFormat(_svg),
    "png": GraphFormat(_png, is_text=False),
    "dot": GraphFormat(_dot),
}
