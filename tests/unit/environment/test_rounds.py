"""The lock-step network: all agents move at once, on what was sent in the round before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, product
from typing import TypeVar

import pytest

from modelcheck.diagnostics import InputError
from modelcheck.engines.base import DEADLOCK, ERRORS, Exploration
from modelcheck.frontend import rounds
from modelcheck.ir.model import Model
from modelcheck.ir.statements.control import Skip
from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.semantics.execute import Next, State, action_paths, initial_paths
from modelcheck.semantics.rerun import describe
from modelcheck.source import Source
from modelcheck.verdict import Holds, Reached, Unreached, Violated

Explored = Callable[..., Exploration]
Build = Callable[..., Model]
Item = TypeVar("Item")

GOSSIP = """
    network rounds
    message Hi(v: 1..2)
    agent Node {
      var best: 0..2 = 0
      initial state Start { round -> Talk { choose v in 1..2 { best := v  send Hi(v) to others } } }
      state Talk { round when inbox Hi != {} -> Done { best := max(best, max(m in inbox Hi: m.v)) } }
      final state Done
    }
    invariant agree: forall p, q in Node: p is Done and q is Done implies p.best == q.best
    check "c" { Node = %d  faults { %s }  allow deadlock  expect agree }
"""

RELAY = """
    network rounds
    message Token
    agent Node {
      initial state Idle {
        round when index(self) == 0 -> Had { send Token to Node[1] }
        round when inbox Token != {} -> Had { if index(self) < size(Node) - 1 { send Token to Node[index(self) + 1] } }
      }
      final state Had
    }
    reachable all_had: forall p in Node: p is Had
    reachable two_at_once: Node[1] is Had and Node[0] is Idle
    check "c" { Node = 3  allow deadlock  expect all_had, two_at_once }
