"""Partitions: who is separated, what waits, how often one begins, and that one heals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations

import pytest

from modelcheck.diagnostics import InputError
from modelcheck.engines.base import DEADLOCK, Exploration
from modelcheck.environment.faults.partition import ways
from modelcheck.environment.instantiate import Overrides
from modelcheck.environment.registry import NETWORKS
from modelcheck.ir.model import Action, Model
from modelcheck.ir.partitions import sides_of
from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.semantics.execute import Next, State, action_paths, initial_paths
from modelcheck.semantics.rerun import describe
from modelcheck.source import Source
from modelcheck.verdict import Holds, Reached, Violated

Explored = Callable[..., Exploration]
Build = Callable[..., Model]
Said = Callable[..., list[str]]
Steps = list[tuple[Action, str, State]]


@pytest.fixture
def explored(explored_twice: Explored) -> Explored:
    """Every search of this module is made by two engines."""
    return explored_twice


GREET = """
    network %s
    message Hi
    agent Node {
      var told: bool = false
      var seen: set of Node = {}
      initial final state S {
        step tell when not told { told := true  send Hi to others }
        on Hi from p when not p in seen { seen += p }
      }
    }
    invariant i: forall p in Node: not p in p.seen
    check "c" { Node = %d  faults { %s }  expect i }
"""


def reached(found: Exploration) -> set[str]:
    return {name for name, verdict in found.verdicts.items() if isinstance(verdict, Reached)}


def start_of(model: Model) -> State:
    (outcome,) = {path.outcome for path in initial_paths(model)}
    assert isinstance(outcome, Next)
    return outcome.state


def steps(model: Model, state: State, name: str = "") -> Steps:
    found = []
    for index, action in enumerate(model.actions):
        for path in action_paths(model, state, index) if name in {"", action.name} else ():
            assert isinstance(path.outcome, Next)
            found.append((action, describe(model, action, path), path.outcome.state))
    return found


def parted(model: Model, state: State) -> frozenset[frozenset[int]]:
    """The sides of the (first) partition as indices; none for no partition."""
    (cell, *_) = next(iter(model.partitions.values()))
    found = sides_of(state[cell])
    return frozenset(frozenset(id_.index for id_ in side) for side in found or ())


@pytest.mark.parametrize("size", [2, 3, 4, 5])
def test_every_pair_of_sides_is_chosen_once(model_of: Build, size: int) -> None:
    model = model_of(GREET % ("unordered", size, "partition Node up to 1"))
    found = [parted(model, state) for _, _, state in steps(model, start_of(model), "partition")]
    subsets = [{i for i in range(size) if mask >> i & 1} for mask in range(1, 2**size - 1)]
    expected = {frozenset({frozenset(side), frozenset(range(size)) - side}) for side in subsets}
    assert set(found) == expected
    assert len(found) == len(expected) == ways(size)


def test_the_label_and_the_state_name_the_sides(model_of: Build) -> None:
    model = model_of(GREET % ("unordered", 3, "partition Node up to 1 heal"))
    (first, *_) = steps(model, start_of(model), "partition")
    assert (first[0].actor, first[0].origin, first[1]) == (None, "fault", "partition {Node[0], Node[2]} | {Node[1]}")
    ((heal, label, after),) = steps(model, first[2], "heal")
    assert (heal.actor, heal.origin, label) == (None, "network", "the partition of Node heals")
    assert parted(model, after) == frozenset()


def count(size: int, budget: int, *, heals: bool) -> int:
    """The states of `GREET` by a search of its own: a message is not sent, in flight or received."""
    pairs = list(permutations(range(size), 2))
    cuts = [{i for i in range(size) if mask >> i & 1} for mask in range(1, 2**size - 1, 2)]
    start = ((0,) * len(pairs), -1, 0)
    seen, waiting = {start}, [start]
    while waiting:
        links, cut, used = waiting.pop()
        for after in successors(pairs, cuts, links, cut):
            new = (*after, used)
            if new not in seen:
                seen.add(new)
                waiting.append(new)
        if cut < 0 and used < budget:
            for number in range(len(cuts)):
                new = (links, number, used + 1)
                if new not in seen:
                    seen.add(new)
                    waiting.append(new)
        if cut >= 0 and heals and (links, -1, used) not in seen:
            seen.add((links, -1, used))
            waiting.append((links, -1, used))
    return len(seen)


def successors(
    pairs: list[tuple[int, int]], cuts: list[set[int]], links: tuple[int, ...], cut: int
) -> Iterator[tuple[tuple[int, ...], int]]:
    for node in {source for source, _ in pairs}:
        own = [at for at, (source, _) in enumerate(pairs) if source == node]
        if all(links[at] == 0 for at in own):
            yield tuple(1 if at in own else link for at, link in enumerate(links)), cut
    for at, (source, target) in enumerate(pairs):
        if links[at] == 1 and (cut < 0 or (source in cuts[cut]) == (target in cuts[cut])):
            yield (*links[:at], 2, *links[at + 1 :]), cut


@pytest.mark.parametrize("network", ["unordered", "set", "fifo"])
@pytest.mark.parametrize(
    ("size", "budget", "heal"), [(2, 1, ""), (2, 3, "heal"), (3, 0, ""), (3, 1, ""), (3, 2, "heal")]
)
def test_the_states_are_those_of_another_search(
    explored: Explored, network: str, size: int, budget: int, heal: str
) -> None:
    found = explored(GREET % (network, size, f"partition Node up to {budget} {heal}"))
    assert found.distinct == count(size, budget, heals=bool(heal))


TWO = """
    network %s
    message Hi
    message Ask
    agent Client { initial state C { step ask -> D { send Ask to Node } }  final state D }
    agent Node {
      var heard: 0..1 = 0
      var asked: bool = false
      initial state S { step tell when index(self) == 0 -> T { send Hi to others } }
      final state T
      any state { on Hi when heard < 1 { heard += 1 }  on Ask when not asked { asked := true } }
    }
    def cut = Node[0] is T and messages Hi != {}
    reachable heard: Node[1].heard == 1
    reachable asked: forall p in Node: p.asked
    reachable lost: Node[0] is T and messages Hi == {} and Node[1].heard == 0
    check "c" { Node = 2  faults { %s }  allow deadlock  expect heard, asked, lost }
