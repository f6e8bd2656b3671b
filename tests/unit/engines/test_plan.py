"""Tables of the canonicalisation."""

from __future__ import annotations

from itertools import permutations

import pytest

pytest.importorskip("llvmlite")

from modelcheck.engines.native.plan import neighbours


@pytest.mark.parametrize("count", range(2, 8))
def test_exchanging_neighbours_gives_every_permutation_and_comes_round(count: int) -> None:
    current, seen = list(range(count)), set()
    for place in neighbours(count):
        seen.add(tuple(current))
        current[place], current[place + 1] = current[place + 1], current[place]
    assert seen == set(permutations(range(count)))
    assert current == list(range(count))
