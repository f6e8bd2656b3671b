"""How many paths an action can have."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from modelcheck.kernel import program as ir
from modelcheck.kernel.layout import WORD_BITS

MOST_UNWATCHED = 1024
"""Loops that go through more paths than this see whether they are to end: the others are over soon."""


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