"""


def after_the_cut(model: Model) -> set[str]:
    """What can be done once the sides have been chosen at the start."""
    ((_, _, state),) = steps(model, start_of(model), "partition")
    seen, waiting, labels = {state}, [state], set()
    while waiting:
        for _, label, after in steps(model, waiting.pop()):
            labels.add(label)
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return labels


@pytest.mark.parametrize("network", NETWORKS)
def test_messages_across_wait_and_others_do_not(model_of: Build, network: str) -> None:
    labels = after_the_cut(model_of(TWO % (network, "partition Node up to 1")))
    assert labels == {"ask", "tell", "receives Ask from Client"}


@pytest.mark.parametrize("network", NETWORKS)
def test_they_arrive_once_it_has_healed(model_of: Build, network: str) -> None:
    labels = after_the_cut(model_of(TWO % (network, "partition Node up to 1 heal")))
    assert "receives Hi from Node[0]" in labels


@pytest.mark.parametrize(("network", "lost"), [("unordered", True), ("set", True), ("fifo", True), ("soup", False)])
def test_a_message_that_waits_can_be_lost(model_of: Build, network: str, *, lost: bool) -> None:
    labels = after_the_cut(model_of(TWO % (network, "partition Node up to 1  lose up to 1")))
    assert ("loses Hi Node[0] -> Node[1]" in labels) == lost


QUEUES = """
    network fifo
    message M(n: 1..2)
    agent Node {
      var got: seq of 1..2 max 4 = []
      initial final state S {
        step tell when index(self) < 2 -> T { send M(1) to Node[2]  send M(2) to Node[2] }
        on M(n) { got := got + [n] }
      }
      final state T { ignore M }
    }
    invariant in_order: size(Node[2].got) < 2 or Node[2].got[0] == 1
    reachable one: size(Node[2].got) == 2 and size(messages M) == 2
    reachable everything: size(Node[2].got) == 4
    check "c" { Node = 3  faults { partition Node up to 1 }  expect in_order, one, everything }
"""


def test_a_queue_across_waits_as_a_whole_and_other_queues_go_on(explored: Explored) -> None:
    found = explored(QUEUES)
    assert isinstance(found.verdicts["in_order"], Holds)
    assert reached(found) == {"one", "everything"}


INBOX = """
    network %s
    message Vote(n: 0..2)
    agent Node {
      var most: 0..2 = 0
      initial state S { step vote -> T { send Vote(1) to Node } }
      final state T { step tally when size(inbox Vote) > most { most := min(2, size(inbox Vote)) } }
    }
    reachable own: Node[0].most == 1
    reachable both: Node[0].most == 2
    check "c" { Node = 2  %s  expect own, both }
