"""Exploring one state of each orbit gives the verdicts, lengths and runs of exploring all, and counts all of them."""

from __future__ import annotations

import random
from math import factorial, prod
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("llvmlite")

from modelcheck.diagnostics import InputError
from modelcheck.engines.native import machine
from modelcheck.engines.native.explorer import Explorer, Setting
from modelcheck.engines.native.loops import canonical
from modelcheck.engines.native.trace import Tracer
from modelcheck.engines.native.watch import Watch
from modelcheck.environment.instantiate import Overrides
from modelcheck.ir.constructs.agents import IndexOf
from modelcheck.ir.statements.initial import Initialise
from modelcheck.jit.memory import Words
from modelcheck.kernel.evaluate import State
from modelcheck.kernel.explore import explore
from modelcheck.kernel.program import Program
from modelcheck.kernel.symmetry import Applied, Symmetry, orbit
from modelcheck.kernel.task import Limits, Task
from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.reports.json_report import report_data
from modelcheck.semantics.rerun import EngineDisagreement
from modelcheck.source import Source
from tests.differential.generators.styles import styled
from tests.differential.renaming import programs, small_programs
from tests.differential.small_specs import SPECS
from tests.differential.symmetric_specs import SPECS as SYMMETRIC
from tests.differential.symmetric_specs import UNKNOWN

SHIPPED = Path(__file__).parents[2] / "specs"
REDUCED = [
    "consensus/transaction_commit.mc",
    "consensus/two_phase_commit.mc",
    "consensus/two_phase_commit_lamport.mc",
    "agents/lease_orchestrator.mc",
    "coordination/alternating_bit.mc",
]
GENERATED = 40
ANSWER = ("name", "verdict", "steps", "trace", "conclusion")
DEEPEST = 5
"""Steps to which generated models are explored: some are large."""


