"""Formulas over kernel cells become sentences of the language that say the same."""

from __future__ import annotations

import time

import pytest

pytest.importorskip("z3")

import z3

from modelcheck.engines.decoding.invariants import Told
from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.expressions import Scope, truth
from modelcheck.engines.symbolic.solving import Solving
from modelcheck.engines.symbolic.strengthening import Lemma
from modelcheck.engines.symbolic.system import System, encode
from modelcheck.engines.symbolic.words import Term
from modelcheck.environment.instantiate import Overrides, instantiate
from modelcheck.frontend.asked import expression_of
from modelcheck.ir.expression import Expr
from modelcheck.ir.model import Model
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.kernel.task import Limits
from modelcheck.kernel.type_facts import type_facts
from modelcheck.lowering import LoweredModel, lower_model
from modelcheck.pipeline import load
from modelcheck.pipeline.expectations import wanted_properties
from modelcheck.source import Source

ALL = """
    enum Colour { Red, Green, Blue }
    record Pair { one: 0..3, two: bool }
    message Ping(n: 0..2, sure: bool) over set
    message Pong
    shared var n: 0..40 = 0
    shared var k: 0..40 = 0
    shared var m: -3..9 = 0
    shared var owner: Node = any
    shared var maybe: option Node = none
    shared var colour: Colour = Red
    shared var held: map Node -> bool = all false
    shared var pair: Pair = Pair(one: 0, two: false)
    agent Node {
      var busy: bool = false
      var seen: set of Node = {}
      initial state A {
        step go -> B { send Ping(1, true) to Server  n := n + 1  m := m - 1  seen := seen union {self} }
      }
      state B { on Pong -> C { owner := self  maybe := some(self)  colour := Green  held[self] := true  busy := true } }
      final state C { step again { pair.one := 2  pair.two := true } }
    }
    agent Server { final initial state Up { on Ping(x, _) from p { n := x  k := x  send Pong to p } } }
    network set
    reachable end: Node[0] is C
    check "c" { Node = 3  expect end }
"""


def model(text: str) -> Model:
    spec = load(Source("test.mc", f"protocol All\n{text}"))
    check = spec.checks[0]
    return instantiate(spec, check, wanted_properties(spec, check, ()), Overrides())


