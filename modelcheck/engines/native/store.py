"""Where a search keeps its states: the table, an arena and a buffer of successors a worker, and the counters."""

from __future__ import annotations

from modelcheck.engines.native import slots
from modelcheck.engines.native.memory import Region, Words

FIRST_TABLE_BITS = 16
FIRST_CAPACITY = 1 << 12
LOAD = 0.7


class Store:
    """The blocks of memory that compiled code works on (see `slots`). States are `words` words each."""

    def __init__(self, words: int, workers: int, actions: int) -> None:
        self.words, self.workers = words, workers
        self.ctx = Words(slots.CTX_WORDS)
        self.ctx[slots.WORKERS] = workers
        self.own = [Words(slots.FIRED + actions + 1) for _ in range(workers)]
        self._buffers: dict[int, tuple[Words, ...]] = {}
        self._arenas = [Region(words << slots.PLACE_BITS) for _ in range(workers)]
        for number, (own, arena) in enumerate(zip(self.own, self._arenas, strict=True)):
            own[slots.ME] = number
            self.ctx[slots.ARENAS + number] = arena.address
        self.set_buffers(FIRST_CAPACITY)
        self.set_table(FIRST_TABLE_BITS)

    def set_buffers(self, capacity: int) -> None:
        """Give every worker room for this many successors of one state."""
        for number, own in enumerate(self.own):
            out, hashes = Words((self.words + 1) * capacity), Words(capacity)
            info, count = Words(slots.INFO_WORDS), Words(8)
            self._buffers[number] = (out, hashes, info, count)
            own[slots.OUT], own[slots.CAPACITY], own[slots.INFO] = out.address, capacity, info.address
            own[slots.COUNT], own[slots.HASHES] = count.address, hashes.address

    def buffer(self, worker: int) -> tuple[Words, Words, Words]:
        """A worker's buffer of successors, its `info` and the number of successors in the buffer."""
        out, _, info, count = self._buffers[worker]
        return out, info, count

    def set_table(self, bits: int) -> None:
        """Begin an empty table."""
        self._table = Region(1 << bits)
        self._table.use_huge_pages()
        self.table_bits = bits
        self.ctx[slots.TABLE], self.ctx[slots.MASK] = self._table.address, (1 << bits) - 1
        self.ctx[slots.LIMIT] = int((1 << bits) * LOAD)

    def memory_bytes(self) -> int:
        """What the search has touched: table and arenas."""
        return (8 << self.table_bits) + self.stored() * self.words * 8

    def counts(self) -> tuple[int, ...]:
        """How many states each arena holds."""
        return tuple(self.ctx[slots.COUNTS + worker] for worker in range(self.workers))

    def stored(self) -> int:
        """How many states are stored."""
        return sum(self.counts())

    def set_range(self, begins: tuple[int, ...], ends: tuple[int, ...]) -> int:
        """Let compiled code see these parts of the arenas as its level; returns their number of states."""
        total = 0
        for worker in range(self.workers):
            self.ctx[slots.BEGINS + worker] = begins[worker]
            self.ctx[slots.PREFIXES + worker] = total
            self.ctx[slots.NEXTS + worker] = ends[worker]
            total += ends[worker] - begins[worker]
        self.ctx[slots.TOTAL], self.ctx[slots.CURSOR] = total, 0
        for own in self.own:
            own[slots.POSITION] = own[slots.END] = 0
        return total
