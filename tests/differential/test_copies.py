"""Bags that are kept for solvers, as bits or in tables, mean what the judge does, and take the room that they have."""

from __future__ import annotations

import pytest

from modelcheck.counts import counted
from modelcheck.environment.networks import contents
from modelcheck.ir.model import Model
from modelcheck.kernel import evaluate as kernel
from modelcheck.lowering import lower_model
from tests.differential.compare import compare
from tests.differential.small_specs import SPECS
from tests.differential.test_generated import load_text, models

COPIES = """protocol Copies
message M(x: 0..1)
message Rare(b: bool, s: seq of 0..1 max 1)
agent A {
  var n: 0..2 = 0
  initial state S {
    step thrice { send M(1) to B[0]  send M(1) to B[0]  send M(1) to B[0]  send Rare(true, []) to B[1]  -> T }
    step one -> T { send M(0) to B  send Rare(true, [1]) to B }
  }
  final state T { step go when n < 2 { n += 1  send M(0) to B } }
}
agent B {
  var got: 0..1 = 0
  final initial state S { on M(x) { got := x }  on Rare(b, s) when b and size(inbox M) < 1 }
}
reachable two: exists m in messages M: m.x == 1 and exists o in messages M: o.x == 0
reachable rare: exists m in messages Rare: m.b and m.s == [1]
check "copies" {
  B = 2
  network NETWORK
  faults { duplicate up to 2 lose up to 1 corrupt up to 1 crash B up to 1 }
  expect two, rare
}
"""


def copies_on(network: str) -> Model:
    return first_model(COPIES.replace("NETWORK", network))


def first_model(text: str) -> Model:
    model = next(model for _, model in models(load_text(text)))
    assert isinstance(model, Model)
    return model


@pytest.mark.parametrize("room", ["4", "4 drops", "3 blocks"])
def test_copies_come_and_go_one_by_one(room: str) -> None:
    compared = compare(copies_on(f"unordered capacity {room}"), max_states=40, copies=4)
    assert compared.states > 40


@pytest.mark.parametrize(
    "network", ["unordered capacity 6", "unordered capacity 3 drops", "set capacity 3 blocks", "soup", "fifo"]
)
def test_rows_are_filled_and_freed_one_by_one(network: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables are for packets that are too many to have a bit each; few are enough to see what they mean."""
    monkeypatch.setattr(contents, "fits_copies", lambda _: False)
    monkeypatch.setattr(contents, "fits_bitmap", lambda _: False)
    compared = compare(copies_on(network), max_states=40, in_flight=8, copies=1)
    assert compared.states > 40


@pytest.mark.parametrize("name", ["partition of unordered", "bag that drops of messages", "loops", "delays in queues"])
def test_what_is_kept_for_solvers_is_what_the_judge_has(name: str) -> None:
    compare(first_model(SPECS[name]), max_states=12, copies=3)


@pytest.mark.parametrize("copies", [1, 2, 3, 4])
def test_a_copy_without_room_is_cut_and_more_room_would_help(copies: int) -> None:
    lowered = lower_model(copies_on("unordered capacity 4"), copies=copies)
    start = next(outcome for _, outcome in kernel.initial_states(lowered.program))
    assert isinstance(start, kernel.Next)
    thrice = next(at for at, action in enumerate(lowered.program.actions) if "thrice" in action.name)
    ((_, outcome),) = kernel.outcomes(lowered.program, thrice, start.state)
    if copies >= 3:
        assert isinstance(outcome, kernel.Next)
    else:
        assert isinstance(outcome, kernel.Cut)
        assert outcome.bound in lowered.room
        assert (
            lowered.program.bounds[outcome.bound]
            == f"more than {counted(copies, 'equal message')} in flight (unordered)"
        )
    assert bool(lowered.room) == (copies < 4)
