"""Evaluations that go wrong in some state of the types: which are told, as what, and with which state."""

from __future__ import annotations

import pytest

pytest.importorskip("z3")

from modelcheck.pipeline.allowance import Allowance
from modelcheck.pipeline.lint import lint
from modelcheck.source import Source

TEXT = """protocol Test
    message Ping(n: 0..3)
    def half(n: 0..3) = n / 2
    agent Node {{
      var x: 0..3 = 0
      var last: option Node = none
      initial final state Run {{
        step send_it(n in 0..3) {{ send Ping(n) to others }}
        {transition}
      }}
    }}
    check "c" {{ Node = 2 expect 1 states }}
"""


def told(transition: str, *, errors: bool = True) -> list[tuple[str, str]]:
    """Code and problem of what is told of a transition."""
    found = lint(Source("test.mc", TEXT.format(transition=transition)), Allowance(), errors=errors)
    return [(one.code, one.problem) for one in found if one.code in {"MC526", "MC527", "MC529"}]


@pytest.mark.parametrize(
    ("transition", "why"),
    [
        ("step go { x := 5 }", "5 is outside 0..3, where Node[0] is Run, Node[0].x = 0"),
        ("step go when x == 3 { x += 1 }", "4 is outside 0..3, where Node[0] is Run, Node[0].x = 3"),
        # In one branch only, which is enough.
        ("step go { if x > 1 { x += 2 } else { x := 0 } }", "4 is outside 0..3, where Node[0] is Run, Node[0].x = 2"),
        ("step go { if x == 3 { x := half(x + 1) } }", "4 is outside 0..3, where Node[0] is Run, Node[0].x = 3"),
        ("step go { choose n in 4..5 { x := n } }", "4 is outside 0..3, where Node[0] is Run, Node[0].x = 0"),
        ("step go when last == none { if last.value == self { skip } }", ".value of none, where Node[0] is Run, "),
        ("on Ping(n) when n == 3 { x := n + 1 }", "4 is outside 0..3, where Node[0] is Run, Node[0].x = 0"),
    ],
)
def test_what_always_goes_wrong_is_told_with_the_least_state(transition: str, why: str) -> None:
    ((code, problem),) = told(transition)
    assert code == "MC526"
    assert why in problem


@pytest.mark.parametrize(
    ("transition", "why"),
    [
        ("step go { x += 1 }", "4 is outside 0..3, where Node[0] is Run, Node[0].x = 3"),
        ("step go when x > 0 { x := 3 / (x - 1) }", "division by zero, where Node[0] is Run, Node[0].x = 1"),
        ("step go { choose n in 3..4 { x := n } }", "4 is outside 0..3"),
        ("on Ping(n) when n > 1 { x := n + 1 }", "4 is outside 0..3"),
        ("step go { if last.value == self { skip } }", ".value of none"),
        # Several at once, in a loop.
        ("step go when forall y in 1..3: 3 / (y - x) >= half(x + y) { skip }", "division by zero"),
    ],
)
def test_what_goes_wrong_in_some_state_only_is_told_as_possible(transition: str, why: str) -> None:
    ((code, problem),) = told(transition)
    assert code == "MC527"
    assert why in problem


@pytest.mark.parametrize(
    "transition",
    [
        "step go when x < 3 { x += 1 }",
        "step go { x := half(x) }",
        "step go when x > 1 { x := 3 / (x - 1) }",
        "step go when last != none { if last.value == self { skip } }",
        "on Ping(n) when n < 3 { x := n + 1 }",
        # It is never reached.
        "step go when x < 2 { if x > 2 { x := 5 } }",
    ],
)
def test_what_never_goes_wrong_is_not_told(transition: str) -> None:
    assert told(transition) == []


def test_errors_are_told_only_if_they_are_asked_for() -> None:
    assert told("step go { x := 5 }", errors=False) == []


EVEN = """protocol Test
    shared var x: 0..3 = 0
    agent Node {{ initial final state Run {{ step flip {{ if x == 0 {{ x := 2 }} else {{ x := x - 2 }} }} }} }}
    {invariant}
    check "c" {{ expect {expected} }}
"""


@pytest.mark.parametrize(
    ("invariant", "expected", "codes"),
    [
        ("invariant even: x % 2 == 0", "even", []),
        # It is proved of no check that does not expect it, and this one does not follow.
        ("invariant even: x % 2 == 0", "2 states", ["MC507", "MC527"]),
        ("invariant other: x != 3", "other", ["MC527"]),
    ],
)
def test_what_the_invariants_rule_out_by_induction_is_not_told(invariant: str, expected: str, codes: list[str]) -> None:
    found = lint(Source("test.mc", EVEN.format(invariant=invariant, expected=expected)), Allowance(), errors=True)
    assert sorted(one.code for one in found) == codes
