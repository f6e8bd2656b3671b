"""A picture as SVG. Texts are escaped, and each is as wide as it was measured, whatever font the reader has."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never
from xml.sax.saxutils import escape, quoteattr

from modelcheck.reports.diagram.palette import RULES, Theme, stylesheet
from modelcheck.reports.diagram.shapes import Attributes, Element, Group, Node, Picture, Text, number

if TYPE_CHECKING:
    from collections.abc import Iterator


def markup(picture: Picture, *, theme: Theme, prefix: str, rules: str = RULES) -> str:
    """The `<svg>` element, with a stylesheet of these rules."""
    width, height = number(picture.width), number(picture.height)
    named = f"{prefix}-title", f"{prefix}-desc"
    head: Attributes = (
        ("xmlns", "http://www.w3.org/2000/svg"),
        ("class", "mc-diagram"),
        ("role", "img"),
        ("aria-labelledby", " ".join(named)),
        ("width", width),
        ("height", height),
        ("viewBox", f"0 0 {width} {height}"),
    )
    lines = [
        f"<svg{_attributes(head)}>",
        f'<title id="{named[0]}">{escape(picture.title)}</title>',
        f'<desc id="{named[1]}">{escape(picture.description)}</desc>',
        f"<style>{stylesheet(theme, rules)}</style>",
        f'<rect class="mc-ground" width="{width}" height="{height}"/>',
        *(line for child in picture.children for line in _lines(child)),
        "</svg>",
    ]
    return "\n".join(lines)


def _lines(node: Node) -> Iterator[str]:
    match node:
        case Text():
            yield _text(node)
        case Element():
            yield f"<{node.tag}{_attributes((('class', node.css), *node.attributes))}/>"
        case Group():
            css: Attributes = (("class", node.css),) if node.css else ()
            moved = ("transform", f"translate({number(node.at[0])} {number(node.at[1])})")
            attributes = (*css, *node.attributes, *((moved,) if node.at != (0, 0) else ()))
            yield f"<g{_attributes(attributes)}>{_title(node.title)}"
            for child in node.children:
                yield from _lines(child)
            yield "</g>"
        case _:
            assert_never(node)


def _text(text: Text) -> str:
    attributes: Attributes = (("class", text.css), ("x", text.x), ("y", text.y), ("font-size", text.size))
    attributes += () if text.anchor == "start" else (("text-anchor", text.anchor),)
    attributes += (("font-weight", "bold"),) if text.bold else ()
    attributes += (("textLength", text.width), ("lengthAdjust", "spacingAndGlyphs"))
    return f"<text{_attributes(attributes)}>{_title(text.whole)}{escape(text.text)}</text>"


def _title(text: str) -> str:
    return f"<title>{escape(text)}</title>" if text else ""


def _attributes(pairs: Attributes) -> str:
    return "".join(f" {name}={quoteattr(value if isinstance(value, str) else number(value))}" for name, value in pairs)
