"""Kernel types. Every integer carries an interval, so no engine ever wraps around."""

from __future__ import annotations

from typing import assert_never

from modelcheck.frozen import Frozen

INT_LIMIT = 1 << 62
"""Integers stay strictly between `-INT_LIMIT` and `INT_LIMIT`, so that 64-bit arithmetic is exact."""

MAX_BITS = 64
"""The widest bit set; larger sets are several cells."""


class _Type(Frozen, gc=False):
    """A type. Most nodes have one of their own: who collects garbage need not look at it."""


class BoolType(_Type):
    """Truth values, stored as 0 and 1."""

    def __str__(self) -> str:
        return "bool"


class IntType(_Type):
    """The integers from `lo` to `hi`, both included."""

    lo: int
    hi: int

    def __str__(self) -> str:
        return f"int[{self.lo},{self.hi}]"


class BitsType(_Type):
    """Sets of the numbers 0 to `width` - 1, as the bits of a word."""

    width: int

    def __str__(self) -> str:
        return f"bits[{self.width}]"


KernelType = BoolType | IntType | BitsType

BOOL = BoolType()


class KernelError(Exception):
    """A program breaks the rules of the kernel: a bug of the lowering, a pass or an engine, not a user's mistake."""


def fits(value: int, kernel_type: KernelType) -> bool:
    """Whether a cell or expression of this type can have this value."""
    # Asked at every node that is evaluated, so the most frequent type comes first.
    if isinstance(kernel_type, IntType):
        return kernel_type.lo <= value <= kernel_type.hi
    if isinstance(kernel_type, BoolType):
        return value in (0, 1)
    return 0 <= value < 1 << kernel_type.width


def least(kernel_type: KernelType) -> int:
    """The value that every cell of this type has before the initial block runs."""
    return kernel_type.lo if isinstance(kernel_type, IntType) else 0


def accepts(wide: KernelType, narrow: KernelType) -> bool:
    """Whether every value of `narrow` may stand where `wide` is asked for: intervals nest, other types are equal."""
    if isinstance(wide, IntType) and isinstance(narrow, IntType):
        return wide.lo <= narrow.lo and narrow.hi <= wide.hi
    return wide == narrow


def domain_size(kernel_type: KernelType) -> int:
    """How many values a type has."""
    match kernel_type:
        case BoolType():
            return 2
        case IntType(lo, hi):
            return hi - lo + 1
        case BitsType(width):
            return 1 << width
        case _:
            assert_never(kernel_type)
