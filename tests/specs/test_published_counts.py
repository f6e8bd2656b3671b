"""State counts of the literature and lengths of shortest runs: `specs/` against oracles that know nothing of it.

The literature: Lamport's TCommit, TwoPhase, Paxos and AlternatingBit and Merz's ChangRoberts and
SimpleAllocator as the TLA+ examples
(github.com/tlaplus/Examples, `manifest.json`) count them, and Peterson's algorithm in Lamport's program-counter form.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import modelcheck
from modelcheck import CheckReport, Options
from modelcheck.environment.instantiate import Overrides
from modelcheck.pipeline.verify import load, verify_specs
from modelcheck.source import Source
from tests.specs.oracles.allocator import allocator
from tests.specs.oracles.commit import disagree, lamport_two_phase, transaction_commit, two_phase_commit
from tests.specs.oracles.detectors import leaders, strongly_accurate, weakly_accurate
from tests.specs.oracles.flp import decisions_ahead, differ, rotating, waiting
from tests.specs.oracles.generals import (
    COMMANDER,
    campaign,
    disobey,
    majority,
    signatures,
    with_signature,
)
from tests.specs.oracles.generals import (
    disagree as armies_disagree,
)
from tests.specs.oracles.generals_twice import broken
from tests.specs.oracles.lease import shared_token, torn, twice, unfenced
from tests.specs.oracles.link import alternating_bit, delivered_wrongly
from tests.specs.oracles.mutex import both_inside, peterson
from tests.specs.oracles.paxos import World, chosen, paxos
from tests.specs.oracles.pbft import executed_differently, pbft
from tests.specs.oracles.raft import everywhere, logs_differ, raft, two_leaders
from tests.specs.oracles.register import World as Register
from tests.specs.oracles.register import register, stale
from tests.specs.oracles.ring import chang_roberts
from tests.specs.oracles.search import Explored

SPECS = Path(__file__).parents[2] / "specs"

COMMIT = "consensus/two_phase_commit.mc"
LAMPORT = "consensus/two_phase_commit_lamport.mc"
TRANSACTION = "consensus/transaction_commit.mc"
PAXOS = "consensus/paxos.mc"
PBFT = "consensus/pbft.mc"
RAFT = "consensus/raft.mc"
PETERSON = "coordination/peterson.mc"
RING = "coordination/chang_roberts.mc"
LINK = "coordination/alternating_bit.mc"
ORAL = "theorems/byzantine_generals_om.mc"
ORAL_TWICE = "theorems/byzantine_generals_om2.mc"
SIGNED = "theorems/byzantine_generals_sm.mc"
ALLOCATOR = "coordination/resource_allocator.mc"
WAITING = "theorems/flp/waiting.mc"
ROTATING = "theorems/flp/rotating_coordinator.mc"
CAP = "theorems/cap.mc"
LEASE = "agents/lease_orchestrator.mc"
DETECTORS = "failures/failure_detectors.mc"


@cache
def checked(spec: str, check: str) -> CheckReport:
    report = modelcheck.verify(SPECS / spec, options=Options(checks=(check,)))
    (found,) = report.specs[0].checks
    assert report.ok, [p for p in found.properties if not p.ok]
    return found


def shortest(spec: str, check: str, name: str) -> tuple[str, int | None]:
    (found,) = [p for p in checked(spec, check).properties if p.name == name]
    return found.verdict, found.steps


def two_chosen(quorum: int) -> Callable[[World], bool]:
    return lambda world: len(chosen(world, quorum)) > 1


@pytest.mark.parametrize(
    ("spec", "check", "states", "oracle"),
    [
        (COMMIT, "no faults", 563, lambda: two_phase_commit(3)[0].count),
        (LAMPORT, "three", 288, lambda: lamport_two_phase(3).count),
        (LAMPORT, "five", 8832, lambda: lamport_two_phase(5).count),
        (TRANSACTION, "three", 34, lambda: transaction_commit(3).count),
        (PAXOS, "tiny", 3921, lambda: paxos(3, 2).count),
        (PBFT, "four replicas, one Byzantine", 1160, lambda: pbft(4, 3).count),
        (PBFT, "three replicas, one Byzantine, it takes three", 190, lambda: pbft(3, 3).count),
        (RAFT, "one term", 929, lambda: raft(3, 1, 1, 2).count),
        (PETERSON, "two", 42, lambda: peterson().count),
        (RING, "two", 25, lambda: chang_roberts(2).count),
        (RING, "three", 137, lambda: chang_roberts(3).count),
        (RING, "four", 823, lambda: chang_roberts(4).count),
        (RING, "five", 5455, lambda: chang_roberts(5).count),
        (LINK, "as Lamport has it", 240, lambda: alternating_bit().count),
        (ALLOCATOR, "three clients", 400, lambda: allocator(3, 2).count),
        (DETECTORS, "perfect", 49, lambda: strongly_accurate(2, eventually=False)),
        (DETECTORS, "eventually perfect", 149, lambda: strongly_accurate(2, eventually=True)),
        (DETECTORS, "strong", 168, lambda: weakly_accurate(2, eventually=False)),
        (DETECTORS, "eventually strong", 232, lambda: weakly_accurate(2, eventually=True)),
        (DETECTORS, "omega", 75, lambda: leaders(2)),
        (WAITING, "wait for all, nobody crashes", 1128, lambda: waiting(3, 3).count),
        (WAITING, "wait for all but one, nobody crashes", 6080, lambda: waiting(3, 2).count),
        (ROTATING, "time-outs, nobody crashes", 16254, lambda: rotating().count),
    ],
)
def test_published_count(spec: str, check: str, states: int, oracle: Callable[[], int]) -> None:
    assert (checked(spec, check).states.distinct, oracle()) == (states, states)


@pytest.mark.parametrize(
    ("check", "crash", "forgetful", "participants"),
    [
        ("the coordinator may crash", "for good", False, 3),
        ("the coordinator recovers with its log", "with recovery", False, 3),
        ("the coordinator forgets its decision", "with recovery", True, 2),
    ],
)
def test_two_phase_commit_with_a_crash_has_the_states_of_the_oracle(
    check: str,
    crash: str,
    forgetful: bool,  # noqa: FBT001 - a row of the table
    participants: int,
) -> None:
    explored, _ = two_phase_commit(participants, crash=crash, forgetful=forgetful)
    assert checked(COMMIT, check).states.distinct == explored.count


@pytest.mark.parametrize(
    ("spec", "check", "name", "steps", "oracle"),
    [
        (COMMIT, "the coordinator may crash", "deadlock", 5, lambda: two_phase_commit(3, crash="for good")[1]),
        (
            COMMIT,
            "the coordinator forgets its decision",
            "agreement",
            12,
            lambda: two_phase_commit(2, crash="with recovery", forgetful=True)[0].first(lambda s: disagree(s[2])),
        ),
        (LAMPORT, "early", "consistent", 7, lambda: lamport_two_phase(3, early=1).first(lambda s: disagree(s[0]))),
        (LINK, "without the bit", "in_order", 4, lambda: delivered_wrongly(look_at_bit=False, reordered=False)),
        (LINK, "reordered", "in_order", 8, lambda: delivered_wrongly(look_at_bit=True, reordered=True)),
        (PAXOS, "quorums that need not meet", "agreement", 8, lambda: paxos(2, 1).first(two_chosen(1))),
        (WAITING, "wait for all but one, nobody crashes", "agreement", 7, lambda: waiting(3, 2).first(differ)),
        (
            PBFT,
            "three replicas, one Byzantine, two are enough",
            "agreement",
            6,
            lambda: pbft(3, 2).first(executed_differently),
        ),
        (
            PBFT,
            "four replicas, two Byzantine",
            "agreement",
            6,
            lambda: pbft(4, 3, liars=2).first(executed_differently),
        ),
        (LEASE, "no fence", "once", 11, lambda: unfenced(twice)),
        (LEASE, "no fence", "intact", 9, lambda: unfenced(torn)),
        (LEASE, "tokens forgotten", "one_holder", 8, lambda: unfenced(shared_token, crash=True)),
    ],
)
def test_shortest_violation(spec: str, check: str, name: str, steps: int, oracle: Callable[[], int | None]) -> None:
    assert (*shortest(spec, check, name), oracle()) == ("violated", steps, steps)


@pytest.mark.slow
def test_a_forgotten_promise_costs_paxos_its_agreement_in_fourteen_steps() -> None:
    oracle = paxos(3, 2, crashes=1, forgetful=True, until=two_chosen(2)).first(two_chosen(2))
    assert (*shortest(PAXOS, "crashes, promises forgotten", "agreement"), oracle) == ("violated", 14, 14)


@pytest.mark.parametrize(
    ("spec", "check", "name", "steps"),
    [
        (COMMIT, "no faults", "commit", 11),
        (LAMPORT, "three", "commit", 10),
        (PAXOS, "two acceptors, both crash and recover", "choice", 6),
        (RAFT, "one term", "everywhere", 8),
        (RING, "three", "elected", 6),
        (LEASE, "leases run out", "taken_over", 8),
    ],
)
def test_shortest_witness(spec: str, check: str, name: str, steps: int) -> None:
    assert shortest(spec, check, name) == ("reached", steps)


@pytest.mark.parametrize(
    ("check", "oracle", "steps"),
    [
        ("cp, no partition", lambda: register("cp"), None),
        ("cp, partition that heals", lambda: register("cp", partition="heals"), None),
        ("ap, no partition", lambda: register("ap", writes=2), 6),
        ("ap, partition", lambda: register("ap", partition="for good"), 6),
        ("ca, no partition", lambda: register("ca", writes=2), None),
        ("ca, a replica crashes", lambda: register("ca", crashes=True), None),
        ("ca, partition", lambda: register("ca", partition="for good"), 11),
        ("ca, partition that heals", lambda: register("ca", partition="heals"), 11),
        ("ca, no partition, too little patience", lambda: register("ca", patience=1), 8),
    ],
)
def test_a_register_is_as_stale_as_in_the_oracle(
    check: str, oracle: Callable[[], Explored[Register]], steps: int | None
) -> None:
    found = oracle()
    assert (checked(CAP, check).states.distinct, found.first(stale)) == (found.count, steps)
    assert shortest(CAP, check, "atomic") == ("holds" if steps is None else "violated", steps)


def test_raft_keeps_its_promises_in_the_oracle_too() -> None:
    for explored in (raft(3, 1, 1, 2), raft(2, 2, 1, 2)):
        assert (explored.first(two_leaders), explored.first(logs_differ)) == (None, None)
    assert raft(3, 1, 1, 2).first(everywhere) == 8


def test_two_servers_of_raft_have_as_many_states_over_two_terms_as_the_oracle() -> None:
    options = Options(checks=("two terms",), overrides=Overrides({"Server": "2"}))
    (check,) = modelcheck.verify(SPECS / RAFT, options=options).specs[0].checks
    assert check.states.distinct == raft(2, 2, 1, 2).count == 285


def test_a_quorum_of_one_gives_raft_two_leaders_as_soon_as_in_the_oracle() -> None:
    text = (SPECS / RAFT).read_text(encoding="utf-8")
    alone = load(Source("raft.mc", text.replace("2 * size(s) > size(Server)", "size(s) >= 1")))
    (check,) = verify_specs([alone], Options(checks=("one term",), properties=("election_safety",))).specs[0].checks
    steps = raft(3, 1, 1, 1, until=two_leaders).first(two_leaders)
    assert [(p.name, p.steps) for p in check.properties if p.verdict == "violated"] == [("election_safety", steps)]


def test_while_processes_differ_undecided_both_decisions_are_possible() -> None:
    """So a run in which they differ for ever, as `univalent` shows one, is bivalent for ever."""
    for (_, processes, _), ahead in decisions_ahead(rotating().depth).items():
        if not any(decided for _, _, decided, _ in processes):
            estimates = {estimate for _, estimate, _, _ in processes}
            assert ahead == {False, True} if len(estimates) > 1 else ahead == estimates
    for name in ("termination", "univalent"):
        assert shortest(ROTATING, "time-outs, nobody crashes", name)[0] == "violated"


def test_peterson_lets_nobody_in_beside_another() -> None:
    assert peterson().first(both_inside) is None
    assert shortest(PETERSON, "two", "mutex") == ("holds", None)


Suspects = list[tuple[int, ...]]
Campaign = tuple[int, Suspects, int | None, int | None]
"""Lieutenants, groups of suspects, and after how many steps the armies disagree or disobey."""

CHIEF, ANY_OF_TWO, ANY_OF_THREE = (COMMANDER,), (1, 2), (1, 2, 3)
ORAL_CHECKS: dict[str, Campaign] = {
    "four generals, the commander is a traitor": (3, [CHIEF], None, None),
    "four generals, a lieutenant is a traitor": (3, [ANY_OF_THREE], None, None),
    "three generals, a lieutenant is a traitor": (2, [ANY_OF_TWO], None, 3),
    "three generals, the commander is a traitor": (2, [CHIEF], None, None),
    "four generals, two traitors": (3, [CHIEF, ANY_OF_THREE], 5, None),
}
SIGNED_CHECKS: dict[str, Campaign] = {
    "three generals, the commander is a traitor": (2, [CHIEF], None, None),
    "three generals, a lieutenant is a traitor": (2, [ANY_OF_TWO], None, None),
    "three generals who do not sign": (2, [ANY_OF_TWO], None, 4),
    "four generals, the commander and a lieutenant are traitors": (3, [CHIEF, ANY_OF_THREE], 4, None),
}


@pytest.mark.parametrize(
    ("spec", "check"), [*((ORAL, check) for check in ORAL_CHECKS), *((SIGNED, check) for check in SIGNED_CHECKS)]
)
def test_the_generals_do_what_the_paper_says(spec: str, check: str) -> None:
    lieutenants, suspects, disagreement, disobedience = (ORAL_CHECKS if spec == ORAL else SIGNED_CHECKS)[check]
    if spec == ORAL:
        oracle = campaign(lieutenants, majority, suspects)
    elif "do not sign" in check:
        oracle = campaign(lieutenants, signatures, suspects)
    else:
        oracle = campaign(lieutenants, signatures, suspects, with_signature)
    assert checked(spec, check).states.distinct == oracle.count
    assert (oracle.first(armies_disagree), oracle.first(disobey)) == (disagreement, disobedience)
    steps = {p.name: p.steps for p in checked(spec, check).properties if p.verdict == "violated"}
    wanted = {"ic1_agreement": disagreement, "ic2_obedience": disobedience}
    assert steps == {name: length for name, length in wanted.items() if length is not None}


@pytest.mark.parametrize(
    ("check", "lieutenants", "traitors"),
    [
        ("four generals, one traitor: the commander", 3, (0,)),
        ("six generals, two traitors: lieutenants", 5, (4, 5)),
        pytest.param("seven generals, two traitors: the commander and a lieutenant", 6, (0, 6), marks=pytest.mark.slow),
        pytest.param("seven generals, two traitors: lieutenants", 6, (5, 6), marks=pytest.mark.slow),
    ],
)
def test_leaving_the_third_round_out_loses_nothing(check: str, lieutenants: int, traitors: tuple[int, ...]) -> None:
    verdicts = {p.name: p.verdict == "violated" for p in checked(ORAL_TWICE, check).properties}
    assert (verdicts["ic1_agreement"], verdicts["ic2_obedience"]) == broken(lieutenants, traitors)
