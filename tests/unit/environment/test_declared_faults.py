"""Faults that agents declare: where they strike, what they do, how often."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from modelcheck.diagnostics import InputError
from modelcheck.engines.base import DEADLOCK, Exploration
from modelcheck.environment.instantiate import Overrides
from modelcheck.ir.model import Model
from modelcheck.semantics.execute import Next, action_paths, initial_paths
from modelcheck.semantics.rerun import describe
from modelcheck.verdict import Holds, Reached, Violated

Explored = Callable[..., Exploration]
Build = Callable[..., Model]
Said = Callable[..., list[str]]


@pytest.fixture
def explored(explored_twice: Explored) -> Explored:
    """Every search of this module is made by two engines."""
    return explored_twice


# `n` counts how often the agent was struck. Without a fault each of two agents is in `A` or `B`: 4 states.
COUNTED = """
    agent P {
      var n: 0..9 = 0
      initial state A { step go -> B }
      final state B
      fault hit when n < 3 { n += 1 }
      fault kick { n := 9 }
    }
    reachable two: exists p in P: p.n == 2
    reachable both: forall p in P: p.n == 1
    reachable three: exists p in P: p.n == 3
    reachable kicked: exists p in P: p.n == 9
    check "c" { P = 2  faults { %s }  expect two, both, three, kicked }
"""


def reached(found: Exploration) -> set[str]:
    return {name for name, verdict in found.verdicts.items() if isinstance(verdict, Reached)}


def test_a_budget_of_0_and_no_line_at_all_change_nothing(explored: Explored) -> None:
    for faults in ("", "fault hit up to 0"):
        found = explored(COUNTED % faults)
        assert (found.distinct, reached(found)) == (4, set())


def test_a_budget_is_used_at_most_as_often_as_it_says(explored: Explored) -> None:
    once, twice = explored(COUNTED % "fault hit up to 1"), explored(COUNTED % "fault hit up to 2")
    # Four places, and one of two agents struck or nobody; then the pairs of counts with a sum of at most 2.
    assert (once.distinct, reached(once)) == (4 * 3, set())
    assert (twice.distinct, reached(twice)) == (4 * 6, {"two", "both"})


def test_any_is_unlimited_and_counts_nothing(explored: Explored, model_of: Build) -> None:
    text = COUNTED % "fault hit any"
    found = explored(text)
    assert (found.distinct, reached(found)) == (4 * 16, {"two", "both", "three"})
    assert not [cell for cell in model_of(text).cells if cell.role == "budget"]


def test_faults_have_budgets_of_their_own(explored: Explored) -> None:
    assert reached(explored(COUNTED % "fault hit up to 1  fault kick up to 1")) == {"kicked"}


def test_it_strikes_in_final_states_too_but_nobody_who_has_crashed(model_of: Build) -> None:
    model = model_of(COUNTED % "crash P any with recovery  fault hit any")
    seen = {path.outcome.state for path in initial_paths(model) if isinstance(path.outcome, Next)}
    waiting = list(seen)
    struck = set()
    while waiting:
        state = waiting.pop()
        for index, action in enumerate(model.actions):
            for path in action_paths(model, state, index):
                assert isinstance(path.outcome, Next)
                if action.name == "hit":
                    assert action.actor is not None
                    status = model.status(action.actor)
                    assert status is not None
                    struck.add((state[model.control(action.actor)], state[status]))
                if path.outcome.state not in seen:
                    seen.add(path.outcome.state)
                    waiting.append(path.outcome.state)
    assert struck == {("A", "up"), ("B", "up")}


SHARED_NAME = """
    message M
    agent P { var n: 0..1 = 0  initial final state A  fault slip { n := 1 } }
    agent Q { var m: 0..2 = 0  initial final state B  state C  fault slip { choose x in {1, 2} { m := x  -> C } } }
    reachable p: P[0].n == 1
    reachable q: Q[0].m == 2
    reachable both: P[0].n == 1 and Q[0] is C
    check "c" { faults { fault slip up to %d }  allow deadlock  expect p, q, both }
