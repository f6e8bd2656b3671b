"""Crashes while sending, silent crashes, recovery that is owed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from modelcheck.engines.base import DEADLOCK, Exploration
from modelcheck.environment.instantiate import Overrides
from modelcheck.environment.registry import NETWORKS
from modelcheck.ir.model import Action, Model
from modelcheck.ir.statements.fairness import Owe
from modelcheck.ir.statuses import is_down, is_gone, is_owed, is_silent, statuses_of
from modelcheck.semantics.execute import Next, State, action_paths, initial_paths
from modelcheck.semantics.rerun import describe
from modelcheck.verdict import Holds, Reached, Violated

Explored = Callable[..., Exploration]
Build = Callable[..., Model]


@pytest.fixture
def explored(explored_twice: Explored) -> Explored:
    """Every search of this module is made by two engines."""
    return explored_twice


def start_of(model: Model) -> State:
    (outcome,) = {path.outcome for path in initial_paths(model)}
    assert isinstance(outcome, Next)
    return outcome.state


def behind(model: Model, state: State, wanted: Callable[[Action], bool]) -> dict[State, str]:
    """The states one step further, by the actions wanted, with what the step did."""
    found = {}
    for index, action in enumerate(model.actions):
        for path in action_paths(model, state, index) if wanted(action) else ():
            assert isinstance(path.outcome, Next)
            found[path.outcome.state] = describe(model, action, path)
    return found


def crashes(model: Model, state: State) -> dict[State, str]:
    found = behind(model, state, lambda action: action.name == "crash")
    return {after: label for after, label in found.items() if label != "crashes"}


def in_flight(model: Model, state: State) -> set[tuple[str, int, object]]:
    return {
        (p.message, p.target.index, p.fields) for network in model.networks for p in network.show(state[network.cell])
    }


def value(model: Model, state: State, name: str) -> object:
    return next(state[at] for at, cell in enumerate(model.cells) if cell.show == name)


MULTICAST = """
    network %s
    message M
    agent A { initial state S { step go -> Z { send M to B } }  final state Z }
    agent B { initial final state S }
    invariant all_or_none: size(messages M) in {0, 2}
    check "c" { B = 2  faults { crash A %s }  expect all_or_none }
"""


@pytest.mark.parametrize("network", NETWORKS)
def test_any_subset_of_a_multicast_is_sent(explored: Explored, model_of: Build, network: str) -> None:
    text = MULTICAST % (network, "up to 1 while sending")
    model = model_of(text)
    left = [in_flight(model, state) for state in crashes(model, start_of(model))]
    assert sorted(map(len, left)) == [0, 1, 1, 2]
    # The start, crashed or not, `Z` with both messages, and crashed in `Z` with each of four subsets of them.
    assert explored(text).distinct == 7


@pytest.mark.parametrize("network", NETWORKS)
def test_a_crash_between_transitions_leaves_all_messages_or_none(explored: Explored, network: str) -> None:
    assert isinstance(explored(MULTICAST % (network, "any")).verdicts["all_or_none"], Holds)
    assert isinstance(explored(MULTICAST % (network, "any while sending")).verdicts["all_or_none"], Violated)


def test_a_budget_of_0_changes_nothing(explored: Explored) -> None:
    assert explored(MULTICAST % ("unordered", "up to 0 while sending")).distinct == 2


def test_a_budget_is_shared_by_crashes_between_transitions_and_within(explored: Explored) -> None:
    text = """
        message M
        agent A { initial state S { step go -> Z { send M to B } }  final state Z }
        agent B { initial final state S { ignore M } }
        reachable one: exists a in A: a is crashed
        reachable two: forall a in A: a is crashed
        check "c" { A = 2  faults { crash A up to 1 while sending }  expect one, two }
    """
    found = explored(text)
    assert isinstance(found.verdicts["one"], Reached)
    assert not isinstance(found.verdicts["two"], Reached)
    more = explored(text, Overrides(budgets={("crash", "A"): 2}))
    assert isinstance(more.verdicts["two"], Reached)


POINTS = """
    message Ask
    message M(n: 0..3)
    agent C { initial state S { step go -> Z { send Ask to A } }  final state Z }
    agent A {
      var n: 0..9 = 0
      initial final state S {
        on Ask from c { %s }
      }
    }
    agent B { initial final state S { ignore M } }
    invariant i: A[0].n <= 9
    check "c" { B = 2  faults { crash A up to 1 while sending }  expect i }
