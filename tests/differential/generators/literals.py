"""Values written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.differential.generators import text as tx
from tests.differential.generators.dice import Dice
from tests.differential.generators.scope import Draft
from tests.differential.generators.text import Text, infix, opened
from tests.differential.generators.types import Bool, Enum, Ids, Int, Map, Option, Packet, Record, Seq, Set, Type

MANY = 16
"""Of ranges with more values, the ends are the most interesting."""


@dataclass(frozen=True)
class Literals:
    """Makes literals."""

    dice: Dice
    ids: Callable[[Ids], Text] | None = None
    """What stands for an id, if none is to be called by its number."""

    def of(self, type_: Type, key: str = "k") -> Text:
        """A value of a type, which reads nothing; `key` is what the keys of its maps are called."""
        match type_:
            case Bool():
                return Text(self.dice.pick(["false", "true"]))
            case Int() if type_.hi - type_.lo > MANY:
                ends = [type_.lo, type_.hi, type_.lo + 1, type_.hi - 1]
                return tx.number(self.dice.pick([*ends, self.dice.between(type_.lo, type_.hi)]))
            case Int():
                return tx.number(self.dice.between(type_.lo, type_.hi))
            case Ids() if self.ids is not None:
                return self.ids(type_)
            case Enum():
                return Text(self.dice.pick(type_.members))
            case Ids():
                return Text(f"{type_.sort}[{self.dice.draw(type_.least)}]")
            case Set(Int() as element) if element.hi - element.lo > MANY and self.dice.chance(40):
                ends = sorted(self.dice.pick([element.lo, element.hi, 63, 64, 65]) for _ in range(2))
                lo, hi = (max(element.lo, min(element.hi, end)) for end in ends)
                return infix(tx.number(lo), "..", tx.number(hi))
            case Set(element):
                return Text("{" + ", ".join(self.of(element, key).at(tx.SETS) for _ in range(self.dice.draw(3))) + "}")
            case Map():
                keys, value = self.all_of(type_.key, None, exactly=True), self.of(type_.value, f"{key}k")
                return opened(f"map {key} in {keys}: {value}")
            case Option(element):
                return Text("none") if self.dice.chance(50) else Text(f"some({self.of(element, key)})")
            case Seq():
                elements = [str(self.of(type_.element, key)) for _ in range(self.dice.draw(type_.longest + 1))]
                return Text(f"[{', '.join(elements)}]")
            case Record():
                return Text(f"{type_.name}({', '.join(f'{name}: {self.of(t, key)}' for name, t in type_.fields)})")
            case Packet():
                raise AssertionError("a message in flight has no literal")

    def all_of(self, type_: Type, draft: Draft | None, *, exactly: bool = False) -> Text:
        """The set of all values of a type; unless `exactly`, of a range some may be missing."""
        named = [name for name, target in draft.aliases if target == type_] if draft else []
        if named and self.dice.chance(50):
            return Text(self.dice.pick(named))
        match type_:
            case Bool():
                return Text("{false, true}")
            case Int() if not exactly and self.dice.chance(20):
                return Text(f"{type_.lo}..{type_.hi}", tx.RANGE)
            case Int():
                return Text(type_.text, tx.RANGE if ".." in type_.text else tx.POST)
            case Enum() | Ids():
                return Text(str(type_))
            case Record() if exactly:
                return Text(type_.name)
            case _:
                return Text("{" + ", ".join(self.of(type_).at(tx.SETS) for _ in range(2)) + "}")
