"""A graph as a picture: where its layout puts things, with the lines of text that they hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from modelcheck.reports.diagnostics import visible
from modelcheck.reports.diagram.metrics import plain, wrapped
from modelcheck.reports.diagram.shapes import (
    Box,
    Element,
    Group,
    Picture,
    Text,
    line,
    number,
    path,
    polyline,
    rectangle,
)
from modelcheck.reports.diagram.shapes import (
    Node as Shape,
)
from modelcheck.reports.graphs.boxes import (
    DOT,
    HEADING,
    HEADING_ROW,
    PADDING,
    ROW,
    SMALL,
    TextBox,
    edge_box,
    node_box,
)
from modelcheck.reports.graphs.layout import Link, Route, laid_out

if TYPE_CHECKING:
    from modelcheck.reports.graphs.picture import Edge, Graph, Node

_MARGIN = 16.0
_CORNER = 8.0
_INNER = 3.0
"""Between the two lines of a double border."""
_BAR = 5.0
"""The width of the bar of what is durable."""
_AROUND = 12.0
"""Free room to both sides of a label, taken together."""
_LEGEND_WIDTH = 420.0
_HEAD, _HALF_HEAD = 9.0, 4.0
"""The length and half the width of an arrow's head."""
_BASELINE = 0.75
"""Where the baseline is in a row, as a part of its height."""


def drawn(graph: Graph) -> Picture:
    """The picture of a graph."""
    boxes = {node.key: node_box(node) for node in graph.nodes}
    labels = [edge_box(edge) for edge in graph.edges]
    links = [
        Link(edge.source, edge.target, (box.size[0] + _AROUND, box.size[1]) if box.rows else None)
        for edge, box in zip(graph.edges, labels, strict=True)
    ]
    layout = laid_out({key: box.size for key, box in boxes.items()}, links)
    legend = [row for text in graph.legend for row in wrapped(plain(text), _LEGEND_WIDTH, SMALL)]
    inside = max(layout.width, _LEGEND_WIDTH if legend else 0.0)
    left = _MARGIN + (inside - layout.width) / 2
    bottom = layout.height + _MARGIN + (PADDING if legend else 0)
    shapes: tuple[Shape, ...] = (
        *(_line(edge, route, left) for edge, route in zip(graph.edges, layout.routes, strict=True)),
        *(_label(box, route, left) for box, route in zip(labels, layout.routes, strict=True) if box.rows),
        *(_node(node, boxes[node.key], layout.nodes[node.key], left) for node in graph.nodes),
        *(Text(_MARGIN, bottom + (at + _BASELINE) * ROW, text, "mc-small", SMALL) for at, text in enumerate(legend)),
    )
    height = bottom + len(legend) * ROW + _MARGIN
    return Picture(inside + 2 * _MARGIN, height, shapes, plain(graph.name), plain(graph.description))


def _node(node: Node, box: TextBox, middle: tuple[float, float], left: float) -> Group:
    x, y = middle[0] + left, middle[1] + _MARGIN
    kinds = ["mc-node", *(["mc-any"] if node.kind == "any" else []), *(["mc-violating"] if node.violating else [])]
    if node.kind == "start":
        dot = Element("circle", "mc-dot", (("cx", x), ("cy", y), ("r", DOT / 2)))
        return Group((dot,), "mc-node", title=visible(node.whole))
    width, height = box.size
    outline = Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    shapes: list[Shape] = [rectangle(outline, "mc-state-box", _CORNER)]
    if node.final:
        shapes.append(rectangle(_within(outline, _INNER), "mc-inner", _CORNER - _INNER))
    if node.durable:
        bar = Box(outline.left, outline.top + _CORNER, outline.left + _BAR, outline.bottom - _CORNER)
        shapes.append(rectangle(bar, "mc-bar"))
    whole = visible(node.heading) if box.heading != plain(node.heading) else ""
    baseline = outline.top + HEADING_ROW
    shapes.append(Text(x, baseline, box.heading, "mc-state-name", HEADING, "middle", bold=True, whole=whole))
    if box.rows:
        rule = baseline + PADDING
        shapes.append(line(outline.left, rule, outline.right, rule, "mc-inner"))
        shapes += _rows(box, outline.left + PADDING, rule + PADDING / 2)
    return Group(tuple(shapes), " ".join(kinds), title=visible(node.whole))


def _within(box: Box, by: float) -> Box:
    return Box(box.left + by, box.top + by, box.right - by, box.bottom - by)


def _rows(box: TextBox, left: float, top: float) -> Iterator[Shape]:
    for at, row in enumerate(box.rows):
        css = "mc-fault-text" if row.line.fault or row.line.wrong else "mc-line-text"
        text = Text(left + row.indent, top + (at + _BASELINE) * ROW, row.text, css, SMALL)
        yield Group((text,), title=visible(row.line.whole)) if row.line.whole else text


def _line(edge: Edge, route: Route, left: float) -> Group:
    points = [(x + left, y + _MARGIN) for x, y in route.points]
    (x, y), (tip_x, tip_y) = points[0], points[-1]
    back = tip_y - _HEAD if tip_y > y else tip_y + _HEAD
    data = [f"M{number(x)} {number(y)}"]
    # Where the head is, there is no line.
    for to_x, to_y in [*(p for p in points[1:-1] if abs(p[1] - tip_y) > _HEAD), (tip_x, back)]:
        data += [_curve(x, y, to_x, to_y)] if (x, y) != (to_x, to_y) else []
        x, y = to_x, to_y
    head = polyline([(tip_x, tip_y), (tip_x - _HALF_HEAD, back), (tip_x + _HALF_HEAD, back)], "mc-arrow", closed=True)
    return Group((path("".join(data), "mc-link"), head), "mc-edge mc-fault" if edge.fault else "mc-edge")


def _curve(x: float, y: float, to_x: float, to_y: float) -> str:
    """On to a point, upright at both ends."""
    if x == to_x:
        return f"L{number(to_x)} {number(to_y)}"
    middle = number((y + to_y) / 2)
    return f"C{number(x)} {middle} {number(to_x)} {middle} {number(to_x)} {number(to_y)}"


def _label(box: TextBox, route: Route, left: float) -> Group:
    assert route.label is not None
    x, y = route.label[0] + left, route.label[1] + _MARGIN
    width, height = box.size
    back = Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    rows: Sequence[Shape] = list(_rows(box, back.left + PADDING / 2, back.top + PADDING / 4))
    return Group((rectangle(back, "mc-label", PADDING / 2), *rows), "mc-edge-label")
