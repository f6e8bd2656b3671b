"""What a solver says of specifications: the lengths that the explicit engines find, and proofs."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("z3")


from modelcheck.kernel.task import Limits
from modelcheck.pipeline import Options, verify
from modelcheck.reports.report import PropertyReport

SPECS = Path(__file__).parents[2] / "specs"


def asked(file: str, check: str, names: tuple[str, ...], engine: str, depth: int) -> dict[str, PropertyReport]:
    options = Options(engine=engine, checks=(check,), properties=names, limits=Limits(depth=depth))
    (spec,) = verify([SPECS / file], options).specs
    return {each.name: each for each in spec.checks[0].properties}


SHORTEST = [
    ("coordination/lock_server.mc", "unsafe: the server forgets", "mutex", 6),
    ("coordination/ticket_lock.mc", "too few numbers", "mutex", 5),
    ("consensus/paxos.mc", "quorums that need not meet", "agreement", 8),
    ("consensus/raft.mc", "votes forgotten", "election_safety", 8),
]


@pytest.mark.parametrize(("file", "check", "name", "steps"), SHORTEST)
def test_a_bounded_search_finds_the_shortest_run(file: str, check: str, name: str, steps: int) -> None:
    """The specification says how many steps it takes, which `test_verdicts` holds the explicit engines to."""
    found = asked(file, check, (name,), "bounded", steps + 1)[name]
    assert (found.verdict, found.steps, found.expected_steps) == ("violated", steps, steps)


PROVED = [
    ("coordination/lock_server.mc", "three clients", ("mutex", "one_place")),
    ("coordination/ticket_lock.mc", "three processes", ("mutex", "called", "in_line", "in_order")),
]


@pytest.mark.parametrize(("file", "check", "names"), PROVED)
def test_what_every_step_keeps_is_proved(file: str, check: str, names: tuple[str, ...]) -> None:
    found = asked(file, check, names, "induction", 1)
    assert {each.name: each.scope for each in found.values()} == dict.fromkeys((*names, "errors"), "inductive")


def test_on_its_own_mutual_exclusion_is_not_kept() -> None:
    found = asked("coordination/ticket_lock.mc", "three processes", ("mutex",), "induction", 1)
    assert found["mutex"].pair is not None
    assert found["mutex"].pair.conclusion.startswith("mutex is false here")
