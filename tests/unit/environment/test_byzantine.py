"""The fault `byzantine`: who is Byzantine, what such an agent can do to others, and what nobody can."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from modelcheck.engines.base import Exploration
from modelcheck.environment.registry import NETWORKS
from modelcheck.ir.model import Action, Model
from modelcheck.ir.statements.transitions import PACKET
from modelcheck.ir.statuses import BYZANTINE
from modelcheck.ir.values import Id, Packet
from modelcheck.semantics.execute import Next, Path, State, action_paths, initial_paths, is_resting
from modelcheck.semantics.replay import describe
from modelcheck.verdict import Holds, Reached, Violated

Explored = Callable[..., Exploration]
Build = Callable[..., Model]

BIT = """
    network %s
    message Bit(b: bool)
    agent A { initial final state S { step go -> T { send Bit(false) to B } }  final state T }
    agent B {
      var got: option bool = none
      initial final state W { on Bit(b) -> D { got := some(b) } }
      final state D
    }
    reachable lie: B[0].got == some(true)
    check "c" { faults { %s }  expect lie }
"""

RELAY = """
    network %s
    message Word(n: 0..2)
    agent Node {
      var heard: set of Node = {}
      var mine: 0..1 = any
      initial state Fresh { step say -> Said { send Word(mine) to Node } }
      final state Said { on Word(n) from p when n != 1 and not p in heard { heard += p } }
      at start { if index(self) == 0 { send Word(1) to others } }
    }
    check "c" { Node = 3  faults { %s }  expect 1 states }
