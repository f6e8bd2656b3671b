"""The value of a formula on a lasso: a word that is finite up to a loop, and then repeats the loop for ever.

A letter is a bit mask of the atoms that are true at a position. Positions stand for the steps of a run: letter `i` is
what state `i` and state `i + 1` make of the atoms, and the last letter is of the step back into the loop.

This judges what the search through automata found, so it shares nothing with them: each operator is evaluated at all
positions by what it means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import assert_never

from modelcheck.ltl.formula import And, Atom, Constant, Formula, Not, Or, Release, Until


def holds(formula: Formula, letters: Sequence[int], loop: int) -> bool:
    """Whether a formula holds at the first position of the word that goes on at position `loop` after its end."""
    return values(formula, letters, loop)[0]


def values(formula: Formula, letters: Sequence[int], loop: int) -> list[bool]:
    """The value at each position of the lasso."""
    assert 0 <= loop < len(letters), "a lasso has a loop"
    match formula:
        case Constant(value=value):
            return [value for _ in letters]
        case Atom(index=index):
            return [bool(letter >> index & 1) for letter in letters]
        case Not(operand=operand):
            return [not value for value in values(operand, letters, loop)]
        case And(operands=operands):
            return [all(column) for column in zip(*(values(each, letters, loop) for each in operands), strict=True)]
        case Or(operands=operands):
            return [any(column) for column in zip(*(values(each, letters, loop) for each in operands), strict=True)]
        case Until(left=left, right=right):
            return _until(values(left, letters, loop), values(right, letters, loop), loop)
        case Release(left=left, right=right):
            return _release(values(left, letters, loop), values(right, letters, loop), loop)
        case _:
            assert_never(formula)


def _until(left: list[bool], right: list[bool], loop: int) -> list[bool]:
    """The least solution of: `right` now, or `left` now and this at the next position."""
    return _fixpoint([False for _ in left], loop, lambda at, later: right[at] or (left[at] and later))


def _release(left: list[bool], right: list[bool], loop: int) -> list[bool]:
    """The greatest solution of: `right` now, and `left` now or this at the next position."""
    return _fixpoint([True for _ in left], loop, lambda at, later: right[at] and (left[at] or later))


def _fixpoint(found: list[bool], loop: int, equation: Callable[[int, bool], bool]) -> list[bool]:
    """The solution next to `found` of an equation: the value at a position, by its number and the next one's value.

    Backwards, a value passes through the whole lasso in one sweep and around its loop in the second.
    """
    last = len(found) - 1
    while True:
        before = found.copy()
        for position in range(last, -1, -1):
            found[position] = equation(position, found[loop if position == last else position + 1])
        if found == before:
            return found
