"""How whole numbers may be to each other: what an invariant over their bits may have said case by case."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import z3

from modelcheck.engines.decoding.language import Language
from modelcheck.engines.decoding.places import Place
from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.solving import Solving
from modelcheck.engines.symbolic.words import Word
from modelcheck.kernel.types import IntType

FEW_NUMBERS = 6
"""Of so many numbers it is asked how each is to each other."""

MOST_TRIES = 40
"""So often a larger sum is looked for."""


def relations(solver: z3.Solver, solving: Solving, language: Language) -> Iterator[str]:
    """Sentences that may be so in all states that a solver knows of. Raises what `Solving` raises."""
    for one, other in combinations(sorted(language.ranges)[:FEW_NUMBERS], 2):
        x, y = language.ranges[one], language.ranges[other]
        yield from (f"{x} == {y}", f"{x} <= {y}", f"{y} <= {x}")
        greatest, least = (_extreme(solver, solving, language, (one, other), sign) for sign in (1, -1))
        if greatest is not None and greatest == least:
            yield f"{x} + {y} == {greatest}"
            continue
        yield from [] if greatest is None else [f"{x} + {y} <= {greatest}"]
        yield from [] if least is None else [f"{least} <= {x} + {y}"]


def _extreme(
    solver: z3.Solver, solving: Solving, language: Language, pair: tuple[Place, Place], sign: int
) -> int | None:
    """The greatest sum of two numbers, or with the sign -1 the least; None where it is their types', or unknown."""
    one, other = (language.places.cells[place.cell] for place in pair)
    assert isinstance(one.type, IntType)
    assert isinstance(other.type, IntType)
    sums = IntType(one.type.lo + other.type.lo, one.type.hi + other.type.hi)
    total, found = words.add(one, other, sums), None
    solver.push()
    for _ in range(MOST_TRIES):
        if solving.check(solver) == z3.unsat:
            break
        found = words.number_in(solver.model().eval(total.term, model_completion=True), sums)
        bound: Word = words.constant(found, sums)
        solver.add(words.compare("<", bound, total) if sign > 0 else words.compare("<", total, bound))
    else:
        found = None
    solver.pop()
    return None if found == (sums.hi if sign > 0 else sums.lo) else found
