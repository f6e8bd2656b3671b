from __future__ import annotations

from collections.abc import Callable

import pytest

from modelcheck.diagnostics import InputError
from modelcheck.engines.base import DEADLOCK, Exploration
from modelcheck.environment.instantiate import Overrides
from modelcheck.ir.model import Model
from modelcheck.verdict import Holds, Reached, Violated

Explored = Callable[..., Exploration]
Build = Callable[..., Model]

CRASHES = """
    message Ping
    agent Node {
      var soft: bool = false
      durable var hard: bool = false
      ghost var written: bool = false
      initial final state Run { step go when not soft { soft := true  hard := true  written := true } }
    }
    invariant nobody: forall p in Node: p is correct
    reachable all_gone: forall p in Node: p is crashed
    reachable two_gone: exists p, q in Node: p != q and p is crashed and q is crashed
    reachable forgot: exists p in Node: p.hard and not p.soft and p is correct
    invariant kept: forall p in Node: p.soft implies p.hard
    invariant ghost_kept: forall p in Node: p.hard iff p.written
    check "c" { Node = 3  faults { %s } expect nobody, all_gone, two_gone, forgot, kept, ghost_kept }
"""


def reached(found: Exploration) -> set[str]:
    return {name for name, verdict in found.verdicts.items() if isinstance(verdict, Reached)}


def test_a_budget_of_0_changes_nothing(explored: Explored) -> None:
    none, zero = explored(CRASHES % ""), explored(CRASHES % "crash Node up to 0  lose up to 0")
    assert zero.distinct == none.distinct == 8
    assert isinstance(zero.verdicts["nobody"], Holds)


def test_a_budget_counts_over_the_whole_kind(explored: Explored) -> None:
    assert reached(explored(CRASHES % "crash Node up to 1")) == set()
    assert reached(explored(CRASHES % "crash Node up to 2")) == {"two_gone"}
    assert reached(explored(CRASHES % "crash Node up to 3")) == {"two_gone", "all_gone"}


def test_any_is_unlimited_and_counts_nothing(explored: Explored, model_of: Build) -> None:
    assert reached(explored(CRASHES % "crash Node any")) == {"two_gone", "all_gone"}
    assert not [cell for cell in model_of(CRASHES % "crash Node any").cells if cell.role == "budget"]


def test_a_budget_is_used_at_most_as_often_as_it_says(explored: Explored) -> None:
    text = """
        agent Node {
          durable var starts: 0..9 = 0
          initial final state Run { step rest { skip } }
          at start { starts += 1 }
        }
        reachable three: Node[0].starts == 3
        invariant at_most_three: Node[0].starts <= 3
        check "c" { faults { crash Node up to 2 with recovery } expect three, at_most_three }
    """
    found = explored(text)
    assert reached(found) == {"three"}
    assert isinstance(found.verdicts["at_most_three"], Holds)


def test_recovery_forgets_all_but_durable_variables_and_ghosts(explored: Explored) -> None:
    found = explored(CRASHES % "crash Node up to 1 with recovery")
    assert reached(found) == {"forgot"}
    assert isinstance(found.verdicts["kept"], Holds)
    assert isinstance(found.verdicts["ghost_kept"], Holds)


def test_a_durable_state_survives_and_another_does_not(explored: Explored) -> None:
    text = """
        agent Node {
          initial state Run { step save -> Saved  step go -> Lost }
          durable final state Saved
          final state Lost
          at start { skip }
        }
        invariant saved: Node[0] is Saved implies next(Node[0] is Saved)
        invariant lost: Node[0] is Lost implies next(Node[0] is Lost)
        check "c" { faults { crash Node up to 1 with recovery } expect saved, not lost }
    """
    found = explored(text.replace("invariant", "transition"))
    assert isinstance(found.verdicts["saved"], Holds)
    assert isinstance(found.verdicts["lost"], Violated)


