"""A document as one HTML page that needs nothing else: no script, no font, nothing from anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from modelcheck.reports.html.elements import Content, Markup, element, markup
from modelcheck.reports.packet import document as doc
from modelcheck.reports.packet.style import STYLE

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def render(document: doc.Document) -> str:
    """The page."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        # `http-equiv` before all that it is about.
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", document.title),
        Markup(f"<style>{STYLE}</style>"),
    )
    body = element(
        "body",
        element("nav", element("ul", _contents(document)), aria_label="Contents"),
        element("main", (("\n", _block(block)) for block in document.blocks)),
        id="top",
    )
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en')}\n"


def _contents(document: doc.Document) -> Iterator[Content]:
    for block in document.blocks:
        if isinstance(block, doc.Heading) and block.anchor:
            link = element("a", block.text, href=f"#{block.anchor}")
            yield element("li", link, class_=f"level-{block.level}")


def _block(block: doc.Block) -> Markup:
    match block:
        case doc.Heading(level, text, anchor):
            return element(f"h{level}", text, id=anchor or None)
        case doc.Paragraph(text, kind):
            return element("p", _inline(text), class_=None if kind == "plain" else f"said {kind}")
        case doc.Bullets(items):
            return element("ul", (element("li", _inline(item)) for item in items))
        case doc.Table():
            return _table(block)
        case doc.Picture():
            return element("figure", Markup(block.inline), tabindex=0, aria_label=block.alt)
        case doc.Verbatim(text):
            return element("pre", element("code", text))
        case doc.Folded(summary, blocks):
            return element("details", element("summary", summary), map(_block, blocks))
        case _:
            assert_never(block)


def _table(table: doc.Table) -> Markup:
    head = element("thead", element("tr", (element("th", one, scope="col") for one in table.head)))
    rows = (
        element("tr", element("th", _inline(first), scope="row"), (element("td", _inline(cell)) for cell in others))
        for first, *others in table.rows
    )
    columns = element("colgroup", (element("col", style=f"width:{width}%") for width in table.widths))
    whole = element("table", columns, head, element("tbody", rows))
    # What a keyboard can scroll has a name.
    return element(
        "div", whole, class_="scroll", tabindex=0, role="group", aria_label=f"Table: {', '.join(table.head)}"
    )


def _inline(text: doc.Text) -> Markup:
    return markup(map(_part, text))


def _part(part: doc.Inline) -> Content:
    match part:
        case str():
            return part
        case doc.Strong(text):
            return element("strong", text)
        case doc.Code(text):
            return element("code", text)
        case doc.Link(text, anchor):
            return element("a", text, href=f"#{anchor}")
        case doc.Break():
            return element("br")
        case _:
            assert_never(part)
