"""`a leads to b within k`: when it is kept, when it is missed, and what it costs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from modelcheck.engines.base import DEADLOCK, ERRORS, Exploration, Request
from modelcheck.engines.compiled import explore as explore_compiled
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits
from modelcheck.semantics.replay import judge
from modelcheck.semantics.show import cell_name
from modelcheck.verdict import Holds, Violated

Explored = Callable[..., Exploration]
Build = Callable[..., Model]
Said = Callable[..., list[str]]


@pytest.fixture
def explored(explored_twice: Explored) -> Explored:
    """Every search of this module is made by two engines."""
    return explored_twice


ALARM = """
    time discrete
    agent A {
      timer t
      initial state Idle { step begin -> Waits { start t for 3 } }
      state Waits { on t expires -> Done }
      final state Done
    }
    temporal soon: A[0] is Waits leads to A[0] is Done within %s
    check "c" { expect soon }
"""


def compiled(model: Model) -> Exploration:
    return explore_compiled(model, Request(Limits()))


def steps(found: Exploration, name: str) -> int | None:
    """The length of the counterexample, None where the property holds."""
    verdict = found.verdicts[name]
    if isinstance(verdict, Holds):
        return None
    assert isinstance(verdict, Violated)
    return len(verdict.run.choices)


@pytest.mark.parametrize(("ticks", "missed_after"), [("5", None), ("3", None), ("2", 4), ("0", 2), ("1 + 1", 4)])
def test_a_deadline_is_missed_by_the_tick_behind_it(
    explored: Explored, model_of: Build, ticks: str, missed_after: int | None
) -> None:
    found, fast = explored(ALARM % ticks), compiled(model_of(ALARM % ticks))
    assert steps(found, "soon") == steps(fast, "soon") == missed_after
    assert isinstance(found.verdicts[DEADLOCK], Holds)
    assert (found.distinct, found.transitions) == (fast.distinct, fast.transitions)


@pytest.mark.parametrize(("within", "passed"), [(2, "3 ticks have passed"), (0, "1 tick has passed")])
def test_the_judge_says_which_deadline_was_missed(
    explored: Explored, model_of: Build, within: int, passed: str
) -> None:
    model, verdict = model_of(ALARM % within), explored(ALARM % within).verdicts["soon"]
    assert isinstance(verdict, Violated)
    trace = judge(model, verdict.run, model.properties[0])
    assert trace.conclusion == f"soon is false here: A[0] is Waits leads to A[0] is Done within {within}"
    assert trace.facts == (f"{passed} since A[0] is Waits",)


def test_what_ends_a_wait_at_once_begins_none(explored: Explored) -> None:
    text = (ALARM % 0).replace("A[0] is Waits leads to A[0] is Done", "A[0] is Waits leads to A[0] is Waits | Done")
    assert steps(explored(text), "soon") is None


def test_the_first_cause_counts(explored: Explored) -> None:
    text = """
        time discrete
        agent A {
          timer t
          var on_: bool = false
          at start { start t for 1 }
          initial state S { on t expires { on_ := not on_  start t for 1 } }
        }
        temporal never: A[0].on_ leads to false within 3
        check "c" { expect never }
    """
    # One tick and `on_`; then three ticks are in time and the fourth is not, though `on_` came again in between.
    assert steps(explored(text), "never") == 2 + 4 + 3


def test_time_passes_for_a_deadline_when_nobody_waits_for_anything(explored: Explored, model_of: Build) -> None:
    text = """
        time discrete
        agent A { initial state S { step go -> T } final state T }
        temporal served: A[0] is T leads to A[0] is S within 2
        check "c" { expect served }
    """
    found = explored(text)
    assert steps(found, "served") == 4
    # S; then T with 0, 1, 2 and, too late, 3 ticks.
    assert found.distinct == compiled(model_of(text)).distinct == 5
    assert isinstance(found.verdicts[DEADLOCK], Holds)


MANY = """
    time discrete
    agent A {
      timer t
      initial state Idle { step begin -> Waits { start t for 1..2 } }
      state Waits { on t expires -> Done }
      final state Done
    }
    def waits(p: A) = p is Waits
    temporal soon: forall p in A: waits(p) leads to p is Done within %s
    temporal both: (forall p in A: waits(p) leads to p is Done within 2) and (A[0] is Done leads to true within 0)
    invariant i: true
    check "c" { A = 3  expect %s }
