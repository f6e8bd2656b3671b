"""Runs that differ in what is done: against all runs of a few steps one by one, with and without an engine's marks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NoReturn

import pytest

from modelcheck.analysis.counterexamples.different import Different, Limit, Sorts, different
from modelcheck.engines.base import Request
from modelcheck.engines.compiled import explore as run_native
from modelcheck.engines.interpreter import explore as interpret
from modelcheck.engines.process import Watch
from modelcheck.frozen import replace
from modelcheck.graph.ways import OutOfTimeError
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits
from modelcheck.pipeline.choosing import question_of, with_order, with_others
from modelcheck.pipeline.expectations import compare
from modelcheck.pipeline.verify import Options, verify_specs
from modelcheck.semantics.replay import judge
from modelcheck.verdict import Reached, Run, Violated
from tests.differential.test_cheapest import MOST_RUNS, RACE, TWO_WAYS, all_runs
from tests.differential.test_generated import check_generated, load_text
from tests.differential.test_specs import models

LONGEST = 4
Steps = tuple[int, ...]


def minimal(model: Model, runs: Sequence[Run]) -> dict[Steps, Run]:
    """The first run for each least way to take steps."""
    sorts, first = Sorts(model), dict[Steps, Run]()
    for run in runs:
        first.setdefault(sorts.steps(run.choices), run)
    return {
        steps: run
        for steps, run in first.items()
        if not any(other != steps and all(map(int.__le__, other, steps)) for other in first)
    }


def check_model(model: Model, seen: Counter[int], most: int = MOST_RUNS) -> None:
    request = Request(Limits(states=300), ways=True)
    found = interpret(model, request)
    native = None
    for name, verdict in found.verdicts.items():
        if not isinstance(verdict, Violated | Reached) or not 0 < len(verdict.run.choices) < LONGEST:
            continue
        try:
            runs = [run for length in range(LONGEST + 1) for run in all_runs(model, name, length, most)]
        except OverflowError:
            continue
        expected = minimal(model, runs)
        limit, question = Limit(1000, LONGEST, lambda: False), question_of(model, name)
        native = native or run_native(model, request)
        assert found.ways is not None
        assert native.ways is not None
        for ways in (None, found.ways(name), native.ways(name)):
            others = different(model, ways, question, verdict.run, limit)
            assert {*others.runs, verdict.run} == {*expected.values()}, name
            lengths = [len(run.choices) for run in (verdict.run, *others.runs)]
            assert lengths == sorted(lengths)
            assert others.length in {LONGEST, None}
            few = different(model, ways, question, verdict.run, Limit(1, LONGEST, lambda: False))
            assert few.runs == others.runs[:1]
            for run in others.runs:
                judge(model, run, question)
        seen[len(expected)] += 1


JOIN = """
protocol Join
agent A {
  initial state Start { step left -> Mid  step right -> Mid  step under -> Low }
  state Low { step left -> Mid  step over_ -> Mid }
  state Mid { step jump -> End }
  final state End
}
reachable finished: A[0] is End
check "c" { expect finished }
"""
"""Several ways lead to one state, none of which has all the steps of another, but for one that begins with a detour."""


VOTE = """
protocol Vote
message Yes
agent Chair { var got: 0..3 = 0  initial final state S { on Yes { got += 1 } } }
agent Voter {
  initial state Start { step vote -> Done { send Yes to Chair } step leave -> Done }
  final state Done
}
invariant few: Chair[0].got < 2
check "c" { Voter = 3  faults { crash Voter up to 1 duplicate up to 1 } allow deadlock  expect not few }
"""


def test_states_that_are_alike_are_gone_on_from_once_and_the_same_runs_are_found() -> None:
    (model,) = models(VOTE)
    found = interpret(model, Request(Limits()))
    first = found.verdicts["few"]
    assert isinstance(first, Violated)
    looked = Counter[bool]()

    def others(*, symmetry: bool) -> Different:
        def is_over() -> bool:
            looked[symmetry] += 1
            return False

        return different(model, None, model.properties[0], first.run, Limit(9, None, is_over, symmetry))

    assert others(symmetry=True) == others(symmetry=False)
    assert 3 * looked[True] < looked[False]


@pytest.mark.parametrize("text", [RACE, TWO_WAYS, JOIN])
def test_different_runs_are_found_each_once(text: str) -> None:
    seen: Counter[int] = Counter()
    for model in models(text):
        check_model(model, seen, most=30_000)
    assert max(seen) > 1


@pytest.mark.parametrize("block", [0, *(pytest.param(block, marks=pytest.mark.slow) for block in range(1, 20))])
def test_different_runs_of_generated_specifications_are_found(block: int) -> None:
    seen: Counter[int] = Counter()
    check_generated(range(10 * block, 10 * block + 10), lambda model, _: check_model(model, seen), most=1)
    assert seen.total() >= 1


@pytest.mark.parametrize("engine", ["interpreter", "native"])
def test_a_report_tells_the_others_and_that_there_are_no_more(engine: str) -> None:
    text = TWO_WAYS.replace("reachable finished: ", "invariant unfinished: not (").replace("crashed\n", "crashed)\n")
    spec = load_text(text.replace("expect finished", "expect not unfinished"))

    def told(wanted: int) -> tuple[list[list[str]], str]:
        options = Options(engine=engine, counterexamples=wanted)
        found = verify_specs([spec], options).specs[0].checks[0].properties[0]
        return [[step.name for step in trace.steps[1:]] for trace in found.more], found.others

    assert told(5) == ([["right", "further"]], "all different counterexamples: 2")
    assert told(2) == ([["right", "further"]], "2 different counterexamples, and there may be more")
    assert told(1) == ([], "")


def test_witnesses_are_looked_for_where_none_is_expected() -> None:
    found = verify_specs([load_text(TWO_WAYS)], Options(counterexamples=3)).specs[0].checks[0].properties[0]
    assert (found.more, found.others) == ((), "")
    spec = load_text(TWO_WAYS.replace("expect finished", "expect not finished"))
    found = verify_specs([spec], Options(counterexamples=3)).specs[0].checks[0].properties[0]
    assert (len(found.more), found.others) == (1, "all different witnesses: 2")


class _Late:
    """Ways of an engine that has no time left."""

    level, by_step = 2, False

    def actions(self, level: int, state: object) -> list[int]:
        raise OutOfTimeError

    def leads_on(self, level: int, state: object) -> bool:
        raise OutOfTimeError


def _late(_: str) -> NoReturn:
    raise OutOfTimeError


def _never(_: str) -> NoReturn:
    raise AssertionError("these ways are not all")


def test_where_the_time_is_up_the_first_run_is_shown_and_no_more_is_claimed() -> None:
    (model,) = models(TWO_WAYS)
    found = replace(interpret(model, Request(Limits(), ways=True)), ways=lambda _: _Late())
    run = found.verdicts["finished"]
    assert isinstance(run, Reached)
    chosen, told = with_order(model, found, "faults", lambda: False)
    assert chosen.verdicts == found.verdicts
    assert "not compared with others" in told["finished"]
    others = different(model, _Late(), model.properties[0], run.run, Limit(3, None, lambda: False))
    assert (others.runs, others.length) == ((), 1)
    # The engine itself may have no time to mark the states, and where it stopped within a level it knows some only.
    (report,) = compare(model, model.spec.checks[0], found, judged=True, only=("finished",))[:1]
    for one, said in (
        (replace(found, ways=_late), "other witnesses were looked for, but not all of this length"),
        (replace(found, ways=_never, stopped="memory"), "all different witnesses: 2"),
    ):
        chosen, told = with_order(model, one, "faults", lambda: False)
        assert chosen.verdicts == found.verdicts
        assert "not compared with others" in told["finished"]
        (other,) = with_others(model, one, [replace(report, expected="unreached")], Limit(3, None, lambda: False))
        assert other.others.startswith(said)
    over = different(model, None, model.properties[0], run.run, Limit(3, None, lambda: True))
    assert (over.runs, over.length) == ((), 1)


def test_the_interpreter_minds_the_time_while_it_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    (model,) = models(TWO_WAYS)
    found = interpret(model, Request(Limits(), ways=True))
    monkeypatch.setattr(Watch, "look", lambda *_: "time")
    assert found.ways is not None
    with pytest.raises(OutOfTimeError):
        found.ways("finished")
