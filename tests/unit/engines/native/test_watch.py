"""A native search stops at its limits, wherever it is, and says truly how far it came."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence

import pytest

pytest.importorskip("llvmlite")

from modelcheck.engines.native import slots, watch
from modelcheck.engines.native.crew import run_jobs
from modelcheck.engines.native.explorer import Explorer, Setting
from modelcheck.engines.native.findings import Target
from modelcheck.engines.native.trace import TraceCutShort, Tracer
from modelcheck.engines.process import memory_bytes
from modelcheck.kernel.task import Limits

from .conftest import DEEP, GRID

Native = Callable[..., Explorer]

PROMPT_SECONDS = 1.0
"""Far more than it takes, and far less than it would take to go on."""

ENDLESS = DEEP % (10**9, 10**9)
MANY_CHOICES = """
    shared var n: 0..65535 = 0
    agent Node { initial final state Run { step go { choose k in 0..65535 { n := k } } } }
    invariant fine: true
    check "c" { expect fine }
"""
CHOICES_WITHOUT_END = """
    shared var n: 0..65535 = 0
    agent Node { initial final state Run { step go {
        choose i in 0..65535 { choose j in 0..65535 { choose k in 0..65535 when k > 65536 { n := i + j + k } } } } } }
    invariant fine: true
    check "c" { allow deadlock expect fine }
"""
MANY_STARTS = """
    shared var a: 0..65535 = any
    shared var b: 0..65535 = any
    agent Node { initial final state Run { step rest { skip } } }
    initially a + b > 131069
    invariant fine: true
    check "c" { expect fine }
