"""Diagnostics as text: code and place, the source line with a caret, a help line."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.reports.style import PLAIN, Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.diagnostics import Diagnostic
    from modelcheck.source import Span

REPLACEMENT = "\ufffd"

WIDEST = 160
"""A source line longer than this is shown around the mistake only."""


def render_diagnostics(diagnostics: Sequence[Diagnostic], style: Style = PLAIN) -> str:
    """All diagnostics, one after another, and how many there are."""
    parts = [_one(diagnostic, style) for diagnostic in diagnostics]
    errors = sum(d.severity == "error" for d in diagnostics)
    warnings = len(diagnostics) - errors
    counts = [counted(n, word) for n, word in ((errors, "error"), (warnings, "warning")) if n]
    return "\n".join([*parts, ", ".join(counts)])


def _one(diagnostic: Diagnostic, style: Style) -> str:
    colour = "red" if diagnostic.severity == "error" else "yellow"
    head = style.paint(f"{diagnostic.severity}[{diagnostic.code}]", colour, "bold")
    lines = [f"{head}: {visible(diagnostic.problem)}"]
    if diagnostic.span is not None:
        lines += _excerpt(diagnostic.span, style, colour)
    if diagnostic.help:
        lines.append(f"   {style.paint('help', 'cyan')}: {visible(diagnostic.help)}")
    return "\n".join(lines) + "\n"


def sentence(diagnostic: Diagnostic) -> str:
    """The problem and what to do, one behind the other."""
    return f"{diagnostic.problem}. {diagnostic.help}" if diagnostic.help else diagnostic.problem


def place(diagnostic: Diagnostic) -> str:
    """` (spec.mc:3:7)`, to be put behind it; nothing where no place is to blame."""
    return "" if diagnostic.span is None else f" ({diagnostic.span})"


def _excerpt(span: Span, style: Style, colour: str) -> list[str]:
    line, column = span.line, span.column
    text = span.source.line_text(line)
    length = max(1, min(span.end - span.start, len(text) - column + 1))
    start = 0
    if len(text) > WIDEST:
        start = max(0, column - 1 - WIDEST // 2)
        text = text[start : start + WIDEST]
    before = text[: column - 1 - start]
    number = str(line)
    # A tab stays a tab under a tab, and a wide character gets two columns, so that the caret stands below the mistake.
    padding = "".join("\t" if char == "\t" else " " * _columns(char) for char in before)
    marks = "^" * max(1, sum(_columns(char) for char in text[len(before) : len(before) + length]))
    gutter = " " * len(number)
    return [
        f" {gutter}{style.paint('-->', 'dim')} {span}",
        f" {style.paint(number + ' |', 'dim')} {visible(text)}",
        f" {gutter} {style.paint('|', 'dim')} {padding}{style.paint(marks, colour)}",
    ]


def _columns(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def visible(text: str) -> str:
    """Text with control characters made visible, so that no specification can drive the reader's terminal."""
    if text.isprintable():
        return text
    return "".join(c if c in "\t\n" or unicodedata.category(c)[0] != "C" else REPLACEMENT for c in text)
