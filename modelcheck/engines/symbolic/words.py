"""Kernel values as bit vectors, exact: each operation is done in as many bits as its operands and result need.

A number whose interval has no negative member is unsigned, any other is in two's complement. Sums and products are
computed modulo a power of two that the result's interval fits below, so nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from operator import eq, le, lt, ne
from typing import Any, assert_never

import z3

from modelcheck.engines.symbolic import radix
from modelcheck.frozen import Frozen, replace
from modelcheck.kernel.types import BOOL, BitsType, BoolType, IntType, KernelType

Term = Any
"""A Z3 expression: a boolean, or a bit vector of `width_of` its type."""

Digits = tuple[tuple[int, "Word"], ...]
"""Digits that are not negative, each with its stride, in falling order: all that follow make up less than a stride."""

TRUE, FALSE = z3.BoolVal(val=True), z3.BoolVal(val=False)
"""What is decided while terms are made is one of these two: to ask Z3 takes as long as to make a term."""


class Word(Frozen, eq=False):
    """A term with its kernel type, and its value if it is a constant."""

    term: Term
    type: KernelType
    known: int | None = None
    digits: Digits = ()
    """What it is the sum of, if it is known as a number in mixed radix (see `radix`)."""


def width_of(kernel_type: KernelType) -> int:
    """The bits of a number, at least one, or of a set."""
    match kernel_type:
        case IntType(lo, hi):
            signed = max(hi.bit_length(), (-1 - lo).bit_length()) + 1
            return signed if lo < 0 else max(1, hi.bit_length())
        case BitsType(width):
            return width
        case BoolType():
            return 1
        case _:
            assert_never(kernel_type)


@lru_cache(maxsize=1 << 16)
def constant(value: int, kernel_type: KernelType) -> Word:
    """A value of a type; of any other, what is left of it in as many bits: nobody looks at such a value."""
    if isinstance(kernel_type, BoolType):
        return Word(boolean(value), kernel_type, int(bool(value)))
    width = width_of(kernel_type)
    known = value & ((1 << width) - 1)
    if isinstance(kernel_type, IntType) and kernel_type.lo < 0 and known >> (width - 1):
        known -= 1 << width
    return Word(z3.BitVecVal(value, width), kernel_type, known)


def boolean(value: object) -> Term:
    """A truth value."""
    return TRUE if value else FALSE


def variable(name: str, kernel_type: KernelType) -> Word:
    """An unknown of a type; `in_range` says that it has a value of it."""
    if isinstance(kernel_type, BoolType):
        return Word(z3.Bool(name), kernel_type)
    return Word(z3.BitVec(name, width_of(kernel_type)), kernel_type)


def in_range(word: Word) -> Term:
    """Whether a term has a value of its type: not every bit pattern is one."""
    match word.type:
        case IntType(lo, hi):
            return conjunction(
                [compare("<=", constant(lo, word.type), word), compare("<=", word, constant(hi, word.type))]
            )
        case BitsType() | BoolType():
            return TRUE
        case _:
            assert_never(word.type)


# ------------------------------------------------------------------------------------------------------------ booleans


def conjunction(terms: list[Term]) -> Term:
    """All of them, with what is decided left out."""
    left = [term for term in terms if term is not TRUE]
    if any(term is FALSE for term in left):
        return FALSE
    return z3.And(left) if len(left) > 1 else left[0] if left else TRUE


def disjunction(terms: list[Term]) -> Term:
    """Any of them, with what is decided left out."""
    left = [term for term in terms if term is not FALSE]
    if any(term is TRUE for term in left):
        return TRUE
    return z3.Or(left) if len(left) > 1 else left[0] if left else FALSE


def negation(term: Term) -> Term:
    """Not."""
    if term is TRUE or term is FALSE:
        return boolean(term is FALSE)
    return term.arg(0) if z3.is_not(term) else z3.Not(term)


def implication(premise: Term, conclusion: Term) -> Term:
    """If `premise`, then `conclusion`."""
    return disjunction([negation(premise), conclusion])


def choice(condition: Term, then: Word, orelse: Word, kernel_type: KernelType) -> Word:
    """`then` where the condition holds, else `orelse`, as a value of a type."""
    if condition is TRUE or condition is FALSE:
        return fitted(then if condition is TRUE else orelse, kernel_type)
    yes, no = fitted(then, kernel_type), fitted(orelse, kernel_type)
    return yes if yes is no or yes.term.eq(no.term) else Word(z3.If(condition, yes.term, no.term), kernel_type)


# ------------------------------------------------------------------------------------------------------------- numbers


def fitted(word: Word, kernel_type: KernelType) -> Word:
    """The same value as another type of its kind that has it."""
    if word.type == kernel_type or isinstance(kernel_type, BoolType):
        return word
    if word.known is not None:
        return constant(word.known, kernel_type)
    digits = word.digits if isinstance(kernel_type, IntType) else ()
    return Word(resized(word, width_of(kernel_type)), kernel_type, digits=digits)


def resized(word: Word, width: int) -> Term:
    """The value modulo a power of two, in `width` bits."""
    own = width_of(word.type)
    if width <= own:
        return word.term if width == own else z3.Extract(width - 1, 0, word.term)
    is_signed = isinstance(word.type, IntType) and word.type.lo < 0
    return z3.SignExt(width - own, word.term) if is_signed else z3.ZeroExt(width - own, word.term)


def _common(*types: KernelType) -> tuple[int, bool]:
    """A width that has the values of all types, and whether some are negative."""
    signed = any(isinstance(t, IntType) and t.lo < 0 for t in types)
    spare = [isinstance(t, IntType) and t.lo >= 0 and signed for t in types]
    return max(width_of(t) + extra for t, extra in zip(types, spare, strict=True)), signed


def add(left: Word, right: Word, kernel_type: IntType) -> Word:
    """The sum, which is of the type."""
    if left.known is not None and right.known is not None:
        return constant(left.known + right.known, kernel_type)
    width, _ = _common(left.type, right.type, kernel_type)
    total = modulo(resized(left, width) + resized(right, width), width, kernel_type)
    return replace(total, digits=radix.summed(left, right))


def multiply(left: Word, right: Word, kernel_type: IntType) -> Word:
    """The product, which is of the type."""
    if left.known is not None and right.known is not None:
        return constant(left.known * right.known, kernel_type)
    width, _ = _common(left.type, right.type, kernel_type)
    product = modulo(resized(left, width) * resized(right, width), width, kernel_type)
    return replace(product, digits=radix.scaled(left, right))


def modulo(term: Term, width: int, kernel_type: IntType) -> Word:
    """The number of a type that a term of `width` bits is, modulo a power of two."""
    own = width_of(kernel_type)
    return Word(term if own == width else z3.Extract(own - 1, 0, term), kernel_type)


def divide(op: str, left: Word, right: Word, kernel_type: IntType) -> Word:
    """The quotient rounded down (`div`) or the remainder (`mod`); the divisor is positive."""
    if left.known is not None and right.known:
        return constant(left.known // right.known if op == "div" else left.known % right.known, kernel_type)
    if right.known:
        digits = radix.apart(op, left.digits, right.known)
        if digits is not None:
            return _total(digits, kernel_type)
        if right.known.bit_count() == 1:
            return fitted(_cut(op, left, right.known.bit_length() - 1), kernel_type)
    width, signed = _common(left.type, right.type, kernel_type)
    # The least number less its remainder may need a bit more.
    width += signed
    x, d = resized(left, width), resized(right, width)
    if not signed:
        return modulo(z3.UDiv(x, d) if op == "div" else z3.URem(x, d), width, kernel_type)
    # `%` of signed bit vectors has the sign of the divisor, so what is left divides without a remainder.
    remainder = x % d
    return modulo((x - remainder) / d if op == "div" else remainder, width, kernel_type)


def _total(digits: Digits, kernel_type: IntType) -> Word:
    """The number that digits make, which is of the type."""
    if len(digits) == 1 and digits[0][0] == 1:
        return replace(fitted(digits[0][1], kernel_type), digits=digits)
    width = width_of(kernel_type)
    term = z3.BitVecVal(0, width)
    for stride, digit in digits:
        term = term + resized(digit, width) * stride
    return Word(term, kernel_type, digits=digits) if digits else constant(0, kernel_type)


def _cut(op: str, word: Word, places: int) -> Word:
    """The bits above so many places (`div`), or those below (`mod`)."""
    own = max(width_of(word.type), places + 1)
    term = resized(word, own)
    if op == "mod":
        return Word(z3.Extract(places - 1, 0, term), IntType(0, (1 << places) - 1)) if places else constant(0, _ZERO)
    top = own - places
    is_signed = isinstance(word.type, IntType) and word.type.lo < 0
    all_of = IntType(-1 << top - 1, (1 << top - 1) - 1) if is_signed else IntType(0, (1 << top) - 1)
    return Word(z3.Extract(own - 1, places, term), all_of)


_ZERO = IntType(0, 0)

_COMPARED: dict[str, Callable[[int, int], bool]] = {"==": eq, "!=": ne, "<": lt, "<=": le}


def compare(op: str, left: Word, right: Word) -> Term:
    """`==`, `!=`, `<` or `<=`."""
    if left.known is not None and right.known is not None:
        return boolean(_COMPARED[op](left.known, right.known))
    if left.type == BOOL:
        same = left.term == right.term
        return same if op == "==" else negation(same)
    width, signed = _common(left.type, right.type)
    x, y = resized(left, width), resized(right, width)
    if op in {"==", "!="}:
        return x == y if op == "==" else x != y
    if op == "<":
        return x < y if signed else z3.ULT(x, y)
    return x <= y if signed else z3.ULE(x, y)


# ---------------------------------------------------------------------------------------------------------------- sets


def number_in(term: Term, kernel_type: KernelType) -> int:
    """The number that a term is in a model."""
    is_signed = isinstance(kernel_type, IntType) and kernel_type.lo < 0
    value: int = term.as_signed_long() if is_signed else term.as_long()
    return value


def has_number(bits: Word, index: Word) -> Term:
    """Whether a number is in a set; not if it lies outside."""
    width = width_of(bits.type)
    known = index.known
    if known is not None:
        if not 0 <= known < width:
            return FALSE
        if bits.known is not None:
            return boolean(bits.known >> known & 1)
        return z3.Extract(known, known, bits.term) == 1
    shifted, inside = _shifted_one(bits, index)
    return conjunction([inside, (bits.term & shifted) != 0])


def with_number(bits: Word, index: Word, *, on: bool, kernel_type: BitsType) -> Word:
    """The set with a number put in or taken out; the same where it lies outside."""
    shifted, inside = _shifted_one(bits, index)
    mask = z3.If(inside, shifted, z3.BitVecVal(0, width_of(bits.type)))
    return Word(bits.term | mask if on else bits.term & ~mask, kernel_type)


def _shifted_one(bits: Word, index: Word) -> tuple[Term, Term]:
    """The set of one number, and whether there is room for it beside those of a set."""
    assert isinstance(bits.type, BitsType)
    width = bits.type.width
    at = IntType(0, width - 1)
    inside = conjunction([compare("<=", constant(0, at), index), compare("<=", index, constant(width - 1, at))])
    return z3.BitVecVal(1, width) << resized(index, width), inside


def combine(op: str, left: Word, right: Word, kernel_type: BitsType) -> Word:
    """Union, intersection or difference."""
    if left.known is not None and right.known is not None:
        one, other = left.known, right.known
        return constant(one | other if op == "or" else one & other if op == "and" else one & ~other, kernel_type)
    match op:
        case "or":
            term = left.term | right.term
        case "and":
            term = left.term & right.term
        case _:
            term = left.term & ~right.term
    return Word(term, kernel_type)


def shift(bits: Word, amount: int, kernel_type: BitsType) -> Word:
    """Every number moved up; those that leave the result's width are dropped."""
    if bits.known is not None:
        moved = bits.known << amount if amount >= 0 else bits.known >> -amount
        return constant(moved & ((1 << width_of(kernel_type)) - 1), kernel_type)
    own, width = width_of(bits.type), width_of(kernel_type)
    if amount <= -own:
        # So large an amount may be no number of so few bits.
        return constant(0, kernel_type)
    wide = max(own + max(amount, 0), width)
    term = z3.ZeroExt(wide - own, bits.term) if wide > own else bits.term
    term = term << amount if amount > 0 else z3.LShR(term, -amount) if amount < 0 else term
    term = z3.Extract(width - 1, 0, term) if wide > width else term
    return Word(term, kernel_type)


def count(bits: Word, kernel_type: IntType) -> Word:
    """How many numbers a set holds."""
    if bits.known is not None:
        return constant(bits.known.bit_count(), kernel_type)
    width = width_of(kernel_type)
    total = z3.BitVecVal(0, width)
    for at in range(width_of(bits.type)):
        bit = z3.Extract(at, at, bits.term)
        total = total + (z3.ZeroExt(width - 1, bit) if width > 1 else bit)
    return Word(total, kernel_type)