"""


def starts(model: Model) -> list[State]:
    outcomes = [path.outcome for path in initial_paths(model)]
    return [outcome.state for outcome in outcomes if isinstance(outcome, Next)]


def traitors(model: Model, state: State, kind: str) -> frozenset[Id]:
    cells = [(agent, model.status(agent)) for agent in model.ids(kind)]
    return frozenset(agent for agent, cell in cells if cell is not None and state[cell] == BYZANTINE)


def steps(model: Model) -> Iterator[tuple[State, Action, Path, State]]:
    """All steps of a small model."""
    states = dict.fromkeys(starts(model))
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


def contents(model: Model, state: State) -> list[Packet]:
    (network,) = model.networks
    return network.show(state[network.cell])


@pytest.mark.parametrize("network", NETWORKS)
def test_a_budget_of_0_changes_nothing(explored: Explored, model_of: Build, network: str) -> None:
    assert explored(BIT % (network, "byzantine A up to 0")).distinct == explored(BIT % (network, "")).distinct == 3
    assert not [cell for cell in model_of(BIT % (network, "byzantine A up to 0")).cells if cell.role == "status"]


@pytest.mark.parametrize(
    ("network", "states"),
    [
        # Three of the honest A. Of the Byzantine one: W, D with either bit; nothing is ever stored.
        ("unordered", 3 + 3),
        ("fifo", 3 + 3),
        # W with any of four sets in flight; D with either bit, beside any set again, as what was taken is sent again.
        ("set", 3 + 4 + 2 * 4),
        # W with any of four; D with either bit, which stays, and the other or not.
        ("soup", 3 + 4 + 2 * 2),
    ],
)
@pytest.mark.parametrize("budget", ["up to 1", "up to 7", "any"])
def test_the_states_are_those_counted_by_hand(explored: Explored, network: str, states: int, budget: str) -> None:
    found = explored(BIT % (network, f"byzantine A {budget}"))
    assert found.distinct == states
    assert isinstance(found.verdicts["lie"], Reached)


@pytest.mark.parametrize(("budget", "subsets"), [("up to 1", 4), ("up to 2", 7), ("up to 3", 8), ("any", 8)])
def test_any_subset_within_the_budget_is_byzantine(model_of: Build, budget: str, subsets: int) -> None:
    text = (RELAY % ("unordered", f"byzantine Node {budget}")).replace("mine: 0..1 = any", "mine: 0..1 = 0")
    model = model_of(text)
    chosen = [traitors(model, state, "Node") for state in starts(model)]
    assert len(chosen) == len(set(chosen)) == subsets
    # The digits are one for each agent, and 0 for an honest one: they ascend.
    digits = [path.digits for path in initial_paths(model)]
    assert digits == sorted(digits)
    assert chosen[0] == frozenset()
    assert chosen[1] == {Id("Node", 2)}


@pytest.mark.parametrize("network", NETWORKS)
def test_a_byzantine_agent_runs_no_code_and_stays_what_it_is(model_of: Build, network: str) -> None:
    text = RELAY.replace("Node = 3", "Node = 2") % (network, "byzantine Node up to 1  crash Node up to 1 with recovery")
    model = model_of(text)
    for before, action, _, after in steps(model):
        assert traitors(model, before, "Node") == traitors(model, after, "Node")
        for agent in traitors(model, before, "Node"):
            assert action.actor != agent or action.name == "forge"
            own = [cell for cell, found in enumerate(model.cells) if found.owner == agent]
            assert [before[cell] for cell in own] == [after[cell] for cell in own]


def test_what_a_byzantine_agent_starts_with_is_as_of_any_agent_but_at_start_is_code(model_of: Build) -> None:
    model = model_of(RELAY % ("unordered", "byzantine Node up to 1"))
    mine = next(cell for cell, found in enumerate(model.cells) if found.name == "Node[0].mine")
    seen = {(bool(traitors(model, s, "Node")), s[mine]) for s in starts(model)}
    assert seen == {(False, 0), (False, 1), (True, 0), (True, 1)}
    for state in starts(model):
        honest = Id("Node", 0) not in traitors(model, state, "Node")
        others = {Id("Node", 1), Id("Node", 2)} - traitors(model, state, "Node")
        assert [p.target for p in contents(model, state)] == (sorted(others) if honest else [])


@pytest.mark.parametrize("network", ["unordered", "fifo"])
def test_nothing_of_a_byzantine_agent_is_stored_and_nothing_for_it(model_of: Build, network: str) -> None:
    model = model_of(RELAY % (network, "byzantine Node up to 2"))
    forged: dict[tuple[State, Id], set[tuple[Id, int]]] = {}
    count = 0
    for before, action, path, after in steps(model):
        bad = traitors(model, before, "Node")
        assert not [p for p in contents(model, after) if p.source in bad or p.target in bad]
        if action.origin == "fault":
            count += 1
            packet = path.names[PACKET]
            assert packet.source in bad
            assert packet.target == action.actor
            assert contents(model, before) == contents(model, after)
            forged.setdefault((before, packet.target), set()).add((packet.source, packet.fields[0]))
    assert count
    # Whatever the handler accepts can come, from each Byzantine agent that it has not heard of, and nothing else.
    for (state, target), packets in forged.items():
        heard = state[model.variable(model.spec.agents["Node"].variables[0], target)]
        assert packets == {(agent, n) for agent in traitors(model, state, "Node") - heard for n in (0, 2)}


@pytest.mark.parametrize("network", ["set", "soup"])
def test_on_a_network_that_absorbs_a_byzantine_agent_sends_like_any_other(model_of: Build, network: str) -> None:
    text = RELAY.replace("Node = 3", "Node = 2").replace("mine: 0..1 = any", "mine: 0..1 = 0")
    model = model_of(text % (network, "byzantine Node up to 1"))
    sent: dict[State, set[Packet]] = {}
    for before, action, path, after in steps(model):
        if action.origin == "fault":
            (packet,) = set(contents(model, after)) - set(contents(model, before))
            assert packet == path.names[PACKET]
            assert packet.source == action.actor
            sent.setdefault(before, set()).add(packet)
        bad = traitors(model, before, "Node")
        assert network == "soup" or not [p for p in contents(model, after) if p.target in bad]
        for packet in set(contents(model, after)) - set(contents(model, before)):
            assert packet.source == action.actor, "the sender of a message is never forged"
    for state, packets in sent.items():
        (traitor,) = traitors(model, state, "Node")
        (good,) = set(model.ids("Node")) - {traitor}
        assert packets == {Packet("Word", traitor, good, (n,)) for n in (0, 1, 2)} - set(contents(model, state))


def test_a_soup_keeps_what_is_sent_to_a_byzantine_agent(model_of: Build) -> None:
    model = model_of(RELAY.replace("Node = 3", "Node = 2") % ("soup", "byzantine Node up to 1"))
    kept = {
        p.target in traitors(model, after, "Node") for _, _, _, after in steps(model) for p in contents(model, after)
    }
    assert kept == {True, False}


DEAD = """
    message M
    agent A { initial state S { step go -> T { send M to B } }  final state T }
    agent B { initial state W { on M -> D }  final state D }
    check "c" { faults { byzantine %s }  expect %s }