"""


def last(model: Model, rounds: int) -> Iterator[State]:
    """The states after some rounds of the first run."""
    state = next(path.outcome.state for path in initial_paths(model) if isinstance(path.outcome, Next))
    yield state
    for _ in range(rounds):
        state = next(p.outcome.state for p in action_paths(model, state, 0) if isinstance(p.outcome, Next))
        yield state


def test_a_message_is_read_in_the_round_after_the_one_it_was_sent_in(explored: Explored) -> None:
    found = explored(RELAY)
    assert found.verdicts["all_had"] == Reached(found.verdicts["all_had"].run)  # type: ignore[union-attr]
    assert found.distinct == 4, "one state for each round: the token is handed on three times"
    assert isinstance(found.verdicts["two_at_once"], Unreached)


def test_all_bodies_are_one_transition(explored: Explored) -> None:
    # The start, 2^3 choices, and two outcomes: everybody has 1, or everybody has 2.
    assert explored(GOSSIP % (3, "")).distinct == 1 + 8 + 2


def test_a_round_without_faults_is_no_choice_where_no_body_chooses(model_of: Build) -> None:
    model = model_of(RELAY)
    states = list(last(model, 1))
    assert [path.digits for path in action_paths(model, states[0], 0)] == [(0,)], "of two rounds, the first applies"


def test_what_nobody_reads_is_gone_after_the_next_round(model_of: Build) -> None:
    model = model_of("""
        network rounds
        message M
        agent Node {
          initial state A { round -> B { send M to Node } }
          state B { round -> C }
          final state C { }
        }
        check "c" { Node = 2  expect 3 states }
    """)
    cell = model.networks[0].cell
    assert [len(state[cell]) for state in last(model, 2)] == [0, 4, 0]


def test_an_agent_without_a_round_does_nothing_and_without_any_there_is_a_deadlock(explored: Explored) -> None:
    text = """
        network rounds
        agent Quick { initial state A { round -> B }  final state B }
        agent Stuck { initial state S { round when false { skip } } }
        check "c" { expect deadlock in 1 steps, 2 states }
    """
    found = explored(text)
    assert isinstance(found.verdicts[DEADLOCK], Violated)
    assert found.distinct == 2


def test_messages_of_the_start_and_of_steps_are_read_in_the_coming_round(explored: Explored) -> None:
    found = explored("""
        network rounds
        message M(n: 0..2)
        agent Outside { initial state S { step poke -> T { send M(2) to Node } }  final state T }
        agent Node {
          var sum_: 0..3 = 0
          initial state A { round when inbox M != {} -> B { sum_ := sum(m in inbox M: m.n) } }
          final state B
          at start { send M(1) to self }
        }
        agent Clock { initial final state R { step tick { skip } } }
        reachable one: Node[0].sum_ == 1
        reachable both: Node[0].sum_ == 3
        reachable two: Node[0].sum_ == 2
        check "c" { expect one, both, not two }
    """)
    assert isinstance(found.verdicts["both"], Reached)
    assert isinstance(found.verdicts["one"], Reached)
    assert isinstance(found.verdicts["two"], Unreached)


def gossip(nodes: int, losses: int) -> int:
    """How many states `GOSSIP` has, counted by a search of its own."""
    start = (("Start",) * nodes, (0,) * nodes, frozenset[tuple[int, int, int]](), 0)
    seen, pending = {start}, [start]
    while pending:
        states, best, inbox, lost = pending.pop()
        found = [(states, best, inbox - {packet}, lost + 1) for packet in inbox if lost < losses]
        if "Start" in states:
            for values in product((1, 2), repeat=nodes):
                sent = frozenset((p, q, values[p]) for p in range(nodes) for q in range(nodes) if p != q)
                found.append((("Talk",) * nodes, values, sent, lost))
        else:
            heard = [[v for _, to, v in inbox if to == p] if states[p] == "Talk" else [] for p in range(nodes)]
            if any(heard):
                now = tuple("Done" if heard[p] else states[p] for p in range(nodes))
                found.append((now, tuple(max(best[p], *heard[p], 0) for p in range(nodes)), frozenset(), lost))
        for state in found:
            if state not in seen:
                seen.add(state)
                pending.append(state)
    return len(seen)


@pytest.mark.parametrize("losses", [0, 1, 2])
def test_losses_strike_what_the_coming_round_would_read(explored: Explored, losses: int) -> None:
    found = explored(GOSSIP % (3, f"lose up to {losses}"))
    assert found.distinct == gossip(3, losses)
    # One message of two lost leaves another one, which may be the greater one or not.
    assert isinstance(found.verdicts["agree"], Violated if losses else Holds)


def test_a_duplicate_is_absorbed_so_the_fault_is_idle(model_of: Build) -> None:
    assert [fault.kind for fault in model_of(GOSSIP % (2, "duplicate any")).idle_faults] == ["duplicate"]


def test_a_crashed_agent_takes_no_part_and_is_sent_nothing(explored: Explored, model_of: Build) -> None:
    text = GOSSIP % (2, "crash Node up to 1")
    model = model_of(text)
    start = next(iter(last(model, 0)))
    crash = next(number for number, action in enumerate(model.actions) if action.name == "crash")
    gone = next(p.outcome.state for p in action_paths(model, start, crash) if isinstance(p.outcome, Next))
    after = [p.outcome.state for p in action_paths(model, gone, 0) if isinstance(p.outcome, Next)]
    assert {state[model.networks[0].cell] for state in after} == {()}
    assert [state[model.control(model.agents[0])] for state in after] == ["Start", "Start"]
    assert isinstance(explored(text).verdicts["agree"], Holds)


@pytest.mark.parametrize("body", ["n := n + 3", 'assert n == 0, "no"', "n := min(m in inbox M: m.n)"])
def test_a_failure_in_any_body_is_an_error(explored: Explored, body: str) -> None:
    found = explored(f"""
        network rounds
        message M(n: 0..2)
        agent Node {{
          var n: 0..2 = 0
          initial state A {{ round -> B {{ send M(1) to others }} }}
          state B {{ round when inbox M != {{}} -> C {{ n := 1 }} }}
          state C {{ round -> D {{ if index(self) == 1 {{ {body} }} }} }}
          final state D
        }}
        check "c" {{ Node = 2  expect 4 states }}
    """)
    verdict = found.verdicts[ERRORS]
    assert isinstance(verdict, Violated)
    assert len(verdict.run.choices) == 3


def test_a_step_says_who_chose_what(model_of: Build) -> None:
    model = model_of(GOSSIP % (2, ""))
    paths = list(action_paths(model, next(iter(last(model, 0))), 0))
    assert describe(model, model.actions[0], paths[1]) == "round, Node[0] chooses v = 1, Node[1] chooses v = 2"


def test_too_many_possible_messages_are_told_before_the_search(model_of: Build) -> None:
    with pytest.raises(InputError) as caught:
        model_of("""
            network rounds
            message M(n: 0..9999)
            agent Node { initial final state S { round { send M(0) to Node } } }
            check "c" { Node = 2  expect 1 states }
        """)
    assert [found.code for found in caught.value.diagnostics] == ["MC405"]


def crashing(nodes: int, budget: int) -> set[tuple[object, ...]]:
    """The states of `GOSSIP` where nodes crash between rounds and while they send, by a search of its own."""
    everybody = range(nodes)
    start = (("Start",) * nodes, (0,) * nodes, frozenset[int](), frozenset[tuple[int, int, int]]())
    seen, pending = {start}, [start]
    while pending:
        states, best, gone, inbox = pending.pop()
        found = []
        up = [p for p in everybody if p not in gone]
        if len(gone) < budget:
            found += [(states, best, gone | {p}, frozenset(m for m in inbox if m[1] != p)) for p in up]
        starting = [p for p in up if states[p] == "Start"]
        for values in product((1, 2), repeat=len(starting)) if starting else ():
            new = dict(zip(starting, values, strict=True))
            for crashed in subsets(starting):
                if len(gone) + len(crashed) > budget:
                    continue
                now_gone = gone | crashed
                sent = {(p, q, new[p]) for p in starting for q in everybody if q != p and q not in now_gone}
                surely = {m for m in sent if m[0] not in crashed}
                for some in subsets(sorted(sent - surely)):
                    now = tuple("Talk" if p in new else states[p] for p in everybody)
                    known = tuple(new.get(p, best[p]) for p in everybody)
                    found.append((now, known, now_gone, frozenset(surely | some)))
        heard = {p: [v for _, to, v in inbox if to == p] for p in up if states[p] == "Talk"}
        if not starting and any(heard.values()):
            now = tuple("Done" if heard.get(p) else states[p] for p in everybody)
            found.append((now, tuple(max(best[p], *heard.get(p, []), 0) for p in everybody), gone, frozenset()))
        for state in found:
            if state not in seen:
                seen.add(state)
                pending.append(state)
    return {*seen}


def subsets(items: Sequence[Item]) -> Iterator[frozenset[Item]]:
    return (frozenset(some) for size in range(len(items) + 1) for some in combinations(items, size))


@pytest.mark.parametrize("budget", [1, 2, 3])
def test_any_subset_of_a_crashing_agents_messages_is_sent(explored: Explored, budget: int) -> None:
    found = explored(GOSSIP % (3, f"crash Node up to {budget} while sending"))
    assert found.distinct == len(crashing(3, budget))


def test_several_agents_crash_in_one_round(model_of: Build) -> None:
    model = model_of(GOSSIP % (3, "crash Node up to 2 while sending"))
    action = next(n for n, a in enumerate(model.actions) if a.name == "round" and a.origin == "fault")
    start = next(iter(last(model, 0)))
    labels = {describe(model, model.actions[action], path) for path in action_paths(model, start, action)}
    assert sum("crash" in label for label in labels) == len(labels), "at least one crashes"
    assert {label.count("crashes while sending") for label in labels} == {1, 2}


@pytest.mark.parametrize("engine", ["interpreter", "native"])
def test_a_crash_in_the_middle_of_a_multicast_divides_the_others(engine: str) -> None:
    text = "protocol Gossip\n" + GOSSIP % (3, "crash Node up to 1 while sending")
    text = text.replace("expect agree", "expect not agree in 2 steps")
    assert verify_specs([load(Source("gossip.mc", text))], Options(engine=engine)).ok


def test_a_budget_of_0_adds_no_round(model_of: Build) -> None:
    assert len(model_of(GOSSIP % (3, "crash Node up to 0 while sending")).actions) == 1


BYZANTINE = """
    network rounds
    message Say(n: 0..2)
    agent Node {
      var heard: set of 0..2 = {}
      var early: bool = false
      initial state A { round -> B { early := inbox Say != {}  send Say(0) to others } }
      state B { round -> C { heard := {m.n for m in inbox Say} } }
      final state C
    }
    reachable contradiction: exists p in Node: p is C and {1, 2} subset p.heard
    reachable division: exists p, q in Node: p is C and q is C and p.heard == {0, 1} and q.heard == {0, 2}
    reachable early: exists p in Node: p.early
    reachable traitor_moves: exists p in Node: not p is correct and not p is A
    reachable two_traitors: exists p in Node: p is C and not 0 in p.heard and size(p.heard) == 2
    check "c" { Node = 3  faults { byzantine Node up to 1 }  expect contradiction }