def report(text: str, *, symmetry: bool, sizes: dict[str, str] | None = None, **more: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - options
    """The checks of a text, as the report has them. A text that is changed by `sizes` has no counts to be judged."""
    options = Options(engine="native", symmetry=symmetry, overrides=Overrides(sizes or {}), **more)
    checks = report_data(verify_specs([load(Source("symmetric.mc", text))], options))["specs"][0]["checks"]
    assert isinstance(checks, list)
    return checks


def answers(checks: list[dict[str, Any]]) -> list[tuple[object, ...]]:
    """What does not count states: verdicts, lengths and runs, step by step."""
    return [
        (check["name"], check["bounds_hit"], check["states"]["depth"], *map(found.get, ANSWER))
        for check in checks
        for found in check["properties"]
        if found["kind"] != "states"
    ]


def compare_answers(text: str, sizes: dict[str, str] | None = None, **more: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - options
    """Require the same answers with and without symmetry; returns the checks with."""
    reduced = report(text, symmetry=True, sizes=sizes, **more)
    # Searches of all states are audited elsewhere.
    whole = report(text, symmetry=False, sizes=sizes, **{**more, "audit": 0})
    assert answers(reduced) == answers(whole)
    for with_, without in zip(reduced, whole, strict=True):
        assert with_["states"]["explored"] <= without["states"]["explored"]
        assert with_["states"]["distinct"] in {None, without["states"]["distinct"]}
    return reduced


# --------------------------------------------------------------------------------------------------------- verdicts


@pytest.mark.parametrize("name", SYMMETRIC)
def test_verdicts_and_runs_are_the_same_wherever_ids_are(name: str) -> None:
    (check,) = compare_answers(SYMMETRIC[name])
    assert check["reductions"][0].startswith("symmetry: interchangeable ids of ")
    assert check["states"]["explored"] < check["states"]["distinct"]


@pytest.mark.parametrize("path", REDUCED)
def test_verdicts_and_runs_are_the_same_on_shipped_specifications(path: str) -> None:
    compare_answers((SHIPPED / path).read_text(encoding="utf-8"))


def test_verdicts_and_runs_of_paxos_are_the_same() -> None:
    text = (SHIPPED / "consensus/paxos.mc").read_text(encoding="utf-8")
    (check,) = compare_answers(text, checks=("quorums that need not meet",))
    assert check["states"]["distinct"] > 3 * check["states"]["explored"]


@pytest.mark.parametrize("name", SPECS)
def test_verdicts_and_runs_are_the_same_on_small_specifications(name: str) -> None:
    if any(isinstance(reduction, Applied) for _, _, reduction in small_programs(name)):
        compare_answers(SPECS[name], limits=Limits(depth=DEEPEST))


@pytest.mark.parametrize("block", range(4))
def test_verdicts_and_runs_are_the_same_on_generated_specifications(block: int) -> None:
    _compare_generated(range(GENERATED * block // 4, GENERATED * (block + 1) // 4))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_verdicts_and_runs_are_the_same_on_many_generated_specifications(block: int) -> None:
    _compare_generated(range(GENERATED + 50 * block, GENERATED + 50 * (block + 1)))


def _compare_generated(seeds: range) -> None:
    for seed in seeds:
        text = styled(seed)
        try:
            if any(isinstance(reduction, Applied) for _, _, reduction in programs(text)):
                compare_answers(text, limits=Limits(depth=DEEPEST))
        except InputError:
            continue
        except Exception as error:
            error.add_note(text)
            raise


def test_the_report_does_not_depend_on_the_number_of_workers() -> None:
    text = (SHIPPED / "consensus/two_phase_commit_lamport.mc").read_text(encoding="utf-8")
    reports = [report(text, symmetry=True, sizes={"RM": "7"}, workers=workers) for workers in (1, 2, 8)]
    for checks in reports:
        for check in checks:
            del check["seconds"], check["memory_bytes"]
    assert reports[0] == reports[1] == reports[2]


# ----------------------------------------------------------------------------------------------------------- counts


@pytest.mark.parametrize(
    ("managers", "states", "orbits"), [(3, 288, 80), (5, 8832, 314), (8, 1_745_408, 1461), (10, 61_515_776, 3300)]
)
def test_orbits_of_two_phase_commit_stand_for_all_states(managers: int, states: int, orbits: int) -> None:
    text = (SHIPPED / "consensus/two_phase_commit_lamport.mc").read_text(encoding="utf-8")
    (check,) = report(text, symmetry=True, sizes={"RM": str(managers)}, checks=("five",))
    assert (check["states"]["distinct"], check["states"]["explored"]) == (states, orbits)


def test_a_check_that_expects_a_number_of_states_visits_all_of_them() -> None:
    text = (SHIPPED / "consensus/two_phase_commit_lamport.mc").read_text(encoding="utf-8")
    (counted,) = report(text, symmetry=True, checks=("three",))
    assert counted["reductions"] == ["no symmetry: the check expects a number of states"]
    assert counted["states"]["explored"] == 288
    (named,) = report(text, symmetry=True, checks=("three",), properties=("consistent",))
    assert (named["states"]["distinct"], named["states"]["explored"]) == (288, 80)


# -------------------------------------------------------------------------------------------------- canonical states


class Reducer:
    """The compiled canonicalisation of a program, on states of its evaluator."""

    def __init__(self, program: Program, symmetry: Symmetry) -> None:
        self.explorer = Explorer(Task(program, symmetry=symmetry), Setting(), Watch(Limits()))
        self.group = prod(factorial(size) for _, size in symmetry.sorts)

    def canonical(self, state: State) -> tuple[State, int]:
        """The canonical state, and how many renamings keep it."""
        layout = self.explorer.layout
        words = Words(layout.words)
        words.fill(layout.pack(state))
        order = self.explorer.canonicalise(words)
        return layout.unpack([words[at] for at in range(layout.words)]), order


@pytest.mark.parametrize("name", SYMMETRIC)
def test_all_states_of_an_orbit_have_one_canonical_state(name: str) -> None:
    for _, program, reduction in programs(SYMMETRIC[name]):
        assert isinstance(reduction, Applied)
        reducer = Reducer(program, reduction.facts)
        states = list(explore(program, 300).states)
        for state in random.Random(name).sample(states, min(40, len(states))):  # noqa: S311 - a sample
            members = orbit(program, reduction.facts, state)
            (found, order) = reducer.canonical(state)
            assert found in members
            assert order * len(members) == reducer.group
            assert {reducer.canonical(member) for member in members} == {(found, order)}


def test_a_state_that_leaves_too_much_open_keeps_its_orbit(monkeypatch: pytest.MonkeyPatch) -> None:
    ((_, program, reduction),) = programs(SYMMETRIC["many"])
    assert isinstance(reduction, Applied)
    monkeypatch.setattr(canonical, "MOST_TRIED", 2)
    # Other code under the same key would be met in the cache, later and by others.
    monkeypatch.setattr(machine, "_generator", lambda: "few permutations are tried")
    reducer = Reducer(program, reduction.facts)
    orders = set()
    for state in list(explore(program, 400).states)[::10]:
        found, order = reducer.canonical(state)
        orders.add(order)
        assert found in orbit(program, reduction.facts, state)
    assert 0 in orders
    (check,) = compare_answers(SYMMETRIC["many"])
    assert check["states"]["distinct"] is None
    assert check["complete"]


def test_a_run_that_is_lost_is_looked_for_among_all_states(monkeypatch: pytest.MonkeyPatch) -> None:
    leads_on = Tracer._leads_on

    def lost(tracer: Tracer, state: State) -> bool:
        return tracer.explorer.symmetry is None and leads_on(tracer, state)

    monkeypatch.setattr(canonical, "MOST_TRIED", 2)
    monkeypatch.setattr(machine, "_generator", lambda: "few permutations are tried")
    monkeypatch.setattr(Tracer, "_leads_on", lost)
    (check,) = compare_answers(SYMMETRIC["many"])
    assert check["reductions"][0].startswith("no symmetry: so many ids are alike")
    assert check["states"]["explored"] == check["states"]["distinct"]


# ------------------------------------------------------------------------------------------------------ checkpoints


def test_a_search_that_goes_on_knows_how_many_states_there_were(tmp_path: Path) -> None:
    text = (SHIPPED / "consensus/two_phase_commit_lamport.mc").read_text(encoding="utf-8")
    more: dict[str, Any] = {"sizes": {"RM": "6"}, "checks": ("five",), "checkpoint": tmp_path}
    (stopped,) = report(text, symmetry=True, limits=Limits(depth=9), **more)
    (resumed,) = report(text, symmetry=True, resume=True, **more)
    assert stopped["states"]["distinct"] < 50816
    assert (resumed["states"]["distinct"], resumed["states"]["depth"]) == (50816, 19)
    with pytest.raises(InputError):
        report(text, symmetry=False, resume=True, **more)


# ------------------------------------------------------------------------------------- mistakes that must be noticed

HIDDEN_ORDER = """
protocol HiddenOrder
shared var first: option Node = none
agent Node {
  initial state Asleep { step wake -> Awake }
  final state Awake {
    step lead when first == none and exists q in others: index(q) < index(self) and q is Asleep { first := some(self) }
  }
}
invariant ordered: not exists p, q in Node: index(p) < index(q) and first == some(q) and p is Asleep
check "three" { Node = 3  allow deadlock  expect not ordered in 2 steps }
"""


def test_a_value_that_tells_ids_apart_ends_their_symmetry(monkeypatch: pytest.MonkeyPatch) -> None:
    settled = UNKNOWN.replace("CHECK", " heads = map p in Node: index(p) == 1 ")
    (check,) = compare_answers(settled)
    assert check["reductions"][0].startswith("no symmetry: Node: ")
    monkeypatch.setattr(Initialise, "favours", lambda _self, _model: ())
    with pytest.raises((AssertionError, EngineDisagreement)):
        compare_answers(settled)


BOTH_WAYS = """
protocol BothWays
shared var risen: bool = false
shared var sunk: bool = false
agent Node {
  initial state Asleep { step wake -> Awake }
  final state Awake {
    step rise when exists q in others: index(q) < index(self) and q is Asleep { risen := true }
    step sink when exists q in others: index(q) > index(self) and q is Asleep { sunk := true }
  }
}
invariant never: not (risen and sunk)
check "two" { Node = 2  expect never }
"""


def test_a_hidden_comparison_of_ids_would_give_a_wrong_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    compare_answers(HIDDEN_ORDER)
    monkeypatch.setattr(IndexOf, "favours", lambda _self, _model: ())
    with pytest.raises((AssertionError, EngineDisagreement)):
        compare_answers(HIDDEN_ORDER, audit=0)


def test_the_audit_notices_that_ids_are_told_apart_after_all(monkeypatch: pytest.MonkeyPatch) -> None:
    report(BOTH_WAYS, symmetry=True)
    monkeypatch.setattr(IndexOf, "favours", lambda _self, _model: ())
    report(BOTH_WAYS, symmetry=True, audit=0)
    with pytest.raises(EngineDisagreement, match="not stored"):
        report(BOTH_WAYS, symmetry=True)
