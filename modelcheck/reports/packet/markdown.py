"""A document as Markdown, with its pictures in files beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import assert_never

from modelcheck.reports.diagnostics import visible
from modelcheck.reports.html.elements import text as html_text
from modelcheck.reports.markdown import code, unlinked
from modelcheck.reports.markdown import text as escaped
from modelcheck.reports.packet import document as doc

_LEAST_FENCE = 3
_BEGINS = re.compile(r"^([0-9]*)([-=.)])")
"""What could begin something at the beginning of a line: `-`, `=`, `1.` and `1)`."""


def render(document: doc.Document, folder: str) -> str:
    """The text; pictures are named by their path from it, `folder` and a file's name."""
    lines = [line for block in document.blocks for line in _block(block, folder)]
    return "\n".join(lines).rstrip("\n") + "\n"


def _block(block: doc.Block, folder: str) -> Iterator[str]:
    match block:
        case doc.Heading(level, text, anchor):
            yield from ([f'<a id="{anchor}"></a>', ""] if anchor else [])
            yield from (f"{'#' * level} {escaped(text)}", "")
        case doc.Paragraph(text):
            yield from (_begun(_inline(text)), "")
        case doc.Bullets(items):
            yield from (f"- {_begun(_inline(item))}" for item in items)
            yield ""
        case doc.Table():
            yield from _table(block)
        case doc.Picture():
            yield from (f"![{code(block.alt)}]({folder}/{block.stem}.svg)", "")
        case doc.Verbatim(text, language):
            yield from _verbatim(text, language)
        case doc.Folded(summary, blocks):
            # Up to the blank line this is HTML, where a backslash is one.
            yield from (f"<details><summary>{unlinked(html_text(summary))}</summary>", "")
            for inner in blocks:
                yield from _block(inner, folder)
            yield from ("</details>", "")
        case _:
            assert_never(block)


def _table(table: doc.Table) -> Iterator[str]:
    yield f"| {' | '.join(escaped(head) for head in table.head)} |"
    yield f"|{'---|' * len(table.head)}"
    yield from (f"| {' | '.join(map(_inline, row))} |" for row in table.rows)
    yield ""


def _begun(line: str) -> str:
    """A line that begins no list, rule or heading; the other signs of these are escaped wherever they stand."""
    return _BEGINS.sub(r"\1\\\2", line)


def _verbatim(text: str, language: str) -> Iterator[str]:
    """Within a fence longer than any that stands in the text."""
    fence = "`" * max(_LEAST_FENCE, _ticks(text) + 1)
    yield from (f"{fence}{language}", *visible(text).rstrip("\n").split("\n"), fence, "")


def _ticks(text: str) -> int:
    """The length of the longest run of backticks."""
    most = run = 0
    for char in text:
        run = run + 1 if char == "`" else 0
        most = max(most, run)
    return most


def _inline(text: doc.Text) -> str:
    return "".join(map(_part, text))


def _part(part: doc.Inline) -> str:
    match part:
        case str():
            return escaped(part)
        case doc.Strong(text):
            # Blanks inside the stars would make them stars.
            inner = text.strip()
            before, _, after = text.partition(inner) if inner else (text, "", "")
            return f"{before}**{escaped(inner)}**{after}" if inner else text
        case doc.Code(text):
            return f"<code>{code(text)}</code>"
        case doc.Link(text, anchor):
            return f"[{escaped(text)}](#{anchor})"
        case doc.Break():
            return "<br>"
        case _:
            assert_never(part)
