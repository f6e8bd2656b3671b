"""The value of a formula on a lasso is what the definition says, position by position."""

from __future__ import annotations

import pytest

from modelcheck.ltl.formula import (
    And,
    Atom,
    Constant,
    Formula,
    Not,
    Or,
    Release,
    Until,
    always,
    eventually,
    leads_to,
    negation,
    release,
    until,
)
from modelcheck.ltl.lasso import holds, values
from tests.unit.ltl.chance import all_lassos, seeded, some_formula, some_lasso

P, Q = Atom(0), Atom(1)


@pytest.mark.parametrize(
    ("formula", "letters", "loop", "expected"),
    [
        (P, [1, 0], 1, True),
        (P, [0, 1], 1, False),
        (always(P), [1, 1], 1, True),
        (always(P), [1, 1, 0], 1, False),
        (eventually(P), [0, 0, 1], 2, True),
        (eventually(P), [0, 0, 0], 1, False),
        # The prefix happens once.
        (always(eventually(P)), [1, 0], 1, False),
        (always(eventually(P)), [0, 1], 0, True),
        (eventually(always(P)), [0, 1], 1, True),
        (eventually(always(P)), [0, 1], 0, False),
        # Strong: `right` has to come. Weak: it need not.
        (until(P, Q), [1, 1], 0, False),
        (release(Q, P), [1, 1], 0, True),
        (until(P, Q), [1, 2], 1, True),
        (until(P, Q), [1, 0, 2], 2, False),
        # `right` comes only behind the end, in the part of the loop that lies before.
        (leads_to(P, Q), [2, 1], 0, True),
        (leads_to(P, Q), [2, 1], 1, False),
    ],
)
def test_value_at_the_first_position(formula: Formula, letters: list[int], loop: int, expected: object) -> None:
    assert holds(formula, letters, loop) is expected


def test_atoms_far_up_are_bits_far_up() -> None:
    assert values(Atom(100), [1 << 100, 1 << 99], 0) == [True, False]


def test_a_lasso_without_loop_is_refused() -> None:
    with pytest.raises(AssertionError, match="loop"):
        holds(P, [0, 1], 2)


def test_all_short_lassos_are_valued_by_definition() -> None:
    for formula in (until(P, Q), release(P, Q), always(eventually(P)), eventually(always(P)), until(until(P, Q), P)):
        for length in (1, 2, 3):
            for letters, loop in all_lassos(2, length):
                assert holds(formula, letters, loop) is _by_definition(formula, letters, loop, 0), (letters, loop)


def test_random_formulas_are_valued_by_definition() -> None:
    dice = seeded(2)
    for _ in range(1000):
        formula = some_formula(dice, 3)
        letters, loop = some_lasso(dice)
        expected = [_by_definition(formula, letters, loop, position) for position in range(len(letters))]
        assert values(formula, letters, loop) == expected, (str(formula), letters, loop)


def test_a_formula_or_its_negation_holds_but_not_both() -> None:
    dice = seeded(3)
    for _ in range(500):
        formula = some_formula(dice, 4)
        letters, loop = some_lasso(dice)
        assert holds(formula, letters, loop) is not holds(negation(formula), letters, loop)


def _by_definition(formula: Formula, letters: list[int], loop: int, position: int) -> bool:
    """The textbook's definition; positions behind the end are those of the loop, and one round of it shows all."""
    period = len(letters) - loop
    position = position if position < loop else loop + (position - loop) % period
    ahead = range(position, position + len(letters) + period)
    match formula:
        case Constant(value=value):
            return value
        case Atom(index=index):
            return bool(letters[position] & 1 << index)
        case Not(operand=operand):
            return not _by_definition(operand, letters, loop, position)
        case And(operands=operands):
            return all(_by_definition(operand, letters, loop, position) for operand in operands)
        case Or(operands=operands):
            return any(_by_definition(operand, letters, loop, position) for operand in operands)
        case Until(left=left, right=right):
            for later in ahead:
                if _by_definition(right, letters, loop, later):
                    return True
                if not _by_definition(left, letters, loop, later):
                    return False
            return False
        case Release(left=left, right=right):
            for later in ahead:
                if not _by_definition(right, letters, loop, later):
                    return False
                if _by_definition(left, letters, loop, later):
                    return True
            return True
