"""Shipped specifications whose invariants are proved by induction, with lemmas that are found for them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("z3")

from modelcheck.kernel.task import Limits
from modelcheck.pipeline import Options, verify
from tests.commands import modelcheck

SPECS = Path(__file__).resolve().parents[2] / "specs"

PROVED = [
    ("coordination/peterson.mc", "two", ("mutex",)),
    ("coordination/chang_roberts.mc", "three", ("one_leader", "greatest")),
    ("coordination/lock_server.mc", "six clients", ("mutex",)),
    pytest.param("coordination/ticket_lock.mc", "seven processes", ("mutex",), marks=pytest.mark.slow),
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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("coordination/peterson.mc", "two"),
        ("coordination/chang_roberts.mc", "three"),
        ("coordination/lock_server.mc", "six clients"),
        ("coordination/ticket_lock.mc", "seven processes"),
        ("consensus/two_phase_commit.mc", "no faults"),
        ("consensus/paxos.mc", "tiny"),
    ],
)
def test_proofs_are_certified_by_another_solver(file: str, name: str, tmp_path: Path) -> None:
    pytest.importorskip("cvc5")
    spec = str(SPECS / file)
    done = modelcheck(tmp_path, "prove", spec, "--check", name, "--max-seconds", "900", "--certificate", "proofs")
    assert (done.returncode, done.stderr.count("wrote a certificate")) == (0, 1)
    done = modelcheck(tmp_path, "certify", "proofs", spec, "--max-seconds", "900", "--format", "json")
    (certificate,) = json.loads(done.stdout)["certificates"]
    assert (done.returncode, certificate["outcome"]) == (0, "certified")
    formula = next((tmp_path / "proofs").glob("*/consecution.smt2"))
    formula.write_text(formula.read_text("utf-8").replace("#b0", "#b1", 1), "utf-8")
    assert modelcheck(tmp_path, "certify", "proofs", spec).returncode == 1


def test_lemmas_that_differ_in_a_state_are_one() -> None:
    options = Options(engine="induction", properties=("mutex",), lemmas=True, limits=Limits(depth=1, seconds=60))
    (check,) = verify([SPECS / "coordination/peterson.mc"], options).specs[0].checks
    assert check.lemmas[0] == "forall p in Process: p is A2 | A3 | A4 | CS implies flag[p]"
    assert len(check.lemmas) == 2
