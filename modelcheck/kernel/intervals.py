"""Interval arithmetic on expressions: what follows from the types that the operands declare."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from modelcheck.kernel import program as ir
from modelcheck.kernel.types import BitsType, IntType, KernelError

Computed = ir.Add | ir.Mul | ir.DivMod | ir.Ite | ir.Cast | ir.PopCount | ir.Reduce
"""The nodes whose interval follows from their operands'."""


def interval_of(expression: ir.Expr) -> IntType:
    """The interval that an integer expression declares."""
    if not isinstance(expression.type, IntType):
        message = f"{type(expression).__name__} of type {expression.type} where an integer is needed"
        raise KernelError(message)
    return expression.type


def width_of(expression: ir.Expr) -> int:
    """The width that a bit set declares."""
    if not isinstance(expression.type, BitsType):
        message = f"{type(expression).__name__} of type {expression.type} where a bit set is needed"
        raise KernelError(message)
    return expression.type.width


def computed_interval(expression: Computed) -> IntType:
    """The interval of an integer node by the declared types of its operands, which are of the right kinds.

    It may lie outside `INT_LIMIT`, which no declared interval may.
    """
    match expression:
        case ir.Add(left, right):
            a, b = interval_of(left), interval_of(right)
            return IntType(a.lo + b.lo, a.hi + b.hi)
        case ir.Mul(left, right):
            a, b = interval_of(left), interval_of(right)
            corners = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi]
            return IntType(min(corners), max(corners))
        case ir.DivMod(op, left, right):
            a, b = interval_of(left), interval_of(right)
            return _quotient(a, b) if op == "div" else _remainder(a, b)
        case ir.Ite(condition, then, orelse):
            branches = [narrowed(then, condition, holds=True), narrowed(orelse, condition, holds=False)]
            # Neither branch is possible only where an operand's type is empty, which is reported there.
            possible = [branch for branch in branches if branch is not None] or [interval_of(then)]
            return IntType(min(branch.lo for branch in possible), max(branch.hi for branch in possible))
        case ir.Cast(operand):
            return IntType(0, (1 << width_of(operand)) - 1)
        case ir.PopCount(bits):
            return IntType(0, width_of(bits))
        case ir.Reduce(op, _, lo, hi, body):
            count = max(0, hi - lo + 1) if op == "add" else 1
            return IntType(interval_of(body).lo * count, interval_of(body).hi * count)
        case _:
            assert_never(expression)


def decided(comparison: ir.Compare) -> bool | None:
    """What a comparison of integers must be by the intervals of its operands, None if it can be either."""
    a, b = interval_of(comparison.left), interval_of(comparison.right)
    match comparison.op:
        case "==" | "!=":
            equal = True if a.lo == a.hi == b.lo == b.hi else False if a.hi < b.lo or b.hi < a.lo else None
            return equal if comparison.op == "==" or equal is None else not equal
        case "<":
            return True if a.hi < b.lo else False if b.hi <= a.lo else None
        case "<=":
            return True if a.hi <= b.lo else False if b.hi < a.lo else None
        case _:
            assert_never(comparison.op)


def opposite(comparison: ir.Compare) -> ir.Compare:
    """The comparison that holds where the other does not."""
    match comparison.op:
        case "==":
            return ir.Compare("!=", comparison.left, comparison.right)
        case "!=":
            return ir.Compare("==", comparison.left, comparison.right)
        case "<":
            return ir.Compare("<=", comparison.right, comparison.left)
        case "<=":
            return ir.Compare("<", comparison.right, comparison.left)
        case _:
            assert_never(comparison.op)


def narrowed(expression: ir.Expr, condition: ir.Expr, *, holds: bool) -> IntType | None:
    """The interval of `expression` where `condition` is true (`holds`) or false; None where that cannot be.

    Looks at comparisons that have `expression` itself as one side. This is how the lowering stores an `x` that it knows
    to lie in lo..hi although its type does not say so: `if lo <= x and x <= hi then x else lo` has the interval lo..hi.
    """
    possible: IntType | None = interval_of(expression)
    for fact in _facts(condition, holds=holds):
        if possible is None or not (isinstance(fact.left.type, IntType) and isinstance(fact.right.type, IntType)):
            continue
        if fact.left == expression:
            possible = _narrowed_left(possible, fact.op, interval_of(fact.right))
        elif fact.right == expression:
            possible = _narrowed_right(interval_of(fact.left), fact.op, possible)
    return possible


def _facts(condition: ir.Expr, *, holds: bool) -> Iterator[ir.Compare]:
    """Comparisons that are all true where the condition is true (`holds`) or false."""
    match condition:
        case ir.Compare():
            yield condition if holds else opposite(condition)
        case ir.Not(operand):
            yield from _facts(operand, holds=not holds)
        case ir.AndOr(op, operands) if holds == (op == "and"):
            for operand in operands:
                yield from _facts(operand, holds=holds)
        case _:
            # Nothing is known of one operand of a true `or` or a false `and`.
            return


def _narrowed_left(a: IntType, op: str, b: IntType) -> IntType | None:
    """The numbers of `a` that have `op` to some number of `b`."""
    match op:
        case "<":
            return _interval(a.lo, min(a.hi, b.hi - 1))
        case "<=":
            return _interval(a.lo, min(a.hi, b.hi))
        case "==":
            return _interval(max(a.lo, b.lo), min(a.hi, b.hi))
        case _:
            single = b.lo == b.hi
            return _interval(a.lo + (single and a.lo == b.lo), a.hi - (single and a.hi == b.hi))


def _narrowed_right(a: IntType, op: str, b: IntType) -> IntType | None:
    """The numbers of `b` to which some number of `a` has `op`."""
    match op:
        case "<":
            return _interval(max(b.lo, a.lo + 1), b.hi)
        case "<=":
            return _interval(max(b.lo, a.lo), b.hi)
        case _:
            return _narrowed_left(b, op, a)


def _interval(lo: int, hi: int) -> IntType | None:
    return IntType(lo, hi) if lo <= hi else None


def _quotient(a: IntType, b: IntType) -> IntType:
    """Rounding down is monotone in each operand while the divisor is positive, so the corners suffice."""
    corners = [x // y for x in (a.lo, a.hi) for y in (b.lo, b.hi)]
    return IntType(min(corners), max(corners))


def _remainder(a: IntType, b: IntType) -> IntType:
    if a.lo >= 0 and a.hi < b.lo:
        return a
    return IntType(0, min(a.hi, b.hi - 1) if a.lo >= 0 else b.hi - 1)