WAITING = """
    network %s
    message Ping
    agent Client { initial state Go { step go -> Done { send Ping to Server } }  final state Done }
    agent Server { initial final state Run { on Ping -> Got }  durable final state Got }
    reachable waits: Server[0] is crashed and messages Ping != {}
    reachable served: Server[0] is Got and Server[0] is correct
    check "c" { faults { crash Server up to 1 %s } expect waits, served }
"""


@pytest.mark.parametrize("network", ["unordered", "set", "fifo"])
def test_messages_vanish_if_their_receiver_is_gone(explored: Explored, network: str) -> None:
    assert reached(explored(WAITING % (network, ""))) == {"served"}


@pytest.mark.parametrize("network", ["unordered", "set", "fifo"])
def test_messages_wait_for_a_receiver_that_may_recover(explored: Explored, network: str) -> None:
    assert reached(explored(WAITING % (network, "with recovery"))) == {"served", "waits"}


def test_a_soup_forgets_nothing_of_an_agent_that_is_gone(explored: Explored) -> None:
    assert reached(explored(WAITING % ("soup", ""))) == {"served", "waits"}


def test_a_crashed_agent_takes_no_step_and_is_no_deadlock(explored: Explored) -> None:
    text = """
        agent Node { initial state Run { step go -> Done }  final state Done }
        invariant stays: Node[0] is crashed implies next(Node[0] is Run) == (Node[0] is Run)
        check "c" { faults { crash Node up to 1 } expect stays }
    """
    found = explored(text.replace("invariant", "transition"))
    assert isinstance(found.verdicts["stays"], Holds)
    assert isinstance(found.verdicts[DEADLOCK], Holds)


MESSAGES = """
    network %s
    message Ping
    agent Client { initial state Go { step go -> Done { send Ping to Server } }  final state Done }
    agent Server { var got: 0..3 = 0  initial final state Run { on Ping when got < 3 { got += 1 } } }
    reachable lost: Client[0] is Done and messages Ping == {} and Server[0].got == 0
    reachable twice: Server[0].got == 2
    reachable thrice: Server[0].got == 3
    check "c" { faults { %s } expect lost, twice, thrice }
"""


@pytest.mark.parametrize("network", ["unordered", "fifo"])
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("", set()),
        ("lose up to 1", {"lost"}),
        ("duplicate up to 1", {"twice"}),
        ("duplicate up to 2", {"twice", "thrice"}),
        ("lose any", {"lost"}),
    ],
)
def test_messages_are_lost_and_doubled_within_the_budget(
    explored: Explored, network: str, fault: str, expected: set[str]
) -> None:
    assert reached(explored(MESSAGES % (network, fault))) == expected


@pytest.mark.parametrize(
    ("network", "fault", "idle"),
    [
        ("soup", "lose any", True),
        ("soup", "duplicate any", True),
        ("set", "duplicate any", True),
        ("set", "lose any", False),
    ],
)
def test_a_fault_without_effect_is_noticed(model_of: Build, network: str, fault: str, *, idle: bool) -> None:
    assert bool(model_of(MESSAGES % (network, fault)).idle_faults) == idle


def test_the_command_line_goes_before_the_check(explored: Explored) -> None:
    overrides = Overrides(budgets={("crash", "Node"): 3})
    assert reached(explored(CRASHES % "crash Node up to 1", overrides)) == {"two_gone", "all_gone"}


def test_the_command_line_adds_a_fault(explored: Explored) -> None:
    assert reached(explored(CRASHES % "", Overrides(budgets={("crash", "Node"): 2}))) == {"two_gone"}


def test_the_command_line_can_take_a_fault_away(explored: Explored) -> None:
    for faults in ("crash Node up to 1", ""):
        found = explored(CRASHES % faults, Overrides(budgets={("crash", "Node"): 0}))
        assert isinstance(found.verdicts["nobody"], Holds)


@pytest.mark.parametrize("budget", [("crash", None), ("lose", "Node"), ("crash", "Nobody"), ("melt", None)])
def test_an_impossible_fault_on_the_command_line_is_the_users_mistake(
    model_of: Build, budget: tuple[str, str | None]
) -> None:
    with pytest.raises(InputError, match="MC407"):
        model_of(CRASHES % "", Overrides(budgets={budget: 1}))
