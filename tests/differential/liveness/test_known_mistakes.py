"""Mistakes that other tools made with infinite runs, and ours: each has a test by name. All engines are asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelcheck.diagnostics import InputError
from modelcheck.engines.base import ERRORS
from modelcheck.environment.faults.budget import Spend
from modelcheck.ir.expression import Env
from modelcheck.ir.statements.fairness import OWED, Class
from modelcheck.pipeline.verify import Options, verify_specs
from modelcheck.reports.report import CheckReport
from tests.differential.liveness.mistakes import MISTAKES, Mistake
from tests.differential.test_generated import load_text

ENGINES = ("interpreter", "native")


def checks(text: str, engine: str, workers: int = 1) -> tuple[CheckReport, ...]:
    if engine == "native":
        pytest.importorskip("llvmlite")
    return verify_specs([load_text(text)], Options(engine=engine, workers=workers)).specs[0].checks


def verdicts(text: str, engine: str = "interpreter", workers: int = 1) -> dict[str, str]:
    """The verdicts of the last check."""
    return {found.name: found.verdict for found in checks(text, engine, workers)[-1].properties}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_the_mistake_is_not_made(mistake: Mistake, engine: str) -> None:
    found = verdicts(mistake.text, engine)
    assert {name: found[name] for name in mistake.right} == mistake.right


def test_a_fault_that_is_owed_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    original = Spend.execute

    def execute(self: Spend, env: Env) -> None:
        original(self, env)
        env.locals[OWED] = Class("fault", None, (), "weak")

    monkeypatch.setattr(Spend, "execute", execute)
    mistake = next(mistake for mistake in MISTAKES if mistake.name == "a fault owed")
    assert verdicts(mistake.text)["gone"] == "holds"


FULL = """
protocol Full
message Ping over unordered capacity 1
agent Client { initial state Busy { step ask { send Ping to Server } } }
agent Server { final initial state Deaf }
eventually never: forall c in Client: not (c is Busy)
check "one" { expect never }
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_a_full_network_is_no_deadlock_and_no_counterexample(engine: str) -> None:
    (check,) = checks(FULL, engine)
    assert [(found.name, found.verdict) for found in check.properties] == [
        ("never", "unknown"),
        ("deadlock", "unknown"),
        (ERRORS, "unknown"),
    ]


NOWHERE = """
protocol Nowhere
agent Node { initial state Run { step go } }
initially false
temporal nothing: always false
check "one" { expect nothing }
"""


def test_without_a_run_no_formula_is_said_to_hold() -> None:
    with pytest.raises(InputError) as caught:
        verdicts(NOWHERE)
    assert [d.code for d in caught.value.diagnostics] == ["MC411"]


def test_any_number_of_workers_finds_the_same_counterexample_each_time() -> None:
    """TLC 971: with several workers a violation was missed now and then."""
    file = Path(__file__).parents[3] / "specs" / "coordination" / "alternating_bit.mc"
    text = file.read_text("utf-8").replace("strong on Data", "on Data")
    runs = set()
    for workers in (1, 2, 3, 5, 8, 8, 8):
        found = next(p for p in checks(text, "native", workers)[0].properties if p.name == "progress")
        assert found.trace is not None
        runs.add(tuple(step.action for step in found.trace.steps))
    assert len(runs) == 1


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


KEPT = """
protocol Kept
agent Node {
  var done: bool = false
  initial state Run { step act fair when done }
}
eventually ends: forall p in Node: p.done
check "one" { expect ends }
"""


def test_a_step_that_is_enabled_but_not_owed_is_not_said_to_be_disabled() -> None:
    (found,) = (p for p in checks(KEPT, "interpreter")[0].properties if p.name == "ends")
    assert found.trace is not None
    assert found.trace.facts[-1].endswith("nothing else is enabled that is ever owed")