"""


@pytest.mark.parametrize("workers", [1, 2, 8])
@pytest.mark.parametrize("limits", [Limits(depth=70), Limits(states=3000), Limits(states=3000, depth=80)])
def test_limits_on_depth_and_states_do_not_depend_on_the_workers(native: Native, limits: Limits, workers: int) -> None:
    found = native(GRID, Setting(workers=workers), limits).run()
    assert found.stopped == ("depth" if limits.depth == 70 else "states")
    assert found == native(GRID, Setting(table_bits=4, capacity=32), limits).run()


@pytest.mark.parametrize("text", [ENDLESS, MANY_CHOICES, CHOICES_WITHOUT_END, MANY_STARTS])
@pytest.mark.parametrize("workers", [1, 2])
def test_the_time_is_kept_in(native: Native, text: str, workers: int) -> None:
    explorer = native(text, Setting(workers=workers))
    # The clock runs from the start of the search, not of the compiler.
    explorer.watch.limits = Limits(seconds=0.3)
    explorer.watch._started = time.monotonic()
    started = time.monotonic()
    found = explorer.run()
    assert time.monotonic() - started < PROMPT_SECONDS
    assert found.stopped == "time"
    assert found.states == explorer.store.stored()


def test_counts_after_a_stop_within_a_level_are_those_of_the_states_stored(native: Native) -> None:
    explorer = native(ENDLESS)
    explorer.watch.is_interrupted = True
    assert explorer.run().stopped == "interrupted"
    explorer = native(ENDLESS)
    work = explorer.machine.call["work_small"]

    def interrupted(*arguments: object) -> object:
        explorer.store.ctx[slots.LAST_LEVEL] = 1000
        result = work(*arguments)
        explorer.watch.is_interrupted = True
        return result

    explorer.machine.call["work_small"] = interrupted
    found = explorer.run()
    assert (found.stopped, found.states, found.transitions) == ("interrupted", 1001, 1000)


def test_a_trace_is_given_up_when_the_time_is_up(native: Native) -> None:
    explorer = native(ENDLESS.replace("n >= 0", "n < 200000"), limits=Limits(states=300_000))
    found = explorer.run()
    assert (found.stopped, set(found.targets)) == ("states", {"fine"})
    explorer.watch.is_interrupted = True
    started = time.monotonic()
    with pytest.raises(TraceCutShort):
        Tracer(explorer, found.targets).run_to("fine")
    assert time.monotonic() - started < PROMPT_SECONDS


def test_marks_that_are_not_whole_give_no_run_whatever_the_watch_says_by_then(
    native: Native, monkeypatch: pytest.MonkeyPatch
) -> None:
    explorer = native(ENDLESS.replace("n >= 0", "n < 200"), limits=Limits(states=300))
    found = explorer.run()
    told, mark_down = iter([False, True]), explorer.machine.call["mark_down"]
    # Ctrl-C behind the limit of time begins the time for a run anew: this is the moment of it.
    monkeypatch.setattr(explorer.watch, "is_late", lambda _: next(told, False))

    def slowly(*arguments: object) -> object:
        while explorer.store.ctx[slots.STOP] == 0:
            time.sleep(0.001)
        explorer.machine.call["mark_down"] = mark_down
        return mark_down(*arguments)

    explorer.machine.call["mark_down"] = slowly
    with pytest.raises(TraceCutShort):
        Tracer(explorer, found.targets).run_to("fine")


def test_the_time_for_a_run_is_kept_among_the_starts_too(native: Native) -> None:
    explorer = native(MANY_STARTS.replace("65535", "199").replace("initially a + b > 131069", ""))
    explorer.watch.over, explorer.watch._over_since = "time", time.monotonic() - 60
    with pytest.raises(TraceCutShort):
        Tracer(explorer, {"errors": Target("error", -1)}).run_to("errors")


def test_once_the_time_is_up_the_shortest_runs_are_made_out_first(
    native: Native, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = "invariant deep: n < 900 invariant fine: n < 40"
    explorer = native(
        DEEP.replace("invariant fine: n >= 0", more).replace("expect fine", "expect fine, deep") % (999, 999)
    )
    found = explorer.run()
    assert {name: target.level for name, target in found.targets.items()} == {"fine": 40, "deep": 900}
    explorer.watch.over, explorer.watch._over_since = "time", time.monotonic() + 60
    tracer = Tracer(explorer, found.targets)
    mark_for = tracer._mark_for

    def late(names: Sequence[str]) -> None:
        if "deep" in names:
            raise TraceCutShort
        mark_for(names)

    monkeypatch.setattr(tracer, "_mark_for", late)
    with pytest.raises(TraceCutShort):
        tracer.run_to("deep")
    assert len(tracer.run_to("fine").choices) == 40


def test_a_run_is_made_out_although_a_rehash_was_stopped(native: Native) -> None:
    explorer = native(DEEP.replace("n >= 0", "n < 40000") % (100_000, 100_000), limits=Limits(states=60_000))
    growth, grow = explorer._growth, explorer._growth._grow_table

    def stopped(more: int, rehash: Callable[[], None]) -> None:
        explorer.watch.is_interrupted = explorer.store.stored() > 1000
        grow(more, rehash)

    growth._grow_table = stopped  # type: ignore[method-assign]  # the moment of Ctrl-C
    found = explorer.run()
    assert (found.stopped, growth.table_is_whole) == ("interrupted", False)
    explorer.watch._over_since = time.monotonic() + 60
    assert len(Tracer(explorer, found.targets).run_to("fine").choices) == 40_000


def test_starts_that_are_missing_are_told_whatever_the_memory_is_like_by_then(
    native: Native, monkeypatch: pytest.MonkeyPatch
) -> None:
    explorer = native(MANY_STARTS)
    told = iter([False, True])
    monkeypatch.setattr(explorer.watch, "is_over", lambda _: next(told, False))  # too much for a moment
    found = explorer.run()
    assert found.stopped == "memory"
    assert found.states < 3


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_ctrl_c_stops_a_search_at_once(native: Native) -> None:
    explorer = native(ENDLESS, Setting(workers=2))
    if signal.getsignal(signal.SIGINT) != explorer.watch._interrupt:
        pytest.skip("somebody else takes Ctrl-C")
    sent: list[float] = []

    def interrupt() -> None:
        sent.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(0.2, interrupt)
    timer.start()
    found = explorer.run()
    assert time.monotonic() - sent[0] < PROMPT_SECONDS
    assert (found.stopped, found.transitions) == ("interrupted", found.states - 1)
    # The second Ctrl-C is one for Python.
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_where_nothing_is_lost_is_an_exception_and_never_forgotten() -> None:
    with watch.Watch(Limits()) as looking:
        if signal.getsignal(signal.SIGINT) != looking._interrupt:
            pytest.skip("somebody else takes Ctrl-C")
        with pytest.raises(KeyboardInterrupt), looking.at_once():
            signal.raise_signal(signal.SIGINT)
        assert looking.is_up()
        with pytest.raises(KeyboardInterrupt), looking.at_once():
            pytest.fail("there was one before")


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("text", [ENDLESS, MANY_CHOICES])
def test_the_memory_budget_is_kept(native: Native, text: str, workers: int) -> None:
    explorer = native(text, Setting(workers=workers))
    room = (4 + 2 * workers) << 20
    explorer._growth.budget = explorer.store.base_bytes + room
    before = memory_bytes()
    found = explorer.run()
    assert found.stopped == "memory"
    assert found.states == explorer.store.stored()
    assert explorer.store.memory_bytes() <= explorer.store.base_bytes + room
    # Python needs a little for itself.
    assert memory_bytes() - before < 2 * room


def test_memory_that_the_store_does_not_count_stops_it_too(native: Native, monkeypatch: pytest.MonkeyPatch) -> None:
    explorer = native(ENDLESS, limits=Limits(memory_bytes=1 << 40))
    monkeypatch.setattr(watch, "memory_bytes", lambda: 1 << 50)
    started = time.monotonic()
    assert explorer.run().stopped == "memory"
    assert time.monotonic() - started < watch.TELL_SECONDS + PROMPT_SECONDS


def test_a_budget_below_what_the_process_has_stops_before_the_search(native: Native) -> None:
    found = native(GRID, limits=Limits(memory_bytes=1000)).run()
    assert (found.stopped, found.states) == ("memory", 0)


def test_a_table_that_may_not_grow_is_filled_further(native: Native) -> None:
    explorer = native(ENDLESS, Setting(table_bits=16, capacity=32))
    store = explorer.store
    # Enough for the states, not for twice the table and them.
    explorer._growth.budget = store.base_bytes + (2 << 20) + (1 << 19) + (5 << 18)
    found = explorer.run()
    assert found.stopped == "memory"
    assert found.states > 0.75 * (1 << store.table_bits)


def test_nobody_works_on_once_a_worker_could_not_be_started(native: Native, monkeypatch: pytest.MonkeyPatch) -> None:
    store = native(GRID, Setting(workers=2)).store
    start, started, ended = threading.Thread.start, list[threading.Thread](), list[bool]()

    def once(self: threading.Thread) -> None:
        if started:
            raise RuntimeError("can't start new thread")
        started.append(self)
        start(self)

    def work() -> None:
        while store.ctx[slots.STOP] == 0:
            time.sleep(0.001)
        ended.append(True)

    monkeypatch.setattr(threading.Thread, "start", once)
    with pytest.raises(RuntimeError, match="start new thread"):
        run_jobs(store, [work, work], lambda: False)
    assert ended == [True]
