"""Bags that are kept as bits mean what the judge does, and take the room that they have."""

from __future__ import annotations

import pytest

from modelcheck.ir.model import Model
from modelcheck.kernel import evaluate as kernel
from modelcheck.lowering import lower_model
from tests.differential.compare import compare
from tests.differential.small_specs import SPECS
from tests.differential.test_generated import load_text, models

COPIES = """protocol Copies
message M(x: 0..1)
message Rare
agent A {
  var n: 0..2 = 0
  initial state S {
    step thrice { send M(1) to B[0]  send M(1) to B[0]  send M(1) to B[0]  -> T }
    step one -> T { send M(0) to B  send Rare to B }
  }
  final state T { step go when n < 2 { n += 1  send M(0) to B } }
}
agent B { final initial state S { on M(x)  on Rare } }
reachable two: exists m in messages M: m.x == 1 and exists o in messages M: o.x == 0
check "copies" {
  B = 2
  network unordered capacity CAPACITY
  faults { duplicate up to 2 lose up to 1 corrupt up to 1 crash B up to 1 }
  expect two
}
"""


def first_model(text: str) -> Model:
    model = next(model for _, model in models(load_text(text)))
    assert isinstance(model, Model)
    return model


@pytest.mark.parametrize("capacity", ["4", "4 drops", "3 blocks"])
def test_copies_come_and_go_one_by_one(capacity: str) -> None:
    compared = compare(first_model(COPIES.replace("CAPACITY", capacity)), max_states=50, copies=4)
    assert compared.states > 50


@pytest.mark.parametrize("name", ["partition of unordered", "bag that drops of messages", "loops"])
def test_a_bag_as_bits_is_what_the_judge_has(name: str) -> None:
    compare(first_model(SPECS[name]), max_states=12, copies=3)


@pytest.mark.parametrize("copies", [1, 2, 3, 4])
def test_a_copy_without_room_is_cut_and_more_room_would_help(copies: int) -> None:
    lowered = lower_model(first_model(COPIES.replace("CAPACITY", "4")), copies=copies)
    start = next(outcome for _, outcome in kernel.initial_states(lowered.program))
    assert isinstance(start, kernel.Next)
    thrice = next(at for at, action in enumerate(lowered.program.actions) if "thrice" in action.name)
    ((_, outcome),) = kernel.outcomes(lowered.program, thrice, start.state)
    if copies >= 3:
        assert isinstance(outcome, kernel.Next)
    else:
        assert isinstance(outcome, kernel.Cut)
        assert outcome.bound in lowered.room
        assert lowered.program.bounds[outcome.bound] == f"more than {copies} equal messages in flight (unordered)"
    assert bool(lowered.room) == (copies < 4)
