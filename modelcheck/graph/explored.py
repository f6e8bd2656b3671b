"""The explored graph as an analysis gets it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from modelcheck.graph import layout

Memory = Any
"""The address of words, or a `jit.plain.Pointer` to a list of them."""


class ExploredGraph(Struct, eq=False):
    """States 0..`count`-1, of which the first `initial` are the initial ones; runs lead to all whose edges are known.

    `begins` and `logs` are as `layout` says; `masks` has a word a state with the values of the atoms, those that look
    behind a step on the step that changes nothing. `keys` tells what the classes of the labels are, by number.
    `is_compiled`: the memory is made of addresses. `word` reads one. `owner` keeps the memory.
    """

    count: int
    initial: int
    begins: Memory
    logs: list[Memory]
    masks: Memory
    keys: list[object]
    is_compiled: bool
    word: Callable[[Memory, int], int]
    owner: object

    def edges(self, number: int) -> Iterator[int]:
        """The edges of a state as words."""
        start = self.word(self.begins, number)
        log, place = self.logs[start >> layout.START_LOG & 7], start & layout.START_PLACE
        for at in range(self.edge_count(number)):
            yield self.word(log, place + at)

    def edge_count(self, number: int) -> int:
        """How many edges of a state are known; the step that changes nothing has this number."""
        return max(0, (self.word(self.begins, number) >> layout.START_COUNT) - 1)

    def letters(self, number: int) -> Iterator[tuple[int, int, int]]:
        """The edges of a state that lead somewhere: their number, target and atoms.

        The last, whose number is that of the edges, is the step that changes nothing, wherever they are known.
        """
        mask = self.word(self.masks, number)
        for at, edge in enumerate(self.edges(number)):
            target = target_of(edge)
            if target is not None:
                steps = edge >> layout.STEP_SHIFT << layout.STEP_SHIFT
                yield at, target, mask & layout.STATE_ATOMS | steps
        if self.is_expanded(number):
            yield self.edge_count(number), number, mask

    def is_expanded(self, number: int) -> bool:
        """Whether the edges of a state are known: not where a limit came first."""
        return self.word(self.begins, number) >> layout.START_COUNT != 0


def target_of(edge: int) -> int | None:
    """Where an edge leads, or None for a path that was cut or failed."""
    target = edge & layout.TARGET
    return target - 1 if target else None


def label_of(edge: int) -> int:
    """The label of an edge."""
    return edge >> layout.TARGET_BITS & layout.LABEL
