"""The fault `byzantine`: who is Byzantine, what such an agent can do to others, and what nobody can."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from modelcheck.diagnostics import InputError
from modelcheck.engines.base import Exploration
from modelcheck.environment.assumptions import assumptions
from modelcheck.environment.registry import NETWORKS
from modelcheck.ir.model import Action, Model
from modelcheck.ir.statements.transitions import PACKET
from modelcheck.ir.statuses import BYZANTINE
from modelcheck.ir.values import Id, Packet
from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.semantics.execute import Next, Path, State, action_paths, initial_paths, is_resting
from modelcheck.semantics.rerun import describe
from modelcheck.source import Source
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


FAIR = """protocol Fair
network NETWORK
message M(n: 0..1)
agent A { initial final state S { step go -> T { send M(0) to B } }  final state T }
agent B { initial final state W { on M(n) when n == 0 -> D }  final state D }
eventually heard: forall b in B: b is D
check "honest"    { expect heard }
check "byzantine" { faults { byzantine A up to 1 }  expect not heard }
check "no need"   { faults { byzantine B up to 1 }  expect not heard }
"""


@pytest.mark.parametrize("engine", ["interpreter", "native"])
@pytest.mark.parametrize("network", ["unordered", "fifo", "set"])
def test_a_byzantine_agent_owes_nothing(engine: str, network: str) -> None:
    report = verify_specs([load(Source("fair.mc", FAIR.replace("NETWORK", network)))], Options(engine=engine))
    assert report.ok, [(c.name, p.name, p.verdict) for c in report.specs[0].checks for p in c.properties]


OWED = """protocol Owed
network set
message M
agent A { initial final state S { step rest { skip }  step never when size(A) > 1 { send M to B } } }
agent B { initial final state W { on M -> D }  final state D }
temporal received: always (size(messages M) > 0 implies eventually B[0] is D)
check "c" { faults { byzantine A up to 1 }  expect received }
"""


@pytest.mark.parametrize("engine", ["interpreter", "native"])
def test_what_a_byzantine_agent_has_sent_is_delivered_like_any_other_message(engine: str) -> None:
    assert verify_specs([load(Source("owed.mc", OWED))], Options(engine=engine)).ok


def test_looking_into_what_may_be_byzantine_is_an_assumption() -> None:
    text = """protocol Look
        agent A { var n: 0..1 = 0  initial final state S {
          step look when forall p in others: p.n == 0 and p is S { skip }
          step own when self.n == 0 { n := 1 }
        } }
        check "c" { A = 2  FAULTS  expect 1 states }
    """
    looks = "A's 'look' looks into A agents: a Byzantine one shows what it started with"
    for faults, expected in (("faults { byzantine A up to 1 }", [looks]), ("", []), ("faults { crash A any }", [])):
        found = assumptions(load(Source("look.mc", text.replace("FAULTS", faults))))
        assert [said for said in found if "Byzantine" in said] == expected


SWITCH = """
    network %s
    message Claim(who: A) forgeable when who == self or who in claimed
    shared var claimed: set of A = {}
    agent A {
      initial final state S { step claim when not self in claimed { claimed += self  send Claim(self) to B } }
    }
    agent B { var told: set of A = {}  initial final state S { on Claim(who) { told += who } } }
    invariant earned: forall p in A, b in B: p is correct and p in b.told implies p in claimed
    reachable framed: exists b in B: size(b.told) == 2 and size(claimed) == 1
    check "c" { A = 2  faults { byzantine A up to 1 }  expect earned, framed }
"""


@pytest.mark.parametrize("network", NETWORKS)
def test_forgeable_restricts_to_what_the_state_allows_now(explored: Explored, network: str) -> None:
    verdicts = explored(SWITCH % network).verdicts
    assert isinstance(verdicts["earned"], Holds)
    assert isinstance(verdicts["framed"], Reached)
    free = (SWITCH % network).replace("forgeable when who == self or who in claimed", "")
    assert isinstance(explored(free).verdicts["earned"], Violated)
    shut = (SWITCH % network).replace("who == self or who in claimed", "false")
    assert not isinstance(explored(shut).verdicts["framed"], Reached)


@pytest.mark.parametrize("network", NETWORKS)
def test_what_can_never_be_forged_takes_no_action(model_of: Build, network: str) -> None:
    """And no time: `forgeable when false` stands for signatures."""
    shut = (SWITCH % network).replace("who == self or who in claimed", "false")
    for text, some in ((SWITCH % network, True), (shut, False)):
        assert any(action.origin == "fault" for action in model_of(text).actions) == some


def test_too_many_values_to_forge_are_told_before_the_search(model_of: Build) -> None:
    text = """
        message M(a: 0..%d, b: 0..9)
        agent A { initial final state S { step go { send M(0, 0) to B } } }
        agent B { initial final state S { on M(a, _) when a == 1 { skip } } }
        check "c" { faults { byzantine A up to 1 }  expect 1 states }
    """
    assert model_of(text % 65535).actions
    with pytest.raises(InputError, match="MC405"):
        model_of(text % 65536)


def test_corruption_of_what_is_not_stored_and_signed_is_refused(said_of: Callable[..., list[str]]) -> None:
    text = (SWITCH % "NETWORK").replace("byzantine A up to 1", "byzantine A up to 1  corrupt up to 1")
    assert said_of(text.replace("NETWORK", "unordered")) == ["MC901"]
    assert said_of(text.replace("NETWORK", "set")) == []
    assert said_of(text.replace("NETWORK", "fifo").replace("byzantine A up to 1", "")) == []


def test_a_forger_reads_what_it_was_sent_though_its_code_never_receives_it() -> None:
    text = """protocol Passing
        network soup
        message Note(n: 0..1) forgeable when exists m in inbox Note: m.n == n
        agent A { initial state S { step go -> T { send Note(1) to B } }  final state T }
        agent B {
          var got: set of 0..1 = {}
          initial final state S { on Note(n) { got += n }  step leak when got == {} { send Note(0) to A } }
        }
        invariant unheard: not 0 in B[0].got
        reachable passed:  0 in B[0].got
        check "honest" { expect unheard }
        check "traitor" { faults { byzantine A up to 1 }  expect passed in 3 steps }
    """
    report = verify_specs([load(Source("passing.mc", text))], Options(engine="interpreter"))
    assert report.ok
    assert report.specs[0].warnings == ()
