"""The judge confirms what is so and refuses everything else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from modelcheck.engines.base import DEADLOCK, ERRORS, Request
from modelcheck.engines.interpreter import explore
from modelcheck.frozen import replace
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits
from modelcheck.semantics.replay import judge
from modelcheck.semantics.rerun import EngineDisagreement, components
from modelcheck.verdict import Choice, Reached, Run, Violated

Build = Callable[..., Model]

TEXT = """
    shared var n: 0..3 = any
    agent Node {
      initial state Run {
        step climb when n < 3 { choose k in {1, 2} { n += k } }
        step halt when n == 3 -> Stuck
      }
      state Stuck
    }
    initially n <= 1
    invariant small: n < 3
    invariant fine: n >= 0
    transition rises: next(n) > n
    reachable top: n == 3
    reachable never: n == 0 and Node[0] is Stuck
    check "c" { expect small, fine, rises, top, never }
"""


@pytest.fixture
def model(model_of: Build) -> Model:
    return model_of(TEXT)


def run_of(model: Model, name: str) -> Run:
    verdict = explore(model, Request(Limits())).verdicts[name]
    assert isinstance(verdict, Violated | Reached)
    return verdict.run


@pytest.mark.parametrize("name", ["small", "rises", "top"])
def test_the_judge_confirms_what_the_search_found(model: Model, name: str) -> None:
    trace = judge(model, run_of(model, name), model.spec.properties[name])
    assert trace.length == len(run_of(model, name).choices)
    assert name in trace.conclusion


@pytest.mark.parametrize("name", [DEADLOCK, ERRORS])
def test_the_judge_confirms_built_in_properties(model: Model, name: str) -> None:
    assert judge(model, run_of(model, name), name).length == len(run_of(model, name).choices)


@pytest.mark.parametrize("name", ["fine", "never", "rises"])
def test_a_property_that_is_not_violated_here_is_refused(model: Model, name: str) -> None:
    with pytest.raises(EngineDisagreement):
        judge(model, run_of(model, "small"), model.spec.properties[name])


@pytest.mark.parametrize("name", [DEADLOCK, ERRORS])
def test_a_deadlock_or_error_that_is_none_is_refused(model: Model, name: str) -> None:
    with pytest.raises(EngineDisagreement):
        judge(model, run_of(model, "small"), name)


def test_a_run_that_begins_in_no_way_is_refused(model: Model) -> None:
    with pytest.raises(EngineDisagreement, match="begins"):
        judge(model, replace(run_of(model, "small"), initial=(3,)), model.spec.properties["small"])


@pytest.mark.parametrize(
    "choices",
    [
        (Choice(0, (3,)),),
        (Choice(0, ()),),
        (Choice(0, (1, 1)),),
        (Choice(1, ()),),
    ],
)
def test_a_step_that_is_not_possible_is_refused(model: Model, choices: tuple[Choice, ...]) -> None:
    with pytest.raises(EngineDisagreement, match="not possible"):
        judge(model, Run((0,), choices), model.spec.properties["small"])


def test_a_run_that_goes_on_after_an_error_is_refused(model: Model) -> None:
    run = run_of(model, ERRORS)
    with pytest.raises(EngineDisagreement, match="goes on"):
        judge(model, replace(run, choices=(*run.choices, Choice(0, (1,)))), ERRORS)


def test_an_invariant_is_not_judged_on_a_run_that_fails(model: Model) -> None:
    with pytest.raises(EngineDisagreement):
        judge(model, run_of(model, ERRORS), model.spec.properties["small"])


def test_a_transition_property_needs_a_step(model: Model) -> None:
    with pytest.raises(EngineDisagreement):
        judge(model, Run((0,), ()), model.spec.properties["rises"])


def test_components_have_names_of_their_own(model_of: Build) -> None:
    text = """protocol P
        time discrete
        message A over fifo
        message B over fifo capacity 2
        agent Node {
          initial state S { step go -> T { send A to others } }
          state T { on A { reply B }  ignore B }
        }
        temporal both:
          (Node[0] is S leads to Node[0] is T within 3) and (Node[0] is S leads to Node[0] is T within 4)
        check "c" { Node = 2 expect both }
    """
    names = [part.name for part in components(model_of(text))]
    assert {"messages (fifo: A)", "messages (fifo: B)", "both 1", "both 2"} <= set(names)
    assert len(set(names)) == len(names)
