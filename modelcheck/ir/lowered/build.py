"""Kernel expressions from their operands: intervals are computed and constants folded on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, TypeVar

from modelcheck.frozen import replace
from modelcheck.kernel import program as ir
from modelcheck.kernel.intervals import computed_interval, interval_of
from modelcheck.kernel.passes.simplify_nodes import FALSE, TRUE, number, simplified_node
from modelcheck.kernel.types import BOOL, INT_LIMIT, MAX_BITS, BitsType, IntType, KernelType

__all__ = ["FALSE", "TRUE", "number"]

_Any = IntType(0, 0)
"""Stands in a node until its interval has been computed from its operands."""

_Node = TypeVar("_Node", ir.Add, ir.Mul, ir.DivMod, ir.Ite, ir.Cast, ir.PopCount, ir.Reduce)


class TooLargeError(Exception):
    """The specification is fine, but this version has no kernel value for it. The text says what is too large."""


def _typed(node: _Node) -> ir.Expr:
    interval = computed_interval(node)
    if interval.lo <= -INT_LIMIT or interval.hi >= INT_LIMIT:
        raise TooLargeError(f"a number can lie anywhere in {interval.lo}..{interval.hi}")
    return simplified_node(replace(node, type=interval))


def truth(value: bool) -> ir.Const:  # noqa: FBT001 - a conversion
    """A boolean constant."""
    return TRUE if value else FALSE


# -------------------------------------------------------------------------------------------------------------- numbers


def add(*operands: ir.Expr) -> ir.Expr:
    """The sum."""
    total: ir.Expr = _known(operands[0]) if operands else number(0)
    for operand in operands[1:]:
        total = _typed(ir.Add(total, operand, _Any))
    return total


def _known(operand: ir.Expr) -> ir.Expr:
    """A number that can be one only as a constant."""
    interval = interval_of(operand)
    return number(interval.lo) if interval.lo == interval.hi else operand


def multiply(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    """The product."""
    return _typed(ir.Mul(left, right, _Any))


def negate(operand: ir.Expr) -> ir.Expr:
    """The number with the other sign."""
    return multiply(operand, number(-1))


def subtract(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    """The difference."""
    return add(left, number(-right.value) if isinstance(right, ir.Const) else negate(right))


def divide(left: ir.Expr, divisor: ir.Expr) -> ir.Expr:
    """The quotient rounded down by a divisor whose interval is positive."""
    interval = interval_of(left)
    if isinstance(divisor, ir.Const) and interval.lo >= 0 and interval.hi < divisor.value:
        return number(0)
    return _typed(ir.DivMod("div", left, divisor, _Any))


def remainder(left: ir.Expr, divisor: ir.Expr) -> ir.Expr:
    """The remainder, from 0, by a divisor whose interval is positive."""
    interval = interval_of(left)
    if isinstance(divisor, ir.Const) and interval.lo >= 0 and interval.hi < divisor.value:
        return left
    return _typed(ir.DivMod("mod", left, divisor, _Any))


def floor_division(op: Literal["/", "%"], left: ir.Expr, divisor: ir.Expr) -> ir.Expr:
    """The quotient rounded down or the remainder with the divisor's sign; both operands are shared.

    Where the divisor is 0 the result is arbitrary.
    """
    interval, part = interval_of(divisor), divide if op == "/" else remainder
    if interval.lo >= 1:
        return part(left, divisor)
    if interval.hi < 1:
        return _by_negative(op, left, negate(ite(less(divisor, number(0)), divisor, number(-1))))
    positive = part(left, ite(at_most(number(1), divisor), divisor, number(1)))
    if interval.lo >= 0:
        return positive
    opposite = ite(less(divisor, number(0)), divisor, number(-1))
    return ite(less(divisor, number(0)), _by_negative(op, left, negate(opposite)), positive)


def _by_negative(op: Literal["/", "%"], left: ir.Expr, opposite: ir.Expr) -> ir.Expr:
    """Division by a negative number, given the number with the other sign: a // b = -a // -b, a % b = -(-a % -b)."""
    return divide(negate(left), opposite) if op == "/" else negate(remainder(negate(left), opposite))


def clamped(operand: ir.Expr, lo: int, hi: int) -> ir.Expr:
    """The number where it lies in lo..hi, else lo; the interval of the result is inside lo..hi.

    The operand appears three times: share it before.
    """
    return ite(within(operand, lo, hi), operand, number(lo))


# ------------------------------------------------------------------------------------------------------------- booleans


