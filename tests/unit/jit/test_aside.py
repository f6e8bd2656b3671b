"""Whoever waits for the compiler can be told to stop waiting."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Iterator
from weakref import ref

import pytest

pytest.importorskip("llvmlite")

import llvmlite.binding as llvm

from modelcheck.jit import compile as compiler
from modelcheck.jit.aside import Compiling, GivenUpError, Kept, end_process, go_on, wait_for
from modelcheck.jit.objects import WRITING


@pytest.fixture
def at_work() -> Iterator[Compiling[bool]]:
    """A compiler that compiles until the test is over, or for half a second."""
    done = threading.Event()
    thread = Compiling(lambda: done.wait(0.5))
    thread.start()
    yield thread
    done.set()
    thread.join()


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, bool]]:
    """With which codes the process was ended, and whether an entry was being written just then by somebody else."""
    found: list[tuple[int, bool]] = []
    monkeypatch.setattr(os, "_exit", lambda code: found.append((code, WRITING.acquire(blocking=False))))
    return found


def test_the_end_waits_for_code_that_is_wanted(at_work: Compiling[bool], ended: list[tuple[int, bool]]) -> None:
    end_process(0, waits=True)
    assert (at_work.is_alive(), ended) == (False, [])


@pytest.mark.parametrize(("wanted", "waits"), [(False, True), (True, False)])
def test_the_end_does_not_wait_for_other_code_but_for_an_entry_that_is_being_written(
    at_work: Compiling[bool],
    ended: list[tuple[int, bool]],
    wanted: bool,  # noqa: FBT001 - a parameter of the test
    waits: bool,  # noqa: FBT001 - as above
) -> None:
    at_work.is_wanted = wanted
    WRITING.acquire()
    written: list[bool] = []

    def write() -> None:
        written.append(not ended)
        WRITING.release()

    timer = threading.Timer(0.05, write)
    timer.start()
    end_process(3, waits=waits)
    timer.join()
    assert (written, ended) == ([True], [(3, False)])
    assert at_work.is_alive()


def test_what_the_work_returns_or_raises_comes_back() -> None:
    assert wait_for(lambda: threading.current_thread() is not threading.main_thread(), lambda: True)
    with pytest.raises(ZeroDivisionError):
        wait_for(lambda: 1 // 0, bool)


def test_work_that_nobody_waits_for_any_more_ends_where_it_can() -> None:
    called, after = threading.Event(), list[str]()

    def work() -> None:
        go_on()
        called.wait(60)
        go_on()
        after.append("the next call of LLVM")

    began = time.monotonic()
    with pytest.raises(GivenUpError):
        wait_for(work, lambda: time.monotonic() > began + 0.05)
    assert time.monotonic() - began < 1
    (left,) = (thread for thread in threading.enumerate() if isinstance(thread, Compiling))
    assert not left.is_wanted
    called.set()
    left.join()
    assert not after
    with pytest.raises(GivenUpError):
        left.result()


def test_what_llvm_made_is_given_back_in_a_thread_that_may_call_it() -> None:
    freed: list[threading.Thread] = []

    class Made:
        def __del__(self) -> None:
            freed.append(threading.current_thread())

    kept = Kept(Made())
    del kept
    assert not freed
    wait_for(bool, bool)
    assert [type(thread) for thread in freed] == [Compiling]


def test_what_was_given_up_keeps_nothing_until_a_collection() -> None:
    class Made:
        """What LLVM made."""

    made: list[ref[Made]] = []

    def work() -> None:
        one = Made()
        made.append(ref(one))
        raise GivenUpError

    gc.disable()
    try:
        thread = Compiling(work)
        thread.start()
        with pytest.raises(GivenUpError):
            thread.result()
        assert made[0]() is None
    finally:
        gc.enable()


def test_a_thread_keeps_nobody_who_keeps_it_once_it_is_done() -> None:
    class Owner:
        """As a machine is that has its code linked."""

        def __init__(self) -> None:
            self.thread = Compiling(self.work)

        def work(self) -> bool:
            return self.thread.is_wanted

    gc.disable()
    try:
        owner = Owner()
        owner.thread.start()
        assert owner.thread.result()
        left = ref(owner)
        del owner
        assert left() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("stop", [1, 2, 3])
def test_a_module_is_given_back_before_its_context_wherever_compiling_stops(
    monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    # A cycle would be collected in any order, and LLVM crash.
    modules, asked = list[llvm.ModuleRef](), list[None]()
    parse = llvm.parse_assembly

    def parsed(text: str, context: llvm.ContextRef) -> llvm.ModuleRef:
        modules.append(parse(text, context))
        return modules[-1]

    def give_up() -> None:
        asked.append(None)
        if len(asked) == stop:
            raise GivenUpError

    monkeypatch.setattr(llvm, "parse_assembly", parsed)
    monkeypatch.setattr(compiler, "go_on", give_up)
    try:
        compiler.compile_module("define i64 @one() { ret i64 1 }", ["one"])
    except GivenUpError:
        assert stop < 3
    assert [module.closed for module in modules] == [True]
