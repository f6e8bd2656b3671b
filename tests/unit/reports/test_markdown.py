"""The Markdown report: tables and pictures that a review can hold, and names that cannot become markup."""

from __future__ import annotations

import re

import pytest

from modelcheck.pipeline.verify import Options, load, verify_specs
from modelcheck.reports.markdown import LONG, render, text
from modelcheck.source import Source
from tests.unit.reports.hostile import NAMES, hostile_report

LOCK = """
protocol Broken
message Go
agent A { initial state Idle { step go -> Busy { send Go to B } } state Busy }
agent B { final initial state Run { on Go } }
check "it <b>stops</b> | here" { faults { crash A up to 1 } expect deadlock in 2 steps }
check "again" { faults { crash A up to 1 } expect deadlock in 2 steps }
"""
COUNT = """
protocol Count
agent A { var n: 0..60 = 0  initial final state S { step up_ when n < 60 { n += 1 } } }
reachable enough: A[0] is S and (exists a in A: a.n == %d)
check "c" { expect enough }
"""


def _rendered(spec: str = LOCK) -> str:
    return render(verify_specs([load(Source("lock.mc", spec))], Options()))


def test_every_property_has_a_row_and_every_step_a_line() -> None:
    page = _rendered()
    assert "| deadlock | violated | violated |" in page
    assert "### Counterexample: deadlock" in page
    assert [line.split(" | ")[0] for line in page.splitlines() if line[:3] in {"| 0", "| 1", "| 2"}] == [
        "| 0",
        "| 1",
        "| 2",
    ]


def test_what_differs_from_the_expectation_is_told() -> None:
    page = _rendered(
        LOCK.replace(
            "{ faults { crash A up to 1 } expect deadlock in 2 steps }", "{ expect deadlock in 5 steps, 9 states }", 1
        )
    )
    assert "| **deadlock** | **violated** | violated in 5 steps | 2 | a counterexample shows it |" in page
    assert "| **9 states** | **differs** | 9 states |  | found: 3 states |" in page
    assert "**FAILED: 2 checks, 5 verdicts, 2 not as expected**" in page
    assert "\n3 states, 2 transitions, depth 2\n" in page


def test_the_values_at_the_beginning_are_told() -> None:
    assert "| 0 |  | start | A = Idle<br>B = Run |" in _rendered()


def test_a_name_can_be_no_markup_and_break_no_table() -> None:
    page = _rendered()
    assert "<b>" not in page
    assert "it \\<b\\>stops\\</b\\> \\| here" in page
    assert text("a\nb\x1b[31m $x$") == "a b\ufffd\\[31m \\$x\\$"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("by @alice/team", "by @&#8203;alice/team"),
        ("see #12 or a/b#3", r"see \#&#8203;12 or a/b\#&#8203;3"),
        ("gh-7, GH-8", "gh-&#8203;7, GH-&#8203;8"),
        ("@ # C# @_ &#39;", r"@ \# C\# @\_ &amp;\#&#8203;39;"),
    ],
)
def test_a_name_calls_nobody_and_links_to_no_issue(name: str, written: str) -> None:
    assert text(name) == written
    assert f"## Check: {written}\n" in _rendered(LOCK.replace("it <b>stops</b> | here", name))


def test_each_run_is_drawn_once() -> None:
    page = _rendered()
    assert page.count("```mermaid\nsequenceDiagram\n") == 1
    assert 'The same steps as in check "it \\<b\\>stops\\</b\\> \\| here".' in page


def test_long_runs_are_folded_and_too_long_ones_not_drawn() -> None:
    assert "<details>" not in _rendered(COUNT % (LONG - 1))
    page = _rendered(COUNT % LONG)
    assert f"<details>\n<summary>{LONG} steps</summary>\n\n```mermaid" in page
    assert "\n\n</details>\n" in page


def test_names_close_no_fence() -> None:
    page = render(hostile_report())
    outside = re.sub(r"^```mermaid\n.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL)
    assert "```" not in outside
    for name in NAMES:
        assert text(name) in page
    for line in outside.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) in {5, 6}
