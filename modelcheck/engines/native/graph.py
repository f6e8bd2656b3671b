"""The explored graph, for what needs more than states: liveness, valence, knowledge."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelcheck.engines.native import slots
from modelcheck.engines.native.function import UnsupportedError
from modelcheck.graph import layout
from modelcheck.graph.explored import ExploredGraph, label_of, target_of
from modelcheck.jit.memory import WORD, Region, words_at
from modelcheck.kernel.evaluate import State

if TYPE_CHECKING:
    from modelcheck.engines.native.explorer import Explorer


class Graph:
    """States by number, in the order in which a sequential search finds them, whatever the number of workers.

    The edges of a state are in the order of its actions and choices; those without a target, which were cut or failed,
    come last.
    """

    def __init__(self, explorer: Explorer, order: Region, begins: Region, masks: Region, keys: list[int]) -> None:
        self._explorer, self._store = explorer, explorer.store
        self._order, self._begins, self._masks = order, begins, masks
        self._count = self._store.stored()
        self.keys = keys
        """Of each class of the labels, what tells it from others (see `kernel.program.class_key`)."""

    def explored(self, keys: list[object]) -> ExploredGraph:
        """The same for analyses; `keys` says what the classes are."""
        logs = [self._store.ctx[slots.EDGE_LOGS + log] for log in range(layout.LOGS)]
        return ExploredGraph(
            count=self._count,
            initial=len(self.initial),
            begins=self._begins.address,
            logs=logs,
            masks=self._masks.address,
            keys=keys,
            is_compiled=True,
            word=lambda address, index: words_at(address + index * WORD, 1)[0],
            owner=(self, self._explorer),
        )

    def __len__(self) -> int:
        return self._count

    @property
    def initial(self) -> range:
        """The numbers of the initial states."""
        return range(self._store.row(1)[0])

    def is_expanded(self, number: int) -> bool:
        """Whether the state's edges are known: not where a limit came first."""
        return self._start(number) >> layout.START_COUNT != 0

    def successors(self, number: int) -> Iterator[tuple[int, int | None]]:
        """The edges of a state: the label and the target's number, or None."""
        start = self._start(number)
        count = start >> layout.START_COUNT
        if count > 1:
            log = self._store.ctx[slots.EDGE_LOGS + (start >> layout.START_LOG & 7)]
            for edge in words_at(log + (start & layout.START_PLACE) * WORD, count - 1):
                yield label_of(edge), target_of(edge)

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


MOST_CLASSES = 1 << 21
"""The most fairness classes of one graph; a label has room for more."""
_TABLE = 2 * MOST_CLASSES


def graph_of(explorer: Explorer) -> Graph | None:
    """The graph that a search with `Setting.graph` explored; None where the time is up. To be called once.

    Raises `UnsupportedError` where runs owe too many different things.
    """
    store = explorer.store
    if not explorer.complete_table():
        return None
    # The budget has room for these: see `Store.state_bytes`.
    order, begins, masks = (Region(store.stored()) for _ in range(3))
    classes = Region(2 + 2 * _TABLE + MOST_CLASSES)
    words = (ctypes.c_uint64 * 2).from_address(classes.address)
    words[0] = _TABLE - 1
    initial = store.row(1)[0]

    def run(name: str, *arguments: int) -> int | None:
        results = explorer.in_threads(
            [lambda: explorer.machine.call[name](store.ctx.address, *arguments)], explorer.watch.is_late
        )
        return None if store.ctx[slots.STOP] else int(results[0])  # type: ignore[call-overload]  # a number

    if store.workers == 1:
        count = run("number_alike", order.address, begins.address, store.stored())
    else:
        count = run("renumber", order.address, begins.address, initial)
    if count is None:
        return None
    assert count == store.stored()
    failed = run("number_classes", begins.address, classes.address, count)
    if failed:
        raise UnsupportedError(f"runs can owe more than {MOST_CLASSES:,} different things")
    if failed is None or run("mark_atoms", order.address, begins.address, masks.address, count) is None:
        return None
    keys = words_at(classes.address + (2 + 2 * _TABLE) * WORD, words[1])
    return Graph(explorer, order, begins, masks, list(keys))
