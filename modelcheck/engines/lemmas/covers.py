"""Small sets of literals of which every state satisfies at least one: clauses that hold in all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

MAX_NODES = 20_000
"""How many partial covers are looked at, at most: some tenths of a second."""


def covers(universe: int, literals: Sequence[int], most: int) -> Iterator[tuple[int, ...]]:
    """The smallest covers of a universe (bits) by at most `most` of some literals (bits), as ascending numbers.

    All of the least size are told, unless there are too many to look at, and none that is larger.
    """
    for size in range(most + 1):
        budget = [MAX_NODES]
        found = sorted(set(_covers(universe, literals, size, (), budget)))
        if found:
            yield from found
            return


def _covers(
    open_: int, literals: Sequence[int], size: int, chosen: tuple[int, ...], budget: list[int]
) -> Iterator[tuple[int, ...]]:
    if not open_:
        yield tuple(sorted(chosen))
        return
    if not size or budget[0] <= 0:
        return
    if size == 1:
        budget[0] -= 1
        for number, literal in enumerate(literals):
            if not open_ & ~literal:
                yield tuple(sorted((*chosen, number)))
        return
    # Whatever covers it covers this bit: the literals that do are all that need to be tried here.
    bit = open_ & -open_
    for number, literal in enumerate(literals):
        if literal & bit and number not in chosen:
            budget[0] -= 1
            yield from _covers(open_ & ~literal, literals, size - 1, (*chosen, number), budget)


def patterns(universe: int, columns: Sequence[int | None]) -> tuple[int, list[int | None]]:
    """The same columns over what they tell apart: one bit for all places at which they agree.

    Returns the new universe and the columns over it; there are far fewer patterns than states.
    """
    groups = [(universe, 0)] if universe else []
    for number, column in enumerate(columns):
        if column is not None:
            groups = [
                (part, pattern)
                for group, known in groups
                for part, pattern in ((group & column, known | 1 << number), (group & ~column, known))
                if part
            ]
    found = [
        None if column is None else sum(1 << at for at, (_, pattern) in enumerate(groups) if pattern >> number & 1)
        for number, column in enumerate(columns)
    ]
    return (1 << len(groups)) - 1, found
