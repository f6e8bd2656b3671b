"""Where a search keeps its states: the table, an arena and a buffer of successors a worker, counters, the levels."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from modelcheck.engines.native import slots
from modelcheck.engines.process import memory_bytes
from modelcheck.jit.memory import HUGE_PAGE, WORD, Region, Words, bytes_at, words_at

FIRST_TABLE_BITS = 16
FIRST_CAPACITY = 1 << 12
LOAD = 0.75
FULLEST = 7 / 8
"""The load of a table that the memory budget does not let grow."""
MOST_TABLE_BITS = 34
MOST_LOGGED = 1 << 35
"""Edges in the log of one worker."""
GRAPH_WORDS = 4
"""What a state takes where the graph is kept: where its edges are, and the order, edges and atoms by number."""
SLACK_WORDS = 1 << 20
UNLIMITED = (1 << 64) - 1


class Store:
    """The blocks of memory that compiled code works on (see `slots`). States are `words` words each.

    `budget_bytes` is what the process may have. `base_bytes` is what it had before; with that, `memory_bytes` is an
    upper bound on what it has now.
    """

    def __init__(
        self, words: int, workers: int, actions: int, budget_bytes: int | None = None, *, graph: bool = False
    ) -> None:
        self.words, self.workers, self.base_bytes = words, workers, memory_bytes()
        # Not every system gives away address space that can never be used.
        most = UNLIMITED if budget_bytes is None else budget_bytes // WORD + SLACK_WORDS
        self.counters = slots.FIRED + actions - slots.COUNTERS
        self.ctx = Words(slots.CTX_WORDS)
        self.own = [Words(slots.COUNTERS + 2 * self.counters) for _ in range(workers)]
        self._info = [Words(slots.INFO_WORDS) for _ in range(workers)]
        self._count = [Words(1) for _ in range(workers)]
        self._recent = [Region((words + 1) << slots.RECENT_BITS) for _ in range(workers)]
        self._arenas = [Region(min(words << slots.PLACE_BITS, most)) for _ in range(workers)]
        # There are no more levels than states.
        self._log = Region(min(workers * ((workers << slots.PLACE_BITS) + 3), most))
        self._out: list[tuple[Region, Region]] = []
        self._table = Region(min(1 << MOST_TABLE_BITS, most))
        self._table.use_huge_pages()
        self.table_bits = 0
        self._fills_all = False
        self.ctx[slots.WORKERS], self.ctx[slots.LOG] = workers, self._log.address
        self.ctx[slots.COUNTED] = self.counters
        for worker, own in enumerate(self.own):
            own[slots.ME] = worker
            own[slots.INFO], own[slots.COUNT] = self._info[worker].address, self._count[worker].address
            own[slots.RECENT] = self._recent[worker].address
            self._arenas[worker].use_huge_pages()
            self.ctx[slots.ARENAS + worker] = self._arenas[worker].address
        self.graph = graph
        # Hashes; with edges also what is to be inserted, and where the successors of a state end.
        self._lists = 3 if graph else 1
        self._starts = Region(workers << slots.PLACE_BITS) if graph else None
        self._edges = [Region(min(MOST_LOGGED, most)) for _ in range(workers)] if graph else []
        if self._starts is not None:
            self.ctx[slots.STARTS] = self._starts.address
        for worker, edges in enumerate(self._edges):
            self.own[worker][slots.EDGES] = self.ctx[slots.EDGE_LOGS + worker] = edges.address

    # ------------------------------------------------------------------------------------------------------ buffers

    @property
    def capacity(self) -> int:
        """For how many successors of one state there is room."""
        return self.own[0][slots.CAPACITY]

    def set_buffers(self, capacity: int) -> None:
        """Give every worker room for this many successors of one state."""
        self._out.clear()
        for own in self.own:
            out, hashes = Region((self.words + 1) * capacity), Region(self._lists * capacity)
            self._out.append((out, hashes))
            own[slots.OUT], own[slots.HASHES], own[slots.CAPACITY] = out.address, hashes.address, capacity

    def info(self, worker: int) -> Words:
        """What happened while a worker expanded a state."""
        return self._info[worker]

    @property
    def stride_bytes(self) -> int:
        """The size of a successor in a buffer."""
        return (self.words + 1) * WORD

    def empty_buffer(self, worker: int) -> None:
        """Forget a worker's successors."""
        self._count[worker][0] = 0

    def successors(self, worker: int) -> int:
        """How many successors a worker's buffer holds."""
        return self._count[worker][0]

    # -------------------------------------------------------------------------------------------------------- table

    def set_table(self, bits: int) -> None:
        """Begin an empty table in the place of the old one, whose memory it goes on using."""
        if self.table_bits:
            ctypes.memset(self._table.address, 0, WORD << self.table_bits)
        self.table_bits = bits
        self.ctx[slots.TABLE], self.ctx[slots.MASK] = self._table.address, (1 << bits) - 1

    @property
    def reserve(self) -> int:
        """How many states the workers may insert before they look at the ceiling again."""
        return self.workers * self.capacity

    @property
    def table_is_full(self) -> bool:
        """Whether the table should be larger, or must be."""
        stored = self.stored()
        return stored > self.ctx[slots.LIMIT] or stored + self.reserve >= int((1 << self.table_bits) * FULLEST)

    @contextmanager
    def filling_all(self) -> Iterator[None]:
        """While what is to be stored next is shared among all arenas: else it may all come to one of them."""
        self._fills_all = True
        yield
        self._fills_all = False

    def set_limits(self, budget_bytes: int | None) -> None:
        """Say how many states, and edges, may be stored before somebody has to look again."""
        size, stored = 1 << self.table_bits, self.stored()
        places = [slots.PLACE - 1 - count for count in self.counts()]
        ceilings = [int(size * FULLEST), stored + (sum(places) if self._fills_all else min(places))]
        left = None if budget_bytes is None else max(0, budget_bytes - self.memory_bytes())
        if left is not None:
            # Nobody knows how many edges a state will have: each gets half of what is left, again and again.
            ceilings.append(stored + left // (2 if self.graph else 1) // self.state_bytes)
        self.ctx[slots.CEILING] = max(0, min(ceilings) - self.reserve)
        self.ctx[slots.LIMIT] = int(size * LOAD)
        for own in self.own if self.graph else ():
            more = MOST_LOGGED if left is None else left // 2 // WORD // self.workers
            own[slots.EDGE_LIMIT] = min(own[slots.EDGE] + more, MOST_LOGGED)

    @property
    def can_go_on(self) -> bool:
        """Whether every worker can expand a state."""
        has_room = all(own[slots.EDGE_LIMIT] - own[slots.EDGE] >= self.capacity for own in self.own)
        return self.stored() < self.ctx[slots.CEILING] and (has_room or not self.graph)

    # ------------------------------------------------------------------------------------------------------- memory

    @property
    def state_bytes(self) -> int:
        """What a state takes, table and edges aside: words, a bit for the mark of a trace, its part in the levels.

        With the graph also what `GRAPH_WORDS` says.
        """
        graph = GRAPH_WORDS * WORD if self.graph else 0
        return self.words * WORD + 1 + self._log_bytes() // max(1, self.stored()) + graph

    def memory_bytes(self, table_bits: int | None = None, capacity: int | None = None) -> int:
        """What has been touched, or would be with another table or other buffers."""
        table = WORD << (self.table_bits if table_bits is None else table_bits)
        buffers = (
            self.workers * (self.capacity if capacity is None else capacity) * (self.words + 1 + self._lists) * WORD
        )
        # The last page of an arena is touched as a whole.
        arenas = self.stored() * self.words * WORD + self.workers * HUGE_PAGE
        marks = self.stored() // 8
        graph = (GRAPH_WORDS * self.stored() + self.total(slots.EDGE)) * WORD if self.graph else 0
        return self.base_bytes + table + buffers + arenas + marks + graph + self._log_bytes()

    def _log_bytes(self) -> int:
        return (self.ctx[slots.LEVEL] + 3) * self.workers * WORD

    # ------------------------------------------------------------------------------------------------------- states

    def counts(self) -> tuple[int, ...]:
        """How many states each arena holds."""
        return tuple(self.ctx[slots.COUNTS + slots.LINE * worker] for worker in range(self.workers))

    def stored(self) -> int:
        """How many states are stored."""
        return sum(self.counts())

    def row(self, level: int) -> tuple[int, ...]:
        """How many states each arena held where a level begins."""
        return words_at(self._log.address + level * self.workers * WORD, self.workers)

    def in_order(self) -> int:
        """How many states lie first, in an order in which chance has no part.

        They are those that a worker alone found: up to the end of the first level that several expand.
        """
        if self.workers > 1:
            levels = self.ctx[slots.LEVEL] + 1
            rows = bytes_at(self._log.address, (levels + 1) * self.workers * WORD).cast("Q")
            ends = [sum(rows[at : at + self.workers]) for at in range(0, len(rows), self.workers)]
            for level, (begin, end) in enumerate(pairwise(ends)):
                if end - begin > slots.SMALL_LEVEL:
                    return rows[(level + 1) * self.workers]
        return self.stored()

    def close_start(self) -> None:
        """Let level 0 be what is stored now."""
        (ctypes.c_uint64 * self.workers).from_address(self._log.address + self.workers * WORD)[:] = [*self.counts()]

    def tell(self, worker: int) -> None:
        """Note that what a worker saw is known."""
        for word in range(3):
            self.ctx[slots.TOLD + word] |= self.own[worker][slots.ANSWERED + word]
            self.own[worker][slots.ANSWERED + word] = 0

    def total(self, counter: int) -> int:
        """A counter of all workers together."""
        return sum(own[counter] for own in self.own)

    def fired(self, *, kept: bool = False) -> tuple[int, ...]:
        """For each action, how many of its paths led to a state (`kept`: as of the last level's end)."""
        first = slots.FIRED + (self.counters if kept else 0)
        return tuple(self.total(first + action) for action in range(self.counters - 2))
