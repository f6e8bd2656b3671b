"""Source text on one line."""

from __future__ import annotations

from modelcheck.ir.written import written
from modelcheck.source import Source, Span


def test_comments_are_left_out_and_strings_are_whole() -> None:
    text = 'assert x == 1, # why\n  "not #1"  # since "then'
    assert written(Span(Source("a.mc", text), 0, len(text))) == 'assert x == 1, "not #1"'
