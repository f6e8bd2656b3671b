"""What is known of engines that are ended from outside, and that it survives the way between two processes."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from itertools import pairwise
from types import ModuleType
from typing import Any, TypeVar

import pytest

pytest.importorskip("z3")

from modelcheck.engines import apart, bounded, induction, inductive, proving
from modelcheck.engines.base import ERRORS, STOPPED, Exploration, Progress, Request
from modelcheck.engines.child import End, EndedError
from modelcheck.engines.registry import ENGINES, SOLVING, inductive_engine
from modelcheck.engines.symbolic.bounded import Bounded
from modelcheck.frozen import replace
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits
from modelcheck.verdict import Holds, Unknown, Violated

Build = Callable[..., Model]
T = TypeVar("T")
Tell = Callable[[Any], None]

COUNTER = """
    shared var n: 0..9 = 0
    agent Node {
      initial state Run { step raise when n < 6 { n += 1 }  step jump when n > 6 { n := 9 } }
    }
    invariant small: n < 1
    invariant less: n < 8
    reachable six: n == 6
    check "c" { expect small, less, six }
"""


@pytest.fixture
def in_two_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is told goes the way between processes, though there is one."""

    def pickled(value: T) -> T:
        copy: T = pickle.loads(pickle.dumps(value))  # noqa: S301 - our own
        return copy

    def in_child(work: Callable[[Tell], T], hear: Tell, _limits: Limits) -> T:
        return pickled(work(lambda told: hear(pickled(told))))

    monkeypatch.setattr(apart, "can_have_child", lambda: True)
    monkeypatch.setattr(apart, "in_child", in_child)


@pytest.mark.usefixtures("in_two_processes")
@pytest.mark.parametrize("engine", [bounded, induction, proving])
def test_an_engine_says_the_same_in_a_process_of_its_own(model_of: Build, engine: ModuleType) -> None:
    model, request = model_of(COUNTER), Request(Limits(depth=3), deadlock=False)
    found = apart.apart(engine.explore)(model, request)
    assert found.memory_bytes > 0
    assert isinstance(found.verdicts["small"], Violated)
    assert _timeless(found) == _timeless(engine.explore(model, request))


def _timeless(found: Exploration) -> Exploration:
    provers = {name: replace(prover, seconds=0.0) for name, prover in found.provers.items()}
    return replace(found, timing=None, memory_bytes=0, provers=provers)


@pytest.mark.usefixtures("in_two_processes")
def test_progress_is_told_by_the_process_that_was_asked(model_of: Build) -> None:
    told: list[Progress] = []
    apart.apart(bounded.explore)(model_of(COUNTER), Request(Limits(depth=2), progress=told.append))
    assert [one.depth for one in told] == [0, 1, 2]


@pytest.mark.usefixtures("in_two_processes")
def test_inductive_answers_are_the_same(model_of: Build) -> None:
    model, request = model_of(COUNTER), Request(Limits())
    for name in ("small", "less"):
        answer = inductive.inductive(model, name, request)
        assert apart.inductive_apart(inductive.inductive, model, name, request) == answer


@pytest.mark.usefixtures("in_two_processes")
@pytest.mark.parametrize("why", ["time", "memory", "interrupted", "died"])
def test_what_was_known_before_the_end_counts(model_of: Build, monkeypatch: pytest.MonkeyPatch, why: End) -> None:
    deepen = Bounded.deepen

    def ended(self: Bounded) -> bool:
        if self.depth == 3:
            raise EndedError(why)
        return deepen(self)

    monkeypatch.setattr(Bounded, "deepen", ended)
    model = model_of(COUNTER)
    found = apart.apart(bounded.explore)(model, Request(Limits(seconds=60.0)))
    assert (found.stopped, found.depth) == (why, 3)
    assert found.verdicts["less"] == Unknown(STOPPED[why], "no violation to depth 3")
    assert isinstance(found.verdicts["small"], Violated)
    proved = apart.apart(induction.explore)(model, Request(Limits(depth=9), deadlock=False))
    assert isinstance(proved.verdicts["small"], Violated)
    assert isinstance(proved.verdicts[ERRORS], Holds)
    assert proved.proof is not None


@pytest.mark.usefixtures("in_two_processes")
def test_an_engine_that_is_ended_at_once_knows_nothing(model_of: Build) -> None:
    def ended(_model: Model, _request: Request) -> Exploration:
        raise EndedError("memory")

    found = apart.apart(ended)(model_of(COUNTER), Request(Limits()))
    assert set(found.verdicts) == {"small", "less", "six", "errors", "deadlock"}
    assert set(found.verdicts.values()) == {Unknown(STOPPED["memory"], "nothing was looked at to its end")}
    assert (found.stopped, found.tried) == ("memory", ("nothing was looked at to its end",))


def test_a_portfolio_tells_what_is_settled_by_each_engine_at_work_and_before(model_of: Build) -> None:
    unreachable = COUNTER.replace("0..9", "0..29").replace("n := 9", "n += 1").replace("n > 6", "n > 6 and n < 29")
    told: list[Exploration] = []
    model = model_of(unreachable.replace("n < 8", "n != 29"))
    proving.explore(model, Request(Limits(seconds=60.0), deadlock=False, so_far=told.append))
    first, second, *_ = told
    assert (first.stopped, first.verdicts["small"]) == ("time", Unknown(STOPPED["time"], ""))
    known = [{name for name, verdict in one.verdicts.items() if not isinstance(verdict, Unknown)} for one in told]
    assert all(before <= after for before, after in pairwise(known))
    # The first engine has proved that nothing fails before it has found the run, and that before the next one begins.
    assert (known[1], second.tried) == ({ERRORS}, ("induction",))
    assert {"small", ERRORS} in [seen for seen, one in zip(known, told, strict=True) if len(one.tried) == 1]
    assert "less" not in known[1]


def test_whatever_asks_a_solver_can_be_ended(model_of: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    def in_child(_work: object, _hear: Tell, limits: Limits) -> object:
        assert limits.memory_bytes is not None, "the memory that there is, where nobody says"
        raise EndedError("memory")

    monkeypatch.setattr(apart, "can_have_child", lambda: True)
    monkeypatch.setattr(apart, "in_child", in_child)
    model, request = model_of(COUNTER), Request(Limits())
    for name in SOLVING:
        assert ENGINES[name]()(model, request).stopped == "memory"
    answer = inductive_engine()(model, "less", request)
    assert answer == Unknown(STOPPED["memory"], "neither a proof nor a step that breaks it was found")
