"""What the constructors make equal, and the negation normal form."""

from __future__ import annotations

import pytest

from modelcheck.ltl.formula import (
    FALSE,
    TRUE,
    And,
    Atom,
    Formula,
    Not,
    Or,
    always,
    atoms_of,
    conjunction,
    disjunction,
    eventually,
    implication,
    leads_to,
    negation,
    negation_normal_form,
    operands_of,
    release,
    until,
)
from modelcheck.ltl.lasso import values
from tests.unit.ltl.chance import seeded, some_formula, some_lasso

P, Q, R = (Atom(index) for index in range(3))


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (conjunction([]), TRUE),
        (disjunction([]), FALSE),
        (conjunction([P]), P),
        (conjunction([P, TRUE, P]), P),
        (conjunction([Q, P]), And((P, Q))),
        (conjunction([conjunction([P, Q]), R]), And((P, Q, R))),
        (conjunction([P, Q, negation(P)]), FALSE),
        (disjunction([P, Q, negation(P)]), TRUE),
        (disjunction([disjunction([R, Q]), P]), Or((P, Q, R))),
        (disjunction([P, FALSE]), P),
        (disjunction([P, TRUE]), TRUE),
        (negation(negation(P)), P),
        (negation(TRUE), FALSE),
        (implication(P, Q), Or((Not(P), Q))),
        (until(FALSE, P), P),
        (until(P, TRUE), TRUE),
        (until(P, FALSE), FALSE),
        (release(TRUE, P), P),
        (release(P, FALSE), FALSE),
        (release(P, TRUE), TRUE),
    ],
)
def test_constructors_drop_what_says_nothing(made: Formula, expected: Formula) -> None:
    assert made == expected


def test_operands_are_in_one_order_however_they_come() -> None:
    parts = [until(P, Q), always(R), Q, negation(P)]
    assert conjunction(parts) == conjunction(reversed(parts))
    assert hash(disjunction(parts)) == hash(disjunction(reversed(parts)))


def test_different_formulas_are_different() -> None:
    formulas = [P, Q, TRUE, FALSE, negation(P), conjunction([P, Q]), disjunction([P, Q]), until(P, Q), release(P, Q)]
    assert len(set(formulas)) == len(formulas)


def test_text_is_in_the_notation_of_spin() -> None:
    assert str(leads_to(P, until(Q, R))) == "[](!p0 || <>(p1 U p2))"
    assert str(eventually(release(P, Q))) == "<>(p0 V p1)"


def test_atoms_are_found_at_any_depth() -> None:
    assert atoms_of(until(conjunction([P, always(Atom(70))]), negation(R))) == {0, 2, 70}
    assert atoms_of(TRUE) == frozenset()


def test_negations_move_to_the_atoms() -> None:
    assert negation_normal_form(negation(leads_to(P, Q))) == eventually(conjunction([P, always(negation(Q))]))
    assert negation_normal_form(negation(until(P, Q))) == release(negation(P), negation(Q))


def test_the_normal_form_has_the_same_value_and_negations_before_atoms_only() -> None:
    dice = seeded(1)
    for _ in range(1000):
        formula = some_formula(dice, 4)
        normal = negation_normal_form(formula)
        assert _negations_stand_before_atoms(normal)
        letters, loop = some_lasso(dice)
        assert values(normal, letters, loop) == values(formula, letters, loop), formula


def _negations_stand_before_atoms(formula: Formula) -> bool:
    if isinstance(formula, Not):
        return isinstance(formula.operand, Atom)
    return all(map(_negations_stand_before_atoms, operands_of(formula)))
