"""Of all shortest runs, the first of the cheapest: against all shortest runs one by one, for every engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from modelcheck.analysis.counterexamples import calmest, cheapest
from modelcheck.analysis.counterexamples.cheapest import Order, cost_of
from modelcheck.engines.base import Request
from modelcheck.engines.compiled import explore as run_native
from modelcheck.engines.interpreter import explore as interpret
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits
from modelcheck.pipeline.choosing import question_of, with_order
from modelcheck.semantics.answers import answers, answers_by, is_by_step
from modelcheck.semantics.execute import Next, Path, State, action_paths, initial_paths
from modelcheck.semantics.replay import judge
from modelcheck.verdict import Choice, Reached, Run, Violated
from tests.differential.test_generated import check_generated
from tests.differential.test_specs import models

MOST_RUNS = 1500
LONGEST = 4
LIMITS = Limits(states=300)
ORDERS: tuple[Order, ...] = ("faults", "switches")

RACE = """
protocol Race
message Go
message Stop
agent A {
  var n: 0..2 = 0
  initial state Run {
    step go when n < 2 { n += 1  send Go to others }
    on Go -> Done
  }
  final state Done { on Go { skip }  on Stop -> Run }
  fault slip { send Stop to others  -> Done }
}
agent B { final initial state Run { step wait { skip }  step work -> Idle } final state Idle }
reachable both: forall a in A: a is Done
reachable worked: (exists a in A: a is Done) and (exists b in B: b is Idle) and size(messages Go) >= 2
transition never_back: not exists a in A: a is Done and next(a is Run)
invariant few: size(messages Go) + size(messages Stop) <= 3
check "c" {
  A = 2  B = 1  network unordered
  faults { crash A up to 1  fault slip up to 1 }
  allow deadlock
  expect both  expect worked  expect never_back  expect few
}
"""


TWO_WAYS = """
protocol TwoWays
agent A {
  final initial state Start { step left -> Left  step right -> Right }
  final state Left
  final state Right { step further -> End }
  final state End
}
reachable finished: A[0] is End or A[0] is Left and A[0] is crashed
check "c" { faults { crash A up to 1 }  expect finished }
"""
"""The first shortest run has a fault, another has none."""


WAITS = """
protocol Waits
agent A { initial state Start { step one -> Mid } state Mid { step two when B[0] is End -> End } final state End }
agent B { initial state Start { step three -> End } final state End }
reachable finished: A[0] is End
check "c" { expect finished }
"""
"""Both orders of the first two steps lead to one state and cost the same, but who acted last goes on in one only."""


def all_runs(model: Model, name: str, length: int, most: int = MOST_RUNS) -> Iterator[Run]:
    """All runs of a length to the answer, in the order of their choices. Raises `OverflowError` for too many."""
    question, tried = question_of(model, name), 0

    def onward(start: Path, choices: tuple[Choice, ...], state: State) -> Iterator[Run]:
        nonlocal tried
        tried += 1
        if tried > most:
            raise OverflowError
        if len(choices) == length:
            if not is_by_step(question) and answers(model, question, state):
                yield Run(start.digits, choices)
            return
        for action in range(len(model.actions)):
            for path in action_paths(model, state, action):
                step = (*choices, Choice(action, path.digits))
                if is_by_step(question) and len(step) == length:
                    if answers_by(model, question, state, path):
                        yield Run(start.digits, step)
                elif isinstance(path.outcome, Next):
                    yield from onward(start, step, path.outcome.state)

    for start in initial_paths(model):
        if isinstance(start.outcome, Next):
            yield from onward(start, (), start.outcome.state)


def check_model(model: Model, seen: Counter[str]) -> None:
    request = Request(LIMITS, ways=True)
    found = {"interpreter": interpret(model, request)}
    lengths = {
        n: len(v.run.choices) for n, v in found["interpreter"].verdicts.items() if isinstance(v, Violated | Reached)
    }
    lengths = {name: length for name, length in lengths.items() if 0 < length <= LONGEST}
    if not lengths:
        return
    found["native"] = run_native(model, request)
    found["native, two workers"] = run_native(model, Request(LIMITS, ways=True, workers=2))
    for name, length in lengths.items():
        try:
            runs = list(all_runs(model, name, length))
        except OverflowError:
            continue
        for order in ORDERS:
            costs = [cost_of(model, run, order) for run in runs]
            best = runs[costs.index(min(costs))]
            for engine, exploration in found.items():
                chosen, told = with_order(model, exploration, order, lambda: False)
                verdict = chosen.verdicts[name]
                assert isinstance(verdict, Violated | Reached)
                assert (engine, name, order, verdict.run) == (engine, name, order, best)
                assert told[name].endswith(f": {min(costs)}")
                judge(model, verdict.run, question_of(model, name))
            seen[order] += best != runs[0]
            seen[name if name in {"errors", "deadlock"} else "property"] += 1


@pytest.mark.parametrize(("text", "better"), [(RACE, "switches"), (TWO_WAYS, "faults"), (WAITS, "switches")])
def test_another_run_than_the_first_has_the_fewest_faults_or_switches(text: str, better: Order) -> None:
    seen: Counter[str] = Counter()
    for model in models(text):
        check_model(model, seen)
    assert seen[better] >= 1


@pytest.mark.parametrize("block", [0, *(pytest.param(block, marks=pytest.mark.slow) for block in range(1, 10))])
def test_generated_specifications_are_told_with_the_fewest(block: int) -> None:
    seen: Counter[str] = Counter()
    check_generated(range(24 * block, 24 * block + 24), lambda model, _: check_model(model, seen), most=1)
    assert seen.total() >= 3


def test_runs_that_take_too_much_memory_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    (model,) = models(WAITS)
    found = interpret(model, Request(LIMITS, ways=True))
    told = dict[int, str]()
    for most in (0, 100):
        for module in (cheapest, calmest):
            monkeypatch.setattr(module, "MOST_KEPT", most)
        told[most] = with_order(model, found, "switches", lambda: False)[1]["finished"]
    assert "they are too many, or the time was up; in its own order: the others are too many to try" in told[0]
    assert told[100].startswith("of all shortest runs the first")
