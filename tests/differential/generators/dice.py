"""Where a generator's choices come from: Hypothesis, which can shrink them, or a seed, which is fast."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


@dataclass(frozen=True)
class Dice:
    """Choices, made so that a draw of 0 is always the simplest one: Hypothesis shrinks towards it."""

    draw: Callable[[int], int]
    """A number from 0 up to but not including its argument."""

    @staticmethod
    def seeded(seed: int) -> Dice:
        """Choices fixed by a seed."""
        return Dice(random.Random(seed).randrange)  # noqa: S311 - tests, not secrets

    def between(self, lo: int, hi: int) -> int:
        return lo + self.draw(hi - lo + 1) if hi > lo else lo

    def chance(self, percent: int) -> bool:
        return self.draw(100) >= 100 - percent

    def pick(self, options: Sequence[T]) -> T:
        return options[self.draw(len(options)) if len(options) > 1 else 0]

    def weighted(self, options: Sequence[tuple[int, T]]) -> T:
        left = self.draw(sum(weight for weight, _ in options))
        for weight, option in options:
            if left < weight:
                return option
            left -= weight
        raise AssertionError("the draw is below the sum of the weights")

    def some(self, options: Sequence[T], least: int, most: int) -> list[T]:
        """Between `least` and `most` of the options, in their order."""
        left = list(range(len(options)))
        number = self.between(min(least, len(left)), min(most, len(left)))
        return [options[i] for i in sorted(left.pop(self.draw(len(left))) for _ in range(number))]


@cache
def _below(limit: int) -> st.SearchStrategy[int]:
    return st.integers(0, limit - 1)


@st.composite
def dice(draw: st.DrawFn) -> Dice:
    """Choices that Hypothesis makes."""
    return Dice(lambda limit: draw(_below(limit)) if limit > 1 else 0)
