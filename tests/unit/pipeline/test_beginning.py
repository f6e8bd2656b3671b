"""Checks of which no run begins are told of before any other is searched."""

from __future__ import annotations

import pytest

from modelcheck.diagnostics import InputError
from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.source import Source

TEXT = """protocol Begin
shared var n: 0..3 = any
shared var d: 0..1 = any
agent A {
  var k: 0..9 = 0
  initial final state S
  at start { if n == 1 { k := 6 / d } }
}
initially n < 3
invariant i: n >= 0
check "runs"    { expect i }
check "bound"   { bound n > 2  expect i }
check "fails"   { bound n == 3  expect i }
check "nothing" { bound n > 7  expect i }
"""
MANY = """protocol Many
shared var n: 0..999 = any
agent A { initial final state S }
initially n == LAST
invariant i: n >= 0
check "one" { expect i }
check "two" { expect i }
"""


def told(text: str) -> list[int]:
    """The lines of the checks that are told of. A search tells of the first one only."""
    with pytest.raises(InputError) as caught:
        verify_specs([load(Source("begin.mc", text))], Options())
    assert {diagnostic.code for diagnostic in caught.value.diagnostics} == {"MC411"}
    return [diagnostic.span.line for diagnostic in caught.value.diagnostics if diagnostic.span is not None]


def test_all_of_them_are_told_before_the_first_search() -> None:
    well = TEXT.replace("6 / d", "6 - d")
    assert told(well) == [12, 13, 14]
    assert told(well.replace("n < 3", "n < 0")) == [11, 12, 13, 14]


def test_a_beginning_that_fails_is_left_to_the_search() -> None:
    # With n = 1 and d = 0 there is one, whatever the bound.
    checks = verify_specs([load(Source("begin.mc", TEXT))], Options()).specs[0].checks
    assert {prop.verdict for check in checks for prop in check.properties if prop.name == "errors"} == {"violated"}


def test_what_takes_long_to_see_is_left_to_the_search() -> None:
    assert told(MANY.replace("LAST", "1000")) == [6]
    assert told(MANY.replace("LAST", "1000").replace("999", "99")) == [6, 7]
