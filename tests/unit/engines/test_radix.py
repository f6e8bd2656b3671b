"""What is put together of digits is taken apart without a division, and division by constants is exact."""

from __future__ import annotations

from itertools import product

import pytest

pytest.importorskip("z3")

import z3

from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.words import Word
from modelcheck.kernel.types import IntType

A, B, C = (words.variable(name, IntType(0, most)) for name, most in (("a", 2), ("b", 4), ("c", 1)))
SIZES = (3, 5, 2)
WIDE = IntType(0, 63)


def times(word: Word, factor: int) -> Word:
    return words.multiply(word, words.constant(factor, IntType(factor, factor)), WIDE)


def number() -> Word:
    """A, B and C as a number in mixed radix, as the fields of a message are."""
    total = words.add(times(A, 10), times(B, 2), WIDE)
    return words.add(total, C, WIDE)


def divided(op: str, word: Word, divisor: int, kernel_type: IntType = WIDE) -> Word:
    return words.divide(op, word, words.constant(divisor, IntType(divisor, divisor)), kernel_type)


def operators(term: z3.ExprRef) -> set[str]:
    return {term.decl().name()}.union(*map(operators, term.children()))


DIVISIONS = {"bvudiv", "bvurem", "bvsmod", "bvsdiv", "bvudiv_i", "bvurem_i"}


def meant(word: Word, values: tuple[int, ...]) -> int:
    pairs = [(own.term, words.constant(value, own.type).term) for own, value in zip((A, B, C), values, strict=True)]
    return words.number_in(z3.simplify(z3.substitute(word.term, *pairs)), word.type)


def test_digits_are_found_again() -> None:
    whole = words.fitted(number(), IntType(0, 29))
    for place, stride in enumerate((10, 2, 1)):
        digit = divided("mod", divided("div", whole, stride), SIZES[place])
        assert digit.term.eq(words.fitted((A, B, C)[place], WIDE).term)


@pytest.mark.parametrize("divisor", range(1, 31))
@pytest.mark.parametrize("op", ["div", "mod"])
def test_a_number_of_digits_is_divided_as_any_other(op: str, divisor: int) -> None:
    found = divided(op, number(), divisor)
    assert (divisor in {1, 2, 10, 30} or divisor.bit_count() == 1) == (not operators(found.term) & DIVISIONS)
    for a, b, c in product(range(3), range(5), range(2)):
        value = 10 * a + 2 * b + c
        assert meant(found, (a, b, c)) == (value // divisor if op == "div" else value % divisor)


@pytest.mark.parametrize("divisor", range(1, 9))
@pytest.mark.parametrize("op", ["div", "mod"])
def test_a_stride_need_not_divide_those_above(op: str, divisor: int) -> None:
    nothing = words.variable("zero", IntType(0, 0))
    for low, most in ((C, 1), (nothing, 0)):
        total = words.add(times(A, 7), times(low, 3), WIDE)
        assert total.digits
        found = z3.substitute(divided(op, total, divisor).term, (nothing.term, z3.BitVecVal(0, 1)))
        for a, c in product(range(3), range(most + 1)):
            value = 7 * a + 3 * c
            assert meant(Word(found, WIDE), (a, 0, c)) == (value // divisor if op == "div" else value % divisor)


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_digits_that_overlap_are_none(scale: int) -> None:
    """The greatest of the lower one is 4: a stride of 5 is the least that tells them apart."""
    for stride in range(1, 8):
        total = words.add(times(A, stride * scale), times(B, scale), WIDE)
        assert bool(total.digits) == (stride >= 5)
        assert meant(divided("mod", total, stride * scale), (1, 4, 0)) == (stride + 4) * scale % (stride * scale)


def test_what_may_be_negative_is_no_digit() -> None:
    signed = words.variable("s", IntType(-1, 4))
    assert not words.add(times(A, 5), signed, IntType(-1, 63)).digits
    assert not words.multiply(signed, words.constant(5, IntType(5, 5)), IntType(-5, 20)).digits


@pytest.mark.parametrize("op", ["div", "mod"])
def test_a_digit_times_what_is_negative_is_divided_as_any_other(op: str) -> None:
    opposite = words.multiply(B, words.constant(-1, IntType(-1, -1)), IntType(-4, 0))
    found = divided(op, opposite, 3, IntType(-2, 2))
    for value in range(5):
        assert meant(found, (0, value, 0)) == (-value // 3 if op == "div" else -value % 3)


@pytest.mark.parametrize("divisor", [1, 2, 3, 4, 8, 16, 64])
@pytest.mark.parametrize("span", [IntType(0, 9), IntType(-9, 9), IntType(-1, 0), IntType(-20, -3), IntType(-2, 30)])
def test_division_by_a_constant_rounds_down(span: IntType, divisor: int) -> None:
    word = words.variable("n", span)
    for op, kernel_type in (("div", IntType(-20, 30)), ("mod", IntType(0, 63))):
        found = divided(op, word, divisor, kernel_type)
        for value in range(span.lo, span.hi + 1):
            term = z3.simplify(z3.substitute(found.term, (word.term, words.constant(value, span).term)))
            expected = value // divisor if op == "div" else value % divisor
            assert words.number_in(term, kernel_type) == expected


@pytest.mark.parametrize("least", [-9, -8, -4, -1])
def test_division_needs_no_room_in_the_type_of_its_result(least: int) -> None:
    """-8 / 3 is -3, and what is divided without a remainder is -9, which four bits do not hold."""
    span, divisors = IntType(least, 3), range(1, 8)
    word, divisor = words.variable("n", span), words.variable("d", IntType(1, 7))
    values = range(span.lo, span.hi + 1)
    for op, kernel_type in (("div", span), ("mod", IntType(0, 6))):
        found = words.divide(op, word, divisor, kernel_type)
        for value, by in product(values, divisors):
            pairs = ((one.term, words.constant(each, one.type).term) for one, each in ((word, value), (divisor, by)))
            expected = value // by if op == "div" else value % by
            assert words.number_in(z3.simplify(z3.substitute(found.term, *pairs)), kernel_type) == expected
