"""A document as Markdown, with its pictures in files beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from modelcheck.reports.diagnostics import visible
from modelcheck.reports.markdown import text as escaped
from modelcheck.reports.packet.document import (
    Block,
    Break,
    Bullets,
    Code,
    Document,
    Folded,
    Heading,
    Inline,
    Link,
    Paragraph,
    Picture,
    Strong,
    Table,
    Text,
    Verbatim,
)

_LEAST_FENCE = 3


def render(document: Document, folder: str) -> str:
    """The text; pictures are named by their path from it, `folder` and a file's name."""
    lines = [line for block in document.blocks for line in _block(block, folder)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _block(block: Block, folder: str) -> Iterator[str]:
    match block:
        case Heading(level, text, anchor):
            yield from ([f'<a id="{anchor}"></a>', ""] if anchor else [])
            yield from (f"{'#' * level} {escaped(text)}", "")
        case Paragraph(text):
            yield from (_inline(text), "")
        case Bullets(items):
            yield from (f"- {_inline(item)}" for item in items)
            yield ""
        case Table():
            yield from _table(block)
        case Picture():
            yield from (f"![{escaped(block.alt)}]({folder}/{block.stem}.svg)", "")
        case Verbatim(text):
            yield from _verbatim(text)
        case Folded(summary, blocks):
            yield from (f"<details><summary>{escaped(summary)}</summary>", "")
            for inner in blocks:
                yield from _block(inner, folder)
            yield from ("</details>", "")
        case _:
            assert_never(block)


def _table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(escaped(head) for head in table.head)} |"
    yield f"|{'---|' * len(table.head)}"
    yield from (f"| {' | '.join(map(_inline, row))} |" for row in table.rows)
    yield ""


def _verbatim(text: str) -> Iterator[str]:
    """Within a fence longer than any that stands in the text."""
    fence = "`" * max(_LEAST_FENCE, _ticks(text) + 1)
    yield from (fence, *visible(text).rstrip("\n").split("\n"), fence, "")


def _ticks(text: str) -> int:
    """The length of the longest run of backticks."""
    most = run = 0
    for char in text:
        run = run + 1 if char == "`" else 0
        most = max(most, run)
    return most


def _inline(text: Text) -> str:
    return "".join(map(_part, text))


def _part(part: Inline) -> str:
    match part:
        case str():
            return escaped(part)
        case Strong(text):
            # Blanks inside the stars would make them stars.
            inner = text.strip()
            before, _, after = text.partition(inner)
            return f"{before}**{escaped(inner)}**{after}" if inner else text
        case Code(text):
            return f"<code>{escaped(text)}</code>"
        case Link(text, anchor):
            return f"[{escaped(text)}](#{anchor})"
        case Break():
            return "<br>"
        case _:
            assert_never(part)
