"""Failure detectors: what each class may tell, what it may not, what it owes, and that it leaves no run out."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain, combinations, product

import pytest

from modelcheck.engines.base import DEADLOCK, Exploration
from modelcheck.environment.assumptions import assumptions
from modelcheck.ir.model import Model
from modelcheck.semantics.execute import Next, State, action_paths
from modelcheck.verdict import Holds, Reached, Violated
from tests.unit.environment.configurations import cell, reachable

Explored = Callable[..., Exploration]
Build = Callable[..., Model]
Said = Callable[..., list[str]]

SUSPECTING = ("perfect", "eventually_perfect", "strong", "eventually_strong")
IDLE = """
    detector %s
    agent Node { initial final state Run }
    invariant read: forall q, p in Node: not suspects(q, p) or q is correct
    check "c" { Node = %d  faults { %s }  expect read }
"""
"""Nobody acts, so that a state is what has crashed and what the detector says."""

Seen = tuple[frozenset[int], tuple[frozenset[int], ...]]
"""Who is down, and whom each suspects."""


def seen(model: Model, state: State) -> Seen:
    down = set()
    for node in model.ids("Node"):
        status = model.status(node)
        if status is not None and state[status] != "up":
            down.add(node.index)
    rows = state[model.variable(model.oracle["suspects", "Node", "Node"], None)]
    return frozenset(down), tuple(frozenset(p.index for p in rows.get(q)) for q in model.ids("Node"))


def subsets(members: frozenset[int]) -> list[frozenset[int]]:
    ordered = sorted(members)
    return [
        frozenset(chosen)
        for chosen in chain.from_iterable(combinations(ordered, size) for size in range(len(ordered) + 1))
    ]


def all_seen(size: int, crashes: int) -> set[Seen]:
    """Every way to be down and to suspect others; who is down suspects nobody."""
    everybody = frozenset(range(size))
    found = set()
    for down in subsets(everybody):
        if len(down) <= crashes:
            rows = [[frozenset[int]()] if q in down else subsets(everybody - {q}) for q in range(size)]
            found |= {(down, row) for row in product(*rows)}
    return found


def somebody_is_spared(what: Seen) -> bool:
    down, rows = what
    return any(p not in down and all(p not in row for row in rows) for p in range(len(rows)))


ALLOWED: dict[str, Callable[[Seen], bool]] = {
    "perfect": lambda what: all(row <= what[0] for row in what[1]),
    "eventually_perfect": lambda _: True,
    "strong": somebody_is_spared,
    "eventually_strong": lambda what: len(what[0]) < len(what[1]),
}
"""What can be seen at one moment of some run of a class, by its definition alone.

