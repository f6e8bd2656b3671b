"""Some of the states that the types of a program allow: a question that one of them answers needs no solver."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator

from modelcheck.kernel import program as ir
from modelcheck.kernel.types import BitsType, IntType, KernelType, least
from modelcheck.kernel.values import State

DENSITIES = (0.5, 0.1, 0.9, 0.3, 0.7)
"""How much of a set or a bag is there, in turn: much or little of it at once is as telling as half."""


def samples(program: ir.Program, bags: Collection[int], count: int) -> Iterator[State]:
    """The least state, the greatest, and others by chance, the same every time. `bags` are the arrays that ascend."""
    yield tuple(least(array.type) for array in program.arrays for _ in range(array.length))
    yield tuple(_greatest(array.type) for array in program.arrays for _ in range(array.length))
    generator = random.Random(0)  # noqa: S311 - nothing secret
    for number in range(count - 2):
        density = DENSITIES[number % len(DENSITIES)]
        state: list[int] = []
        for at, array in enumerate(program.arrays):
            values = [_drawn(generator, array.type, density) for _ in range(array.length)]
            if at in bags:
                filled = sorted(value for value in values if value and generator.random() < density)
                values = filled + [0] * (array.length - len(filled))
            state += values
        yield tuple(state)


def _greatest(kernel_type: KernelType) -> int:
    match kernel_type:
        case IntType(_, hi):
            return hi
        case BitsType(width):
            return (1 << width) - 1
        case _:
            return 1


def _drawn(generator: random.Random, kernel_type: KernelType, density: float) -> int:
    match kernel_type:
        case IntType(lo, hi):
            return generator.randint(lo, hi)
        case BitsType(width):
            return sum((generator.random() < density) << at for at in range(width))
        case _:
            return int(generator.random() < density)
