"""Level-synchronous breadth-first search in compiled code.

Workers take chunks of the level; a worker that finds the table too full or its buffer too small makes all stop, and
they go on where they were once there is room. What is found is kept as the first level at which it occurs, never as a
parent link, so no answer depends on which worker was first.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from modelcheck.engines.base import Progress, Stop
from modelcheck.engines.native import search
from modelcheck.engines.native.function import UnsupportedError
from modelcheck.engines.native.memory import Region, Words
from modelcheck.engines.native.module import ERROR_BIT, program_module
from modelcheck.jit.compile import compile_module
from modelcheck.jit.translate import DECLARATIONS, Signature, signature_of, translate
from modelcheck.kernel.layout import Layout, layout
from modelcheck.kernel.program import Program
from modelcheck.kernel.task import Limits, Task

EXPORTED = ("work", "rehash", "add_all", "find", "mark_targets", "mark_before", "initial")
MOST_WORKERS = 8
FIRST_TABLE_BITS = 16
LOAD = 0.7
MOST_QUESTIONS = 60
SMALL_LEVEL = 4096
"""Levels up to this many states are expanded by one worker: starting threads would take longer."""

INTERRUPT = 3

_GENERATED = {
    "expand": Signature(("ptr", "ptr", "ptr", "i64", "ptr"), None),
    "check": Signature(("ptr",), "i64"),
    "check_step": Signature(("ptr", "ptr"), "i64"),
    "resting": Signature(("ptr",), "i64"),
}


@dataclass(frozen=True, slots=True)
class Target:
    """The first level with an answer: states that answer (`state`, `deadlock`), or whose steps do (`step`, `error`).

    Level -1 stands for an error in the beginning itself.
    """

    kind: Literal["state", "step", "error", "deadlock"]
    level: int


@dataclass
class Explored:
    """What a search found. `targets` by property, `errors` and `deadlock`; `cuts` is a bit set of bounds."""

    states: int = 0
    transitions: int = 0
    depth: int = 0
    fired: tuple[int, ...] = ()
    cuts: int = 0
    targets: dict[str, Target] = field(default_factory=dict)
    stopped: Stop | None = None


def module_text(program: Program, places: Layout) -> str:
    """The whole module: the program's functions and the search specialised for its number of words."""
    constants = {name: value for name, value in vars(search).items() if name.isupper() and isinstance(value, int)}
    steps = any(prop.kind == "transition" for prop in program.properties)
    constants |= {"WORDS": places.words, "STRIDE": places.words + 1, "HAS_STEPS": int(steps)}
    callees = dict(_GENERATED) | {function.__name__: signature_of(function) for function in search.FUNCTIONS}
    parts = [DECLARATIONS, program_module(program, places)]
    parts += [translate(function, constants, callees) for function in search.FUNCTIONS]
    return "\n".join(parts)


