"""A graph in the language of Graphviz, which can lay it out in other ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from modelcheck.reports.diagram.metrics import plain

if TYPE_CHECKING:
    from modelcheck.reports.graphs.picture import Edge, Graph, Line, Node

_DEFAULTS = (
    'graph [fontname="Helvetica", labelloc=b, labeljust=l, fontsize=10]',
    'node [fontname="Helvetica", fontsize=11, shape=box, style=rounded]',
    'edge [fontname="Helvetica", fontsize=10]',
)


def dot(graph: Graph) -> str:
    """The graph; what the legend says stands below it."""
    legend = "".join(f"{_escaped(line)}\\l" for line in graph.legend)
    lines = [
        f"digraph {_quoted(graph.name)} {{",
        *(f"  {line};" for line in _DEFAULTS),
        *([f'  label="{legend}";'] if legend else []),
        *(f"  {line};" for node in graph.nodes for line in _node(node)),
        *(f"  {line};" for edge in graph.edges for line in _edge(edge)),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _node(node: Node) -> Iterator[str]:
    if node.kind == "start":
        yield f'{_quoted(node.key)} [shape=point, width=0.15, label="", tooltip="{_tip(node.whole)}"]'
        return
    style = ["rounded", *(["dashed"] if node.kind == "any" else []), *(["bold"] if node.durable else [])]
    marks = [word for word, there in (("final", node.final), ("durable", node.durable)) if there]
    heading = f"{node.heading} ({', '.join(marks)})" if marks else node.heading
    parts = [f'label="{_label(heading, node.lines)}"', f'style="{",".join(style)}"']
    parts += ["peripheries=2"] if node.final else []
    parts += ['color="#D55E00"', "penwidth=3"] if node.violating else []
    parts += [f'tooltip="{_tip(node.whole)}"'] if node.whole else []
    yield f"{_quoted(node.key)} [{', '.join(parts)}]"


def _edge(edge: Edge) -> Iterator[str]:
    label = _lines(edge.lines)
    parts = [f'label="{label}"'] if label else []
    parts += ["style=dashed", 'color="#D55E00"', 'fontcolor="#B34700"'] if edge.fault else []
    attributes = f" [{', '.join(parts)}]" if parts else ""
    yield f"{_quoted(edge.source)} -> {_quoted(edge.target)}{attributes}"


def _label(heading: str, lines: Sequence[Line]) -> str:
    return f"{_escaped(heading)}\\n{_lines(lines)}" if lines else _escaped(heading)


def _lines(lines: Sequence[Line]) -> str:
    """Each on a line of its own, to the left."""
    return "".join(f"{_escaped(line.text)}\\l" for line in lines if line.text)


def _tip(text: str) -> str:
    return "\\n".join(map(_escaped, text.split("\n")))


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    """On one line; a backslash would begin an escape, an ampersand the name of a character."""
    return plain(text).replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
