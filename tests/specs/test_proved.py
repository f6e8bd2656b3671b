"""Shipped specifications whose invariants are proved by induction, with lemmas that are found for them."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("z3")

from modelcheck.kernel.task import Limits
from modelcheck.pipeline import Options, verify

SPECS = Path(__file__).resolve().parents[2] / "specs"

PROVED = [
    ("coordination/peterson.mc", "two", ("mutex",)),
    pytest.param("coordination/chang_roberts.mc", "three", ("one_leader", "greatest"), marks=pytest.mark.slow),
    pytest.param("coordination/lock_server.mc", "six clients", ("mutex",), marks=pytest.mark.slow),
    pytest.param("consensus/two_phase_commit.mc", "no faults", ("agreement", "informed"), marks=pytest.mark.slow),
    pytest.param("consensus/paxos.mc", "tiny", ("agreement", "one_ballot", "validity"), marks=pytest.mark.slow),
]


@pytest.mark.parametrize(("file", "name", "properties"), PROVED)
def test_invariants_are_inductive_with_lemmas(file: str, name: str, properties: tuple[str, ...]) -> None:
    options = Options(
        checks=(name,), properties=properties, engine="induction", lemmas=True, limits=Limits(depth=1, seconds=900)
    )
    (check,) = verify([SPECS / file], options).specs[0].checks
    assert {found.name: (found.verdict, found.scope) for found in check.properties} == dict.fromkeys(
        (*properties, "errors"), ("holds", "inductive")
    )
    assert check.proof is not None
    assert check.proof.lemmas
    # Each is told of whoever rests on it, also where several were made one.
    used = {text for found in check.properties if found.prover is not None for text in found.prover.lemmas}
    assert used == set(check.lemmas)


def test_lemmas_that_differ_in_a_state_are_one() -> None:
    options = Options(engine="induction", properties=("mutex",), lemmas=True, limits=Limits(depth=1, seconds=60))
    (check,) = verify([SPECS / "coordination/peterson.mc"], options).specs[0].checks
    assert check.lemmas[0] == "forall p in Process: p is A2 | A3 | A4 | CS implies flag[p]"
    assert len(check.lemmas) == 2
