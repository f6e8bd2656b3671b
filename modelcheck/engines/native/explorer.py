"""Level-synchronous breadth-first search in compiled code.

Workers take chunks of the level; a worker that finds the table too full or its buffer too small makes all stop, and
they go on where they were once there is room. What is found is kept as the first level at which it occurs, never as a
parent link, so no answer depends on which worker was first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from modelcheck.engines.base import Progress, Stop
from modelcheck.engines.native import slots
from modelcheck.engines.native.function import UnsupportedError
from modelcheck.engines.native.machine import Machine
from modelcheck.engines.native.memory import Words
from modelcheck.engines.native.module import ERROR_BIT
from modelcheck.engines.native.store import Store
from modelcheck.engines.native.watch import Watch
from modelcheck.kernel.layout import layout
from modelcheck.kernel.task import Task

MOST_QUESTIONS = 60
SMALL_LEVEL = 4096
"""Levels up to this many states are expanded by one worker: starting threads would take longer."""


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


class Explorer:
    """A search of one program. `run` explores; the arenas stay readable for the trace."""

    def __init__(self, task: Task, workers: int, deadlock: bool) -> None:  # noqa: FBT001 - asked or not
        program = task.program
        if len(program.bounds) > MOST_QUESTIONS or len(program.properties) > MOST_QUESTIONS:
            raise UnsupportedError("more bounds or properties than bits in a word")
        self.program, self.limits, self.deadlock = program, task.limits, deadlock
        self.layout = layout(program)
        # Kept: without it the machine code is freed.
        self._machine = Machine(program, self.layout)
        self.call = self._machine.call
        self.store = Store(self.layout.words, max(1, min(workers, slots.MOST_WORKERS)), len(program.actions))
        self.levels: list[tuple[int, ...]] = []
        """How many states each arena held where a level begins; with the end of the last."""

    def run(self, budget: int | None, tell: Callable[[Progress], None] | None) -> Explored:
        """Explore to the end or to a limit."""
        found = Explored()
        watch = Watch(self.store, self.limits, budget, tell)
        try:
            self._start(found)
            while self._set_level() and found.stopped is None:
                found.depth = len(self.levels) - 2
                found.stopped = watch.between_levels(found.depth) or self._level(watch, found.depth)
                self._collect(found)
        except KeyboardInterrupt:
            found.stopped = "interrupted"
        found.states = self.store.stored()
        found.transitions = sum(own[slots.TRANSITIONS] for own in self.store.own)
        found.fired = tuple(
            sum(own[slots.FIRED + action] for own in self.store.own) for action in range(len(self.program.actions))
        )
        return found

    def _start(self, found: Explored) -> None:
        zero, own = Words(self.layout.words), self.store.own[0]
        while True:
            out, info, count = self.store.buffer(0)
            count[0] = 0
            for word in range(slots.INFO_WORDS):
                info[word] = 0
            self.call["initial"](zero.address, out.address, count.address, own[slots.CAPACITY], info.address, 0)
            if not info[slots.FULL]:
                break
            self.store.set_buffers(2 * own[slots.CAPACITY])
        if info[slots.FAILED]:
            found.targets["errors"] = Target("error", -1)
        found.cuts |= info[slots.CUTS]
        while count[0] * 2 > self.store.ctx[slots.LIMIT]:
            self.store.set_table(self.store.table_bits + 1)
        fresh = self.call["add_all"](self.store.ctx.address, own.address, count[0])
        self.store.ctx[slots.STORED] = fresh
        self.levels.append((0,) * self.store.workers)
        self._answer(found, own[slots.ANSWERED], 0)
        own[slots.ANSWERED] = 0

    def _set_level(self) -> bool:
        """Make the states found last the level to expand; False if there are none."""
        begins = self.levels[-1]
        ends = self.store.counts()
        self.levels.append(ends)
        return self.store.set_range(begins, ends) > 0

    def _level(self, watch: Watch, depth: int) -> Stop | None:
        """Expand the level, growing what is too small on the way."""
        while True:
            self.store.ctx[slots.STOP] = 0
            if self.store.ctx[slots.TOTAL] <= SMALL_LEVEL:
                self.call["work"](self.store.ctx.address, self.store.own[0].address)
            else:
                self._work_in_threads(watch, depth)
            reason = self.store.ctx[slots.STOP]
            if reason == slots.GROW:
                self.store.set_table(self.store.table_bits + (2 if self.store.table_bits < 24 else 1))  # noqa: PLR2004 - small: in big steps
                self.call["rehash"](self.store.ctx.address)
            elif reason == slots.ENLARGE:
                self.store.set_buffers(2 * self.store.own[0][slots.CAPACITY])
            else:
                return watch.stop
            if stop := watch.between_levels(depth):
                return stop

    def _work_in_threads(self, watch: Watch, depth: int) -> None:
        threads = [
            threading.Thread(target=self.call["work"], args=(self.store.ctx.address, own.address), daemon=True)
            for own in self.store.own
        ]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                while thread.is_alive():
                    thread.join(0.1)
                    if watch.in_level(depth):
                        self.store.ctx[slots.STOP] = slots.INTERRUPT
        except KeyboardInterrupt:
            self.store.ctx[slots.STOP] = slots.INTERRUPT
            for thread in threads:
                thread.join()
            raise

    def _collect(self, found: Explored) -> None:
        """Take over what the workers saw while they expanded the level."""
        level = len(self.levels) - 2
        for own in self.store.own:
            self._answer(found, own[slots.ANSWERED], level + 1)
            steps, fails = own[slots.STEPS], own[slots.FAILS]
            for index, prop in enumerate(self.program.properties):
                if steps >> index & 1:
                    found.targets.setdefault(prop.name, Target("step", level))
            if fails or steps >> ERROR_BIT & 1:
                found.targets.setdefault("errors", Target("error", level))
            if own[slots.DEADLOCKS] and self.deadlock:
                found.targets.setdefault("deadlock", Target("deadlock", level))
            found.cuts |= own[slots.CUT]
            own[slots.ANSWERED] = own[slots.STEPS] = own[slots.FAILS] = own[slots.DEADLOCKS] = own[slots.CUT] = 0

    def _answer(self, found: Explored, bits: int, level: int) -> None:
        for index, prop in enumerate(self.program.properties):
            if bits >> index & 1:
                found.targets.setdefault(prop.name, Target("state", level))
        if bits >> ERROR_BIT & 1:
            found.targets.setdefault("errors", Target("error", level - 1))
