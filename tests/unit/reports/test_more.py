"""Other counterexamples stand behind the first, in every format."""

from __future__ import annotations

import json

import pytest

from modelcheck.frozen import replace
from modelcheck.pipeline.verify import Options, load, verify_specs
from modelcheck.reports.registry import FORMATS
from modelcheck.reports.report import Report
from modelcheck.reports.runs import file_stems, runs_of
from modelcheck.source import Source

DOOR = """
protocol Door
agent A {
  initial state Start { step left -> Left  step right -> Right }
  state Left { step jump -> End }
  state Right { step further -> Near }
  state Near { step fall -> End }
  final state End
}
invariant away: not exists a in A: a is End
check "c" { expect not away }
"""


@pytest.fixture(scope="module")
def report() -> Report:
    return verify_specs([load(Source("door.mc", DOOR))], Options(counterexamples=3, order="switches"))


def test_runs_are_told_the_shortest_first(report: Report) -> None:
    runs = runs_of(report)
    assert [run.trace.length for run in runs] == [2, 3]
    assert file_stems(runs) == ["door-c-away", "door-c-away-2"]


def test_formats_for_ci_have_both(report: Report) -> None:
    failed = replace(report.specs[0].checks[0].properties[0], ok=False)
    check = replace(report.specs[0].checks[0], properties=(failed,))
    wrong = replace(report, specs=(replace(report.specs[0], checks=(check,)),))
    (result,) = json.loads(FORMATS["sarif"].renderer()(wrong))["runs"][0]["results"]
    ends = [flow["threadFlows"][0]["locations"][-1]["location"]["message"]["text"] for flow in result["codeFlows"]]
    assert ends == ["2. A: jump", "3. A: fall"]
    for name in ("junit", "github"):
        told = FORMATS[name].renderer()(wrong)
        assert told.index("jump") < told.index("another counterexample:") < told.index("further")
        assert "all different counterexamples: 2" in told


@pytest.mark.parametrize("name", ["text", "markdown", "json"])
def test_a_document_has_both_and_says_that_there_are_no_more(report: Report, name: str) -> None:
    told = FORMATS[name].renderer()(report)
    assert told.index("jump") < told.index("further") or name == "json"
    assert "further" in told
    assert "all different counterexamples: 2" in told
    assert "of all shortest runs the first with the fewest changes of actor: 0" in told
    assert told.lower().count("another counterexample") == (name != "json")
