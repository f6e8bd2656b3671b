"""The explored graph, for what needs more than states: liveness, valence, knowledge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelcheck.engines.native import slots
from modelcheck.jit.memory import WORD, Region, words_at
from modelcheck.kernel.evaluate import State

if TYPE_CHECKING:
    from modelcheck.engines.native.explorer import Explorer


class Graph:
    """States by number, in the order in which a sequential search finds them, whatever the number of workers.

    The edges of a state are in the order of its actions and choices; those without a target, which were cut or failed,
    come last.
    """

    def __init__(self, explorer: Explorer, order: Region, begins: Region, count: int) -> None:
        self._explorer, self._store = explorer, explorer.store
        self._order, self._begins, self._count = order, begins, count

    def __len__(self) -> int:
        return self._count

    @property
    def initial(self) -> range:
        """The numbers of the initial states."""
        return range(self._store.row(1)[0])

    def is_expanded(self, number: int) -> bool:
        """Whether the state's edges are known: not where a limit came first."""
        return self._start(number) >> slots.START_COUNT != 0

    def successors(self, number: int) -> Iterator[tuple[int, int | None]]:
        """The edges of a state: the label (see `action_of`, `class_of`) and the target's number, or None."""
        start = self._start(number)
        count = start >> slots.START_COUNT
        if count > 1:
            log = self._store.ctx[slots.EDGE_LOGS + (start >> slots.START_WORKER & 7)]
            for edge in words_at(log + (start & slots.START_PLACE) * WORD, count - 1):
                target = edge & slots.INDEX
                yield edge >> slots.INDEX_BITS, target - 1 if target else None

    def state(self, number: int) -> State:
        """The state with this number."""
        index = words_at(self._order.address + number * WORD, 1)[0]
        arena = self._store.ctx[slots.ARENAS + (index >> slots.PLACE_BITS)]
        size = self._store.words
        return self._explorer.layout.unpack(words_at(arena + (index & slots.PLACE) * size * WORD, size))

    def number_of(self, state: State) -> int | None:
        """A state's number, None for one that is not reachable."""
        index = self._explorer.index_of(state)
        if index is None:
            return None
        return words_at(self._store.ctx[slots.STARTS] + index * WORD, 1)[0] - slots.NUMBERED

    def _start(self, number: int) -> int:
        if not 0 <= number < self._count:
            raise IndexError(number)
        return words_at(self._begins.address + number * WORD, 1)[0]


def action_of(label: int) -> int:
    """The action that a label names."""
    return label & slots.ACTION


def class_of(label: int) -> int:
    """What a label says above its action: a fairness class, where generated code puts one there."""
    return label >> slots.ACTION_BITS


def graph_of(explorer: Explorer) -> Graph | None:
    """The graph that a search with `Setting.graph` explored; None where the time is up. To be called once."""
    store = explorer.store
    if not explorer.complete_table():
        return None
    # The budget has room for both: see `Store.state_bytes`.
    order, begins = Region(store.stored()), Region(store.stored())
    job = explorer.machine.call["renumber"]
    counts: list[int] = []
    explorer.in_threads(
        [lambda: counts.append(job(store.ctx.address, order.address, begins.address, store.row(1)[0]))],
        explorer.watch.is_late,
    )
    if store.ctx[slots.STOP]:
        return None
    assert counts == [store.stored()]
    return Graph(explorer, order, begins, counts[0])