class Case:
    """One model, and what is asked of formulas over its cells."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.lowered: LoweredModel = lower_model(model, 4, 4)
        self.system: System = encode(simplify(self.lowered.program))

    def typed(self, text: str) -> Expr:
        return expression_of(self.model.spec, text)

    def term(self, text: str) -> Term:
        """What a text of the language says of the cells, with nothing left of how it was written."""
        holds = self.lowered.condition(self.typed(text))
        return z3.simplify(truth(holds, Scope(self.system.program, self.system.state)))

    def told(self, invariant: Term) -> list[Lemma]:
        with Solving(Limits(seconds=60), time.monotonic()) as solving:
            return Told(self.model, self.lowered, self.system, solving).lemmas(invariant, self.typed)

    def is_same(self, lemmas: list[Lemma], invariant: Term) -> bool:
        scope = Scope(self.system.program, self.system.state)
        solver = z3.Solver()
        solver.add(*map(words.in_range, self.system.state))
        solver.add(*(truth(fact.holds, scope) for fact in type_facts(self.system.program)))
        solver.add(z3.And([truth(lemma.holds, scope) for lemma in lemmas]) != invariant)
        return bool(solver.check() == z3.unsat)


@pytest.fixture(scope="module")
def case() -> Case:
    return Case(model(ALL))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("forall p in Node: p is A | B", "forall p in Node: not p is C"),
        ("forall p in Node: p is C implies p.busy", "forall p in Node: p is C implies p.busy"),
        ("Node[1].busy", "Node[1].busy"),
        (
            "forall p, q in Node: p.busy and q.busy implies p == q",
            "forall p, q in Node: not (p != q and p.busy and q.busy)",
        ),
        ("n >= 3 and n <= 17", "3 <= n; n <= 17"),
        ("not (n == 4)", "not n == 4"),
        ("n == 4 or n >= 30", "n == 4 or 30 <= n"),
        ("m < 0 or owner == Node[2]", "0 <= m implies owner == Node[2]"),
        ("forall p in Node: p.busy implies owner == p", "forall p in Node: p.busy implies owner == p"),
        ("maybe == none or colour == Blue", "colour == Blue or maybe == none"),
        (
            "maybe == some(Node[0]) implies colour != Green",
            "not (colour == Green and (maybe != none and maybe.value == Node[0]))",
        ),
        ("colour == Green or colour == Blue", "not colour == Red"),
        ("forall p in Node: held[p] implies p in p.seen", "forall p in Node: held[p] implies p in p.seen"),
        ("pair.one <= 1 or pair.two", "2 <= pair.one implies pair.two"),
        ("pair.one == 1 or pair.one == 3", "pair.one == 1 or pair.one == 3"),
        (
            "forall p in Node: (exists x in messages Pong: x.to == p) implies p is B",
            "forall p in Node: (exists o in messages Pong: o.to == p) implies p is B",
        ),
        (
            "not (exists x in messages Ping: x.n == 2 and not x.sure)",
            "forall p in Node: not (exists o in messages Ping: o.from == p and o.n == 2 and not o.sure)",
        ),
        ("n == m + 2", "n == 2 + m"),
        ("n > n", "false"),
        ("size(Node[0].seen) >= 2", None),
        (
            "size(messages Pong) <= 1",
            (
                "forall p, q in Node: not (p != q and (exists o in messages Pong: o.to == p) "
                "and (exists o in messages Pong: o.to == q))"
            ),
        ),
        ("n <= m", "n <= m"),
        ("n + m == 12", "n + m == 12"),
        ("n + m <= 7", "n + m <= 7"),
        ("5 <= n + m", "5 <= n + m"),
    ],
)
def test_what_the_language_says_is_told_in_it(said: str, told: str | None, case: Case) -> None:
    invariant = case.term(said)
    lemmas = case.told(invariant)
    assert case.is_same(lemmas, invariant)
    assert {lemma.origin for lemma in lemmas} == {"lemma"}
    if told is not None:
        assert "; ".join(lemma.text for lemma in lemmas) == told


def test_what_the_invariant_implies_makes_sentences_shorter_and_more_general(case: Case) -> None:
    # Of three nodes each by itself, and of one of them more than is needed.
    parts = [case.term(f"not (Node[{at}] is C and held[Node[{at}]])") for at in range(3)]
    parts += [case.term("not (Node[1] is C and held[Node[1]] and n == 3)")]
    assert [lemma.text for lemma in case.told(z3.And(parts))] == ["forall p in Node: not (held[p] and p is C)"]
    # What differs in a state only is one sentence.
    states = [case.term(f"not (Node[0] is {state} and n <= k)") for state in "AC"]
    assert [lemma.text for lemma in case.told(z3.And(states))] == ["not (Node[0] is A | C and n <= k)"]
    # What is so of two of them only is told of these.
    few = [f"not (Node[{at}] is C and held[Node[{at}]])" for at in range(2)]
    assert [lemma.text for lemma in case.told(z3.And(parts[:2]))] == few


def test_what_the_language_cannot_say_is_a_formula() -> None:
    case = Case(model(ALL.replace("network set", "network unordered")))
    (slot,) = [word.term for word in case.system.state if str(word.term).endswith("messages (unordered)[0]")][:1]
    invariant = z3.And(slot == 0, case.term("Node[0].busy"))
    lemmas = case.told(invariant)
    assert case.is_same(lemmas, invariant)
    assert [lemma.origin for lemma in lemmas] == ["lemma", "formula"]
    assert lemmas[0].text == "Node[0].busy"
