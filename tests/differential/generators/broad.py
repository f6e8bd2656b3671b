"""Types for which states, sets and messages are laid out in other ways: what is small never comes there.

Wide numbers and ranges that begin at powers of two, sets of more than a word, arrays that are read through a table,
containers in containers.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.differential.generators.dice import Dice
from tests.differential.generators.scope import Draft
from tests.differential.generators.types import (
    BOOL,
    Enum,
    Ids,
    Map,
    Option,
    Packet,
    Record,
    Seq,
    Set,
    Type,
    interval,
    size,
)

RANGES = ((1, 2), (2, 5), (4, 7), (8, 8), (8, 11), (15, 17), (16, 31), (63, 65), (128, 130), (-4, 3), (-64, -61))
WIDE = (
    *((0, 1 << 31), (0, (1 << 32) - 1), (1 << 32, (1 << 32) + 3), (1, 1 << 40), (-(1 << 40), 1 << 40)),
    *(((1 << 52) - 1, (1 << 52) + 1), (0, 10**18 - 2), (-4 * 10**17, 4 * 10**17), (2 - 10**18, 10**18 - 2)),
)
UNIVERSES = (
    *((0, 40), (0, 61), (0, 62), (0, 63), (1, 63), (0, 64), (1, 64), (64, 127), (5, 70), (-10, 60), (0, 127)),
    *((0, 128), (0, 199)),
)
KEYS = ((0, 8), (8, 17), (-5, 5), (0, 15))
MOST_CELLS = 48
"""A variable has at most about so many cells: what is done to each of them is written out."""
LOOPS = 256
"""A loop runs over at most so many elements."""


def cells(type_: Type) -> int:
    """About how many cells a value takes."""
    match type_:
        case Set(element):
            return 1 + (size(element) - 1) // 64
        case Map(key, value):
            return size(key) * cells(value)
        case Option(element):
            return 1 + cells(element)
        case Seq():
            return 1 + type_.longest * cells(type_.element)
        case Record(_, fields):
            return sum(cells(field) for _, field in fields)
        case Packet():
            raise AssertionError("a message in flight is in no variable")
        case _:
            return 1


@dataclass(frozen=True)
class BroadTypes:
    """Makes types."""

    dice: Dice
    draft: Draft

    def scalar(self) -> Type:
        """A type without parts."""
        ids: list[Enum | Ids] = [*(kind.ids for kind in self.draft.kinds), *self.draft.sorts, *self.draft.enums]
        shape = self.dice.draw(8)
        if shape <= 3:
            return interval(*self.dice.pick(RANGES))
        if shape <= 5:
            return interval(*self.dice.pick(WIDE))
        return self.dice.pick([BOOL, *ids])

    def universe(self) -> Type:
        """A type with so many values that a set of them takes a whole word, or several."""
        if self.dice.chance(70):
            return interval(*self.dice.pick(UNIVERSES))
        found: list[Type] = [Option(interval(0, 63)), Map(BOOL, interval(1, 8)), Seq(BOOL, 5), Set(interval(4, 9))]
        found += [record for record in self.draft.records if size(record) <= LOOPS]
        return self.dice.pick(found)

    def key(self) -> Type:
        """A type with more values than an array has elements that are read without a table, or with few."""
        few: list[Type] = [BOOL, *(kind.ids for kind in self.draft.kinds), *self.draft.sorts, *self.draft.enums]
        many: list[Type] = [*(interval(*ends) for ends in KEYS)]
        many += [record for record in self.draft.records if size(record) <= MOST_CELLS]
        return self.dice.pick(many if self.dice.chance(60) else few)

    def any(self) -> Type:
        """A type of any shape."""
        for _ in range(4):
            found = self._drawn(2)
            if cells(found) <= MOST_CELLS:
                return found
        return self.scalar()

    def small(self, most: int) -> Type:
        """A type of any shape, with at most so many values."""
        for _ in range(4):
            found = self._drawn(1)
            if size(found) <= most and cells(found) <= 6:
                return found
        return BOOL

    def _drawn(self, depth: int) -> Type:
        shapes = [(4, "scalar")]
        if depth:
            shapes += [(4, "universe"), (4, "map"), (3, "seq"), (2, "option"), (2, "record")]
        match self.dice.weighted(shapes):
            case "universe":
                return Set(self.universe())
            case "map":
                return Map(self.key(), self._drawn(depth - 1))
            case "seq":
                return Seq(self._drawn(depth - 1), self.dice.pick([1, 3, 9]))
            case "option":
                return Option(self._drawn(depth - 1))
            case "record" if self.draft.records:
                return self.dice.pick(self.draft.records)
            case _:
                return self.scalar()
