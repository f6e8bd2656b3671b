"""What is known while terms are made is what the terms mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

import pytest

pytest.importorskip("z3")

import z3

from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.words import Word
from modelcheck.kernel.types import BOOL, BitsType, BoolType, IntType, KernelType

UNSIGNED, SIGNED, WIDE, BITS = IntType(0, 5), IntType(-3, 2), IntType(-30, 30), BitsType(3)


def values(kernel_type: KernelType) -> Iterator[int]:
    match kernel_type:
        case IntType(lo, hi):
            yield from range(lo, hi + 1)
        case BitsType(width):
            yield from range(1 << width)
        case BoolType():
            yield from (0, 1)


def truth(term: object) -> Word:
    return Word(term, BOOL)


BINARY: dict[str, tuple[Callable[[Word, Word], Word], tuple[KernelType, ...]]] = {
    "sum": (lambda a, b: words.add(a, b, WIDE), (UNSIGNED, SIGNED)),
    "product": (lambda a, b: words.multiply(a, b, WIDE), (UNSIGNED, SIGNED)),
    "quotient": (lambda a, b: words.divide("div", a, b, WIDE), (UNSIGNED, SIGNED)),
    "remainder": (lambda a, b: words.divide("mod", a, b, WIDE), (UNSIGNED, SIGNED)),
    **{op: (lambda a, b, op=op: truth(words.compare(op, a, b)), (UNSIGNED, SIGNED)) for op in ("==", "!=", "<", "<=")},  # type: ignore[misc]  # one at a time
    "same": (lambda a, b: truth(words.compare("==", a, b)), (BOOL,)),
    "union": (lambda a, b: words.combine("or", a, b, BITS), (BITS,)),
    "intersection": (lambda a, b: words.combine("and", a, b, BITS), (BITS,)),
    "difference": (lambda a, b: words.combine("andnot", a, b, BITS), (BITS,)),
    "up": (lambda a, _: words.shift(a, 1, BitsType(5)), (BITS,)),
    "down": (lambda a, _: words.shift(a, -1, BitsType(2)), (BITS,)),
    "down and out": (lambda a, _: words.shift(a, -8, BITS), (BITS,)),
    "size": (lambda a, _: words.count(a, UNSIGNED), (BITS,)),
    "narrower": (lambda a, _: words.fitted(a, IntType(-1, 1)), (UNSIGNED, SIGNED)),
    "choice": (lambda a, b: words.choice(words.compare("<", a, b), a, b, SIGNED), (UNSIGNED, SIGNED)),
}


@pytest.mark.parametrize("name", BINARY)
def test_constants_are_computed_as_terms_are(name: str) -> None:
    operation, types = BINARY[name]
    for one, other in product(types, repeat=2):
        a, b = words.variable("a", one), words.variable("b", other)
        unknown = operation(a, b).term
        for x, y in product(values(one), values(other)):
            if name in {"quotient", "remainder"} and y <= 0:
                continue
            left, right = words.constant(x, one), words.constant(y, other)
            folded = operation(left, right)
            meant = z3.simplify(z3.substitute(unknown, (a.term, left.term), (b.term, right.term)))
            assert folded.known is not None or folded.term is words.TRUE or folded.term is words.FALSE
            assert meant.eq(folded.term), (x, y)
            if folded.known is not None and folded.type != BOOL:
                assert words.number_in(meant, folded.type) == folded.known


def test_a_member_of_a_constant_set_is_known() -> None:
    bits = words.constant(0b101, BITS)
    members = [words.has_number(bits, words.constant(at, IntType(-1, 4))) is words.TRUE for at in range(-1, 5)]
    assert members == [False, True, False, True, False, False]
