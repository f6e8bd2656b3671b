"""Interval arithmetic against enumeration."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelcheck.kernel import program as ir
from modelcheck.kernel.intervals import computed_interval, decided, narrowed, opposite
from modelcheck.kernel.types import BOOL, IntType

ends = st.integers(-6, 6)
intervals = st.tuples(ends, ends).map(lambda pair: IntType(min(pair), max(pair)))
divisors = st.tuples(st.integers(1, 6), st.integers(1, 6)).map(lambda pair: IntType(min(pair), max(pair)))
COMPARISONS: Mapping[Literal["==", "!=", "<", "<="], Callable[[int, int], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
}
ops = st.sampled_from(list(COMPARISONS))
ANY = IntType(0, 0)
UNKNOWN = ir.Read(0, ir.Const(0, ANY), BOOL)


def numbers(interval: IntType) -> range:
    return range(interval.lo, interval.hi + 1)


def hull(values: Iterable[int]) -> IntType | None:
    listed = list(values)
    return IntType(min(listed), max(listed)) if listed else None


def variables(a: IntType, b: IntType) -> tuple[ir.Local, ir.Local]:
    return ir.Local(0, a, "x"), ir.Local(1, b, "y")


@given(intervals, intervals)
def test_sums_and_products_are_exact(a: IntType, b: IntType) -> None:
    x, y = variables(a, b)
    assert computed_interval(ir.Add(x, y, ANY)) == hull(i + j for i in numbers(a) for j in numbers(b))
    assert computed_interval(ir.Mul(x, y, ANY)) == hull(i * j for i in numbers(a) for j in numbers(b))


@given(intervals, divisors)
def test_quotients_are_exact_and_remainders_inside(a: IntType, b: IntType) -> None:
    x, y = variables(a, b)
    assert computed_interval(ir.DivMod("div", x, y, ANY)) == hull(i // j for i in numbers(a) for j in numbers(b))
    remainder = computed_interval(ir.DivMod("mod", x, y, ANY))
    assert {i % j for i in numbers(a) for j in numbers(b)} <= set(numbers(remainder))
    assert remainder.lo >= 0
    assert remainder.hi < b.hi


@given(ops, intervals, intervals)
def test_comparison_is_decided_exactly_where_it_is_constant(
    op: Literal["==", "!=", "<", "<="], a: IntType, b: IntType
) -> None:
    comparison = ir.Compare(op, *variables(a, b))
    results = {COMPARISONS[op](i, j) for i in numbers(a) for j in numbers(b)}
    known = decided(comparison)
    assert known is (results.pop() if len(results) == 1 else None)
    assert decided(opposite(comparison)) is (None if known is None else not known)


@given(ops, intervals, intervals, st.booleans(), st.sampled_from(["alone", "not", "joined"]))
def test_comparison_narrows_both_sides_to_what_is_possible(
    op: Literal["==", "!=", "<", "<="],
    a: IntType,
    b: IntType,
    holds: bool,  # noqa: FBT001 - drawn
    form: str,
) -> None:
    x, y = variables(a, b)
    condition: ir.Expr = ir.Compare(op, x, y)
    possible = [(i, j) for i in numbers(a) for j in numbers(b) if COMPARISONS[op](i, j) == holds]
    if form == "not":
        condition, holds = ir.Not(condition), not holds
    elif form == "joined":
        condition = ir.AndOr("and" if holds else "or", (UNKNOWN, condition))
    assert narrowed(x, condition, holds=holds) == hull(i for i, _ in possible)
    assert narrowed(y, condition, holds=holds) == hull(j for _, j in possible)


@pytest.mark.parametrize(("op", "holds"), [("and", False), ("or", True)])
def test_one_of_several_conditions_narrows_nothing(
    op: Literal["and", "or"],
    holds: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    x, y = variables(IntType(0, 5), IntType(3, 3))
    condition = ir.AndOr(op, (UNKNOWN, ir.Compare("<", x, y)))
    assert narrowed(x, condition, holds=holds) == x.type