"""


def test_interchangeable_agents_stay_so_where_all_of_them_have_a_deadline(model_of: Build, explored: Explored) -> None:
    found = compiled(model_of(MANY % (2, "soon")))
    assert steps(found, "soon") is None
    assert found.distinct == explored(MANY % (2, "soon")).distinct
    assert found.distinct is not None
    assert found.explored is not None
    assert found.explored < found.distinct
    assert steps(compiled(model_of(MANY % (1, "soon"))), "soon") == steps(explored(MANY % (1, "soon")), "soon") == 3


def test_a_deadline_of_one_agent_tells_the_agents_apart(model_of: Build) -> None:
    found = compiled(model_of(MANY % (2, "both")))
    assert steps(found, "both") is None
    assert found.explored == found.distinct


def test_a_deadline_that_no_check_asks_for_costs_nothing(model_of: Build) -> None:
    assert not [cell for cell in model_of(MANY % (2, "i")).cells if cell.role == "observer"]
    assert len([cell for cell in model_of(MANY % (2, "soon")).cells if cell.role == "observer"]) == 3


def test_a_side_that_cannot_be_evaluated_is_an_error_with_a_trace(explored: Explored, model_of: Build) -> None:
    text = (ALARM % 3).replace("leads to A[0] is Done", "leads to 1 / (if A[0] is Done then 0 else 1) == 0")
    assert steps(explored(text), ERRORS) == steps(compiled(model_of(text)), ERRORS) == 5


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("true leads to true within 0 - 1", "MC404"),
        ("true leads to true within 2000", "MC322"),
        ("true leads to true within A[0].n", "MC205"),
        ("true leads to true within true", "MC301"),
        ("not (true leads to true within 1)", "MC324"),
        ("exists p in A: p is S leads to true within 1", "MC324"),
        ("(true leads to true within 1) or false", "MC324"),
        ("(always true) and true leads to true within 1", "MC324"),
        ("(always true) leads to true within 1", "MC324"),
        ("next(true) leads to true within 1", "MC324"),
        ("forall p in {q in A: q is S}: p is S leads to true within 1", "MC331"),
        ("forall p in A: p is S leads to true within 1", ""),
    ],
)
def test_a_deadline_has_a_constant_length_and_stands_under_and_or_forall(
    said_of: Said, formula: str, code: str
) -> None:
    text = """
        time discrete
        agent A { var n: 0..3 = 0  initial state S { step go { skip } } }
        temporal t: %s
        check "c" { expect t }
    """
    assert said_of(text % formula) == ([code] if code else [])


def test_a_deadline_needs_a_model_of_time(said_of: Said) -> None:
    assert said_of((ALARM % 3).replace("time discrete", "").replace("timer t", "var t: 0..3 = 0"))[-1:] == ["MC321"]


def test_a_deadline_of_some_agents_tells_them_from_the_others(model_of: Build) -> None:
    text = (MANY % (2, "soon")).replace("forall p in A: waits(p)", "forall p in {q in A: index(q) < 2}: waits(p)", 1)
    found = compiled(model_of(text))
    assert steps(found, "soon") is None
    assert found.explored == found.distinct


def test_a_deadline_has_a_name_of_its_own_beside_a_shared_variable(model_of: Build) -> None:
    text = """
        time discrete
        shared var soon: 0..1 = 0
        agent A { initial state S { step go -> T { soon := 1 } } final state T }
        temporal soon: A[0] is S leads to A[0] is T within 2
        check "c" { expect soon }
    """
    model = model_of(text)
    names = [cell_name(cell, model) for cell in model.cells]
    assert len(set(names)) == len(names)
    assert {"soon", "soon (deadline)"} <= set(names)
