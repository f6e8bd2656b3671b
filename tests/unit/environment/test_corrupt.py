"""The fault `corrupt`: what it changes, what it leaves, and how often it strikes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from modelcheck.diagnostics import InputError
from modelcheck.engines.base import Exploration
from modelcheck.environment.faults.corrupt import BECOMES
from modelcheck.environment.registry import NETWORKS
from modelcheck.ir.model import Action, Model
from modelcheck.ir.statements.transitions import PACKET
from modelcheck.ir.values import Packet, Some
from modelcheck.semantics.execute import Next, Path, State, action_paths, initial_paths
from modelcheck.semantics.rerun import describe
from modelcheck.verdict import Reached

Explored = Callable[..., Exploration]
Build = Callable[..., Model]

THREE = """
    network %s
    message Data(bit: bool)
    agent Sender { initial state Go { step go -> Done { send Data(false) to Receiver } }  final state Done }
    agent Receiver {
      var wrong: set of Sender = {}
      initial final state Run { on Data(bit) from p { if bit { wrong += p } } }
    }
    reachable one: size(Receiver[0].wrong) == 1
    reachable two: size(Receiver[0].wrong) == 2
    reachable three: Receiver[0].wrong == Sender
    check "c" { Sender = 3  faults { %s }  expect one, two, three }
"""

FIELDS = """
    network %s
    message Word(bit: bool, %s mark: 1..2, to_whom: option Reader)
    message Plain
    agent Writer {
      var sent: 0..2 = 0
      initial final state Run {
        step go when sent < 2 { sent += 1  send Word(sent == 1, sent, none) to Reader  send Plain to Reader }
      }
    }
    agent Reader { initial final state Run { on Word(bit, mark, to_whom) when bit  ignore Plain } }
    invariant marked: forall m in messages Word: m.mark <= 2
    check "c" { faults { corrupt %s }  expect marked }
