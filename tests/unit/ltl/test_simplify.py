"""Simplified formulas mean the same and are no larger."""

from __future__ import annotations

import pytest

from modelcheck.ltl.formula import (
    FALSE,
    TRUE,
    Atom,
    Formula,
    always,
    conjunction,
    disjunction,
    eventually,
    leads_to,
    negation,
    negation_normal_form,
    operands_of,
    release,
    until,
)
from modelcheck.ltl.lasso import values
from modelcheck.ltl.simplify import disjuncts, simplify
from tests.unit.ltl.chance import all_lassos, seeded, some_formula, some_lasso

P, Q, R = (Atom(index) for index in range(3))
INFINITELY_OFTEN = always(eventually(R))


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (eventually(eventually(P)), eventually(P)),
        (always(always(P)), always(P)),
        (eventually(always(eventually(P))), always(eventually(P))),
        (always(eventually(always(P))), eventually(always(P))),
        (eventually(until(P, Q)), eventually(Q)),
        (always(release(P, Q)), always(Q)),
        (until(P, until(P, Q)), until(P, Q)),
        (until(until(P, Q), Q), until(P, Q)),
        (until(P, eventually(Q)), eventually(Q)),
        (until(negation(Q), Q), eventually(Q)),
        (release(negation(Q), Q), always(Q)),
        (conjunction([P, always(P)]), always(P)),
        (conjunction([eventually(P), always(eventually(P))]), always(eventually(P))),
        (disjunction([P, eventually(P)]), eventually(P)),
        (conjunction([always(P), eventually(negation(P))]), FALSE),
        (disjunction([eventually(P), always(negation(P))]), TRUE),
        (conjunction([always(P), always(Q)]), always(conjunction([P, Q]))),
        (disjunction([eventually(P), eventually(Q)]), eventually(disjunction([P, Q]))),
        (disjunction([always(eventually(P)), always(eventually(Q))]), always(eventually(disjunction([P, Q])))),
        (eventually(conjunction([P, INFINITELY_OFTEN])), conjunction([eventually(P), INFINITELY_OFTEN])),
        (always(disjunction([P, INFINITELY_OFTEN])), disjunction([always(P), INFINITELY_OFTEN])),
        (eventually(disjunction([P, until(Q, R)])), eventually(disjunction([P, R]))),
        # None of these is the same as something shorter.
        (until(P, Q), until(P, Q)),
        (always(eventually(P)), always(eventually(P))),
        (until(until(P, Q), R), until(until(P, Q), R)),
        (eventually(conjunction([P, eventually(Q)])), eventually(conjunction([P, eventually(Q)]))),
        (conjunction([eventually(P), eventually(Q)]), conjunction([eventually(P), eventually(Q)])),
        (
            conjunction([until(P, always(Q)), until(R, always(P))]),
            conjunction([until(P, always(Q)), until(R, always(P))]),
        ),
        (
            conjunction([eventually(release(P, Q)), eventually(release(Q, R))]),
            conjunction([eventually(release(P, Q)), eventually(release(Q, R))]),
        ),
    ],
)
def test_rules(formula: Formula, expected: Formula) -> None:
    assert simplify(formula) == expected
    _assert_equal_on_short_lassos(formula, expected)


def test_random_formulas_keep_their_value_and_grow_no_larger() -> None:
    dice = seeded(4)
    for _ in range(1000):
        formula = some_formula(dice, 4)
        simple = simplify(formula)
        assert _size(simple) <= _size(negation_normal_form(formula)), str(formula)
        for _ in range(4):
            letters, loop = some_lasso(dice)
            assert values(simple, letters, loop) == values(formula, letters, loop), (str(formula), str(simple))


def test_simplified_formulas_are_simple() -> None:
    dice = seeded(5)
    for _ in range(300):
        simple = simplify(some_formula(dice, 3))
        assert simplify(simple) == simple


def test_disjuncts_of_a_negated_conjunction_are_one_for_each_agent() -> None:
    served = conjunction(leads_to(Atom(agent), Atom(agent + 3)) for agent in range(3))
    expected = {eventually(conjunction([Atom(agent), always(negation(Atom(agent + 3)))])) for agent in range(3)}
    assert set(disjuncts(negation(served))) == expected


def test_disjuncts_come_from_below_an_until() -> None:
    assert set(disjuncts(until(P, disjunction([Q, always(R)])))) == {until(P, Q), until(P, always(R))}
    assert disjuncts(until(P, Q)) == (until(P, Q),)


def test_false_has_no_disjuncts_and_true_has_itself() -> None:
    assert disjuncts(conjunction([always(P), negation(P)])) == ()
    assert disjuncts(disjunction([eventually(P), negation(P), P])) == (TRUE,)


def test_disjuncts_together_are_the_formula() -> None:
    dice = seeded(6)
    for _ in range(500):
        formula = some_formula(dice, 4)
        parts = disjuncts(formula)
        letters, loop = some_lasso(dice)
        together = values(disjunction(parts), letters, loop)
        assert together == values(formula, letters, loop), (str(formula), [str(part) for part in parts])


def _size(formula: Formula) -> int:
    return 1 + sum(map(_size, operands_of(formula)))


def _assert_equal_on_short_lassos(first: Formula, second: Formula) -> None:
    for letters, loop in all_lassos(3, 2):
        assert values(first, letters, loop) == values(second, letters, loop)