"""


def left_behind(model_of: Build, body: str) -> set[tuple[int, frozenset[int]]]:
    """The value of `n` and the contents of the messages that `A` has sent when it crashed in the body."""
    model = model_of(POINTS % body)
    start = start_of(model)
    (asked,) = (after for after, label in behind(model, start, lambda _: True).items() if label == "go")
    found = crashes(model, asked)
    assert all(label.startswith("crashes while sending: receives Ask from C") for label in found.values())
    # The message that it was about to handle is gone.
    assert not any(message == "Ask" for state in found for message, _, _ in in_flight(model, state))
    return {
        (value(model, state, "n"), frozenset(f[0] for _, _, f in in_flight(model, state)))  # type: ignore[index,misc]
        for state in found
    }


def test_what_stands_before_the_point_is_done_and_what_stands_behind_is_not(model_of: Build) -> None:
    left = left_behind(model_of, "n := 1  send M(1) to B[0]  n := 2  send M(2) to B[1]  n := 3")
    assert left == {
        (1, frozenset()),
        (1, frozenset({1})),
        (2, frozenset()),
        (2, frozenset({1})),
        (2, frozenset({2})),
        (2, frozenset({1, 2})),
    }


def test_where_nothing_is_sent_nobody_crashes_while_sending(model_of: Build) -> None:
    assert left_behind(model_of, "n := 1") == set()
    assert left_behind(model_of, "either { n := 1  send M(1) to B[0]  n := 2 } or { n := 3 }") == {
        (1, frozenset()),
        (1, frozenset({1})),
    }
    assert left_behind(model_of, "if n == 1 { send M(1) to B[0] } else { n := 3 }") == set()
    assert left_behind(model_of, "if n == 0 { n := 3  send M(n) to B[0] } else { n := 4 }") == {
        (3, frozenset()),
        (3, frozenset({3})),
    }
    assert left_behind(model_of, "choose x in {1, 2} { n := x  send M(x) to B[0] }  n := 5") == {
        (1, frozenset()),
        (1, frozenset({1})),
        (2, frozenset()),
        (2, frozenset({2})),
    }


def test_a_loop_is_run_to_its_end(model_of: Build) -> None:
    assert left_behind(model_of, "for b in B { n += 1  send M(index(b)) to b }  n := 5") == {
        (2, frozenset()),
        (2, frozenset({0})),
        (2, frozenset({1})),
        (2, frozenset({0, 1})),
    }


def test_a_reply_is_a_send(model_of: Build) -> None:
    text = """
        message Ask
        message Answer
        agent C { initial state S { step go -> W { send Ask to A } }  state W { on Answer -> Z }  final state Z }
        agent A { var n: 0..1 = 0  initial final state S { on Ask { reply Answer  n := 1 } } }
        invariant i: true
        check "c" { faults { crash A up to 1 while sending }  expect i }
    """
    model = model_of(text)
    (asked,) = (after for after, label in behind(model, start_of(model), lambda _: True).items() if label == "go")
    assert sorted(len(in_flight(model, state)) for state in crashes(model, asked)) == [0, 1]


@pytest.mark.parametrize(
    ("faults", "expected"),
    [
        ("crash A any", ("up", "gone")),
        ("crash A any silently", ("up", "silently gone")),
        ("crash A any with recovery silently", ("up", "silently down")),
        ("crash A any with fair recovery", ("up", "down, recovery owed")),
        (
            "crash A any  crash A any with recovery  crash A any silently while sending with fair recovery",
            ("up", "down", "silently down, recovery owed", "gone"),
        ),
    ],
)
def test_the_status_says_how_an_agent_crashed(model_of: Build, faults: str, expected: tuple[str, ...]) -> None:
    model = model_of(f'agent A {{ initial final state S }}\ncheck "c" {{ faults {{ {faults} }} expect 1 states }}')
    assert statuses_of(model, "A") == expected
    for status in expected[1:]:
        assert is_silent(status) == ("silently" in status)
        assert is_down(status) != is_gone(status)
        assert is_owed(status) == ("owed" in status)
    assert not any(test("up") for test in (is_silent, is_down, is_gone, is_owed))


@pytest.mark.parametrize("options", ["", "with recovery", "with fair recovery", "while sending"])
def test_a_silent_crash_does_what_a_loud_one_does(explored: Explored, options: str) -> None:
    counts = {explored(MULTICAST % ("fifo", f"up to 1 {options} {word}")).distinct for word in ("", "silently")}
    assert len(counts) == 1


WAITS = """
    message Ping
    agent A { initial state S { step go -> W { send Ping to B } }  state W { on Ping -> Z }  final state Z }
    agent B { initial final state S { on Ping { reply Ping } } }
    reachable down: B[0] is crashed
    reachable served: A[0] is Z
    invariant up_again: B[0] is correct
    check "c" { faults { crash B any %s }  expect down, served, up_again }
"""


def test_an_owed_recovery_ends_what_would_be_a_deadlock(explored: Explored) -> None:
    assert isinstance(explored(WAITS % "").verdicts[DEADLOCK], Violated)
    assert isinstance(explored(WAITS % "with recovery").verdicts[DEADLOCK], Violated)
    assert isinstance(explored(WAITS % "with fair recovery").verdicts[DEADLOCK], Holds)


def test_recovery_is_owed_where_a_check_asks_for_it(model_of: Build) -> None:
    faults = "with fair recovery  crash B any with recovery silently  crash B any with fair recovery"
    model = model_of(WAITS % faults)
    assert [(a.name, a.origin) for a in model.actions if a.name == "recover"] == [
        ("recover", "network"),
        ("recover", "fault"),
    ]
    assert not any(isinstance(s, Owe) for a in model.actions for s in a.body)


def test_only_a_crash_that_owes_it_is_followed_by_an_owed_recovery(model_of: Build) -> None:
    model = model_of(WAITS % "with fair recovery  crash B any with recovery")
    start = start_of(model)
    statuses = {}
    for state in behind(model, start, lambda action: action.name == "crash"):
        (origin,) = {
            action.origin
            for action in model.actions
            if action.name == "recover" and behind(model, state, lambda a, this=action: a is this)  # type: ignore[misc]
        }
        statuses[value(model, state, "status")] = origin
    assert statuses == {"down": "fault", "down, recovery owed": "network"}
