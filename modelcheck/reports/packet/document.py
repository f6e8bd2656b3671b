"""A document before it is Markdown or HTML: blocks of text, tables and pictures."""

from __future__ import annotations

from typing import Literal

from modelcheck.frozen import Frozen


class Strong(Frozen):
    """Important words."""

    text: str


class Code(Frozen):
    """Words of a specification or a command."""

    text: str


class Link(Frozen):
    """A link to the heading with this anchor."""

    text: str
    anchor: str


class Break(Frozen):
    """The end of a line."""


Inline = str | Strong | Code | Link | Break
Text = tuple[Inline, ...]


def marked(text: str) -> Text:
    """Words in which backticks stand around code, as authors of comments write them."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        # One is left over: they are no pairs.
        return (text,)
    return tuple(Code(part) if at % 2 else part for at, part in enumerate(parts) if part)


class Heading(Frozen):
    """A heading of level 1 to 4; `anchor` is its name for links, of letters, digits and `-`."""

    level: int
    text: str
    anchor: str = ""


class Paragraph(Frozen):
    """A paragraph. `kind`: what is good, bad, not known, or merely said."""

    text: Text
    kind: Literal["plain", "good", "bad", "open"] = "plain"


class Bullets(Frozen):
    """A list."""

    items: tuple[Text, ...]


class Table(Frozen):
    """A table; the first cell of each row is what the row is about. `widths` of its columns, in percent."""

    head: tuple[str, ...]
    rows: tuple[tuple[Text, ...], ...]
    widths: tuple[int, ...]


def without_empty_columns(table: Table) -> Table:
    """The same without columns in which no row says anything; the widest of the others gets their room."""
    kept = [at for at in range(len(table.head)) if any(any(row[at]) for row in table.rows)]
    widths = [table.widths[at] for at in kept]
    if widths:
        widths[widths.index(max(widths))] += sum(table.widths) - sum(widths)
    head = tuple(table.head[at] for at in kept)
    return Table(head, tuple(tuple(row[at] for at in kept) for row in table.rows), tuple(widths))


class Picture(Frozen):
    """A picture. `stem` is the name of its file without the ending, `inline` the same to be put into a page."""

    stem: str
    file: str
    inline: str
    alt: str


class Verbatim(Frozen):
    """Text that stays as it is."""

    text: str
    language: str = ""


class Folded(Frozen):
    """What is there to be looked up."""

    summary: str
    blocks: tuple[Block, ...]


Block = Heading | Paragraph | Bullets | Table | Picture | Verbatim | Folded


class Document(Frozen):
    """Blocks under a title."""

    title: str
    blocks: tuple[Block, ...]