The weak classes ask that somebody never crashes, and the strong one that nobody ever suspects it.
"""


@pytest.mark.parametrize("recovery", ["", " with recovery"])
@pytest.mark.parametrize("crashes", [0, 1, 3])
@pytest.mark.parametrize("name", SUSPECTING)
def test_a_class_shows_all_that_its_definition_allows_and_nothing_else(
    model_of: Build, name: str, crashes: int, recovery: str
) -> None:
    if name == "perfect" and not crashes:
        return
    fault = f"crash Node any{recovery}" if crashes == 3 else f"crash Node up to {crashes}{recovery}"
    model = model_of(IDLE % (name, 3, fault))
    wanted = {what for what in all_seen(3, crashes) if ALLOWED[name](what)}
    if recovery and name == "perfect":
        # What a crashed agent was suspected of may be told until its recovery is noticed.
        assert {seen(model, state) for state in reachable(model)} >= wanted
    else:
        assert {seen(model, state) for state in reachable(model)} == wanted


STABLE: dict[str, Callable[[Seen, frozenset[int]], bool]] = {
    "perfect": lambda what, _: all(row <= what[0] for row in what[1]),
    "eventually_perfect": lambda what, _: all(row <= what[0] for row in what[1]),
    "strong": lambda what, trusted: not trusted & frozenset(chain(what[0], *what[1])),
    "eventually_strong": lambda what, trusted: not trusted & frozenset(chain(what[0], *what[1])),
}


@pytest.mark.parametrize("name", SUSPECTING)
def test_a_stable_detector_is_accurate_and_takes_back_no_true_suspicion(model_of: Build, name: str) -> None:
    model = model_of(IDLE % (name, 3, "crash Node up to 2"))
    stable = [state for state in reachable(model) if cell(model, state, "stable")]
    assert stable
    for state in stable:
        trusted = frozenset[int]()
        if ("trusted", "Node") in model.oracle:
            found = cell(model, state, "trusted", "Node")
            assert isinstance(found, frozenset)
            trusted = frozenset(p.index for p in found)
            assert len(trusted) == 1
        assert STABLE[name](seen(model, state), trusted)
        down, rows = seen(model, state)
        for action in range(len(model.actions)):
            for path in action_paths(model, state, action):
                assert isinstance(path.outcome, Next)
                assert cell(model, path.outcome.state, "stable")
                after_down, after = seen(model, path.outcome.state)
                for q in set(range(3)) - after_down:
                    assert rows[q] & down <= after[q]


@pytest.mark.parametrize("name", SUSPECTING)
def test_what_is_owed_is_possible_as_long_as_it_is_due(model_of: Build, name: str) -> None:
    model = model_of(IDLE % (name, 3, "crash Node up to 2"))
    for state in reachable(model):
        down, rows = seen(model, state)
        owed = {
            (action.actor.index if action.actor else None, action.name)
            for number, action in enumerate(model.actions)
            if action.origin == "network" and list(action_paths(model, state, number))
        }
        due: set[tuple[int | None, str]] = {(q, "suspects") for q in set(range(3)) - down if down - rows[q]}
        due |= {(None, "stabilise")} if not cell(model, state, "stable") and (down or "eventually" in name) else set()
        assert owed == due


def test_a_perfect_detector_has_nothing_to_say_of_those_who_cannot_crash(model_of: Build) -> None:
    for fault in ("", "crash Node up to 0"):
        model = model_of(IDLE % ("perfect", 3, fault))
        assert not model.oracle
        assert len(reachable(model)) == 1


def test_an_agent_alone_of_its_kind_suspects_nobody(model_of: Build) -> None:
    for name in SUSPECTING:
        assert not model_of(IDLE % (name, 1, "crash Node up to 1")).oracle


WAITING = """
    agent Client {
      initial state Wait { step give_up when exists p in Server: suspects(p) -> Done }
      final state Done
    }
    agent Server { initial final state Run { step rest { skip } } }
    detector perfect
    invariant waits: Client[0] is Wait
    check "c" { %s  expect waits }
"""
QUIET = WAITING.replace(" { step rest { skip } }", "")


@pytest.mark.parametrize("name", SUSPECTING)
def test_only_the_watched_and_the_observers_have_variables(model_of: Build, name: str) -> None:
    model = model_of(WAITING % f"Client = 2  Server = 3  detector {name}  faults {{ crash Server up to 1 }}")
    assert [key for key in model.oracle if key[0] == "suspects"] == [("suspects", "Client", "Server")]
    assert {key[1:] for key in model.oracle if key[0] == "trusted"} <= {("Server",)}


def test_a_check_overrides_the_detector_of_the_file(explored: Explored) -> None:
    assert isinstance(explored(WAITING % "").verdicts["waits"], Holds)
    assert isinstance(explored(WAITING % "detector eventually_perfect").verdicts["waits"], Violated)


NEWS = """
    detector %s
    agent Client {
      initial final state Idle { step ask when Server[0] is crashed -> Wait }
      state Wait { step give_up when suspects(Server[0]) -> Done }
      final state Done
    }
    agent Server { initial final state Run }
    reachable done: Client[0] is Done
    check "c" { Server = 2  faults { crash Server up to 1 }  expect done }
