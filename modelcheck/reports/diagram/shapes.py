"""What a picture is made of: texts that know their box, other elements, and groups of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from modelcheck.frozen import Frozen, replace
from modelcheck.reports.diagram.metrics import ASCENT, DESCENT, plain, shortened, width

Anchor = Literal["start", "middle", "end"]
Attributes = tuple[tuple[str, str | float], ...]


class Box(Frozen):
    """A rectangle, its sides parallel to the axes; y grows downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two have more than an edge in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


class Text(Frozen):
    """One line of text; `x` and `y` are where its baseline is anchored. `whole` is what it was shortened from."""

    x: float
    y: float
    text: str
    css: str
    size: float = 11
    anchor: Anchor = "start"
    bold: bool = False
    whole: str = ""

    @property
    def width(self) -> float:
        """How wide it is drawn."""
        return width(self.text, self.size, bold=self.bold)

    @property
    def box(self) -> Box:
        """The room that it takes."""
        left = self.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor] * self.width
        return Box(left, self.y - ASCENT * self.size, left + self.width, self.y + DESCENT * self.size)


class Element(Frozen):
    """An element without content: a line, a rectangle, a path."""

    tag: str
    css: str
    attributes: Attributes


class Group(Frozen):
    """Elements that belong together, moved by `at`; `title` is shown when a pointer rests on them."""

    children: tuple[Node, ...]
    css: str = ""
    attributes: Attributes = ()
    title: str = ""
    at: tuple[float, float] = (0, 0)


Node = Text | Element | Group


class Picture(Frozen):
    """A whole picture and what it says to who cannot see it."""

    width: float
    height: float
    children: tuple[Node, ...]
    title: str
    description: str


def texts(nodes: Sequence[Node]) -> Iterator[Text]:
    """All texts where they are drawn, in that order."""
    for node in nodes:
        match node:
            case Text():
                yield node
            case Group():
                x, y = node.at
                yield from (replace(text, x=text.x + x, y=text.y + y) for text in texts(node.children))
            case Element():
                pass


def fitting(  # noqa: PLR0913 - a text has that many sides
    text: str,
    x: float,
    y: float,
    room: float,
    css: str,
    *,
    size: float = 11,
    anchor: Anchor = "start",
    bold: bool = False,
) -> Text | None:
    """A text shortened to the room that it has, or None where nothing of it fits."""
    text = plain(text)
    shown = shortened(text, room, size, bold=bold)
    if not shown:
        return None
    return Text(x, y, shown, css, size, anchor, bold, "" if shown == text else text)


def line(x1: float, y1: float, x2: float, y2: float, css: str) -> Element:
    """A straight line."""
    return Element("line", css, (("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)))


def rectangle(box: Box, css: str, corner: float = 0) -> Element:
    """A rectangle, its corners rounded."""
    size: Attributes = (("width", box.right - box.left), ("height", box.bottom - box.top))
    return Element("rect", css, (("x", box.left), ("y", box.top), *size, *((("rx", corner),) if corner else ())))


def path(data: str, css: str) -> Element:
    """A path; numbers in it are written by `number`."""
    return Element("path", css, (("d", data),))


def number(value: float) -> str:
    """A coordinate with one digit at most, the same on every machine."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def polyline(points: Sequence[tuple[float, float]], css: str, *, closed: bool = False) -> Element:
    """Straight lines from point to point."""
    steps = [f"{'L' if at else 'M'}{number(x)} {number(y)}" for at, (x, y) in enumerate(points)]
    return path("".join(steps) + ("Z" if closed else ""), css)
