"""Looking for values: what is said of each combination is what verifying it alone would say."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # it has no types
import pytest

from modelcheck.diagnostics import InputError
from modelcheck.engines.base import Effort, Exploration, Request
from modelcheck.engines.child import End, EndedError
from modelcheck.engines.interpreter import explore
from modelcheck.engines.registry import ENGINES
from modelcheck.environment.instantiate import Overrides
from modelcheck.frozen import replace
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits
from modelcheck.pipeline import Options, load_file, verify_specs
from modelcheck.pipeline.solve import Asked, Range, group, search, solve
from modelcheck.reports.solution.data import render as as_json
from modelcheck.reports.solution.report import Judged, Row, SolutionReport
from modelcheck.reports.solution.text import MOST_LINES, render

MUTEX = """protocol Mutex
param Most: 0..9 = 1
const turn_first: bool = any
const waits: map Node -> 0..2 = any
shared var inside: 0..9 = 0
agent Node {
  var waited: 0..2 = 0
  initial state Out {
    step wait when waited < waits[self] { waited += 1 }
    step enter when waited == waits[self] and (turn_first or inside < Most) -> In { inside += 1 }
  }
  state In { step leave -> Done { inside := inside - 1 } }
  final state Done
}
invariant exclusive: inside <= 1
invariant patient: not exists p in Node: p is In and p.waited == 0 and inside > 1
reachable slow: exists p in Node: p.waited == 2
temporal done: always eventually forall p in Node: p is Done
check "safe" { Node = 2  expect exclusive, slow }
check "patient" { Node = 2  allow deadlock  expect patient, done }
"""


@pytest.fixture
def mutex(tmp_path: Path) -> Path:
    path = tmp_path / "mutex.mc"
    path.write_text(MUTEX, "utf-8")
    return path


def verified(path: Path, row: Row, checks: tuple[str, ...]) -> dict[tuple[str, str], tuple[str, int | None]]:
    """The verdicts on a combination that is set on the command line."""
    overrides = Overrides(dict(row.values))
    report = verify_specs([load_file(path)], Options(checks=checks, overrides=overrides, engine="interpreter"))
    return {
        (check.name, found.name): (found.verdict, found.steps)
        for check in report.specs[0].checks
        for found in check.properties
    }


SOLVERS = {"with a solver": (0, 3000), "without": (1000, 0), "with a solver that gives up": (0, 10)}
"""Up to how many combinations are few, and how much is written out for a solver."""


@pytest.mark.parametrize("solver", SOLVERS)
def test_each_combination_is_judged_as_it_is_by_itself(
    mutex: Path, monkeypatch: pytest.MonkeyPatch, solver: str
) -> None:
    few, terms = SOLVERS[solver]
    if few == 0:
        pytest.importorskip("z3")
        monkeypatch.setattr("modelcheck.engines.short_runs.EFFORT", Effort(steps=10_000_000, terms=terms))
    monkeypatch.setattr(group, "FEW", few)
    checks = ("safe", "patient")
    report = solve(mutex, Asked((Range("turn_first"), Range("waits")), full=False), Options(checks=checks))
    assert len(report.rows) == 2 * 9
    assert {row.outcome for row in report.rows} == {"solution", "refuted"}
    for row in report.rows:
        alone = verified(mutex, row, checks)
        looked_at = [found for found in row.judged if found.verdict is not None]
        for found in looked_at:
            verdict, steps = alone[found.check, found.name]
            assert found.verdict == verdict
            if found.shortest:
                assert found.steps == steps
            elif found.steps is not None:
                assert steps is not None
                assert found.steps >= steps
        assert row.outcome == ("solution" if all(found.ok for found in row.judged) else "refuted")
        assert any(not found.ok for found in looked_at) == (row.outcome == "refuted")
        assert {(found.check, found.name) for found in row.judged} == alone.keys()


def test_only_what_is_expected_of_the_properties_asked_for_has_to_be_met(mutex: Path) -> None:
    asked = Asked((Range("Most", ("1", "2")),))
    settings = Overrides({"turn_first": "false", "waits": "all 0"})
    report = solve(mutex, asked, Options(properties=("exclusive",), overrides=settings))
    assert report.checks == ("safe",)
    assert {found.name for row in report.rows for found in row.judged} == {"exclusive", "errors"}
    assert [row.outcome for row in report.rows] == ["solution", "refuted"]


def test_nothing_is_left_out_where_everything_is_to_be_judged(mutex: Path) -> None:
    report = solve(mutex, Asked((Range("turn_first"),), full=True), Options(checks=("safe",)))
    assert all(found.verdict is not None for row in report.rows for found in row.judged)


def test_unknowns_that_are_not_looked_for_have_every_value(mutex: Path) -> None:
    report = solve(mutex, Asked((Range("turn_first"),)), Options(checks=("patient",)))
    assert [(row.values, row.outcome) for row in report.rows] == [
        ((("turn_first", "false"),), "solution"),
        ((("turn_first", "true"),), "refuted"),
    ]


def test_the_first_solution_ends_the_search_where_that_is_asked(mutex: Path) -> None:
    asked = Asked((Range("Most", ("1", "2")), Range("waits", ("all 0", "all 2"))), first=True)
    report = solve(mutex, asked, Options(checks=("safe",), overrides=Overrides({"turn_first": "false"})))
    assert [row.outcome for row in report.rows] == ["refuted", "solution"]
    assert report.solution is not None
    assert dict(report.solution.values) == {"Most": "1", "waits": "[Node[0]: 2, Node[1]: 2]"}
    assert report.exit_code == 0


def outcomes(report: SolutionReport) -> list[str]:
    return [row.outcome for row in report.rows]


def test_a_limit_never_says_that_there_are_none(mutex: Path) -> None:
    asked = Asked((Range("turn_first"),))
    report = solve(mutex, asked, Options(checks=("patient",), limits=Limits(states=5)))
    assert (outcomes(report), report.exit_code) == (["unknown", "unknown"], 3)
    assert "INCONCLUSIVE" in render(report)
    report = solve(mutex, asked, Options(checks=("patient",), limits=Limits(seconds=0)))
    assert (outcomes(report), report.stopped, report.exit_code) == ([], "time", 3)


def test_values_without_a_model_are_no_solutions_and_refute_nothing(mutex: Path) -> None:
    options = Options(checks=("safe",), overrides=Overrides({"turn_first": "true"}))
    report = solve(mutex, Asked((Range("Most", ("3", "10")),)), options)
    assert (outcomes(report), report.exit_code) == (["refuted", "invalid"], 1)
    assert report.rows[1].reason.startswith("MC403: ")
    assert "1 without a model" in render(report)
    with pytest.raises(InputError, match="MC403"):
        solve(mutex, Asked((Range("Most", ("10", "11")),)), options)


@pytest.mark.parametrize(
    ("ranges", "code"),
    [
        ((Range("Mast", ("1",)),), "MC402"),
        ((Range("Most"),), "MC402"),
        ((Range("Node"),), "MC402"),
        ((Range("Most", ("1",)), Range("Most", ("2",))), "MC402"),
        ((Range("waits", ("all 9",)),), "MC402"),
        ((Range("Most", tuple(map(str, range(300)))), Range("Node", tuple(map(str, range(300))))), "MC405"),
    ],
)
def test_what_cannot_be_looked_for_is_the_users_mistake(mutex: Path, ranges: tuple[Range, ...], code: str) -> None:
    with pytest.raises(InputError) as error:
        solve(mutex, Asked(ranges))
    assert [found.code for found in error.value.diagnostics] == [code]


def test_nothing_to_look_for_is_told(tmp_path: Path) -> None:
    path = tmp_path / "known.mc"
    path.write_text('protocol Known\nagent A { initial final state S }\ncheck "c" { expect 1 states }\n', "utf-8")
    with pytest.raises(InputError, match="MC409"):
        solve(path, Asked())


def test_values_that_differ_between_checks_are_told(tmp_path: Path) -> None:
    path = tmp_path / "sizes.mc"
    path.write_text(MUTEX.replace('"patient" { Node = 2', '"patient" { Node = 3'), "utf-8")
    with pytest.raises(InputError, match="has other values in check"):
        solve(path, Asked((Range("waits"),)))


@pytest.mark.parametrize("outside", [False, True])
def test_an_interrupt_keeps_what_was_done(mutex: Path, monkeypatch: pytest.MonkeyPatch, *, outside: bool) -> None:
    begun: list[Model] = []

    def engine(model: Model, request: Request) -> Exploration:
        begun.append(model)
        if len(begun) < 3:
            return explore(model, request)
        if outside:
            raise KeyboardInterrupt
        return replace(explore(model, request), stopped="interrupted")

    monkeypatch.setitem(ENGINES, "auto", lambda: engine)
    report = solve(mutex, Asked((Range("Most", ("1", "2", "3")),)), Options(checks=("patient",)))
    assert (len(report.rows), report.stopped, report.exit_code) == (2, "interrupted", 130)
    assert "INTERRUPTED: 0 solutions in 2 combinations so far" in render(report)


SCHEMA = json.loads((Path(__file__).resolve().parents[3] / "docs" / "solution.schema.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("why", "code", "said"),
    [
        ("time", 3, "INCONCLUSIVE: no solution found in 2 combinations, the others were not reached in time"),
        ("memory", 3, "the others were not reached with this much memory"),
        ("died", 3, "the others were not reached because the process died"),
        ("interrupted", 130, "INTERRUPTED: 0 solutions in 2 combinations so far"),
    ],
)
def test_rows_told_before_the_process_was_ended_count(
    mutex: Path, monkeypatch: pytest.MonkeyPatch, why: End, code: int, said: str
) -> None:
    def in_child(work: Callable[..., object], hear: Callable[[object], None], _limits: Limits) -> None:
        told: list[object] = []

        def tell(value: object) -> None:
            told.append(pickle.loads(pickle.dumps(value)))  # noqa: S301 - our own
            hear(told[-1])
            if len(told) == 2:
                raise EndedError(why)

        work(tell)

    monkeypatch.setattr(search, "can_have_child", lambda: True)
    monkeypatch.setattr(search, "in_child", in_child)
    report = solve(mutex, Asked((Range("Most", ("2", "3", "1")),)), Options(checks=("safe",)))
    assert (len(report.rows), report.stopped, report.exit_code) == (2, why, code)
    assert said in render(report)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(as_json(report)))


def test_why_there_is_no_model_comes_out_of_another_process(mutex: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def in_child(work: Callable[..., object], hear: Callable[[object], None], _limits: Limits) -> None:
        work(lambda told: hear(pickle.loads(pickle.dumps(told))))  # noqa: S301 - our own

    monkeypatch.setattr(search, "can_have_child", lambda: True)
    monkeypatch.setattr(search, "in_child", in_child)
    with pytest.raises(InputError, match="MC403"):
        solve(mutex, Asked((Range("Most", ("77", "78")),)))
    report = solve(mutex, Asked((Range("Most", ("77", "1")),)), Options(checks=("safe",)))
    assert report.rows[0].outcome == "invalid"


def many(count: int) -> SolutionReport:
    """Every third value is a solution, the others are refuted by one of two properties."""
    rows = []
    for number in range(count):
        name, outcome = [("first", "solution"), ("first", "refuted"), ("second", "refuted")][number % 3]
        found = Judged("c", name, "holds", "violated", steps=number % 3, shortest=number % 2 == 0)
        found = replace(found, verdict="holds", ok=True, steps=None) if outcome == "solution" else found
        rows.append(Row((("N", str(number)),), outcome, (found,)))  # type: ignore[arg-type]  # an outcome
    return SolutionReport("0", "many.mc", "", ("N",), ("c",), tuple(rows))


def test_many_refuted_combinations_are_only_counted() -> None:
    text = render(many(MOST_LINES))
    assert text.count("  no   first is violated in") == 13
    assert "found: N = 0, 14 solutions in 40 combinations" in text
    text = render(many(MOST_LINES + 2))
    assert "  no  " not in text
    assert text.count("  yes  ") == 14
    assert "      14  refuted: second is violated in at most 2 steps\n" not in text
    counted = {line for line in text.split("\n") if "refuted:" in line}
    assert counted == {
        "       7  refuted: first is violated in 1 step",
        "       7  refuted: first is violated in at most 1 step",
        "       7  refuted: second is violated in 2 steps",
        "       7  refuted: second is violated in at most 2 steps",
    }
    assert text.index("=> 0 ") < text.index("refuted:")
    text = render(many(3 * MOST_LINES + 30))
    assert "      10  more solutions\n" in text


Build = Callable[..., Model]


@pytest.mark.parametrize("engine", ["interpreter", "native"])
def test_a_search_ends_with_the_level_of_the_answer_that_is_waited_for(model_of: Build, engine: str) -> None:
    if engine == "native":
        pytest.importorskip("llvmlite")
    model = model_of(
        "agent A { var n: 0..99 = 0  initial final state S { step go when n < 99 { n += 1 } } }\n"
        "invariant low: forall a in A: a.n < 7\ninvariant lower: forall a in A: a.n < 3\n"
        'check "c" { expect low, lower }'
    )
    found = ENGINES[engine]()(model, Request(Limits(), until=frozenset({"lower"})))
    assert (found.stopped, found.distinct, found.depth) == ("answered", 4, 3)
    assert [type(found.verdicts[name]).__name__ for name in ("low", "lower")] == ["Unknown", "Violated"]
    found = ENGINES[engine]()(model, Request(Limits(), until=frozenset({"errors"})))
    assert (found.stopped, found.distinct) == (None, 100)
