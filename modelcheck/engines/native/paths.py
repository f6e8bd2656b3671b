"""How many paths an action can have, and how to go through them a few at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from modelcheck.frozen import replace
from modelcheck.kernel import program as ir
from modelcheck.kernel.layout import WORD_BITS

MOST_UNWATCHED = 1024
"""Loops that go through more paths than this see whether they are to end: the others are over soon."""

MOST_TOGETHER = 2048
"""Portions have no more paths where that is possible: some hundredths of a second in Python."""


def most_paths(program: ir.Program, block: Sequence[ir.Statement]) -> int:
    """How many paths the choices of a list make at most, a set's being as many as its bits."""
    return prod(_size(program, statement.domain) for statement in block if isinstance(statement, ir.Choose))


def _size(program: ir.Program, domain: ir.Between | ir.Members | ir.Slots) -> int:
    match domain:
        case ir.Between(lo, hi):
            return max(1, hi - lo + 1)
        case ir.Members():
            return WORD_BITS
        case ir.Slots(array):
            return program.arrays[array].length


def portions(program: ir.Program, block: ir.Block, most: int = MOST_TOGETHER) -> Iterator[ir.Block]:
    """Lists of statements with fewer choices, whose paths one after another are those of a list, in its order.

    Who goes through the paths one by one can look at the clock between two portions: one that is blocked is no outcome,
    and there may be billions before the first that is one. The outermost choices from an interval are divided, until
    there is one that is no such choice.
    """
    at = next((at for at, statement in enumerate(block) if isinstance(statement, ir.Choose)), len(block))
    if most_paths(program, block) <= most:
        yield block
        return
    choose, behind = block[at], block[at + 1 :]
    assert isinstance(choose, ir.Choose)
    # Where there is no choice, there is one path, not one a portion.
    if not (isinstance(choose.domain, ir.Between) and isinstance(choose.active, ir.Const) and choose.active.value):
        yield block
        return
    width = max(1, most // most_paths(program, behind))
    for lo in range(choose.domain.lo, choose.domain.hi + 1, width):
        part = replace(choose, domain=ir.Between(lo, min(choose.domain.hi, lo + width - 1)))
        for rest in portions(program, behind, most) if width == 1 else (behind,):
            yield (*block[:at], part, *rest)