def equal(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    """Equality of two numbers, booleans or bit sets of one width."""
    return simplified_node(ir.Compare("==", left, right))


def differ(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    """The opposite."""
    return simplified_node(ir.Compare("!=", left, right))


def less(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    """Whether left < right."""
    return simplified_node(ir.Compare("<", left, right))


def at_most(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    """Whether left <= right."""
    return simplified_node(ir.Compare("<=", left, right))


def within(operand: ir.Expr, lo: int, hi: int) -> ir.Expr:
    """Whether a number lies in lo..hi."""
    return both(at_most(number(lo), operand), at_most(operand, number(hi)))


def negation(operand: ir.Expr) -> ir.Expr:
    """Logical not."""
    return simplified_node(ir.Not(operand))


def conjunction(operands: Iterable[ir.Expr]) -> ir.Expr:
    """All of them; true for none."""
    return simplified_node(ir.AndOr("and", tuple(operands)))


def disjunction(operands: Iterable[ir.Expr]) -> ir.Expr:
    """Any of them; false for none."""
    return simplified_node(ir.AndOr("or", tuple(operands)))


def both(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    """Whether both hold."""
    return conjunction((left, right))


def implies(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    """If left, then right."""
    return disjunction((negation(left), right))


def ite(condition: ir.Expr, then: ir.Expr, orelse: ir.Expr) -> ir.Expr:
    """One of two values of one kind."""
    if isinstance(condition, ir.Const):
        return then if condition.value else orelse
    node = ir.Ite(condition, then, orelse, then.type)
    return _typed(node) if isinstance(then.type, IntType) else simplified_node(node)


# ----------------------------------------------------------------------------------------------------------------- bits


def bits(mask: int, width: int) -> ir.Const:
    """A constant bit set."""
    return ir.Const(mask, BitsType(width))


def bit_test(word: ir.Expr, index: ir.Expr) -> ir.Expr:
    """Whether a number is in a bit set; false outside its width."""
    return simplified_node(ir.BitTest(word, index))


def bit_put(word: ir.Expr, index: ir.Expr, *, on: bool = True) -> ir.Expr:
    """The bit set with a number put in or taken out; unchanged outside its width."""
    return simplified_node(ir.BitUpdate(word, index, on, _width(word)))


def bit_operation(op: Literal["and", "or", "andnot"], left: ir.Expr, right: ir.Expr) -> ir.Expr:
    """Union, intersection or difference."""
    return simplified_node(ir.BitOp(op, left, right, _width(left)))


def shifted(word: ir.Expr, amount: int, width: int) -> ir.Expr:
    """The bit set moved up by `amount`, in another width."""
    if abs(amount) >= MAX_BITS:
        return bits(0, width)
    return simplified_node(ir.Shift(word, amount, BitsType(width)))


def bits_as_number(word: ir.Expr) -> ir.Expr:
    """A bit set as a number."""
    if _width(word).width >= INT_LIMIT.bit_length():
        raise TooLargeError(f"a set of {_width(word).width} possible elements is used as a number")
    return _typed(ir.Cast(word, _Any))


def number_as_bits(operand: ir.Expr, width: int) -> ir.Expr:
    """A number in 0..2**width-1 as a bit set."""
    if width >= INT_LIMIT.bit_length():
        raise TooLargeError(f"a set of {width} possible elements is made from a number")
    return simplified_node(ir.Cast(operand, BitsType(width)))


def count_bits(word: ir.Expr) -> ir.Expr:
    """How many numbers a bit set holds."""
    return _typed(ir.PopCount(word, _Any))


def _width(word: ir.Expr) -> BitsType:
    assert isinstance(word.type, BitsType)
    return word.type


def word_widths(size: int) -> tuple[int, ...]:
    """The widths of the words that hold `size` bits: one word of just that width, or whole words."""
    if size <= MAX_BITS:
        return (size,) if size else ()
    return (MAX_BITS,) * -(-size // MAX_BITS)


def words_of(mask: int, size: int) -> tuple[ir.Expr, ...]:
    """A constant set of numbers below `size` as words."""
    return tuple(
        bits(mask >> MAX_BITS * position & (1 << width) - 1, width) for position, width in enumerate(word_widths(size))
    )


def mask_of(words: Sequence[ir.Expr]) -> int | None:
    """The set as one number if all words are constant."""
    total = 0
    for position, word in enumerate(words):
        if not isinstance(word, ir.Const):
            return None
        total |= word.value << MAX_BITS * position
    return total


# ---------------------------------------------------------------------------------------------------------------- loops

ReduceOp = Literal["and", "or", "add", "min", "max"]


def reduction(op: ReduceOp, local: ir.Local, lo: int, hi: int, body: ir.Expr) -> ir.Expr:
    """`body` for local = lo..hi, which is not empty, combined."""
    if isinstance(body, ir.Const) and op != "add":
        return body
    node = ir.Reduce(op, local, lo, hi, body, body.type)
    return _typed(node) if isinstance(body.type, IntType) else simplified_node(node)


def neutral(op: ReduceOp) -> ir.Expr:
    """What a loop over nothing gives."""
    match op:
        case "and":
            return TRUE
        case "or":
            return FALSE
        case "add":
            return number(0)
        case _:
            raise AssertionError(f"{op} of nothing has no value")


def least_of(kernel_type: KernelType) -> ir.Expr:
    """The least value of a type: what every unused cell holds."""
    if isinstance(kernel_type, IntType):
        return number(kernel_type.lo)
    return FALSE if kernel_type == BOOL else ir.Const(0, kernel_type)
