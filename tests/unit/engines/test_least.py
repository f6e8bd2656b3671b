"""The least answer does not depend on the one that a solver finds first."""

from __future__ import annotations

import time
from itertools import product

import pytest

pytest.importorskip("z3")

import z3

from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.blocks import Digit
from modelcheck.engines.symbolic.least import Least, value_in
from modelcheck.engines.symbolic.solving import Solving
from modelcheck.engines.symbolic.words import Term
from modelcheck.kernel.task import Limits
from modelcheck.kernel.types import BOOL, BitsType, IntType

N, M = words.variable("n", IntType(-3, 4)), words.variable("m", BitsType(3))
B = words.variable("b", BOOL)


def allowed(n: int, m: int, b: int) -> bool:
    return (n + m) % 3 == 2 and (b == 1 or n > 1) and m != 4


def solver_of(solving: Solving) -> z3.Solver:
    solver = solving.solver()
    solver.add(words.in_range(N))
    solver.add(z3.Or([is_(*each) for each in product(range(-3, 5), range(8), (0, 1)) if allowed(*each)]))
    return solver


def is_(n: int, m: int, b: int) -> Term:
    values = zip((N, M, B), (n, m, b), strict=True)
    return words.conjunction([word.term == words.constant(value, word.type).term for word, value in values])


ANSWERS = [each for each in product(range(-3, 5), range(8), (0, 1)) if allowed(*each)]


@pytest.mark.parametrize("first", [*ANSWERS[::9], ANSWERS[-1]])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_the_words_are_least_one_after_the_other(first: tuple[int, int, int], order: tuple[int, ...]) -> None:
    solving = Solving(Limits(), time.monotonic())
    solver = solver_of(solving)
    assert solver.check(is_(*first)) == z3.sat
    wanted = [(N, M, B)[place] for place in order]
    model = Least(solving, solver).settle(wanted, solver.model())
    expected = min(tuple(each[place] for place in order) for each in ANSWERS)
    assert tuple(value_in(model, word) for word in wanted) == expected


@pytest.mark.parametrize("first", [(1, 1, 1), (4, 7, 1)])
def test_digits_are_least_where_there_is_a_choice(first: tuple[int, int, int]) -> None:
    solving = Solving(Limits(), time.monotonic())
    solver = solver_of(solving)
    assert solver.check(is_(*first)) == z3.sat
    is_negative = words.compare("<", N, words.constant(0, N.type))
    digits = [Digit(words.TRUE, N), Digit(is_negative, M), Digit(words.negation(is_negative), B)]
    found, _ = Least(solving, solver).digits(digits, lambda term: term, solver.model())
    assert found == (-3, 2)


def test_what_takes_too_much_effort_is_left_as_it_came() -> None:
    solving = Solving(Limits(), time.monotonic())
    solver = solving.solver()
    # That a product of two numbers, neither of them 1, is a prime takes a while to refute.
    one, two, least = (words.variable(name, IntType(0, (1 << 22) - 1)) for name in ("one", "two", "least"))
    wide = [z3.ZeroExt(22, word.term) for word in (one, two)]
    solver.add(z3.Or(wide[0] * wide[1] == 2097143 * 2097143, least.term != 0))
    solver.add(z3.UGT(one.term, 1), z3.ULT(one.term, two.term))
    assert solver.check() == z3.sat
    first = solver.model()
    value, model = Least(solving, solver, effort=2_000).value(least, first)
    assert value == value_in(first, least) == value_in(model, least)
    assert solver.check(one.term == 2) == z3.sat
