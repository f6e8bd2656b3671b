"""Delays of messages: when one can be received, when it has to be, and what stops time."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from modelcheck.engines.base import DEADLOCK, Exploration, Request
from modelcheck.engines.compiled import explore as explore_compiled
from modelcheck.environment.networks.bitmaps import fits_bitmap
from modelcheck.environment.networks.numbering import Numbering
from modelcheck.ir.clock import Clock
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits
from modelcheck.semantics.changes import changes_of
from modelcheck.semantics.execute import Next, State, action_paths, initial_paths
from modelcheck.semantics.replay import judge
from modelcheck.verdict import Holds, Reached, Violated

Explored = Callable[..., Exploration]
Build = Callable[..., Model]
Said = Callable[..., list[str]]


@pytest.fixture
def explored(explored_twice: Explored) -> Explored:
    """Every search of this module is made by two engines."""
    return explored_twice


ONE = """
    time discrete
    network %s
    message M delay %s
    agent A { initial state S { step go -> T { send M to B } } final state T }
    agent B { initial state S { on M -> T } final state T }
    invariant i: true
    check "c" { expect i }
"""
NETWORKS = ("unordered", "set", "fifo")


def compiled(model: Model) -> Exploration:
    return explore_compiled(model, Request(Limits()))


COUNTS = {
    # The beginning, sent with 1..2, 0..1 and 0..0 to go, received.
    "1..2": (5, 5),
    "0": (3, 2),
    "3": (6, 5),
    "0..1": (4, 4),
    # Sent with 1..2 and 0..2 before the promise, with 1..2, 0..2, 0..1, 0..0 after it; the beginning, received: both.
    "1..2 after gst": (10, 14),
}
"""States and transitions."""


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("delay", COUNTS)
def test_a_message_takes_as_long_as_its_delay_says(
    explored: Explored, model_of: Build, network: str, delay: str
) -> None:
    text = ONE % (network, delay)
    found = explored(text)
    assert (found.distinct, found.transitions) == COUNTS[delay]
    assert isinstance(found.verdicts[DEADLOCK], Holds)
    assert (compiled(model_of(text)).distinct, compiled(model_of(text)).transitions) == COUNTS[delay]


@pytest.mark.parametrize("network", NETWORKS)
def test_a_due_message_that_nobody_accepts_stops_time(explored: Explored, model_of: Build, network: str) -> None:
    text = (ONE % (network, "1..2")).replace(
        "initial state S { on M -> T } final", "initial final state S { on M when false } "
    )
    text = text.replace("when false }  state T }", "when false } }")
    found = explored(text)
    verdict = found.verdicts[DEADLOCK]
    assert isinstance(verdict, Violated)
    # Sent, and two ticks.
    assert len(verdict.run.choices) == 3
    trace = judge(model_of(text), verdict.run, DEADLOCK)
    assert "time cannot pass" in trace.conclusion
    assert trace.facts == ("M A -> B in 0..0 is due: `when false` is false",)


@pytest.mark.parametrize(
    ("network", "delay", "told"),
    [
        ("unordered", "1..3", [("M A -> B", "in 0..2", "in 0..1"), ("M A -> B", "in 1..3", "in 0..2")]),
        ("fifo", "1..3", [("M A -> B", "in 0..2", "in 0..1"), ("M A -> B", "in 1..3", "in 0..2")]),
        # Without the promise there is no hurry: the two become equal, so one, and the older stays as it is.
        ("set", "1..3 after gst", [("M A -> B", "in 1..3", "in 0..3")]),
    ],
)
def test_a_tick_tells_how_messages_age_and_loses_none(
    model_of: Build, network: str, delay: str, told: list[tuple[str, str, str]]
) -> None:
    text = (ONE % (network, delay)).replace(
        "step go -> T { send M to B } } final state T }", "step go { send M to B } } }"
    )
    model = model_of(text)
    before = after = next(path.outcome.state for path in initial_paths(model) if isinstance(path.outcome, Next))
    for name in ("go", "tick", "go", "tick"):
        before, number = after, next(n for n, action in enumerate(model.actions) if action.name == name)
        after = next(p.outcome.state for p in action_paths(model, before, number) if isinstance(p.outcome, Next))
    changes = changes_of(model, before, after, "tick")
    assert sorted((c.name, c.before, c.after) for c in changes) == told
    assert not any(change.network for change in changes)


AGES = """
    time discrete
    network %s
    message M delay 2..4
    agent A {
      timer t
      initial state S { step go -> T { send M to B  start t for 1 } }
      state T { on t expires -> U { send M to B } }
      final state U
    }
    agent B {
      var got: 0..2 = 0
      initial final state S { on M { got += 1 } }
    }
    reachable both: A[0] is U and B[0].got == 2
    invariant one: size(messages M) <= 1
    check "c" { expect both, one }