"""


@pytest.mark.parametrize("engine", ["interpreter", "native"])
def test_a_byzantine_agent_writes_between_rounds_what_it_likes_and_speaks_for_nobody_else(engine: str) -> None:
    # Two rounds, and a step for each message that a traitor writes.
    expected = "contradiction in 4 steps, division in 4 steps, early in 2 steps"
    # It takes part in no round, and the other correct one always says 0.
    expected += ", not traitor_moves, not two_traitors"
    text = "protocol Byzantine" + BYZANTINE.replace("expect contradiction", f"expect {expected}")
    assert verify_specs([load(Source("byzantine.mc", text))], Options(engine=engine)).ok


def test_a_round_is_owed_as_a_whole() -> None:
    text = """
        protocol Owed
        network rounds
        agent Slow { var n: 0..2 = 0  initial state S { round when n < 2 { n += 1 }  round when n == 2 -> T }
          final state T }
        agent Busy { initial final state S { step work { skip } } }
        eventually done: forall p in Slow: p is T
        check "fair" { Slow = 2  expect done }
        check "crash" { Slow = 2  faults { crash Slow up to 1 }  expect not done }
    """
    for engine in ("interpreter", "native"):
        assert verify_specs([load(Source("owed.mc", text))], Options(engine=engine)).ok


def test_a_round_hears_nothing_from_the_other_side_of_a_partition(explored: Explored) -> None:
    found = explored(GOSSIP % (2, "partition Node up to 1"))
    # Parted or not: the start, 4 choices, and 2 outcomes. Where parted nodes have chosen, nobody hears anything.
    assert found.distinct == 2 * (1 + 4 + 2)
    assert isinstance(found.verdicts["agree"], Holds)


def test_a_statement_that_nobody_has_allowed_cannot_stand_in_a_round(
    said_of: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "network rounds\nagent A { initial final state S { round { if true { skip } } } }"
    assert said_of(text) == []
    monkeypatch.setattr(rounds, "_OWN", tuple(kind for kind in rounds._OWN if kind is not Skip))
    assert said_of(text) == ["MC316"]
