"""What a proof rests on: all of it has no model where the proof is right, and each part has one where that is wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest.importorskip("z3")

import z3

from modelcheck.engines.base import Request
from modelcheck.engines.facts import claims
from modelcheck.engines.induction import explore
from modelcheck.engines.symbolic import blocks, words
from modelcheck.engines.symbolic.obligations import Obligations
from modelcheck.engines.symbolic.smtlib import Scripts
from modelcheck.engines.symbolic.words import Word
from modelcheck.ir.model import Model
from modelcheck.kernel.invariant import Invariant
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.kernel.task import Limits
from modelcheck.kernel.type_facts import type_facts
from modelcheck.lowering import lower_model

Build = Callable[..., Model]

COUNTER = """
    shared var n: 0..9 = 0
    shared var m: 0..9 = 0
    agent Node { final initial state Run { step raise when n < 8 { n := n + 2  m := n } } }
    invariant even: n % 2 == 0
    invariant same: n == m
    transition grows: next(n) >= n
    check "c" { expect even, same, grows }
"""
CYCLE = """
    shared var n: 0..9 = 0
    agent Node {
      final initial state Run {
        step turn { if n == 0 { n := 1 } else if n == 1 { n := 0 } else if n == 8 { n := 9 } else if n == 7 { n := 8 } }
      }
    }
    invariant far: n != 9
    check "c" { expect far }
"""
LOOP = """
    shared var n: 0..9 = 0
    agent Node {
      final initial state Run { step turn { if n == 5 { choose m in {5, 6} { n := m } } else if n == 6 { n := 7 } } }
    }
    invariant far: n != 7
    check "c" { expect far }
"""
"""From 5 one can stay there as long as one likes: it takes that states differ."""

MESSAGES = """
    message M(n: 0..3)
    agent A { var left: 0..2 = 2  initial final state S { step go when left > 0 { left -= 1  send M(left) to B } } }
    agent B { var seen: 0..3 = 1  initial final state S { on M(n) { seen := n } } }
    invariant few: A[0].left + size(messages M) <= 2
    invariant small: (forall m in messages M: m.n <= 1) and B[0].seen <= 1
    check "c" { network unordered capacity 3  expect few, small }
"""


def open_parts(model: Model, proved: tuple[str, ...], k: int = 1, *, goals: tuple[str, ...] = ()) -> list[str]:
    """The obligations that have a model."""
    program = simplify(lower_model(model, 4, 4).program)
    facts = (*type_facts(program), *claims(model, program, proved))
    wanted = list(claims(model, program, goals or proved))
    parts, scripts = Obligations(program, Invariant(k, facts), wanted).all(), Scripts()
    found = []
    for part in parts:
        solver = z3.Solver()
        solver.from_string(scripts.script([part.meaning], part.assertions))
        if solver.check() != z3.unsat:
            found.append(part.name)
    return found


@pytest.mark.parametrize(
    ("text", "proved", "k"), [(COUNTER, ("even", "same", "grows"), 1), (CYCLE, ("far",), 3), (LOOP, ("far",), 3)]
)
def test_a_proof_leaves_nothing_open(text: str, proved: tuple[str, ...], k: int, model_of: Build) -> None:
    model = model_of(text)
    proof = explore(model, Request(Limits(depth=4), deadlock=False)).proof
    assert proof is not None
    assert proof.invariant.k == k
    assert proof.invariant.facts == (*type_facts(proof.program), *claims(model, proof.program, proved))
    assert open_parts(model, proved, k) == []


def test_messages_stay_sorted(model_of: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(MESSAGES)
    assert open_parts(model, ("few", "small"), 2) == []
    insert = blocks._insert

    def wrong(walk: blocks._Walk, array: int, value: Word) -> None:
        """A message is put behind all others."""
        kept = words.compare
        monkeypatch.setattr(words, "compare", lambda op, a, b: z3.BoolVal(val=True) if op == "<=" else kept(op, a, b))
        insert(walk, array, value)
        monkeypatch.setattr(words, "compare", kept)

    monkeypatch.setattr(blocks, "_insert", wrong)
    assert "types" in open_parts(model, ("few", "small"), 2)


@pytest.mark.parametrize(
    ("change", "k", "part"),
    [
        (("n := n + 2", "n := n + 1"), 1, "consecution"),
        (("n: 0..9 = 0", "n: 0..9 = 1"), 1, "initiation"),
        # No step from the first state does it, so one state more is needed, and is not there.
        (("n := n + 2", "n := if n == 2 then 3 else 2"), 2, "consecution"),
        (("n := n + 2", "n := if n == 2 then 3 else 2"), 3, "initiation-2"),
        # The step from the first state goes wrong, and no other leads there.
        (("n := n + 2", "n := if n == 0 then 20 / n else n + 2"), 2, "initiation-0"),
        (("when n < 8", "when n < 9"), 1, "safe-steps"),
        (("n := n + 2", "n := n + 20 / (n + 1) - 20 / (n + 1) + 2 - 40 / (n - 4) + 40 / (n - 4)"), 1, "safe-steps"),
    ],
)
def test_what_does_not_follow_is_left_open(change: tuple[str, str], k: int, part: str, model_of: Build) -> None:
    assert COUNTER.count(change[0]) == 1
    text = COUNTER.replace(*change).replace("n == m", "n <= 9").replace("next(n) >= n", "next(n) <= 9")
    assert part in open_parts(model_of(text), ("even", "same", "grows"), k)


def test_a_step_claim_is_not_taken_for_granted(model_of: Build) -> None:
    text = COUNTER.replace("n := n + 2", "n := if n == 6 then 0 else n + 2")
    assert open_parts(model_of(text), ("even", "same", "grows")) == ["consecution"]
    assert open_parts(model_of(text), ("even", "same")) == []


def test_a_capacity_that_is_exceeded_leaves_steps_open(model_of: Build) -> None:
    model = model_of(MESSAGES.replace("capacity 3", "capacity 1"))
    assert open_parts(model, ("few", "small")) == ["safe-steps"]


def test_a_beginning_that_fails_is_left_open(model_of: Build) -> None:
    text = COUNTER.replace("n: 0..9 = 0", "n: 0..9 = any").replace("agent", "initially 8 / n >= 0 and n == 0\nagent", 1)
    assert "start" in open_parts(model_of(text), ("even", "same", "grows"))


def test_what_is_to_be_shown_must_follow(model_of: Build) -> None:
    model = model_of(COUNTER)
    assert open_parts(model, ("same",), goals=("same", "even")) == ["implication"]
    assert open_parts(model, ("same",), goals=("same", "grows")) == []


def test_a_property_that_cannot_be_evaluated_leaves_it_open(model_of: Build) -> None:
    text = COUNTER.replace("n == m", "8 / (n - 6) <= 9")
    assert open_parts(model_of(text), ("even", "grows")) == ["consecution"]
