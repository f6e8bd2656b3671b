"""Counterexamples to induction are steps that the judge takes, and every report shows them as what they are."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("z3")

from modelcheck.cli.output import write_runs
from modelcheck.frozen import replace
from modelcheck.kernel.task import Limits
from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.reports.registry import FORMATS, RUN_FORMATS
from modelcheck.reports.report import PropertyReport, Report
from modelcheck.reports.runs import runs_of
from modelcheck.source import Source

SPEC = """protocol Lift
shared var floor: 0..9 = 0
shared var top: 0..9 = 4
agent Lift {
  initial state Up {
    step rise when floor < top { floor := floor + 1 }
    step turn when floor == top -> Down { assert top < 8 }
  }
  state Down {
    step sink when floor > 0 { floor := floor - 1 }
    step turn when floor == 0 -> Up
  }
}
invariant low: floor < 5
transition near: next(floor) < 5 or floor >= 5
check "c" { Lift = 1  expect low, near }
"""


@pytest.fixture(scope="module")
def report() -> Report:
    return verify_specs([load(Source("lift.mc", SPEC))], Options(engine="induction", limits=Limits(depth=1)))


def found(report: Report, name: str) -> PropertyReport:
    return next(one for one in report.specs[0].checks[0].properties if one.name == name)


@pytest.mark.parametrize(
    ("name", "conclusion"),
    [
        ("low", "low is false here: floor < 5"),
        ("near", "near is false here: next(floor) < 5 or floor >= 5"),
        ("errors", "evaluation error: the assertion is false: top < 8"),
    ],
)
def test_the_judge_takes_the_step(name: str, conclusion: str, report: Report) -> None:
    one = found(report, name)
    assert (one.verdict, one.trace) == ("unknown", None)
    assert one.pair is not None
    assert one.pair.conclusion == conclusion
    assert one.pair.length == 1
    assert one.pair.steps[0].action == "a state that the proof does not exclude, which may be unreachable"


@pytest.mark.parametrize("format_", FORMATS)
def test_every_report_shows_it_as_what_it_is(format_: str, report: Report) -> None:
    told = FORMATS[format_].renderer()(report)
    assert "low is false here" in told
    assert "which may be unreachable" in told
    if format_ not in {"json", "sarif"}:
        assert "ounterexample to induction" in told
    assert "UNEXPECTED" not in told


def test_pictures_show_it_and_files_of_runs_do_not(report: Report, capsys: pytest.CaptureFixture[str]) -> None:
    pair = next(run for run in runs_of(report) if run.found.name == "low")
    assert pair.is_pair
    picture = RUN_FORMATS["svg"].renderer()(pair).decode()
    assert "counterexample to induction for low" in picture
    assert ">start<" not in picture
    assert b"Note over a0: a state that the proof does not exclude" in RUN_FORMATS["mermaid"].renderer()(pair)
    write_runs(runs_of(report), "trace", None)
    assert "there is no run to write" in capsys.readouterr().err


def test_json_has_it_beside_the_runs(report: Report) -> None:
    document = json.loads(FORMATS["json"].renderer()(report))
    low = next(one for one in document["specs"][0]["checks"][0]["properties"] if one["name"] == "low")
    assert low["trace"] is None
    assert low["pair"]["conclusion"] == "low is false here: floor < 5"


def test_what_is_settled_has_none(report: Report) -> None:
    lower = SPEC.replace("var top: 0..9 = 4", "var top: 0..4 = 4")
    settled = verify_specs([load(Source("lift.mc", lower))], Options(engine="induction", limits=Limits(depth=1)))
    assert all(one.pair is None for one in settled.specs[0].checks[0].properties if one.verdict != "unknown")
    assert found(settled, "low").verdict == "holds"
    assert replace(found(report, "low"), pair=None).shown == ()
