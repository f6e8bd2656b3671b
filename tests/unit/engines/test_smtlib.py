"""Formulas in SMT-LIB are what they were as terms, in standard words only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("z3")

import z3

from modelcheck.engines.symbolic.smtlib import Assertion, Scripts
from modelcheck.engines.symbolic.words import (
    Word,
    add,
    choice,
    combine,
    compare,
    constant,
    count,
    divide,
    fitted,
    has_number,
    multiply,
    shift,
    variable,
    with_number,
)
from modelcheck.kernel.types import BOOL, BitsType, IntType

SMALL, SIGNED, BITS = IntType(0, 9), IntType(-5, 9), BitsType(5)
N, M = variable("n", SMALL), variable("m", SIGNED)
S, T = variable("s", BITS), variable("t", BITS)
B = variable("b", BOOL)

TERMS: dict[str, Callable[[], Any]] = {
    "sum": lambda: compare("<=", add(N, M, IntType(-5, 18)), N),
    "product": lambda: compare("<", multiply(M, M, IntType(-45, 81)), N),
    "quotient": lambda: compare("==", divide("div", M, constant(3, SMALL), SIGNED), N),
    "remainder": lambda: compare("!=", divide("mod", M, constant(3, SMALL), SMALL), N),
    "unsigned quotient": lambda: compare("==", divide("div", N, constant(3, SMALL), SMALL), N),
    "unsigned remainder": lambda: compare("==", divide("mod", N, constant(3, SMALL), SMALL), N),
    "choice": lambda: compare("<=", choice(B.term, N, M, SIGNED), M),
    "member": lambda: has_number(S, M),
    "known member": lambda: has_number(S, constant(3, SMALL)),
    "with": lambda: compare("==", with_number(S, M, on=True, kernel_type=BITS), T),
    "without": lambda: compare("==", with_number(S, N, on=False, kernel_type=BITS), T),
    "union": lambda: compare("==", combine("or", S, T, BITS), T),
    "intersection": lambda: compare("==", combine("and", S, T, BITS), T),
    "difference": lambda: compare("!=", combine("andnot", S, T, BITS), T),
    "up": lambda: compare("==", shift(S, 2, BITS), T),
    "down": lambda: compare("==", shift(S, -2, BITS), T),
    "count": lambda: compare("<", count(S, SMALL), N),
    "signed narrower": lambda: compare("==", fitted(Word(M.term, SIGNED), IntType(-500, 500)), M),
    "booleans": lambda: z3.And(z3.Or(B.term, z3.Not(B.term)), B.term == z3.BoolVal(val=True), z3.BoolVal(val=True)),
}


@pytest.mark.parametrize("name", TERMS)
def test_what_is_written_means_what_the_term_means(name: str) -> None:
    term = TERMS[name]()
    (read,) = z3.parse_smt2_string(Scripts().script((), [Assertion("it", term)]))
    solver = z3.Solver()
    solver.add(read != term)
    assert solver.check() == z3.unsat


def test_names_and_words_of_others_stay_names_and_comments() -> None:
    hostile = "x|)\n(assert false)\\"
    one, other = z3.Bool(hostile), z3.Bool(hostile.replace("\n", "\t"))
    text = Scripts().script([hostile], [Assertion(hostile, z3.Or(one, other)), Assertion("", z3.Not(one))])
    assert len(z3.parse_smt2_string(text)) == 2
    solver = z3.Solver()
    solver.from_string(text)
    assert solver.check() == z3.sat
    assert text.isascii()


def test_an_operator_that_only_z3_has_is_refused() -> None:
    with pytest.raises(KeyError):
        Scripts().script((), [Assertion("", z3.RotateLeft(S.term, T.term) == T.term)])


def test_a_term_of_any_depth_is_written_flat() -> None:
    term = B.term
    for number in range(500):
        term = z3.And(z3.Not(term), z3.Bool(f"x{number}"))
    text = Scripts().script((), [Assertion("deep", term)])
    deepest = depth = 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        deepest = max(deepest, depth)
    assert deepest < 50


def test_what_occurs_twice_is_written_once() -> None:
    term = compare("<", N, M)
    for _ in range(40):
        term = z3.And(z3.Not(term), z3.Or(term, B.term))
    assert len(Scripts().script((), [Assertion("shared", term)])) < 10_000
