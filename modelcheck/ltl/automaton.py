"""Transition-based generalised Büchi automata over letters that are bit masks of true atoms."""

from __future__ import annotations

from modelcheck.frozen import Frozen


class Transition(Frozen):
    """An edge of an automaton.

    It may be taken with a letter that has all bits of `must` and none of `must_not`. Bit `i` of `marks`: it belongs to
    acceptance set `i`.
    """

    target: int
    must: int
    must_not: int
    marks: int

    def admits(self, letter: int) -> bool:
        """Whether it may be taken with a letter."""
        return letter & self.must == self.must and not letter & self.must_not


class Automaton(Frozen):
    """An automaton that accepts the infinite words with a run through each acceptance set again and again.

    States are numbered from 0 in the order of a breadth-first search. Without acceptance sets every infinite run
    accepts; an automaton without states accepts nothing.
    """

    initial: tuple[int, ...]
    # By state.
    transitions: tuple[tuple[Transition, ...], ...]
    acceptance_sets: int

    @property
    def states(self) -> int:
        """How many states there are."""
        return len(self.transitions)

    @property
    def all_marks(self) -> int:
        """The mask of all acceptance sets."""
        return (1 << self.acceptance_sets) - 1