"""


def test_a_byzantine_agent_need_not_come_to_rest_and_its_messages_are_not_owed(model_of: Build) -> None:
    model = model_of(DEAD % ("B up to 1", "1 states"))
    ends = [after for _, _, _, after in steps(model)]
    assert all(
        is_resting(model, state) == (state[model.control(Id("A", 0))] == "T")
        for state in ends
        if traitors(model, state, "B")
    )


@pytest.mark.parametrize(("who", "dead"), [("A up to 1", True), ("B up to 1", False), ("A up to 0", False)])
def test_whoever_waits_for_a_byzantine_agent_is_in_a_deadlock(explored: Explored, who: str, dead: bool) -> None:  # noqa: FBT001 - a parameter
    found = explored(DEAD % (who, "not deadlock"))
    assert isinstance(found.verdicts["deadlock"], Violated) == dead


STATUS = """
    agent A { initial final state S { step go { skip } } }
    invariant one:     forall p in A: p is correct or p is crashed
    invariant neither: forall p in A: not (p is correct and p is crashed)
    reachable crashed: A[0] is crashed
    reachable bad:     not (A[0] is correct) and not (A[0] is crashed)
    reachable mixed:   A[0] is crashed and not (A[1] is correct) and not (A[1] is crashed)
    check "c" { A = 2  faults { %s }  expect one, neither, crashed, bad, mixed }
"""


@pytest.mark.parametrize("recovery", ["", "with recovery"])
def test_a_byzantine_agent_is_neither_correct_nor_crashed(explored: Explored, recovery: str) -> None:
    verdicts = explored(STATUS % f"byzantine A up to 1  crash A up to 1 {recovery}").verdicts
    assert isinstance(verdicts["one"], Violated)
    assert isinstance(verdicts["neither"], Holds)
    assert all(isinstance(verdicts[name], Reached) for name in ("crashed", "bad", "mixed"))
    verdicts = explored(STATUS % f"crash A any {recovery}").verdicts
    assert isinstance(verdicts["one"], Holds)
    assert not isinstance(verdicts["bad"], Reached)


def test_fields_that_nobody_looks_at_are_not_chosen(model_of: Build) -> None:
    text = """
        message M(a: 0..9, b: 0..9)
        agent A { initial final state S { step go { send M(1, 1) to B } } }
        agent B { initial final state W { on M(_, b) when b < 2 -> D  on M(_, _) -> E }  final state D  final state E }
        check "c" { faults { byzantine A any }  expect 1 states }
    """
    model = model_of(text)
    (start,) = [state for state in starts(model) if traitors(model, state, "A")]
    forged = [action for action in range(len(model.actions)) if model.actions[action].origin == "fault"]
    assert [len(list(action_paths(model, start, action))) for action in forged] == [2, 1]


def test_the_labels_say_who_forged_what(model_of: Build) -> None:
    model = model_of(RELAY % ("unordered", "byzantine Node up to 1"))
    labels = {describe(model, action, path) for _, action, path, _ in steps(model) if action.origin == "fault"}
    assert "receives forged Word(n: 2) from Node[1]" in labels
    model = model_of(BIT % ("soup", "byzantine A up to 1"))
    labels = {describe(model, action, path) for _, action, path, _ in steps(model) if action.origin == "fault"}
    assert labels == {"sends forged Bit(b: false) to B", "sends forged Bit(b: true) to B"}
