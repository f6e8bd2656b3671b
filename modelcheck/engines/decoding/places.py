"""What a formula is about: the cells of a state, of those that are sets each number by itself, and their values."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod

import z3

from modelcheck.engines.symbolic.expressions import Cells
from modelcheck.engines.symbolic.words import TRUE, Term, conjunction, constant
from modelcheck.frozen import Frozen
from modelcheck.kernel.types import BitsType, BoolType, IntType

MOST_VALUES = 256
"""A place with more values is looked at in comparisons only."""

MOST_ROWS = 4096
"""So many combinations of values are looked at for one literal."""


class Place(Frozen, order=True):
    """A cell, or a number that may be in its set."""

    cell: int
    number: int = -1


Values = frozenset[int]
Cube = dict[Place, Values]
"""All states in which each of some places has one of some values."""


class Places:
    """The places of one program's states; `cells` are the unknowns that formulas have for them."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self._numbers = {cell.term.get_id(): number for number, cell in enumerate(cells)}

    def values(self, place: Place) -> range | None:
        """The values of a place, None if they are too many."""
        match self.cells[place.cell].type:
            case IntType(lo, hi):
                return range(lo, hi + 1) if hi - lo < MOST_VALUES else None
            case _:
                return range(2)

    def of(self, term: Term) -> tuple[Place, ...]:
        """The places that a term reads, in their order."""
        found, seen, pending = set[Place](), set[int](), [term]
        while pending:
            one = pending.pop()
            if one.get_id() in seen:
                continue
            seen.add(one.get_id())
            bits = self._bits(one)
            found.update(bits)
            pending += [] if bits else one.children()
        return tuple(sorted(found))

    def _bits(self, term: Term) -> list[Place]:
        """The places that a term is, or takes out of a set."""
        if z3.is_app_of(term, z3.Z3_OP_EXTRACT):
            number = self._numbers.get(term.arg(0).get_id())
            if number is not None and isinstance(self.cells[number].type, BitsType):
                high, low = term.params()
                return [Place(number, bit) for bit in range(low, high + 1)]
        number = self._numbers.get(term.get_id())
        if number is None:
            return []
        kind = self.cells[number].type
        return [Place(number, bit) for bit in range(kind.width)] if isinstance(kind, BitsType) else [Place(number)]

    def rows(self, places: Sequence[Place]) -> list[tuple[int, ...]] | None:
        """All combinations of values; None where they are too many."""
        ranges = [self.values(place) for place in places]
        known = [each for each in ranges if each is not None]
        if len(known) < len(ranges) or prod(map(len, known)) > MOST_ROWS:
            return None
        return list(product(*known))

    def is_true(self, term: Term, places: Sequence[Place], row: Sequence[int]) -> bool:
        """Whether a condition, which reads nothing else, is true for some values."""
        held: dict[int, int] = {}
        for place, value in zip(places, row, strict=True):
            bits = value << place.number if place.number >= 0 else value
            held[place.cell] = held.get(place.cell, 0) | bits if place.number >= 0 else bits
        pairs = [(self.cells[cell].term, constant(value, self.cells[cell].type).term) for cell, value in held.items()]
        return bool(z3.is_true(z3.simplify(z3.substitute(term, *pairs))))

    def narrowed(self, cube: Cube) -> Cube:
        """The same without places that may have any value."""
        return {place: values for place, values in cube.items() if len(values) < len(self.values(place) or ())}

    def inside(self, cube: Cube) -> Term:
        """That a state is in a cube."""
        return conjunction([self._among(place, values) for place, values in cube.items()])

    def _among(self, place: Place, values: Values) -> Term:
        """That a place has one of some values."""
        cell, known = self.cells[place.cell], self.values(place)
        if known is not None and len(values) == len(known):
            return TRUE
        if place.number >= 0:
            is_held = z3.Extract(place.number, place.number, cell.term) == 1
            return is_held if values == {1} else z3.Not(is_held)
        if isinstance(cell.type, BoolType):
            return cell.term if values == {1} else z3.Not(cell.term)
        return z3.Or([cell.term == constant(value, cell.type).term for value in sorted(values)])
