"""Which texts of a picture stand on one another, or outside of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from modelcheck.reports.diagram.frame import RADIUS
from modelcheck.reports.diagram.marks import half_width
from modelcheck.reports.diagram.shapes import Box, Group, Node, Picture, Text, texts


def collisions(drawn: Picture) -> list[tuple[str, str]]:
    found = sorted((text for text in texts(drawn.children) if text.text.strip()), key=lambda text: text.box.top)
    pairs = []
    for number, one in enumerate(found):
        for other in found[number + 1 :]:
            if other.box.top >= one.box.bottom:
                break
            if one.box.meets(other.box):
                pairs.append((one.text, other.text))
    return pairs


def strays(drawn: Picture) -> list[str]:
    boxes = [(text.text, text.box) for text in texts(drawn.children)]
    return [
        text
        for text, box in boxes
        if box.left < 0 or box.top < 0 or box.right > drawn.width or box.bottom > drawn.height
    ]


def hidden(drawn: Picture) -> list[tuple[str, str]]:
    """Texts that stand on the mark of a step, by the step's number."""
    marks = list(_marks(drawn.children))
    words = [text for text in texts(drawn.children) if text.css != "mc-number" and text.text.strip()]
    return [(text.text, number) for number, box in marks for text in words if text.box.meets(box)]


def _marks(nodes: Sequence[Node]) -> Iterator[tuple[str, Box]]:
    for node in nodes:
        if isinstance(node, Group):
            numbers = [child for child in node.children if isinstance(child, Text) and child.css == "mc-number"]
            for number in numbers:
                half = half_width(number.text, "fault" if "mc-fault" in node.css else "own")
                yield (
                    number.text,
                    Box(number.x - half, number.y - 3.4 - RADIUS, number.x + half, number.y - 3.4 + RADIUS),
                )
            yield from _marks(node.children)
