"""Mistakes that other tools made with infinite runs, and ours: each has a test by name. All engines are asked."""

from __future__ import annotations

import pytest

from modelcheck.engines.base import ERRORS
from modelcheck.pipeline.verify import Options, verify_specs
from modelcheck.reports.report import CheckReport
from tests.differential.test_generated import load_text

ENGINES = ("interpreter", "native")


def checks(text: str, engine: str, workers: int = 1) -> tuple[CheckReport, ...]:
    if engine == "native":
        pytest.importorskip("llvmlite")
    return verify_specs([load_text(text)], Options(engine=engine, workers=workers)).specs[0].checks


def verdicts(text: str, engine: str = "interpreter", workers: int = 1) -> dict[str, str]:
    """The verdicts of the last check."""
    return {found.name: found.verdict for found in checks(text, engine, workers)[-1].properties}


UNDEFINED = """
protocol Undefined
agent Node {
  var x: 0..2 = 0
  final initial state Run { step more when x < 2 { x += 1 } step back when x == 2 { x := 0 } }
}
temporal now: forall p in Node: always eventually 6 / p.x > 3
temporal behind: forall p in Node: eventually always 6 / next(p.x) > 3
temporal other: forall p in Node: always p.x < 2
check "c" { expect now, behind, other }
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_a_formula_without_a_value_is_an_error_and_no_verdict(engine: str) -> None:
    found = verdicts(UNDEFINED, engine)
    assert found[ERRORS] == "violated"
    assert (found["now"], found["behind"], found["other"]) == ("unknown",) * 3


AVOIDABLE = """
protocol Avoidable
agent Node {
  var x: 0..2 = 1
  initial state Run { step lift when x == 1 { x := 2 } unfair step lower when x == 1 { x := 0 } }
}
temporal now: forall p in Node: eventually 6 / p.x > 7
check "c" { allow deadlock expect not now }
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_that_meets_no_error_is_a_counterexample_beside_one(engine: str) -> None:
    found = verdicts(AVOIDABLE, engine)
    assert (found[ERRORS], found["now"]) == ("violated", "violated")
