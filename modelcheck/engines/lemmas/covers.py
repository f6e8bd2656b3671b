"""Small sets of literals of which every state satisfies at least one: clauses that hold in all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

MAX_NODES = 20_000
"""How many partial covers are looked at, at most: some tenths of a second."""


def nobody() -> None:
    """Who looks at no limit."""


def covers(
    universe: int, literals: Sequence[int], most: int, look: Callable[[], None] = nobody
) -> Iterator[tuple[int, ...]]:
    """The smallest covers of a universe (bits) by at most `most` of some literals (bits), as ascending numbers.

    All of the least size are told, unless there are too many to look at, and none that is larger. `look` is called now
    and then, and may raise.
    """
    rows = []
    for at in range(universe.bit_length()):
        if universe >> at & 1:
            look()
            rows.append([number for number, literal in enumerate(literals) if literal >> at & 1])
    # What few literals cover comes first: there is least to try.
    rows.sort(key=len)
    if rows and not rows[0]:
        return
    columns = [0] * len(literals)
    for at, row in enumerate(rows):
        look()
        for number in row:
            columns[number] |= 1 << at
    search = _Search(columns, rows, look)
    for size in range(most + 1):
        search.nodes = 0
        found = sorted(set(search.covers((1 << len(rows)) - 1, size, ())))
        if found:
            yield from found
            return


class _Search(Struct):
    """`columns` are what literals cover, `rows` by which of them a place is covered."""

    columns: list[int]
    rows: list[list[int]]
    look: Callable[[], None]
    nodes: int = 0

    def covers(self, left: int, size: int, chosen: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """Covers of what is left by `size` literals more."""
        if not left:
            yield tuple(sorted(chosen))
            return
        if not size or self.nodes > MAX_NODES:
            return
        self.nodes += 1
        self.look()
        # Whatever covers it covers this place.
        for number in self.rows[(left & -left).bit_length() - 1]:
            rest = left & ~self.columns[number]
            if size > 1 or not rest:
                yield from self.covers(rest, size - 1, (*chosen, number))


def patterns(
    universe: int, columns: Sequence[int | None], look: Callable[[], None] = nobody
) -> tuple[int, list[int | None]]:
    """The same columns over what they tell apart: one bit for all places at which they agree.

    Returns the new universe and the columns over it; there are usually far fewer patterns than states. `look` is
    called now and then, and may raise.
    """
    groups = [(universe, 0)] if universe else []
    for number, column in enumerate(columns):
        if column is not None:
            split = []
            for group, known in groups:
                look()
                parts = (group & column, known | 1 << number), (group & ~column, known)
                split += [(part, pattern) for part, pattern in parts if part]
            groups = split
    found: list[int | None] = []
    for number, column in enumerate(columns):
        look()
        # As digits, the last pattern first: a sum of bits would make as many large numbers.
        digits = "".join("1" if pattern >> number & 1 else "0" for _, pattern in reversed(groups))
        found.append(None if column is None else int(digits or "0", 2))
    return (1 << len(groups)) - 1, found
