"""Level-synchronous breadth-first search in compiled code.

Workers take chunks of the level; a worker that finds the table too full or its buffer too small makes all stop, and
they go on where they were once there is room. What is found is kept as the first level at which it occurs, never as a
parent link, so no answer depends on which worker was first.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from modelcheck.engines.base import Stop
from modelcheck.engines.native import slots
from modelcheck.engines.native.crew import run_jobs
from modelcheck.engines.native.findings import Explored, Target, answer, collect, questions
from modelcheck.engines.native.function import UnsupportedError
from modelcheck.engines.native.growth import Growth
from modelcheck.engines.native.machine import Machine
from modelcheck.engines.native.plan import plan
from modelcheck.engines.native.reducer import Reduction
from modelcheck.engines.native.store import FIRST_CAPACITY, FIRST_TABLE_BITS, UNLIMITED, Store
from modelcheck.engines.native.watch import Watch
from modelcheck.frozen import Frozen
from modelcheck.jit.aside import wait_for
from modelcheck.jit.memory import Words, words_at
from modelcheck.kernel.equal_cells import merge_equal_cells
from modelcheck.kernel.layout import layout
from modelcheck.kernel.possible_members import possible_members
from modelcheck.kernel.task import Task

if TYPE_CHECKING:
    from modelcheck.engines.native.saver import Saver

MOST_QUESTIONS = 60
SLICE = 1 << 16
"""How many initial states are stored between two looks at the clock."""


class Setting(Frozen):
    """How to search. `deadlock` is asked or not, the `graph` kept or not; the sizes are those to begin with.

    An answer to one of the questions in `until` ends the search with its level.
    """

    workers: int = 1
    deadlock: bool = True
    graph: bool = False
    until: frozenset[str] = frozenset()
    table_bits: int = FIRST_TABLE_BITS
    capacity: int = FIRST_CAPACITY


class Explorer:
    """A search of one program. `run` explores; the arenas stay readable for the trace.

    Raises `GivenUpError` where the time is up before there is any code.
    """

    def __init__(self, task: Task, setting: Setting, watch: Watch) -> None:
        program = task.program
        if len(program.bounds) > MOST_QUESTIONS or len(questions(program)) > MOST_QUESTIONS:
            raise UnsupportedError("more bounds or properties than bits in a word")
        if len(program.actions) > slots.ACTION:
            raise UnsupportedError("more actions than a label can tell apart")
        self.program, self.setting, self.watch = program, setting, watch
        compiled = program
        if task.symmetry is None:
            compiled, first = merge_equal_cells(program)
            self.layout = layout(program, possible_members(program), first)
        else:
            # What can be in a set, and what is equal, is not found alike for ids that are.
            self.layout = layout(program)
        self.symmetry, self.room = task.symmetry, sum(1 << bound for bound in task.room)
        assert self.symmetry is None or not setting.graph, "a graph is kept of all states"
        reduced = self.symmetry is not None
        make = partial(Machine, compiled, self.layout, graph=setting.graph, reduced=reduced)
        self.machine = wait_for(make, watch.is_up)
        workers = max(1, min(setting.workers, slots.MOST_WORKERS))
        self.store = Store(self.layout.words, workers, len(program.actions), watch.budget, graph=setting.graph)
        self._asked = Words(self.layout.words)
        self._reduction: Reduction | None = None
        if self.symmetry is not None:
            self._reduction = Reduction(plan(program, self.layout, self.symmetry), self.store)
        self.seconds = self.cpu_seconds = 0.0
        """What the search took, the latter without what compiled better code meanwhile."""
        self._began_cpu = 0.0
        self._saver: Saver | None = None
        self._growth = Growth(self.store, watch.budget)

    # ---------------------------------------------------------------------------------------------- calls in threads

    def in_threads(
        self, jobs: list[Callable[[], object]], is_over: Callable[[Store], bool] | None = None
    ) -> list[object]:
        """Run compiled code, so that it stops when the time is up; returns what the jobs do."""
        return run_jobs(self.store, jobs, partial(is_over or self.watch.is_over, self.store))

    def job(self, name: str, worker: int, *more: object) -> Callable[[], object]:
        """A call of compiled code on behalf of one worker."""
        return partial(self.machine.call[name], self.store.ctx.address, self.store.own[worker].address, *more)

    def _rehash(self) -> None:
        self.in_threads(self._rehashes())

    def _rehashes(self) -> list[Callable[[], object]]:
        return [self.job("rehash", worker) for worker in range(self.store.workers)]

    def complete_table(self) -> bool:
        """Have every state in the table; False if there was no time for that."""
        if not self._growth.table_is_whole:
            self.store.set_table(self.store.table_bits)
            self.in_threads(self._rehashes(), self.watch.is_late)
            self._growth.table_is_whole = self.store.ctx[slots.STOP] == 0
        return self._growth.table_is_whole

    # ------------------------------------------------------------------------------------------------- stored states

    def stored_state(self, number: int) -> tuple[int, ...]:
        """The words of a stored state; they are numbered worker by worker."""
        for worker, count in enumerate(self.store.counts()):
            if number < count:
                return words_at(self.store.ctx[slots.ARENAS + worker] + number * 8 * self.store.words, self.store.words)
            number -= count
        raise IndexError(number)

    @property
    def is_exact(self) -> bool:
        """Whether states that stand for one orbit are always equal."""
        return self._reduction is None or self._reduction.is_exact

    def canonicalise(self, state: Words) -> int:
        """Replace a state by the one that stands for its orbit; returns as `settle` in `loops.canonical`."""
        call, store = self.machine.call["reduce_state"], self.store
        return int(call(store.ctx.address, store.own[0].address, state.address))

    def is_stored(self, state: tuple[int, ...]) -> bool:
        """Whether a state, by its cells, or the one that stands for it, was found."""
        return bool(self.machine.call["is_stored"](self.store.ctx.address, self.packed(state)))

    def index_of(self, state: tuple[int, ...]) -> int | None:
        """Where a state, by its cells, is stored, or the one that stands for it; None if there is none.

        Worker and place are as `find` gives them. Not for narrow states.
        """
        found = int(self.machine.call["find"](self.store.ctx.address, self.packed(state)))
        return found - 1 if found else None

    def packed(self, state: tuple[int, ...]) -> int:
        """Where the words of a state are, given by its cells, or of the one that stands for it. Until the next call."""
        self._asked.fill(self.layout.pack(state))
        if self._reduction is not None:
            self.canonicalise(self._asked)
        return self._asked.address

    # -------------------------------------------------------------------------------------------------------- search

    def run(self, saver: Saver | None = None) -> Explored:
        """Explore to the end or to a limit, with checkpoints if there is a saver."""
        found = Explored()
        began, self._began_cpu = time.monotonic(), self._cpu_seconds()
        self._saver = saver
        if saver is not None:
            self.watch.wants_pause = saver.is_due
        found.stopped = self._begin() or (self._resume(found) if saver and saver.manifest else self._start(found))
        is_begun = found.stopped is None
        found.short = self._is_short(found)
        level = self.store.ctx[slots.LEVEL]
        while found.stopped is None and not found.short and self.enter(level):
            found.depth = level
            found.stopped = self._between_levels(found, level) or self._levels()
            level = found.depth = self.store.ctx[slots.LEVEL]
            if self._reduction is not None:
                self._reduction.count()
            if found.stopped is None:
                self._collect(found, level)
                level += 1
                found.short = self._is_short(found)
                self._save(found, level)
        if is_begun:
            self._save(found, level, always=True)
        self._collect(found, level)
        found.states = found.distinct = self.store.stored()
        if self._reduction is not None:
            found.distinct = self._reduction.distinct()
        found.transitions = self.store.total(slots.TRANSITIONS)
        found.fired = self.store.fired()
        for own in self.store.own:
            found.cuts |= own[slots.CUT]
        self.seconds, self.cpu_seconds = time.monotonic() - began, self._cpu_seconds() - self._began_cpu
        return found

    def _between_levels(self, found: Explored, level: int) -> Stop | None:
        """Why a level is not to be expanded any more."""
        stop = self.watch.between_levels(self.store, level)
        return stop or (None if self.setting.until.isdisjoint(found.targets) else "answered")

    def _cpu_seconds(self) -> float:
        """What the process took of processors so far, but for what better code takes in the background."""
        return time.process_time() - self.machine.background_seconds()

    def enter(self, level: int) -> int:
        """Let compiled code see a level as the one to work on; returns its number of states."""
        return int(self.machine.call["enter"](self.store.ctx.address, level))

    def _begin(self) -> Stop | None:
        """Make room, and let compiled code know the limits that it has to look at."""
        ctx, limits = self.store.ctx, self.watch.limits
        ctx[slots.LAST_LEVEL] = UNLIMITED if limits.depth is None else limits.depth
        ctx[slots.ROOM] = self.room
        ctx[slots.MOST_STATES] = UNLIMITED if limits.states is None else limits.states
        return self._growth.begin(self.setting.table_bits, self.setting.capacity)

    def _resume(self, found: Explored) -> Stop | None:
        """Store what a checkpoint holds."""
        store, saver = self.store, self._saver
        assert saver is not None
        assert saver.manifest is not None
        progress = saver.manifest.progress
        with store.filling_all():
            stop = self._growth.make_room(progress.states, self._rehash)
        if stop is None:
            saver.load(store)
            self.machine.call["keep"](store.ctx.address, store.own[0].address)
            found.depth = max(0, progress.level - 1)
            found.cuts = progress.cuts
            found.targets = {name: Target(kind, level) for name, (kind, level) in progress.targets.items()}  # type: ignore[arg-type]  # a kind
            self._rehash()
            self._growth.table_is_whole = is_whole = store.ctx[slots.STOP] == 0
            if is_whole and self._reduction is not None:
                self.in_threads([self.job("count_orbits", worker) for worker in range(store.workers)])
                is_whole = store.ctx[slots.STOP] == 0
            self._growth.set_limits()
            # What halted it may look different by now.
            stop = self.watch.stop or (None if is_whole else "memory")
        return stop

    def _is_short(self, found: Explored) -> bool:
        return any((found.cuts | own[slots.CUT]) & self.room for own in self.store.own)

    def _save(self, found: Explored, level: int, *, always: bool = False) -> None:
        # A checkpoint knows of levels that are complete only, and whose states are all there.
        if self._saver is not None and not found.short and (always or self._saver.is_due()):
            targets = {name: (target.kind, target.level) for name, target in found.targets.items()}
            self._saver.save(self.store, level, found.cuts, targets)
            self.store.ctx[slots.PAUSE] = 0

    def _start(self, found: Explored) -> Stop | None:
        """Store the initial states: level 0."""
        store, stop = self.store, None
        zero, own, info = Words(store.words), store.own[0], store.info(0)
        info[slots.FULL] = 1
        while stop is None and info[slots.FULL]:
            for word in (slots.FAILED, slots.FULL, slots.CUTS):
                info[word] = 0
            store.empty_buffer(0)
            out, count, capacity = own[slots.OUT], own[slots.COUNT], own[slots.CAPACITY]
            self.in_threads(
                [partial(self.machine.call["initial"], zero.address, out, count, capacity, info.address, 0)]
            )
            if info[slots.HALTED]:
                # What halted it may look different by now, and starts may be missing all the same.
                stop = self.watch.stop or "memory"
            elif info[slots.FULL]:
                stop = self._growth.enlarge()
        if info[slots.FAILED]:
            found.targets["errors"] = Target("error", -1)
        found.cuts |= info[slots.CUTS]
        return stop or self._growth.make_room(store.successors(0), self._rehash) or self._store_initial(found)

    def _store_initial(self, found: Explored) -> Stop | None:
        store, own = self.store, self.store.own[0]
        out, count, done = own[slots.OUT], store.successors(0), 0
        while done < count and self.watch.stop is None:
            size = min(SLICE, count - done)
            own[slots.OUT] = out + done * store.stride_bytes
            self.in_threads([self.job("add_all", 0, size)])
            done += size
        own[slots.OUT] = out
        store.ctx[slots.STORED] = store.stored()
        store.close_start()
        answer(found, self.program, own[slots.ANSWERED], 0)
        store.tell(0)
        return self.watch.stop

    def _levels(self) -> Stop | None:
        """Expand the level that was entered, and those behind it while they are small; makes room on the way."""
        store = self.store
        while True:
            small = store.ctx[slots.TOTAL] <= slots.SMALL_LEVEL
            workers = range(1 if small else store.workers)
            jobs = [self.job("work_small" if small else "work", worker) for worker in workers]
            is_done = not any(self.in_threads(jobs, self._is_over))
            reason = store.ctx[slots.STOP]
            if self.machine.wants_upgrade(0):
                self.machine.upgrade()
            if is_done:
                # The time may be up, but this level is done: counted once, it must not be expanded again.
                if not small:
                    self._close()
                return None
            if reason == slots.UPGRADE and self.watch.stop is None:
                continue
            enlarge = reason == slots.ENLARGE
            stop = self.watch.stop or (self._growth.enlarge() if enlarge else self._growth.grow(self._rehash))
            if stop is not None:
                self.machine.call["close_level"](store.ctx.address)
                # What ended a rehash counts, not that the table is too small without it.
                return self.watch.stop or stop

    def _is_over(self, store: Store) -> bool:
        """Whether the search must stop. Makes the workers pause where better code is ready: they go on in it."""
        if self.machine.wants_upgrade(self._cpu_seconds() - self._began_cpu, self.watch.left_seconds):
            store.ctx[slots.STOP] = slots.UPGRADE
        return self.watch.is_over(store)

    def _close(self) -> None:
        self.machine.call["close_level"](self.store.ctx.address)
        for own in self.store.own:
            self.machine.call["keep"](self.store.ctx.address, own.address)

    def _collect(self, found: Explored, level: int) -> None:
        collect(found, self.store, self.program, level, deadlock=self.setting.deadlock)