class Explorer:
    """A search of one program. `run` explores; the arenas stay readable for the trace."""

    def __init__(self, task: Task, workers: int, deadlock: bool) -> None:  # noqa: FBT001 - asked or not
        program = task.program
        if len(program.bounds) > MOST_QUESTIONS or len(program.properties) > MOST_QUESTIONS:
            raise UnsupportedError("more bounds or properties than bits in a word")
        self.program, self.limits, self.deadlock = program, task.limits, deadlock
        self.layout = layout(program)
        self.workers = max(1, min(workers, MOST_WORKERS))
        compiled = compile_module(module_text(program, self.layout), EXPORTED)
        self._compiled = compiled
        word, pointer = ctypes.c_uint64, ctypes.c_void_p
        kinds: dict[str, tuple[Any, ...]] = {
            "work": (word, pointer, pointer),
            "rehash": (None, pointer),
            "add_all": (word, pointer, pointer, word),
            "find": (word, pointer, pointer),
            "mark_targets": (word, pointer, pointer, pointer, word, word),
            "mark_before": (word, pointer, pointer, pointer),
            "initial": (None, pointer, pointer, pointer, word, pointer, word),
        }
        self.call = {name: ctypes.CFUNCTYPE(*kind)(compiled.addresses[name]) for name, kind in kinds.items()}
        self.ctx = Words(64)
        self.ctx[search.WORKERS] = self.workers
        self.own = [Words(search.FIRED + len(program.actions) + 1) for _ in range(self.workers)]
        self.levels: list[tuple[int, ...]] = []
        self._buffers: dict[int, tuple[Words, ...]] = {}
        self._arenas = [Region(self.layout.words << 30) for _ in range(self.workers)]
        for number, (own, arena) in enumerate(zip(self.own, self._arenas, strict=True)):
            own[search.ME] = number
            self.ctx[search.ARENAS + number] = arena.address
        self._set_buffers(1 << 12)
        self._set_table(FIRST_TABLE_BITS)

    # ------------------------------------------------------------------------------------------------------- memory

    def _set_buffers(self, capacity: int) -> None:
        for number, own in enumerate(self.own):
            out, hashes = Words((self.layout.words + 1) * capacity), Words(capacity)
            info, count = Words(8), Words(8)
            self._buffers[number] = (out, hashes, info, count)
            own[search.OUT], own[search.CAPACITY], own[search.INFO] = out.address, capacity, info.address
            own[search.COUNT], own[search.HASHES] = count.address, hashes.address

    def _set_table(self, bits: int) -> None:
        self._table = Region(1 << bits)
        self._table.use_huge_pages()
        self.table_bits = bits
        self.ctx[search.TABLE], self.ctx[search.MASK] = self._table.address, (1 << bits) - 1
        self.ctx[search.LIMIT] = int((1 << bits) * LOAD)

    def memory_bytes(self) -> int:
        """What the search has touched: table and arenas."""
        return (8 << self.table_bits) + self.stored() * self.layout.words * 8

    def stored(self) -> int:
        """How many states are stored."""
        return sum(self.ctx[search.COUNTS + worker] for worker in range(self.workers))

    # -------------------------------------------------------------------------------------------------------- search

    def run(self, budget: int | None, tell: Callable[[Progress], None] | None) -> Explored:
        """Explore to the end or to a limit."""
        found = Explored()
        watch = _Watch(self, self.limits, budget, tell)
        try:
            self._start(found)
            while self._set_level() and found.stopped is None:
                found.depth = len(self.levels) - 2
                found.stopped = watch.between_levels(found.depth) or self._level(watch, found.depth)
                self._collect(found)
        except KeyboardInterrupt:
            found.stopped = "interrupted"
        found.states = self.stored()
        found.transitions = sum(own[search.TRANSITIONS] for own in self.own)
        found.fired = tuple(
            sum(own[search.FIRED + action] for own in self.own) for action in range(len(self.program.actions))
        )
        return found

    def _start(self, found: Explored) -> None:
        zero, own = Words(self.layout.words), self.own[0]
        while True:
            out, _, info, count = self._buffers[0]
            count[0] = 0
            for word in range(8):
                info[word] = 0
            self.call["initial"](zero.address, out.address, count.address, own[search.CAPACITY], info.address, 0)
            if not info[2]:
                break
            self._set_buffers(2 * own[search.CAPACITY])
        if info[1]:
            found.targets["errors"] = Target("error", -1)
        found.cuts |= info[3]
        while count[0] * 2 > self.ctx[search.LIMIT]:
            self._set_table(self.table_bits + 1)
        fresh = self.call["add_all"](self.ctx.address, own.address, count[0])
        self.ctx[search.STORED] = fresh
        self.levels.append((0,) * self.workers)
        self._answer(found, own[search.ANSWERED], 0)
        own[search.ANSWERED] = 0

    def _set_level(self) -> bool:
        """Make the states found last the level to expand; False if there are none."""
        begins = self.levels[-1]
        ends = tuple(self.ctx[search.COUNTS + worker] for worker in range(self.workers))
        self.levels.append(ends)
        return self.set_range(begins, ends) > 0

    def set_range(self, begins: tuple[int, ...], ends: tuple[int, ...]) -> int:
        """Let compiled code see these parts of the arenas as its level; returns their number of states."""
        total = 0
        for worker in range(self.workers):
            self.ctx[search.BEGINS + worker] = begins[worker]
            self.ctx[search.PREFIXES + worker] = total
            self.ctx[search.NEXTS + worker] = ends[worker]
            total += ends[worker] - begins[worker]
        self.ctx[search.TOTAL], self.ctx[search.CURSOR] = total, 0
        for own in self.own:
            own[search.POSITION] = own[search.END] = 0
        return total

    def _level(self, watch: _Watch, depth: int) -> Stop | None:
        """Expand the level, growing what is too small on the way."""
        while True:
            self.ctx[search.STOP] = 0
            if self.ctx[search.TOTAL] <= SMALL_LEVEL:
                self.call["work"](self.ctx.address, self.own[0].address)
            else:
                self._work_in_threads(watch, depth)
            reason = self.ctx[search.STOP]
            if reason == search.GROW:
                self._set_table(self.table_bits + (2 if self.table_bits < 24 else 1))  # noqa: PLR2004 - small: in big steps
                self.call["rehash"](self.ctx.address)
            elif reason == search.ENLARGE:
                self._set_buffers(2 * self.own[0][search.CAPACITY])
            else:
                return watch.stop
            if stop := watch.between_levels(depth):
                return stop

    def _work_in_threads(self, watch: _Watch, depth: int) -> None:
        threads = [
            threading.Thread(target=self.call["work"], args=(self.ctx.address, own.address), daemon=True)
            for own in self.own
        ]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                while thread.is_alive():
                    thread.join(0.1)
                    if watch.in_level(depth):
                        self.ctx[search.STOP] = INTERRUPT
        except KeyboardInterrupt:
            self.ctx[search.STOP] = INTERRUPT
            for thread in threads:
                thread.join()
            raise

    def _collect(self, found: Explored) -> None:
        """Take over what the workers saw while they expanded the level."""
        level = len(self.levels) - 2
        for own in self.own:
            self._answer(found, own[search.ANSWERED], level + 1)
            steps, fails = own[search.STEPS], own[search.FAILS]
            for index, prop in enumerate(self.program.properties):
                if steps >> index & 1:
                    found.targets.setdefault(prop.name, Target("step", level))
            if fails or steps >> ERROR_BIT & 1:
                found.targets.setdefault("errors", Target("error", level))
            if own[search.DEADLOCKS] and self.deadlock:
                found.targets.setdefault("deadlock", Target("deadlock", level))
            found.cuts |= own[search.CUT]
            own[search.ANSWERED] = own[search.STEPS] = own[search.FAILS] = own[search.DEADLOCKS] = own[search.CUT] = 0

    def _answer(self, found: Explored, bits: int, level: int) -> None:
        for index, prop in enumerate(self.program.properties):
            if bits >> index & 1:
                found.targets.setdefault(prop.name, Target("state", level))
        if bits >> ERROR_BIT & 1:
            found.targets.setdefault("errors", Target("error", level - 1))


