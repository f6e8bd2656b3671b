"""Texts as rows that fit, and the sizes of the boxes around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen
from modelcheck.reports.diagram.metrics import plain, shortened, width, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.reports.graphs.layout import Size
    from modelcheck.reports.graphs.picture import Edge, Line, Node

HEADING, SMALL = 14.0, 11.5
"""Sizes of text, in pixels."""
HEADING_ROW, ROW = 20.0, 16.0
"""Heights of a row of text of these sizes."""
PADDING = 10.0
DOT = 14.0
"""The diameter of the dot where agents start."""
_WIDEST = 280.0
"""Longer lines are broken."""
_MOST_ROWS = 4
"""Rows of one line; what is longer ends in an ellipsis."""
_INDENT = 12.0
"""How far the second row of a line stands to the right."""
_LEAST_WIDTH = 64.0


class Row(Frozen):
    """A row of text. `first`: the line that it is of begins here."""

    text: str
    line: Line
    first: bool

    @property
    def indent(self) -> float:
        """How far to the right it stands."""
        return 0.0 if self.first else _INDENT


class TextBox(Frozen):
    """What is written in a box or on a line, and how much room that takes."""

    rows: tuple[Row, ...]
    size: Size
    heading: str = ""


def node_box(node: Node) -> TextBox:
    """The box of a node: its heading, and below a rule its lines."""
    if node.kind == "start":
        return TextBox((), (DOT, DOT))
    rows = _rows(node.lines)
    heading = shortened(plain(node.heading), _WIDEST, HEADING, bold=True)
    across = max(_LEAST_WIDTH, width(heading, HEADING, bold=True), _width(rows)) + 2 * PADDING
    height = HEADING_ROW + PADDING + (len(rows) * ROW + PADDING if rows else 0)
    return TextBox(rows, (across, height), heading)


def edge_box(edge: Edge) -> TextBox:
    """The label of an edge; without a size if there is nothing to say."""
    rows = _rows(tuple(line for line in edge.lines if line.text))
    return TextBox(rows, (_width(rows) + PADDING, len(rows) * ROW + PADDING / 2) if rows else (0.0, 0.0))


def _width(rows: Sequence[Row]) -> float:
    return max((width(row.text, SMALL) + row.indent for row in rows), default=0.0)


def _rows(lines: Sequence[Line]) -> tuple[Row, ...]:
    return tuple(
        Row(text, line, number == 0)
        for line in lines
        for number, text in enumerate(wrapped(plain(line.text), _WIDEST, SMALL, most=_MOST_ROWS))
    )
