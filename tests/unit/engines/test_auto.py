"""The default engine: interprets what is tiny, compiles what is not, and says where it could not."""

from __future__ import annotations

import builtins
from typing import Any

import pytest

pytest.importorskip("llvmlite")

from modelcheck.engines import auto
from modelcheck.engines.base import Exploration, Request
from modelcheck.engines.compiled import explore as run_native
from modelcheck.engines.interpreter import explore as interpret
from modelcheck.engines.process import memory_bytes
from modelcheck.environment.instantiate import Overrides, instantiate
from modelcheck.frozen import replace
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits
from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.reports.report import Report
from modelcheck.source import Source
from modelcheck.verdict import Run, Unknown, Verdict, Violated

GRID = """
protocol Grid
agent A { var x: 0..SIDE = 0  final initial state S { step right when x < SIDE { x += 1 } } }
invariant inside: forall a in A: a.x <= SIDE
check "c" { A = 2 expect inside }
"""


def verify(side: int, limits: Limits | None = None) -> Report:
    return verify_specs([load(Source("grid.mc", GRID.replace("SIDE", str(side))))], Options(limits=limits or Limits()))


def test_a_tiny_model_is_interpreted() -> None:
    assert verify(3).specs[0].checks[0].engine == "interpreter"


def test_a_larger_model_is_compiled() -> None:
    (check,) = verify(80).specs[0].checks
    assert (check.engine, check.states.distinct) == ("native", 81 * 81)


def test_a_limit_of_the_user_is_kept_by_the_interpreter() -> None:
    (check,) = verify(40, Limits(states=10)).specs[0].checks
    assert (check.engine, check.complete) == ("interpreter", False)


def test_without_a_compiler_the_interpreter_does_it_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 - as the real one
        if name == "modelcheck.engines.compiled":
            raise ModuleNotFoundError(name="llvmlite")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    (spec,) = verify(80).specs
    assert spec.checks[0].engine == "interpreter"
    assert [warning.code for warning in spec.warnings] == ["MC508"]
    assert spec.checks[0].states.explored == 81 * 81


def test_ctrl_c_before_compiled_code_runs_keeps_what_was_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("modelcheck.engines.compiled.explore", interrupted)
    (check,) = verify(80).specs[0].checks
    assert (check.interrupted, check.engine) == (True, "interpreter")
    assert check.states.explored > 0
    assert check.properties[0].reason == "the search was interrupted"


MANY = """
protocol Many
agent A { var n: 0..5 = 0  final initial state S { step one when n < 5 { n += 1 }  step two when n < 4 { n += 2 } } }
reachable top: forall a in A: a.n == 5
check "c" { A = 9 expect top }
"""


def test_what_a_limit_leaves_is_counted_by_the_engine_that_came_to_it() -> None:
    (check,), (same,) = (
        verify_specs([load(Source("many.mc", MANY))], Options(engine=engine, limits=Limits(depth=5))).specs[0].checks
        for engine in ("auto", "native")
    )
    # To depth 5, 58 of 20,734 states are visited; the interpreter sees 719 before it gives up.
    assert (check.engine, check.states, check.properties) == ("native", same.states, same.properties)


@pytest.mark.parametrize("explored", [0, 10**6])
def test_what_the_interpreter_found_is_kept_where_compiled_code_had_no_time_for_it(
    monkeypatch: pytest.MonkeyPatch, explored: int
) -> None:
    def late(model: Model, request: Request) -> Exploration:
        names = [prop.name for prop in model.properties] + ["errors", "deadlock"]
        verdicts: dict[str, Verdict] = {name: Unknown("the time limit was reached", "late") for name in names}
        verdicts["other"] = Violated(Run((), ()))
        found = interpret(model, replace(request, effort=1))
        return replace(found, verdicts=verdicts, stopped="time", explored=1, distinct=explored, depth=explored)

    monkeypatch.setattr("modelcheck.engines.compiled.explore", late)
    text = (
        GRID.replace("SIDE", "80")
        .replace("<= 80\n", "< 3 invariant other: true\n")
        .replace("inside }", "inside, other }")
    )
    spec = load(Source("grid.mc", text))
    model = instantiate(spec, spec.checks[0], [spec.properties[name] for name in ("inside", "other")], Overrides())
    found = auto.explore(model, Request(Limits(seconds=100.0)))
    assert (found.stopped, found.engine) == ("time", "native" if explored else "interpreter")
    inside = found.verdicts["inside"]
    assert isinstance(inside, Violated)
    assert len(inside.run.choices) == 3
    assert found.verdicts["other"] == Violated(Run((), ()))
    assert found.verdicts["errors"].reason == "the time limit was reached"  # type: ignore[union-attr]  # it is unknown
    assert found.distinct == explored or not explored


@pytest.mark.parametrize("more", [-1, 64])
def test_memory_that_lets_no_search_begin_is_told_apart_from_memory_that_a_search_used_up(more: int) -> None:
    had = memory_bytes()
    spec = load(Source("grid.mc", GRID.replace("SIDE", "9999")))
    model = instantiate(spec, spec.checks[0], list(spec.properties.values()))
    found = run_native(model, Request(Limits(memory_bytes=had + (more << 20)), whole="every state is wanted"))
    assert (found.stopped, found.explored > 0) == ("memory", more > 0)
    assert found.least_memory_bytes == 0 if more > 0 else found.least_memory_bytes > had


WIDE_START = """
protocol Wide
agent A { var x: 0..9 = any  final initial state S { step right when x < 9 { x += 1 } } }
invariant inside: forall a in A: a.x <= 9
check "c" { A = 4 expect inside }
"""


def test_a_model_that_is_seen_to_be_large_is_left_to_compiled_code_early(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    def counted(model: Model, request: Request) -> Exploration:
        found = interpret(model, request)
        tried.append(found.transitions)
        return found

    monkeypatch.setattr(auto, "interpret", counted)
    (check,) = verify_specs([load(Source("wide.mc", WIDE_START))], Options(symmetry=False)).specs[0].checks
    assert (check.engine, check.states.distinct) == ("native", 10_000)
    assert len(tried) == 1
    assert tried[0] < auto.TINY_EFFORT / 4


MANY_MEMBERS = """
protocol Many
agent A {
  var s: set of 0..4999 = {}
  var x: 0..80 = 0
  final initial state S { step right when x < 80 { x += 1  s := {x} } }
}
invariant inside: forall a in A: a.x in a.s or a.x == 0
check "c" { A = 2 expect inside }
"""


def test_values_that_compiled_code_has_no_place_for_are_interpreted() -> None:
    (spec,) = verify_specs([load(Source("many.mc", MANY_MEMBERS))], Options()).specs
    assert (spec.checks[0].engine, spec.checks[0].states.explored) == ("interpreter", 81 * 81)
    (warning,) = spec.warnings
    assert warning.code == "MC508"
    assert "5,000 values" in warning.problem


def test_what_is_too_deep_for_the_compiler_is_interpreted_and_no_machine_is_blamed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def too_deep(*_: object) -> None:
        raise RecursionError("maximum recursion depth exceeded")

    monkeypatch.setattr("modelcheck.engines.compiled.Explorer", too_deep)
    (spec,) = verify(80).specs
    assert spec.checks[0].engine == "interpreter"
    (warning,) = spec.warnings
    assert "too large" in warning.problem
    assert "recursion" not in warning.problem