"""


@pytest.mark.parametrize("network", NETWORKS)
def test_what_waits_is_not_in_the_inbox(explored: Explored, model_of: Build, network: str) -> None:
    assert reached(explored(INBOX % (network, ""))) == {"own", "both"}
    parted_text = INBOX % (network, "faults { partition Node up to 1 }")
    assert reached(explored(parted_text)) == {"own", "both"}
    model = model_of(parted_text)
    ((_, _, state),) = steps(model, start_of(model), "partition")
    seen, waiting = {state}, [state]
    while waiting:
        for _, _, after in steps(model, waiting.pop()):
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    most = [at for at, cell in enumerate(model.cells) if cell.show == "most"]
    assert {state[at] for state in seen for at in most} == {0, 1}


def test_one_declaration_has_one_partition_at_a_time(model_of: Build) -> None:
    model = model_of(GREET % ("unordered", 3, "partition Node any heal"))
    for _, _, state in steps(model, start_of(model), "partition"):
        assert steps(model, state, "partition") == []
        ((_, _, healed),) = steps(model, state, "heal")
        assert healed == start_of(model)


def test_two_declarations_separate_three_agents(model_of: Build) -> None:
    model = model_of(GREET % ("unordered", 3, "partition Node up to 1  partition Node up to 1 heal"))
    assert [model.cells[cell].show for cell in model.partitions["Node"]] == ["partition of Node", "partition of Node 2"]
    once = [state for _, _, state in steps(model, start_of(model), "partition")]
    both = [after for state in once for _, _, after in steps(model, state, "partition")]
    deaf = 0
    for state in both:
        told = next(after for action, _, after in steps(model, state, "tell") if action.actor == model.ids("Node")[0])
        deaf += not any("receives" in label for _, label, _ in steps(model, told))
    # Of nine pairs of partitions those separate `Node[0]` from both others that name it, or two different ones.
    assert (len(both), deaf) == (18, 2 * (1 + 2 + 2 + 2))


def test_a_budget_of_0_changes_nothing(explored: Explored) -> None:
    assert explored(GREET % ("unordered", 2, "partition Node up to 0")).distinct == 9


def test_the_command_line_sets_the_budget(explored: Explored) -> None:
    for faults, budget in (("", 1), ("partition Node up to 2", 1), ("partition Node up to 1 heal", 3)):
        found = explored(GREET % ("unordered", 2, faults), Overrides(budgets={("partition", "Node"): budget}))
        assert found.distinct == count(2, budget, heals="heal" in faults)


@pytest.mark.parametrize("budget", [("partition", None), ("partition", "Nobody")])
def test_its_kind_has_to_be_named_on_the_command_line(model_of: Build, budget: tuple[str, str | None]) -> None:
    with pytest.raises(InputError, match="MC407"):
        model_of(GREET % ("unordered", 2, ""), Overrides(budgets={budget: 1}))


@pytest.mark.parametrize(
    ("text", "idle"),
    [
        (GREET % ("unordered", 2, "partition Node any"), False),
        (GREET % ("unordered", 1, "partition Node any"), True),
        (TWO % ("unordered", "partition Client any"), True),
    ],
)
def test_a_partition_without_effect_is_noticed(model_of: Build, text: str, *, idle: bool) -> None:
    model = model_of(text)
    assert bool(model.idle_faults) == idle
    assert bool(model.partitions) != idle


def test_too_many_ways_are_told_before_the_search(said_of: Said) -> None:
    assert said_of(GREET % ("unordered", 17, "partition Node up to 1")) == []
    assert said_of(GREET % ("unordered", 18, "partition Node up to 1")) == ["MC405"]


WAITS = """
    message Hi
    agent Node {
      initial state S { step tell -> T { send Hi to others } }
      state T { on Hi -> Z }
      final state Z
    }
    reachable both: forall p in Node: p is Z
    check "c" { Node = 2  faults { partition Node up to 1 %s }  expect both }
"""


def test_healing_ends_what_would_be_a_deadlock(explored: Explored) -> None:
    assert isinstance(explored(WAITS % "").verdicts[DEADLOCK], Violated)
    assert isinstance(explored(WAITS % "heal").verdicts[DEADLOCK], Holds)


TIMED = """
    time discrete
    network %s
    message Hi delay 1..2
    agent Node {
      timer t
      initial state S { on Hi -> Z  on t expires -> Late }
      final state Z { on t expires { skip } }
      final state Late { ignore Hi }
      at start { if index(self) == 0 { send Hi to others } else { start t for 4 } }
    }
    reachable late: Node[1] is Late
    check "c" { Node = 2  faults { %s }  allow deadlock  expect late }
"""


@pytest.mark.parametrize("network", ["unordered", "set", "fifo"])
@pytest.mark.parametrize("engine", ["interpreter", "native"])
def test_time_passes_while_what_is_due_is_cut_off(network: str, engine: str) -> None:
    verdicts = []
    for faults in ("", "partition Node up to 1", "partition Node up to 1 heal"):
        spec = load(Source("timed.mc", f"protocol Timed{TIMED % (network, faults)}"))
        report = verify_specs([spec], Options(engine=engine))
        verdicts.append(next(one.verdict for one in report.specs[0].checks[0].properties if one.name == "late"))
    # The message takes two ticks at most, the timer four.
    assert verdicts == ["unreached", "reached", "reached"]
