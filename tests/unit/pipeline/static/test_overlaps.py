"""Two transitions for one message: which pairs are told, and with what example."""

from __future__ import annotations

import pytest

pytest.importorskip("z3")

from modelcheck.diagnostics import Diagnostic
from modelcheck.pipeline.allowance import Allowance
from modelcheck.pipeline.lint import lint
from modelcheck.source import Source

TWO = """protocol Test
    message Ping(n: 0..3)
    agent Node {{
      var seen: 0..3 = 0
      initial final state Run {{
        step go(n in 0..3) {{ send Ping(n) to others }}
        {one}
        {other}
      }}
      final state Done {{ {third} }}
    }}
    check "c" {{ Node = 2 expect 1 states }}
"""


def overlaps(one: str, other: str, third: str = "") -> list[Diagnostic]:
    found = lint(Source("test.mc", TWO.format(one=one, other=other, third=third)), Allowance())
    return [diagnostic for diagnostic in found if diagnostic.code == "MC524"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("on Ping(n) when n > seen { seen := n }", "on Ping(n) when n >= seen { skip }"),
        # The names are those of each transition.
        ("on Ping(n) from p when n > seen { skip }", "on Ping(m) from q when m == 3 and q != self { skip }"),
        # Two other messages, one for each, would be less.
        ("on Ping(n) when n == 0 or n == 2 { skip }", "on Ping(n) when n == 1 or n == 2 { skip }"),
        ("on Ping(n) when n == 0 { skip }", "ignore Ping"),
        ("on Ping(n) when n == 0 { skip }", "on Ping { skip }"),
    ],
)
def test_transitions_that_seem_to_exclude_one_another_are_told(one: str, other: str) -> None:
    (found,) = overlaps(one, other)
    assert "in line 7" in found.problem
    assert found.span is not None
    assert found.span.line == 8


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("on Ping(n) when n > seen { seen := n }", "on Ping(n) when n <= seen { skip }"),
        ("on Ping(n) from p when p == self { skip }", "on Ping(n) from q when q != self { skip }"),
        # On purpose: nothing tells them apart.
        ("on Ping { skip }", "on Ping -> Done"),
        ("on Ping(n) when n > 1 { skip }", "on Ping(n) when n > 1 -> Done"),
        # The same message is never there for both.
        ("on Ping(n) when n < 2 { skip }", "on Ping(m) when m > 2 { skip }"),
    ],
)
def test_transitions_that_exclude_one_another_or_are_alternatives_on_purpose_are_not_told(one: str, other: str) -> None:
    assert overlaps(one, other) == []


def test_transitions_of_different_states_do_not_meet() -> None:
    assert overlaps("on Ping(n) when n > 1 { skip }", "", "on Ping { skip }") == []


def test_any_state_overrides_nothing() -> None:
    (found,) = lint(Source("test.mc", ANYWHERE), Allowance())
    assert found.code == "MC524"
    assert found.problem.endswith("Ping Node[0] -> Node[0], where Node[0] is Run")
    assert found.span is not None
    assert found.span.text == "on Ping"


ANYWHERE = """protocol Test
    message Ping
    agent Node {
      initial final state Run { step go { send Ping to others }  on Ping -> Done }
      final state Done { step back -> Run }
      any state { on Ping { skip } }
    }
    check "c" { Node = 2 expect 1 states }
"""


def test_the_example_is_the_least() -> None:
    (found,) = overlaps("on Ping(n) when n > seen { seen := n }", "on Ping(n) when n + seen >= 4 { skip }")
    assert found.problem == (
        "this can take the same Ping as the transition in line 7: "
        "Ping(n: 3) Node[0] -> Node[0], where Node[0] is Run, Node[0].seen = 1"
    )


CRASHED = """protocol Test
    message Ping
    agent Node {
      initial final state Run {
        step go { send Ping to others }
        on Ping from p when p is crashed { skip }
        on Ping from p when p is crashed or p == self { skip }
      }
    }
    check "c" { Node = 2 faults { crash Node up to 1 with recovery } expect 1 states }
"""


def test_the_example_says_who_is_down() -> None:
    (found,) = lint(Source("test.mc", CRASHED), Allowance())
    assert found.problem.endswith("Ping Node[1] -> Node[0], where Node[0] is Run, Node[1].status = down")