class _Watch:
    """Looks at the limits, and tells of the progress twice a second."""

    def __init__(
        self, explorer: Explorer, limits: Limits, budget: int | None, tell: Callable[[Progress], None] | None
    ) -> None:
        self.explorer, self.limits, self.budget, self.tell = explorer, limits, budget, tell
        self.started = self.told = time.monotonic()
        self.stop: Stop | None = None

    def in_level(self, depth: int) -> bool:
        """Whether the time is up."""
        now = time.monotonic()
        if self.limits.seconds is not None and now - self.started >= self.limits.seconds:
            self.stop = "time"
        if self.tell is not None and now - self.told >= 0.5:  # noqa: PLR2004 - twice a second
            self.told = now
            states = self.explorer.stored()
            self.tell(Progress(states, states / (now - self.started), depth, self.explorer.memory_bytes()))
        return self.stop is not None

    def between_levels(self, depth: int) -> Stop | None:
        """Which limit was reached, if one was; limits on states and depth act here only, so they are deterministic."""
        states = self.explorer.stored()
        if self.limits.depth is not None and depth >= self.limits.depth:
            self.stop = "depth"
        elif self.limits.states is not None and states > self.limits.states:
            self.stop = "states"
        elif self.budget is not None and 2 * self.explorer.memory_bytes() > self.budget and self._would_grow(states):
            self.stop = "memory"
        else:
            self.in_level(depth)
        return self.stop

    def _would_grow(self, states: int) -> bool:
        explorer = self.explorer
        after = (16 << explorer.table_bits) if states * 2 > explorer.ctx[search.LIMIT] else (8 << explorer.table_bits)
        assert self.budget is not None
        return after + 2 * states * explorer.layout.words * 8 > self.budget
