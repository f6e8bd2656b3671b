"""Types with ids inside, for specifications in which nothing tells the ids of a sort apart."""

from __future__ import annotations

from dataclasses import dataclass

from tests.differential.generators.dice import Dice
from tests.differential.generators.scope import Draft
from tests.differential.generators.types import BOOL, Ids, Int, Map, Option, Record, Seq, Set, Type, interval


def needs_id(type_: Type) -> bool:
    """Whether every value of a type has an id in it: none can be written down before something holds one."""
    match type_:
        case Ids():
            return True
        case Map(_, value):
            return needs_id(value)
        case Record(_, fields):
            return any(needs_id(field) for _, field in fields)
        case _:
            return False


@dataclass(frozen=True)
class AlikeTypes:
    """Makes types."""

    dice: Dice
    draft: Draft

    def any(self) -> Type:
        """A type with ids in it."""
        one, other = self._ids(), self._ids()
        found: list[Type] = [one, Set(one), Option(one), Seq(one, self.dice.between(1, 3))]
        found += [Map(one, BOOL), Map(one, interval(4, 6)), Map(one, Option(other)), Map(one, Set(other))]
        found += [Map(one, other), Set(Option(one)), Option(Set(one)), Seq(Option(one), 2), Map(BOOL, Option(one))]
        found += [Map(one, Seq(other, 1)), Option(Option(one)), Seq(Set(one), 1)]
        for record in self.draft.records:
            found += [record, Option(record), Set(record), Seq(record, 2), Map(one, Option(record))]
        return self.dice.pick(found)

    def small(self) -> Type:
        """One for fields of records and messages."""
        one = self._ids()
        found: list[Type] = [one, one, Option(one), Set(one), BOOL, Int(4, 5, 5, "4..5")]
        return self.dice.pick(found)

    def _ids(self) -> Ids:
        return self.dice.pick([*self.draft.sorts, *(kind.ids for kind in self.draft.kinds)])