"""
GHOST = {"unordered": "ghost", "fifo": "ghost", "set": "", "soup": ""}
"""A network that absorbs equal messages allows no ghost fields."""


def reached(found: Exploration) -> set[str]:
    return {name for name, verdict in found.verdicts.items() if isinstance(verdict, Reached)}


def steps(model: Model) -> Iterator[tuple[State, Action, Path, State]]:
    """All steps of a small model."""
    outcomes = [path.outcome for path in initial_paths(model)]
    states = {outcome.state: None for outcome in outcomes if isinstance(outcome, Next)}
    waiting = list(states)
    while waiting:
        state = waiting.pop()
        for index, action in enumerate(model.actions):
            for path in action_paths(model, state, index):
                assert isinstance(path.outcome, Next)
                yield state, action, path, path.outcome.state
                if path.outcome.state not in states:
                    states[path.outcome.state] = None
                    waiting.append(path.outcome.state)


def corruptions(model: Model) -> Iterator[tuple[State, Packet, Packet, State]]:
    for before, action, path, after in steps(model):
        if action.name == "corrupt":
            yield before, path.names[PACKET], path.names[BECOMES], after


def contents(model: Model, state: State) -> Counter[Packet]:
    (network,) = model.networks
    return Counter(network.show(state[network.cell]))


@pytest.mark.parametrize("network", NETWORKS)
def test_a_budget_of_0_changes_nothing(explored: Explored, network: str) -> None:
    none, zero = explored(THREE % (network, "")), explored(THREE % (network, "corrupt up to 0"))
    assert zero.distinct == none.distinct
    assert reached(zero) == set()


@pytest.mark.parametrize("network", NETWORKS)
def test_a_budget_is_used_at_most_as_often_as_it_says(explored: Explored, network: str) -> None:
    assert reached(explored(THREE % (network, "corrupt up to 1"))) == {"one"}
    assert reached(explored(THREE % (network, "corrupt up to 2"))) == {"one", "two"}


@pytest.mark.parametrize("network", NETWORKS)
def test_any_is_unlimited_and_counts_nothing(explored: Explored, model_of: Build, network: str) -> None:
    text = THREE % (network, "corrupt any")
    assert reached(explored(text)) == {"one", "two", "three"}
    assert not [cell for cell in model_of(text).cells if cell.role == "budget"]


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("budget", ["up to 2", "any"])
def test_one_message_gets_other_fields_and_nothing_else_changes(model_of: Build, network: str, budget: str) -> None:
    model = model_of(FIELDS % (network, GHOST[network], budget))
    (own,) = {network.cell for network in model.networks}
    budgets = {index for index, cell in enumerate(model.cells) if cell.role == "budget"}
    count = 0
    for before, old, new, after in corruptions(model):
        count += 1
        assert (old.message, new.message) == ("Word", "Word")
        assert (new.source, new.target) == (old.source, old.target)
        assert new.fields != old.fields
        assert model.packets["Word"].misfit(new) is None
        assert all(before[i] == after[i] for i in range(len(before)) if i != own and i not in budgets)
        was, now = contents(model, before), contents(model, after)
        assert now - was == ({} if new in was and network == "set" else {new: 1})
        assert was - now == ({} if network == "soup" else {old: 1})
    assert count > 0


@pytest.mark.parametrize("network", NETWORKS)
def test_a_message_can_become_whatever_its_types_allow(model_of: Build, network: str) -> None:
    model = model_of(FIELDS % (network, GHOST[network], "up to 1"))
    possible = model.packets["Word"]
    found: dict[tuple[State, Packet], set[Packet]] = {}
    for before, old, new, _ in corruptions(model):
        found.setdefault((before, old), set()).add(new)
    assert found
    for (before, old), become in found.items():
        others = {
            packet
            for packet in possible.values()
            if (packet.source, packet.target) == (old.source, old.target) and packet != old
        }
        if GHOST[network]:
            others = {packet for packet in others if packet.fields[1] == old.fields[1]}
        if network == "soup":
            others -= set(contents(model, before))
        assert become == others


def test_ghost_fields_stay(model_of: Build) -> None:
    kept = model_of(FIELDS % ("unordered", "ghost", "any"))
    assert {(old.fields[1], new.fields[1]) for _, old, new, _ in corruptions(kept)} == {(1, 1), (2, 2)}


def test_a_ghost_that_is_not_kept_leaves_the_same_corruptions(model_of: Build) -> None:
    text = FIELDS % ("fifo", "ghost", "any")
    kept, without = model_of(text), model_of(text.replace("m.mark <= 2", "m.bit or not m.bit"))
    pairs = [{(old.fields[::2], new.fields[::2]) for _, old, new, _ in corruptions(model)} for model in (kept, without)]
    assert pairs[0] == pairs[1] != set()


def test_a_message_in_a_queue_keeps_its_place(model_of: Build) -> None:
    model = model_of(FIELDS % ("fifo", "", "up to 1"))
    (network,) = model.networks
    for before, _, _, after in corruptions(model):
        was, now = network.show(before[network.cell]), network.show(after[network.cell])
        assert len(was) == len(now)
        assert sum(a != b for a, b in zip(was, now, strict=True)) == 1


@pytest.mark.parametrize("network", ["unordered", "set", "fifo"])
@pytest.mark.parametrize("full", ["", "blocks", "drops"])
def test_a_full_network_has_room_for_what_a_message_becomes(explored: Explored, network: str, full: str) -> None:
    text = THREE.replace("Sender = 3", "Sender = 1") % (f"{network} capacity 1 {full}", "corrupt up to 1")
    found = explored(text)
    assert found.bounds_hit == ()
    assert isinstance(found.verdicts["three"], Reached)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("fields", ["", "(only: 0..0)", "(ghost mark: 0..2)"])
def test_a_message_without_another_value_cannot_be_struck(model_of: Build, network: str, fields: str) -> None:
    if not GHOST[network]:
        fields = fields.replace("ghost mark: 0..2", "only: 0..0")
    arguments = "(0)" if fields else ""
    text = f"""
        network {network}
        message M{fields}
        agent Node {{ initial final state S {{ step go {{ send M{arguments} to Node }}  ignore M }} }}
        check "c" {{ faults {{ corrupt any }} expect 1 states }}
    """
    model = model_of(text)
    assert [fault.kind for fault in model.idle_faults] == ["corrupt"]
    assert [action for action in model.actions if action.origin == "fault"] == []


MANY = """
    message M(a: 0..%d, ghost b: 0..9)
    agent Node { initial final state S { step go { send M(0, 0) to Node }  ignore M } }
    invariant i: forall m in messages M: m.b == 0
    check "c" { faults { corrupt %s } expect i }
"""


def test_too_many_values_are_told_before_the_search(model_of: Build) -> None:
    assert model_of(MANY % (65535, "any")).idle_faults == []
    assert model_of(MANY % (65536, "up to 0")).idle_faults == []
    with pytest.raises(InputError, match="MC405"):
        model_of(MANY % (65536, "any"))


def test_the_label_shows_the_message_and_what_it_becomes(model_of: Build) -> None:
    model = model_of(FIELDS % ("unordered", "ghost", "up to 1"))
    labels = {
        describe(model, action, path)
        for _, action, path, _ in steps(model)
        if action.name == "corrupt" and path.names[BECOMES].fields[2] == Some(model.ids("Reader")[0])
    }
    assert (
        "corrupts Word(bit: true, mark: 1, to_whom: none) Writer -> Reader "
        "into Word(bit: false, mark: 1, to_whom: some(Reader))"
    ) in labels
