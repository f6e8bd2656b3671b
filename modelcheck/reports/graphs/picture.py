"""A graph to be drawn: nodes with lines of text in them, edges with lines of text on them."""

from __future__ import annotations

from typing import Literal

from modelcheck.frozen import Frozen

NodeKind = Literal["state", "start", "any"]
"""A state; the dot where agents start; the box that stands for any state."""


class Line(Frozen):
    """A line of text; `whole` is all there is to say, for who points at it.

    `fault`: no step of the protocol. `wrong`: it tells a violation.
    """

    text: str
    whole: str = ""
    fault: bool = False
    wrong: bool = False


class Node(Frozen):
    """A node. `lines` stand below its heading, `whole` is said of it to who points at it."""

    key: str
    heading: str
    lines: tuple[Line, ...] = ()
    kind: NodeKind = "state"
    final: bool = False
    durable: bool = False
    violating: bool = False
    whole: str = ""


class Edge(Frozen):
    """From node to node; all that leads from one to the other is on one edge."""

    source: str
    target: str
    lines: tuple[Line, ...] = ()

    @property
    def fault(self) -> bool:
        """Whether only faults lead this way."""
        return bool(self.lines) and all(line.fault for line in self.lines)


class Graph(Frozen):
    """A picture. `legend` explains the signs that are in it; `description` says in words what it shows."""

    name: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    legend: tuple[str, ...] = ()
    description: str = ""
