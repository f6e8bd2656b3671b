"""What three processes can see of failure detectors, counted from the definitions of the classes, not searched."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, product

Set = frozenset[int]
ALL = range(3)


def subsets(members: Set) -> list[Set]:
    return [frozenset(some) for size in range(len(members) + 1) for some in combinations(sorted(members), size)]


def moments(crashes: int) -> Iterator[tuple[Set, tuple[Set, ...]]]:
    """Who has crashed, and whom everybody suspects: the others, in any way; the crashed suspect nobody."""
    everybody = frozenset(ALL)
    for down in subsets(everybody):
        if len(down) <= crashes:
            rows = [[Set()] if q in down else subsets(everybody - {q}) for q in ALL]
            yield from ((down, row) for row in product(*rows))


def strongly_accurate(crashes: int, *, eventually: bool) -> int:
    """The configurations of P, or of its eventual form, before and after it is stable.

    P is not known to be stable before somebody has crashed: until then there is nothing to tell.
    """
    accurate = [(down, rows) for down, rows in moments(crashes) if all(row <= down for row in rows)]
    before = list(moments(crashes)) if eventually else accurate
    after = [moment for moment in accurate if eventually or moment[0]]
    return len(before) + len(after)


def weakly_accurate(crashes: int, *, eventually: bool) -> int:
    """The same for S, which is about one process that never crashes: known from the start, or once it is stable."""
    sparing = [(p, down) for p in ALL for down, rows in moments(crashes) if p not in chain(down, *rows)]
    if eventually:
        return len(list(moments(crashes))) + len(sparing)
    return len(sparing) + len([down for _, down in sparing if down])


def leaders(crashes: int) -> int:
    """The same for Omega; a crashed process follows itself, until all that run follow one."""
    downs = [down for down in subsets(frozenset(ALL)) if len(down) <= crashes]
    followed = [len(list(product(ALL, repeat=3 - len(down)))) for down in downs]
    return sum(followed) + sum(p not in down for p in ALL for down in downs)
