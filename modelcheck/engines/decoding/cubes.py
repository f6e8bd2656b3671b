"""Where a clause is false, as few cubes: it excludes each of them.

Literals about one place need no table: all of them are false where the place has none of the values that any allows.
What relates several places is looked at for all their values, and covered by greatest cubes (prime implicants, Quine
1952, of variables with several values).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from modelcheck.engines.decoding.clauses import literals_of
from modelcheck.engines.decoding.places import Cube, Places, Values
from modelcheck.engines.symbolic.words import Term

MOST_CUBES = 32
"""A clause that excludes more is told otherwise."""


class Excluded:
    """What a clause excludes: the `cubes` that are common to all, and the literals that are no cubes, `relations`."""

    def __init__(self, places: Places, clause: Term) -> None:
        self._places = places
        self.single: Cube = {}
        self.relations: list[Term] = []
        for literal in literals_of(clause):
            self._take(literal)

    def _take(self, literal: Term) -> None:
        read = self._places.of(literal)
        values = self._places.values(read[0]) if len(read) == 1 else None
        if values is None:
            self.relations.append(literal)
            return
        false = frozenset(value for value in values if not self._places.is_true(literal, read, (value,)))
        self.single[read[0]] = self.single.get(read[0], frozenset(values)) & false

    @property
    def is_trivial(self) -> bool:
        """Whether it excludes nothing."""
        return any(not values for values in self.single.values())

    def cubes(self, relations: Sequence[Term]) -> list[Cube] | None:
        """All that is excluded, as cubes; None where they are too many."""
        cubes = [self._places.narrowed(self.single)]
        for relation in relations:
            found = self._cubes_of(relation)
            if found is None:
                return None
            cubes = [both for one in cubes for other in found if (both := _both(one, other)) is not None]
            if len(cubes) > MOST_CUBES:
                return None
        return cubes

    def _cubes_of(self, literal: Term) -> list[Cube] | None:
        """Where a literal is false."""
        read = self._places.of(literal)
        rows = self._places.rows(read)
        if rows is None:
            return None
        false = {row for row in rows if not self._places.is_true(literal, read, row)}
        domains = [frozenset(self._places.values(place) or ()) for place in read]
        found: list[Cube] = []
        left = sorted(false)
        while left:
            sets = _grown([frozenset({value}) for value in left[0]], domains, false)
            left = [row for row in left if not all(value in each for value, each in zip(row, sets, strict=True))]
            found.append(self._places.narrowed(dict(zip(read, sets, strict=True))))
            if len(found) > MOST_CUBES:
                return None
        return found


def _both(one: Cube, other: Cube) -> Cube | None:
    """What two cubes have in common, if anything."""
    cube: Cube = {place: one.get(place, values) & values for place, values in other.items()}
    return None if any(not values for values in cube.values()) else {**one, **cube}


def _grown(sets: list[Values], domains: Sequence[Values], false: set[tuple[int, ...]]) -> list[Values]:
    """A cube with as many more values as there can be, the least places first."""
    for at, domain in enumerate(domains):
        for value in sorted(domain - sets[at]):
            more = [*sets[:at], frozenset({value}), *sets[at + 1 :]]
            if all(row in false for row in product(*more)):
                sets[at] |= {value}
    return sets
