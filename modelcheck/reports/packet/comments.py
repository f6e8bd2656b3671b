"""Comments of a specification: what its author says of it, in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen

if TYPE_CHECKING:
    from modelcheck.source import Source

_STRING = re.compile(r'"[^"\n]*"')
_RULE = re.compile(r"[-=*~_#\s]{4,}")
"""A line across, with which authors part sections."""


def header(source: Source) -> str:
    """The comment at the top of a text, before anything else, without its marks; empty without one."""
    lines: list[str] = []
    for line in source.text.lstrip("\ufeff").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").removeprefix(" ").rstrip())
    return "\n".join(lines).strip("\n")


def comment_of(source: Source, line: int) -> str:
    """The comment of what begins in a line (from 1): directly above it, else at the end of the line.

    Lines across, and what stands beside them, are titles of sections and belong to nothing.
    """
    lines = source.text.split("\n")
    found: list[str] = []
    number = line - 2
    while number >= 0 and lines[number].strip().startswith("#"):
        found.append(lines[number].strip().lstrip("#").strip())
        number -= 1
    if number < 0:
        # The comment at the top speaks of all.
        found = []
    above = [text for text in reversed(found) if text and not _RULE.match(text)]
    return " ".join(above) or _behind(lines[line - 1] if line <= len(lines) else "")


def _behind(line: str) -> str:
    """A comment at the end of a line; a `#` inside a string begins none."""
    masked = _STRING.sub(lambda match: "x" * len(match[0]), line)
    at = masked.find("#")
    return "" if at < 0 else line[at:].lstrip("#").strip()


class Prose(Frozen):
    """A part of a comment: a paragraph, the items of a list, or lines that stand as they are."""

    paragraph: str = ""
    items: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


_ITEM = re.compile(r"\s*(?:[-*•]|\d+[.)])\s+(.*)")


def prose(text: str) -> list[Prose]:
    """A comment in paragraphs and lists; what is indented otherwise stays as it is."""
    found: list[Prose] = []
    for block in re.split(r"\n\s*\n", text):
        lines = [line for line in block.split("\n") if line.strip()]
        paragraph: list[str] = []
        while lines and not _ITEM.fullmatch(lines[0]) and not lines[0].startswith("  "):
            paragraph.append(lines.pop(0).strip())
        found += [Prose(paragraph=" ".join(paragraph))] if paragraph else []
        if lines:
            found.append(_indented(lines))
    return found


def _indented(lines: list[str]) -> Prose:
    if not _ITEM.fullmatch(lines[0]):
        return Prose(lines=tuple(lines))
    items: list[str] = []
    for line in lines:
        item = _ITEM.fullmatch(line)
        if item:
            items.append(item[1].strip())
        else:
            items[-1] += f" {line.strip()}"
    return Prose(items=tuple(items))