"""


@pytest.mark.parametrize("network", NETWORKS)
def test_equal_messages_of_different_age_are_two_but_look_like_one(explored: Explored, network: str) -> None:
    found = explored(AGES % network)
    assert isinstance(found.verdicts["both"], Reached)
    assert isinstance(found.verdicts["one"], Holds)


def test_a_set_absorbs_an_equal_message_of_the_same_age(explored: Explored) -> None:
    text = (AGES % "set").replace("start t for 1", "start t for 0")
    assert not isinstance(explored(text).verdicts["both"], Reached)
    assert isinstance(explored(text.replace("network set", "network unordered")).verdicts["both"], Reached)


@pytest.mark.parametrize("kept", ["", "with recovery"])
@pytest.mark.parametrize("network", NETWORKS)
def test_a_message_to_a_crashed_agent_stops_no_time(explored: Explored, network: str, kept: str) -> None:
    text = """
        time discrete
        network %s
        message M delay 0..1
        agent A {
          timer t
          initial state S { step go -> T { send M to B  start t for 3 } }
          state T { on t expires -> U }
          final state U
        }
        agent B { initial final state S { on M -> T } final state T }
        reachable later: A[0] is U and B[0] is S
        invariant soon: A[0] is U implies B[0] is T or B[0] is crashed
        reachable at_last: A[0] is U and B[0] is crashed and size(messages M) == 1
        check "c" { faults { crash B up to 1 %s } expect later, soon, at_last }
    """
    found = explored(text % (network, kept))
    assert isinstance(found.verdicts["later"], Reached)
    assert isinstance(found.verdicts[DEADLOCK], Holds)
    # It waits for an agent that may recover, and is urgent again when that has.
    assert isinstance(found.verdicts["at_last"], Reached) == bool(kept)
    assert isinstance(found.verdicts["soon"], Holds) == (not kept)


def test_in_a_queue_only_the_head_is_urgent(explored: Explored, model_of: Build) -> None:
    text = """
        time discrete
        network %s
        message Slow delay 2..2
        message Quick delay 0..0
        agent A { initial state S { step go -> T { send Slow to B  send Quick to B } } final state T }
        agent B {
          initial state S { on Slow -> T  on Quick -> F }
          state T { on Quick -> U }
          state F { on Slow -> U }
          final state U
        }
        reachable slow_first: B[0] is T
        reachable quick_first: B[0] is F
        check "c" { expect slow_first, quick_first }
    """
    queue, bag = explored(text % "fifo"), explored(text % "unordered")
    assert isinstance(queue.verdicts["slow_first"], Reached)
    assert not isinstance(queue.verdicts["quick_first"], Reached)
    assert isinstance(bag.verdicts["quick_first"], Reached)
    assert not isinstance(bag.verdicts["slow_first"], Reached)
    assert isinstance(queue.verdicts[DEADLOCK], Holds)
    assert compiled(model_of(text % "fifo")).distinct == queue.distinct


def test_before_the_global_stabilisation_time_a_message_may_take_for_ever(explored: Explored) -> None:
    text = """
        time discrete
        message M delay 1..2 %s
        agent A {
          timer t
          initial state S { step go -> T { send M to B  start t for 9 } }
          state T { on t expires -> U }
          final state U
        }
        agent B { initial state S { on M -> T } final state T }
        reachable late: A[0] is U and B[0] is S
        reachable at_once: B[0] is T and A[0] is T
        check "c" { expect late, at_once }
    """
    assert not isinstance(explored(text % "").verdicts["late"], Reached)
    assert isinstance(explored(text % "after gst").verdicts["late"], Reached)


@pytest.mark.parametrize("promised", [False, True])
@pytest.mark.parametrize(("lo", "hi"), [(0, 0), (0, 3), (1, 1), (2, 3), (3, 3), (2, 6)])
def test_a_tick_keeps_the_order_of_stages(lo: int, hi: int, promised: bool) -> None:  # noqa: FBT001 - a parameter
    clock = Clock(lo, hi, promised)
    assert clock.stages[0] == (lo, hi)
    for holds in (False, True):
        after = clock.next(promised=holds)
        assert all(stage <= later for stage, later in enumerate(after))
        assert all(one <= other for one, other in pairwise(after))


def test_what_waited_for_the_promise_has_all_its_time_from_then_on() -> None:
    clock = Clock(2, 3, promised=True)
    stage = 0
    for _ in range(5):
        stage = clock.next(promised=False)[stage]
    assert clock.stages[stage] == (0, 3)
    # One that was just sent when the promise came: the same as without one.
    plain = Clock(2, 3, promised=False)
    ages = [(0, 0)]
    for _ in range(4):
        old, new = ages[-1]
        ages.append((clock.next(promised=True)[old], plain.next(promised=False)[new]))
    assert [clock.stages[old] for old, _ in ages] == [plain.stages[new] for _, new in ages]
    assert plain.stages == ((2, 3), (1, 2), (0, 1), (0, 0))


@pytest.mark.parametrize(
    ("network", "delay", "code"),
    [
        ("soup", "1..2", "MC323"),
        ("set", "2..1", "MC404"),
        ("set", "0 - 1", "MC404"),
        ("set", "0 - 1..1", "MC404"),
        ("set", "1..2000", "MC322"),
        ("fifo", "true", "MC301"),
        ("set", "A", "MC301"),
    ],
)
def test_a_delay_is_a_range_of_ticks_on_a_network_that_forgets(
    said_of: Said, network: str, delay: str, code: str
) -> None:
    assert said_of(ONE % (network, delay)) == [code]


def test_a_delay_needs_a_model_of_time_and_is_given_once(said_of: Said) -> None:
    assert said_of((ONE % ("set", "1")).replace("time discrete", "")) == ["MC321"]
    assert said_of(ONE % ("set", "1 delay 2")) == ["MC202"]


def test_receivers_stay_interchangeable(model_of: Build, explored: Explored) -> None:
    text = (ONE % ("set", "0..2")).replace('check "c" {', 'check "c" { B = 3')
    found = compiled(model_of(text))
    assert found.distinct == explored(text).distinct
    assert found.explored is not None
    assert found.distinct is not None
    assert found.explored < found.distinct


@pytest.mark.parametrize("network", NETWORKS)
def test_a_message_across_a_partition_stops_no_time_until_that_heals(explored: Explored, network: str) -> None:
    text = """
        time discrete
        network %s
        message M delay 0..1
        agent Node {
          timer t
          var told: bool = false
          initial state S { step go -> T { send M to others  start t for 3 }  on M { told := true } }
          state T { on t expires -> U  on M { told := true } }
          final state U { on M { told := true } }
        }
        def late(p: Node) = p is U and exists q in Node: q != p and not q.told
        reachable behind: exists p in Node: late(p)
        temporal soon: forall p in Node: p is U leads to (forall q in Node: p == q or q.told) within 1
        check "c" { Node = 2  faults { partition Node up to 1 %s }  expect behind, soon }
    """
    whole = explored((text % (network, "heal")).replace("up to 1 heal", "up to 0"))
    assert not isinstance(whole.verdicts["behind"], Reached)
    for heal in ("", "heal"):
        cut = explored(text % (network, heal))
        assert isinstance(cut.verdicts["behind"], Reached)
        assert isinstance(cut.verdicts["soon"], Violated)
        assert isinstance(cut.verdicts[DEADLOCK], Holds)


def test_a_message_is_due_when_the_partition_heals(explored: Explored) -> None:
    text = """
        time discrete
        message M delay 1
        agent Node {
          var asked: bool = false
          initial final state S { step go when index(self) == 0 and not asked { asked := true  send M to others } }
        }
        invariant i: true
        check "c" { Node = 2  faults { partition Node up to 1 heal }  expect i }
    """
    # Nobody takes it: without a partition time stops after a tick. With one it stops when that has healed.
    found = explored(text)
    verdict = found.verdicts[DEADLOCK]
    assert isinstance(verdict, Violated)
    assert len(verdict.run.choices) == 2


@pytest.mark.parametrize(("field", "as_bits"), [("0..1", True), ("0..31", False)])
def test_equal_messages_of_a_set_are_one_from_when_their_ages_are_equal(
    explored: Explored,
    model_of: Build,
    field: str,
    as_bits: bool,  # noqa: FBT001 - a parameter
) -> None:
    text = """
        time discrete
        network set
        message M(w: %s) delay 1..2 after gst
        agent A {
          timer t
          initial state S { step go -> T { send M(1) to B  start t for 1 } }
          state T { on t expires -> U { send M(1) to B  start t for 2 } }
          state U { on t expires -> V }
          final state V
        }
        agent B { var got: 0..2 = 0  initial final state S { on M { got += 1 } } }
        reachable twice: B[0].got == 2
        reachable once: B[0].got == 1 and A[0] is V
        check "c" { expect twice, once }
    """
    model = model_of(text % field)
    assert fits_bitmap(Numbering(model, ("M",))) == as_bits
    # Before the promise both wait for it alike, and nothing tells the first from the second.
    found = explored(text % field)
    assert isinstance(found.verdicts["twice"], Reached)
    assert isinstance(found.verdicts["once"], Reached)
    waiting = _state_behind(model, ["go", "tick", "t expires", "tick"])
    assert [len(value) for cell, value in zip(model.cells, waiting, strict=True) if cell.network] == [1]


def _state_behind(model: Model, names: list[str]) -> State:
    """Where the only path of each of some actions, one after another, leads."""
    (path,) = initial_paths(model)
    for name in names:
        number = next(n for n, action in enumerate(model.actions) if action.name == name)
        assert isinstance(path.outcome, Next)
        (path,) = action_paths(model, path.outcome.state, number)
    assert isinstance(path.outcome, Next)
    return path.outcome.state
