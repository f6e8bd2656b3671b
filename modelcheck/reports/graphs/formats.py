"""Which formats of pictures there are: name, which is the file's ending as well, to thunk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelcheck.reports.graphs.picture import Graph

    GraphRenderer = Callable[[Graph], str]


def _svg() -> GraphRenderer:
    from modelcheck.reports.graphs.svg import svg  # noqa: PLC0415 - a thunk

    return svg


def _dot() -> GraphRenderer:
    from modelcheck.reports.graphs.dot import dot  # noqa: PLC0415 - a thunk

    return dot


GRAPH_FORMATS: dict[str, Callable[[], GraphRenderer]] = {"svg": _svg, "dot": _dot}
