"""Source text and places in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from modelcheck.frozen import Frozen

_SURROGATES = re.compile("[\ud800-\udfff]")


def sayable(path: str) -> str:
    """A path as texts can say it: a system may call files by bytes that are no UTF-8."""
    return _SURROGATES.sub("\ufffd", path)


class Source(Frozen, dict=True):
    """One file of specification text.

    `name` is what diagnostics print (a path as the user gave it); offsets everywhere count characters of `text` from 0.
    """

    name: str
    text: str

    @cached_property
    def _line_starts(self) -> tuple[int, ...]:
        starts = [0]
        starts.extend(index + 1 for index, char in enumerate(self.text) if char == "\n")
        return tuple(starts)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a character offset, both counted from 1."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def line_text(self, line: int) -> str:
        """The text of a line (counted from 1) without its line end."""
        start = self._line_starts[line - 1]
        end = self._line_starts[line] if line < len(self._line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")


class Span(Frozen):
    """A stretch of one source: characters `start` up to, not including, `end`."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        """Line of the first character, from 1."""
        return self.source.position(self.start)[0]

    @property
    def column(self) -> int:
        """Column of the first character, from 1."""
        return self.source.position(self.start)[1]

    @property
    def text(self) -> str:
        """The characters covered."""
        return self.source.text[self.start : self.end]

    def __repr__(self) -> str:
        # Without the text of the whole file.
        return f"Span(start={self.start}, end={self.end})"

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"
