"""Making room in the middle of a search, as far as the memory budget goes."""

from __future__ import annotations

from collections.abc import Callable

from modelcheck.engines.base import Stop
from modelcheck.engines.native import slots
from modelcheck.engines.native.loops.table import BATCH
from modelcheck.engines.native.store import LOAD, Store
from modelcheck.graph.layout import MOST_EDGES

BIG_TABLE_BITS = 24
"""Smaller tables grow fourfold, which saves passes; larger ones twofold, which saves memory."""


class Growth:
    """Grows a store's table and buffers while all workers stand still. An answer is None, or why the search stops.

    `rehash`, which fills a new table, is given with each call: kept, it would keep the search that keeps this, and with
    it all states until the next collection of garbage.
    """

    def __init__(self, store: Store, budget_bytes: int | None) -> None:
        self.store, self.budget = store, budget_bytes
        self.table_is_whole = True
        """Whether every state is in the table: not where a rehash was stopped."""

    def begin(self, table_bits: int, capacity: int) -> Stop | None:
        """Make the first table and buffers."""
        if not self._fits(self.store.memory_bytes(table_bits, capacity)):
            return "memory"
        self.store.set_buffers(max(capacity, BATCH))
        self.store.set_table(table_bits)
        self.set_limits()
        return None

    def set_limits(self) -> None:
        """Say how many states may be stored before somebody has to look again."""
        self.store.set_limits(self.budget)

    def enlarge(self) -> Stop | None:
        """Give every worker a larger buffer of successors."""
        capacity = 4 * self.store.capacity
        if not self._fits(self.store.memory_bytes(capacity=capacity)) or self._is_beyond_the_graph(capacity):
            return "memory"
        self.store.set_buffers(capacity)
        self.set_limits()
        return None

    def grow(self, rehash: Callable[[], None]) -> Stop | None:
        """Let the workers store more states than they were allowed to so far."""
        store = self.store
        self.set_limits()
        if store.table_is_full:
            self._grow_table(store.reserve, rehash)
        if not self.table_is_whole:
            # What halted the rehash may look different by now.
            return "memory"
        # A table that the budget does not let grow can be filled a little more.
        if store.stored() > store.ctx[slots.LIMIT]:
            store.ctx[slots.LIMIT] = store.ctx[slots.CEILING]
        return None if store.can_go_on else "memory"

    def make_room(self, more: int, rehash: Callable[[], None]) -> Stop | None:
        """Make the table large enough for so many more states at once."""
        store = self.store
        if store.stored() + more > min(store.ctx[slots.LIMIT], store.ctx[slots.CEILING]):
            self._grow_table(more + store.reserve, rehash)
        return None if store.stored() + more <= store.ctx[slots.CEILING] else "memory"

    def _grow_table(self, more: int, rehash: Callable[[], None]) -> None:
        """Take the next size that leaves room, if there is the memory; twice the size where four times is too much."""
        store = self.store
        smallest = store.table_bits + 1
        wanted = (store.stored() + more) / LOAD
        preferred = smallest + (store.table_bits < BIG_TABLE_BITS)
        while (1 << preferred) < wanted:
            preferred += 1
        for bits in (preferred, preferred - 1):
            if bits >= smallest and self._fits(store.memory_bytes(bits) + store.stored() * store.state_bytes // 4):
                self.table_is_whole = False
                store.set_table(bits)
                rehash()
                self.table_is_whole = store.ctx[slots.STOP] == 0
                self.set_limits()
                return

    def _is_beyond_the_graph(self, capacity: int) -> bool:
        """Whether a state could have more edges than its start can tell."""
        return self.store.graph and capacity > MOST_EDGES

    def _fits(self, bytes_: int) -> bool:
        return self.budget is None or bytes_ <= self.budget