"""


@pytest.mark.parametrize("name", SUSPECTING)
def test_waiting_for_news_of_a_crash_is_no_deadlock(explored: Explored, name: str) -> None:
    found = explored(NEWS % name)
    assert isinstance(found.verdicts[DEADLOCK], Holds)
    assert isinstance(found.verdicts["done"], Reached)


def test_waiting_for_a_crash_is_a_deadlock(explored: Explored) -> None:
    found = explored(QUIET % "faults { crash Server up to 1 }")
    assert isinstance(found.verdicts[DEADLOCK], Violated)
    assert isinstance(found.verdicts["waits"], Violated)


@pytest.mark.parametrize("name", ["eventually_perfect", "strong", "eventually_strong"])
def test_a_detector_that_could_err_hides_no_deadlock(explored: Explored, name: str) -> None:
    found = explored(QUIET % f"Server = 2  detector {name}")
    assert isinstance(found.verdicts[DEADLOCK], Violated)
    assert isinstance(found.verdicts["waits"], Violated)


LAST = """
    detector %s
    agent Client { initial final state Run }
    agent Server { initial final state Run }
    reachable gone: forall p in Server: p is crashed
    reachable told: forall p in Server: suspects(Client[0], p)
    check "c" { Server = 2  faults { crash Server any %s }  expect gone, told }
"""


@pytest.mark.parametrize("recovery", ["", "with recovery"])
@pytest.mark.parametrize("name", SUSPECTING)
def test_weak_accuracy_leaves_somebody_to_trust(explored: Explored, name: str, recovery: str) -> None:
    found = {n for n, v in explored(LAST % (name, recovery)).verdicts.items() if isinstance(v, Reached)}
    everything, wrong = {"gone", "told"}, {"told"}
    assert found == {"perfect": everything, "eventually_perfect": everything, "eventually_strong": wrong}.get(
        name, set()
    )


def test_several_kinds_share_the_one_that_is_trusted(model_of: Build) -> None:
    text = """
        detector strong
        agent A { initial final state Run { step see(p in B) when suspects(p) { skip } } }
        agent B { initial final state Run { step see(p in A) when suspects(p) { skip } } }
        check "c" { A = 2  B = 2  faults { crash A up to 1  crash B any }  expect 1 states }
    """
    model = model_of(text)
    for state in reachable(model):
        trusted = [p for kind in "AB" for p in cell(model, state, "trusted", kind)]
        (spared,) = trusted
        status = model.status(spared)
        assert status is not None
        assert state[status] == "up"
        observers = "B" if spared.sort == "A" else "A"
        rows = cell(model, state, "suspects", observers, spared.sort)
        assert all(spared not in row for row in rows.values)


def test_a_perfect_detector_notices_a_recovery(explored: Explored) -> None:
    text = """
        detector perfect
        agent Client { initial final state Run }
        agent Server { initial final state Run }
        def told = suspects(Client[0], Server[0])
        reachable late: told and Server[0] is correct
        transition only_then: not told and next(told) implies Server[0] is crashed
        check "c" { faults { crash Server up to 1 with recovery }  expect late in 3 steps, only_then, 9 states }
    """
    found = explored(text)
    assert isinstance(found.verdicts["late"], Reached)
    assert isinstance(found.verdicts["only_then"], Holds)
    # Not yet stable: up, then down and up again, these two with and without the suspicion. Stable only since a crash:
    # the last four.
    assert found.distinct == 9


LEADERS = """
    detector omega
    agent Node { initial final state Run { step rest when leader() == self { skip } } }
    agent Other { initial final state Run }
    invariant read: forall p in Node: leader(p) in Node
    check "c" { Node = %d  faults { %s }  expect read }