"""


def test_one_name_means_the_faults_of_all_agents_that_declare_it(explored: Explored) -> None:
    one, two = explored(SHARED_NAME % 1), explored(SHARED_NAME % 2)
    assert reached(one) == {"p", "q"}
    assert reached(two) == {"p", "q", "both"}


def test_the_label_is_its_name_with_what_it_chooses(model_of: Build) -> None:
    model = model_of(SHARED_NAME % 1)
    ((start,),) = [[path.outcome.state for path in initial_paths(model) if isinstance(path.outcome, Next)]]
    labels = [
        (str(action.actor), action.origin, describe(model, action, path))
        for index, action in enumerate(model.actions)
        for path in action_paths(model, start, index)
    ]
    assert [(origin, label) for _, origin, label in labels] == [
        ("fault", "slip"),
        ("fault", "slip, chooses x = 1"),
        ("fault", "slip, chooses x = 2"),
    ]


def test_it_owes_nothing_and_ends_no_deadlock(explored: Explored) -> None:
    text = """
        agent P { initial state A  final state B  fault push { -> B } }
        reachable b: P[0] is B
        check "c" { faults { fault push any }  expect b }
    """
    found = explored(text)
    assert isinstance(found.verdicts["b"], Reached)
    assert isinstance(found.verdicts[DEADLOCK], Violated)


def test_what_it_sends_travels_like_any_message(explored: Explored) -> None:
    text = """
        message M
        agent P { initial final state A  fault babble { send M to Q } }
        agent Q { initial state A { on M from p when p == P[0] -> B }  final state B }
        reachable b: Q[0] is B
        check "c" { faults { fault babble up to 1 }  allow deadlock  expect b }
    """
    assert isinstance(explored(text).verdicts["b"], Reached)


def test_an_error_in_it_is_found(explored: Explored) -> None:
    text = """
        agent P { var n: 0..1 = 1  initial final state A  fault up_ { n += 1 } }
        invariant i: P[0].n == 1
        check "c" { faults { fault up_ up to 1 }  expect i }
    """
    assert isinstance(explored(text).verdicts["errors"], Violated)
    assert isinstance(explored(text.replace("up to 1 }", "up to 0 }")).verdicts["errors"], Holds)


def test_a_fault_of_nobody_is_noticed(model_of: Build) -> None:
    assert [fault.name for fault in model_of(SHARED_NAME % 1, P="0", Q="0").idle_faults] == ["slip"]
    assert model_of(SHARED_NAME % 1, P="0").idle_faults == []


@pytest.mark.parametrize("budget", [("hit", None), ("fault", "hit")])
def test_the_command_line_sets_its_budget(explored: Explored, budget: tuple[str, str | None]) -> None:
    for faults in ("", "fault hit up to 1"):
        found = explored(COUNTED % faults, Overrides(budgets={budget: 2}))
        assert reached(found) == {"two", "both"}


@pytest.mark.parametrize("budget", [("fault", None), ("fault", "P"), ("hit", "P")])
def test_a_fault_that_nobody_declares_is_the_users_mistake(model_of: Build, budget: tuple[str, str | None]) -> None:
    with pytest.raises(InputError, match="MC407"):
        model_of(COUNTED % "", Overrides(budgets={budget: 1}))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("fault f { skip }  fault f { skip }", "MC202"),
        ("fault f { reply M }", "MC205"),
        ("fault f { n := 1  -> A  -> A }", "MC308"),
        ("fault f when n { skip }", "MC301"),
        ("fault f when g { skip }", "MC305"),
        ("fault f { m := 1 }", "MC201"),
    ],
)
def test_a_body_is_checked_like_that_of_a_transition(said_of: Said, text: str, code: str) -> None:
    agent = f"agent P {{ var n: 0..1 = 0  ghost var g: bool = false  initial final state A  {text} }}"
    assert code in said_of(f'message M\n{agent}\ncheck "c" {{ expect 1 states }}')
