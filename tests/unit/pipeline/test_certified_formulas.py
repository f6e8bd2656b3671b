"""Certificates of what Spacer proves, and of what the language cannot say."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

pytest.importorskip("z3")
pytest.importorskip("cvc5")

import msgspec

from modelcheck.diagnostics import InputError
from modelcheck.engines import spacer
from modelcheck.engines.base import Request
from modelcheck.environment.instantiate import Overrides, instantiate
from modelcheck.frozen import replace
from modelcheck.ir.lowered import NoRoomError
from modelcheck.lowering import Codec
from modelcheck.pipeline import load
from modelcheck.pipeline.certificates import document as doc
from modelcheck.pipeline.certificates.explicit import visit
from modelcheck.pipeline.certificates.lemmas import Lemma
from modelcheck.pipeline.certificates.make import certificate, instance_of
from modelcheck.pipeline.certificates.write import Proved
from modelcheck.source import Source
from tests.unit.pipeline.certified import LIMITS, changed, rechecked, written

PUMP = """protocol Pump
shared var left: 0..6 = 6
shared var right: 0..6 = 0
agent Pump {
  final initial state Run {
    step give when left > 0 { left := left - 1  right := right + 1 }
    step back when right > 1 { left := left + 2  right := right - 2 }
  }
}
invariant fits: not (left == 6 and right > 0)
check "c" { Pump = 1  expect fits }
"""


@pytest.fixture(scope="module")
def proved() -> Proved:
    spec = load(Source("steps.mc", PUMP))
    (check,) = spec.checks
    model = instantiate(spec, check, [spec.properties["fits"]], Overrides(), enumerates=False)
    found = spacer.explore(model, Request(LIMITS, deadlock=False))
    assert found.proof is not None
    return Proved(spec, check, Overrides(), (), found.proof)


def test_a_proof_of_spacer_is_certified_and_no_other(proved: Proved, tmp_path: Path) -> None:
    folder = written(proved, tmp_path)
    report = rechecked(folder)
    assert report.outcome == "certified"
    assert report.explicit[0].complete
    assert "7 states" in report.explicit[0].said
    document = doc.read(folder / doc.NAME)
    *others, fact = document.invariant
    wrong = fact.text.replace("#b1)", "#b0)", 1)
    assert wrong != fact.text
    changed(folder, invariant=[*others, msgspec.structs.replace(fact, text=wrong)])
    assert rechecked(folder).outcome == "rejected"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(not (= |0 left[0]| #b111))", "what the language cannot say was looked at in 7 states"),
        ("(not (= |0 left[0]| #b000))", "formula 1 is false in the check"),
    ],
)
def test_formulas_are_looked_at_in_states_that_were_visited(text: str, said: str, proved: Proved) -> None:
    asked = replace(proved.asked(), lemmas=(), formulas=(Lemma("formula 1", "state", text),))
    instance = instance_of(proved.spec, asked)
    assert instance is not None
    (run,) = visit(instance, asked, LIMITS, time.monotonic()).runs
    assert said in run.said
    assert run.holds == ("looked at" in said)
    assert f'"text": {json.dumps(text)}' in certificate(instance, asked).files()[doc.NAME].decode()


def test_a_state_that_the_proof_has_no_room_for_refutes_it(proved: Proved, monkeypatch: pytest.MonkeyPatch) -> None:
    def encode(_codec: Codec, _state: object) -> None:
        raise NoRoomError("5 messages in flight, and room for 4")

    monkeypatch.setattr(Codec, "encode", encode)
    asked = proved.asked()
    instance = instance_of(proved.spec, asked)
    assert instance is not None
    (run,) = visit(instance, asked, LIMITS, time.monotonic()).runs
    assert (run.holds, run.said) == (False, "that there is room for all messages is false in the check")


@pytest.mark.parametrize("text", ["(= |0 left[0]| #b1)", "(forall ((x Bool)) x)", "left == 3"])
def test_a_formula_that_is_none_is_refused(text: str, proved: Proved, tmp_path: Path) -> None:
    folder = written(proved, tmp_path)
    fact = doc.FactDocument("formula 1", "formula", "state", text)
    changed(folder, invariant=[*doc.read(folder / doc.NAME).invariant, fact])
    with pytest.raises(InputError) as caught:
        rechecked(folder)
    assert "'formula 1' is no formula of the program" in caught.value.diagnostics[0].problem