"""


@pytest.mark.parametrize("recovery", ["", " with recovery"])
def test_omega_elects_one_that_never_crashes_and_may_err_before(model_of: Build, recovery: str) -> None:
    model = model_of(LEADERS % (3, f"crash Node any{recovery}"))
    nodes = model.ids("Node")
    unstable = set()
    for state in reachable(model):
        up = [p for p in nodes if state[model.status(p) or 0] == "up"]
        leaders = cell(model, state, "leader", "Node")
        follows = tuple(leaders.get(p).index for p in nodes)
        if cell(model, state, "stable"):
            (leader,) = cell(model, state, "trusted", "Node")
            assert leader in up
            assert set(follows) == {leader.index}
        else:
            assert up
            unstable.add((frozenset(p.index for p in up), follows))
    wanted = set()
    for up_ in subsets(frozenset(range(3)))[1:]:
        choices = [range(3) if q in up_ else [q] for q in range(3)]
        wanted |= {(up_, follows) for follows in product(*choices)}
    assert unstable == wanted


def test_omega_is_not_asked_by_those_who_do_not_follow(model_of: Build) -> None:
    assert set(model_of(LEADERS % (2, "crash Other any")).oracle) == {
        ("leader", "Node"),
        ("stable",),
        ("trusted", "Node"),
    }


def test_what_there_is_no_detector_for_is_an_error(said_of: Said) -> None:
    step = "agent A { initial final state S { step go(p in others) when %s { skip } } }\n check 'c' { A = 2 %s }"
    text = step.replace("'", '"')
    assert said_of(text % ("suspects(p)", "")) == ["MC470"]
    assert said_of(text % ("suspects(p)", "detector omega")) == ["MC470"]
    assert said_of(text % ("p == leader()", "detector perfect")) == ["MC470"]
    assert said_of(text % ("suspects(p)", "detector perfect")) == []


SOMETIMES = """
    param oracle = %s
    const never: bool = not oracle
    agent A {{
      initial state S {{ step go(p in others) when {} -> T }}
      final state T
    }}
    reachable gone: exists p in A: p is T
    check "c" {{ A = 2  %s  faults {{ crash A up to 1 }}  allow deadlock  expect gone }}
"""


@pytest.mark.parametrize(
    ("guard", "detector"),
    [
        ("not oracle or suspects(p)", "perfect"),
        ("if oracle then suspects(p) else true", "perfect"),
        ("(never implies p != self) and (oracle implies suspects(p))", "perfect"),
        ("p != self and (not oracle or leader() == p)", "omega"),
        ("never or oracle and leader() == p", "omega"),
        ("if never then true else leader() == p", "omega"),
    ],
)
def test_a_question_that_parameters_rule_out_is_not_asked(
    model_of: Build, said_of: Said, explored_twice: Explored, guard: str, detector: str
) -> None:
    text = SOMETIMES.format(guard)
    assert model_of(text % ("true", f"detector {detector}")).oracle
    assert said_of(text % ("true", "")) == ["MC470"]
    assert not model_of(text % ("false", "")).oracle
    assert not model_of(text % ("false", f"detector {detector}")).oracle
    assert isinstance(explored_twice(text % ("false", "")).verdicts["gone"], Reached)


def test_asking_the_detector_of_another_agent_is_an_assumption(model_of: Build) -> None:
    text = """
        detector perfect
        agent Node {{ initial final state Run {{ step go(p in others) when {} {{ skip }} }} }}
        check "c" {{ Node = 2  faults {{ crash Node up to 1 }}  expect 1 states }}
    """
    assert assumptions(model_of(text.format("suspects(p)")).spec) == ()
    assert assumptions(model_of(text.format("suspects(self, p)")).spec) == ()
    (found,) = assumptions(model_of(text.format("suspects(p, self)")).spec)
    assert found == "Node's 'go' reads the failure detectors of other agents, as if it could see them at once"


def test_a_variable_may_have_the_name_of_a_question(explored: Explored) -> None:
    text = """
        detector omega
        agent Node {
          var leader: option Node = none
          var suspects: bool = true
          initial final state Run {
            step follow when leader != some(leader()) and suspects { leader := some(leader()) }
          }
        }
        reachable followed: forall p in Node: p.leader == some(leader(p))
        check "c" { Node = 2  expect followed in 2 steps }
    """
    assert isinstance(explored(text).verdicts["followed"], Reached)
