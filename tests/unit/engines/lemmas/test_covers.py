"""Small covers."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from random import Random

import pytest

from modelcheck.engines.lemmas.covers import covers, patterns


def by_trying(universe: int, literals: list[int], most: int) -> list[tuple[int, ...]]:
    for size in range(most + 1):
        found = []
        for chosen in combinations(range(len(literals)), size):
            covered = 0
            for number in chosen:
                covered |= literals[number]
            if not universe & ~covered:
                found.append(chosen)
        if found:
            return found
    return []


def test_all_covers_of_the_least_size_are_found() -> None:
    dice = Random(7)  # noqa: S311 - examples, no secrets
    seen = set()
    for _ in range(200):
        universe = (1 << 12) - 1
        literals = [dice.getrandbits(12) | dice.getrandbits(12) for _ in range(6)]
        found = list(covers(universe, literals, 3))
        assert found == by_trying(universe, literals, 3)
        seen |= {len(cover) for cover in found}
    assert seen == {1, 2, 3}


def test_what_cannot_be_covered_is_not() -> None:
    assert list(covers(0b111, [0b001, 0b010], 3)) == []
    assert list(covers(0b11, [0b01, 0b10], 1)) == []


def test_patterns_are_told_apart_and_no_more() -> None:
    universe, columns = patterns(0b111111, [0b000111, None, 0b100101])
    assert universe == 0b1111
    assert columns[1] is None
    seen = [tuple(column >> at & 1 for column in columns if column is not None) for at in range(4)]
    assert sorted(seen) == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert patterns(0b111, [0b111]) == (0b1, [0b1])
    assert patterns(0, [0]) == (0, [0])


class OverError(Exception):
    pass


def stopping_after(looks: int) -> Callable[[], None]:
    left = iter(range(looks))

    def look() -> None:
        if next(left, None) is None:
            raise OverError

    return look


def test_the_time_is_looked_at_for_every_pattern() -> None:
    # All patterns of twelve columns: thousands of them, of thousands of bits.
    columns = [sum(1 << at for at in range(1 << 12) if at >> number & 1) for number in range(12)]
    with pytest.raises(OverError):
        patterns((1 << (1 << 12)) - 1, columns, stopping_after(1000))
    with pytest.raises(OverError):
        list(covers((1 << (1 << 12)) - 1, columns, 3, stopping_after(1000)))


def test_the_time_is_looked_at_while_covers_are_tried() -> None:
    universe = (1 << 20) - 1
    literals = [universe & ~(1 << number) & ~(1 << (number * 7 + 3) % 20) for number in range(20)]
    looks = 2 * 20
    with pytest.raises(OverError):
        list(covers(universe, literals, 1, stopping_after(looks)))
