"""The tableau of a formula: its automaton before any reduction.

What a formula asks of the first letter and of the rest of a word is a set of *covers*, any of which will do. A state is
the set of its covers, and a cover is a transition. This is Gerth, Peled, Vardi and Wolper, "Simple on-the-fly automatic
verification of linear temporal logic" (PSTV 1995), with the acceptance sets on transitions (Couvreur, "On-the-fly
verification of linear temporal logic", FM 1999): a transition is in the set of an until unless it postpones it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from operator import or_

from modelcheck.ltl.automaton import Automaton, Transition
from modelcheck.ltl.formula import (
    And,
    Atom,
    Constant,
    Formula,
    Not,
    Or,
    Release,
    Until,
    atoms_of,
    operands_of,
)

# A bit mask. From the lowest bit: the atoms that must be true, those that must be false, the temporal subformulas that
# must hold at the next position, the untils that are postponed. So a cover which has the bits of another and more of
# them asks for more.
Cover = int

# What a state may have. All pairs of covers are compared.
MAX_COVERS = 1024


class AutomatonTooLargeError(Exception):
    """A formula whose automaton would have more states or transitions than allowed."""


def silent() -> None:
    """The tick of somebody who has time."""


class Tableau:
    """The automaton of a formula in negation normal form.

    More than `max_states` states, `max_transitions` transitions or `MAX_COVERS` transitions of one state raise
    `AutomatonTooLargeError`. `tick` is called now and then.
    """

    def __init__(
        self, formula: Formula, max_states: int, max_transitions: int, tick: Callable[[], None] = silent
    ) -> None:
        self._formula = formula
        self._tick = tick
        self._max_states = max_states
        self._max_transitions = max_transitions
        self._temporal = list(dict.fromkeys(_temporal_parts(formula)))
        self._number = {part: number for number, part in enumerate(self._temporal)}
        self._untils = [part for part in self._temporal if isinstance(part, Until)]
        self._atoms = max(atoms_of(formula), default=-1) + 1
        self._covers: dict[Formula, tuple[Cover, ...]] = {}
        # By the mask of the obligations.
        self._covers_of_many: dict[int, tuple[Cover, ...]] = {}

    def automaton(self) -> Automaton:
        """All states that can be reached; states with the same covers are one."""
        whole = self._formula
        starts = [self._covers_of(part) for part in (whole.operands if isinstance(whole, Or) else (whole,))]
        numbers = {covers: number for number, covers in enumerate(dict.fromkeys(filter(None, starts)))}
        initial = tuple(numbers.values())
        rows: list[tuple[Transition, ...]] = []
        transitions = 0
        states = list(numbers)
        for covers in states:
            row = []
            for cover in covers:
                self._tick()
                target = self._covers_of_all(self._obligations(cover))
                if not target:
                    continue
                if target not in numbers:
                    numbers[target] = len(states)
                    states.append(target)
                    self._check(len(states), self._max_states, "states")
                row.append(self._transition(cover, numbers[target]))
            rows.append(tuple(row))
            transitions += len(row)
            self._check(transitions, self._max_transitions, "transitions")
        return Automaton(initial, tuple(rows), len(self._untils))

    def _transition(self, cover: Cover, target: int) -> Transition:
        atoms = (1 << self._atoms) - 1
        postponed = cover >> 2 * self._atoms + len(self._temporal)
        marks = ((1 << len(self._untils)) - 1) & ~postponed
        return Transition(target, cover & atoms, cover >> self._atoms & atoms, marks)

    def _obligations(self, cover: Cover) -> int:
        """The temporal subformulas for the next position, as a bit mask."""
        return cover >> 2 * self._atoms & ((1 << len(self._temporal)) - 1)

    def _covers_of_all(self, obligations: int) -> tuple[Cover, ...]:
        """The covers of the conjunction of the temporal subformulas in a mask."""
        found: tuple[Cover, ...] = (0,)
        for number, part in enumerate(self._temporal):
            if obligations >> number & 1:
                # Masks have their low bits in common.
                upto = obligations & (2 << number) - 1
                if upto not in self._covers_of_many:
                    self._covers_of_many[upto] = self._both(found, self._covers_of(part))
                found = self._covers_of_many[upto]
        return found

    def _covers_of(self, formula: Formula) -> tuple[Cover, ...]:
        if formula not in self._covers:
            self._covers[formula] = self._made(formula)
        return self._covers[formula]

    def _made(self, formula: Formula) -> tuple[Cover, ...]:
        match formula:
            case Constant(value=value):
                return (0,) if value else ()
            case Atom(index=index):
                return (1 << index,)
            case Not(operand=operand):
                assert isinstance(operand, Atom), "negations stand before atoms"
                return (1 << self._atoms + operand.index,)
            case And(operands=operands):
                return self._all(map(self._covers_of, operands))
            case Or(operands=operands):
                return self._least(cover for operand in operands for cover in self._covers_of(operand))
            case Until(left=left, right=right):
                later = self._next(formula) | 1 << 2 * self._atoms + len(self._temporal) + self._untils.index(formula)
                waiting = (cover | later for cover in self._covers_of(left))
                return self._least((*self._covers_of(right), *waiting))
            case Release(left=left, right=right):
                ends = (*self._covers_of(left), self._next(formula))
                return self._both(self._covers_of(right), ends)

    def _next(self, formula: Formula) -> Cover:
        """The cover that asks for a formula at the next position."""
        return 1 << 2 * self._atoms + self._number[formula]

    def _all(self, choices: Iterable[tuple[Cover, ...]]) -> tuple[Cover, ...]:
        """The covers of a conjunction, from those of its operands."""
        return reduce(self._both, choices, (0,))

    def _both(self, first: tuple[Cover, ...], second: tuple[Cover, ...]) -> tuple[Cover, ...]:
        if not self._concerns(first) & self._concerns(second):
            # None of the pairs is contradictory or asks for as much as another.
            self._check(len(first) * len(second), MAX_COVERS, "transitions of one state")
            return tuple(sorted((one | other for one in first for other in second), key=_in_order))
        found: list[Cover] = []
        for one in first:
            # What is asked for already makes the other pairs ask for more.
            found += [one] if any(other & one == other for other in second) else [one | other for other in second]
        return first if tuple(found) == first else self._least(found)

    def _concerns(self, covers: tuple[Cover, ...]) -> int:
        """What covers ask about, with no regard to whether an atom must be true or false."""
        demands = reduce(or_, covers, 0)
        atoms = (1 << self._atoms) - 1
        literals = (demands | demands >> self._atoms) & atoms
        return demands & ~atoms | literals | literals << self._atoms

    def _least(self, covers: Iterable[Cover]) -> tuple[Cover, ...]:
        """The covers that can be met and ask for no more than another."""
        kept: list[Cover] = []
        atoms = (1 << self._atoms) - 1
        for cover in sorted(set(covers), key=_in_order):
            if cover & cover >> self._atoms & atoms or any(less & cover == less for less in kept):
                continue
            kept.append(cover)
            self._tick()
            self._check(len(kept), MAX_COVERS, "transitions of one state")
        return tuple(kept)

    @staticmethod
    def _check(size: int, limit: int, what: str) -> None:
        if size > limit:
            raise AutomatonTooLargeError(f"the automaton of the formula has more than {limit:,} {what}")


def _in_order(cover: Cover) -> tuple[int, int]:
    """The order of covers: fewest demands first."""
    return cover.bit_count(), cover


def _temporal_parts(formula: Formula) -> Iterator[Formula]:
    """The untils and releases in a formula, outer before inner."""
    if isinstance(formula, Until | Release):
        yield formula
    for operand in operands_of(formula):
        yield from _temporal_parts(operand)
