"""Which texts of a picture stand on one another, or outside of it."""

from __future__ import annotations

from modelcheck.reports.diagram.shapes import Picture, texts


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
