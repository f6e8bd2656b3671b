"""What is measured: each workload is one state space, which the peers explore as well."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from peers import murphi, promela

MODELS = Path(__file__).resolve().parents[1] / "models"


@dataclass(frozen=True, slots=True)
class ForSpin:
    """A model for SPIN. `vector_bytes` is room for its state; `extra` states are the model's own."""

    text: str
    vector_bytes: int
    extra: int = 0


@dataclass(frozen=True, slots=True)
class ForRumur:
    """A model for Rumur, with or without symmetry reduction."""

    text: str
    symmetric: bool = False


@dataclass(frozen=True, slots=True)
class Workload:
    """One state space: a model of ours with its settings, the peers' models, and the counts that all must agree on.

    `states` are orbits where the workload is `symmetric`. `transitions` are those of our model; the peers may count
    steps that change nothing differently.
    """

    title: str
    model: str
    settings: tuple[tuple[str, int], ...]
    states: int
    transitions: int | None = None
    symmetric: bool = False
    spin: ForSpin | None = None
    rumur: ForRumur | None = None


def two_phase(managers: int, states: int, transitions: int) -> Workload:
    return Workload(
        f"Two-phase commit, {managers} participants",
        "two_phase_lamport",
        (("N", managers),),
        states,
        transitions,
        spin=ForSpin(promela.two_phase(managers), vector_bytes=64),
        rumur=ForRumur(murphi.two_phase(managers)),
    )


def symmetric_two_phase(managers: int, orbits: int) -> Workload:
    return Workload(
        f"Two-phase commit, {managers} participants, symmetry",
        "two_phase_lamport",
        (("N", managers),),
        orbits,
        symmetric=True,
        rumur=ForRumur(murphi.two_phase(managers, symmetric=True), symmetric=True),
    )


def mutex(max_clock: int, states: int, transitions: int) -> Workload:
    return Workload(
        f"Lamport's mutual exclusion, 3 processes, clock up to {max_clock}",
        "lamport_mutex",
        (("N", 3), ("MaxClock", max_clock)),
        states,
        transitions,
        spin=ForSpin(promela.mutex(max_clock), vector_bytes=128),
        rumur=ForRumur(murphi.mutex(max_clock)),
    )


def paxos(max_ballot: int, states: int, transitions: int) -> Workload:
    return Workload(
        f"Paxos, 3 acceptors, 2 values, ballots 0..{max_ballot}",
        "paxos",
        (("MaxBallot", max_ballot),),
        states,
        transitions,
        spin=ForSpin(promela.paxos(max_ballot), vector_bytes=128),
        rumur=ForRumur(murphi.paxos(max_ballot)),
    )


def ring(nodes: int, states: int, transitions: int) -> Workload:
    return Workload(
        f"Chang and Roberts' ring, {nodes} nodes, all sets of initiators",
        "chang_roberts",
        (("N", nodes),),
        states,
        transitions,
        spin=ForSpin(promela.ring(nodes), vector_bytes=128, extra=1),
        rumur=ForRumur(murphi.ring(nodes)),
    )


def wide(time_outs: int, max_log: int, commands: int, states: int, transitions: int) -> Workload:
    """No peer has a bag of messages to compare with: Raft on one made of queues would be another state space."""
    return Workload(
        f"Wide: Raft, time-outs {time_outs}, length of logs {max_log}, commands {commands}",
        "wide",
        (("TimeOuts", time_outs), ("MaxLog", max_log), ("Commands", commands)),
        states,
        transitions,
    )


def going_round(size: int, transitions: int) -> Workload:
    """No peer has fairness of single steps, weak and strong."""
    return Workload(f"Fair runs among counters up to {size - 1}", "liveness", (("K", size),), 2 * size**8, transitions)


TINY = two_phase(3, 288, 1_145)
SMALL = two_phase(5, 8_832, 58_145)
NARROW = two_phase(9, 10_340_352, 123_558_401)
WIDE = wide(2, 2, 3, 30_890_062, 126_704_661)

FULL = (
    two_phase(8, 1_745_408, 18_507_777),
    NARROW,
    symmetric_two_phase(10, 3_300),
    mutex(6, 724_274, 2_451_779),
    paxos(2, 185_369, 1_316_583),
    paxos(3, 8_220_065, 67_903_140),
    ring(7, 333_161, 1_385_747),
    WIDE,
)
SCALING = (NARROW, WIDE)

QUICK = (
    SMALL,
    symmetric_two_phase(5, 314),
    mutex(3, 10_209, 30_782),
    paxos(1, 3_921, 22_994),
    ring(4, 823, 1_775),
    wide(1, 1, 1, 661, 1_275),
)
FAIR_RUNS = going_round(7, 111_216_084)
QUICK_FAIR_RUNS = going_round(3, 127_800)
QUICK_SCALING = (SMALL,)
