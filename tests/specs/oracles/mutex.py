"""Peterson's algorithm with one assignment or test for each step of a program counter."""

from __future__ import annotations

from collections.abc import Iterator

from tests.specs.oracles.search import Explored, put, search

Memory = tuple[tuple[int, ...], tuple[bool, ...], int]
"""The program counters, the flags and the turn."""


def peterson() -> Explored[Memory]:
    def successors(memory: Memory) -> Iterator[Memory]:
        at, flag, turn = memory
        for me, other in ((0, 1), (1, 0)):
            moved = put(at, me, (at[me] + 1) % 6)
            match at[me]:
                case 0 | 4:
                    yield moved, flag, turn
                case 1 | 5:
                    yield moved, put(flag, me, at[me] == 1), turn
                case 2:
                    yield moved, flag, other
                case _ if not flag[other] or turn == me:
                    yield moved, flag, turn

    return search([((0, 0), (False, False), 0)], successors)


def both_inside(memory: Memory) -> bool:
    return all(at in {4, 5} for at in memory[0])
