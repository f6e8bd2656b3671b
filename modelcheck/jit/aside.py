"""The compiler at work in threads of its own, for which somebody waits who can see the time and hear of Ctrl-C.

Nothing ends LLVM in its midst, and llvmlite lets one thread in at a time: who calls it waits for all that is compiled
in the background, which may take seconds. So whatever calls it does so here.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

from modelcheck.jit.objects import WRITING

T = TypeVar("T")

LOOK_SECONDS = 0.02
"""How long nobody looks whether the result is still wanted."""

STACK_BYTES = 16 << 20
"""LLVM goes deep, and some systems give little to threads."""


_LEFT = deque[object]()
"""What nobody uses any more. It may be dropped anywhere, so nobody can be handed it."""


class GivenUpError(Exception):
    """Nobody waits for the compiler any more."""


class Compiling(threading.Thread, Generic[T]):
    """Work that calls LLVM. An ordinary end of the process waits for it; see `end_process`."""

    def __init__(self, work: Callable[[], T]) -> None:
        super().__init__(name="compiler")
        self._work = work
        self._results: list[T] = []
        self._error: BaseException | None = None
        self.is_wanted = True
        """Whether the end of the process should wait for it."""
        self.is_given_up = False
        """Whether nobody will ask for the result."""

    def give_up(self) -> None:
        """Let it end as soon as it can."""
        self.is_given_up, self.is_wanted = True, False

    def start(self) -> None:
        before = threading.stack_size(STACK_BYTES)
        try:
            super().start()
        finally:
            threading.stack_size(before)

    def run(self) -> None:
        _LEFT.clear()
        try:
            self._results.append(self._work())
        except GivenUpError:
            # Without its frames, which hold what LLVM made, and this thread.
            self._error = GivenUpError()
        except BaseException as error:  # noqa: BLE001 - whoever asks for the result raises it
            self._error = error
        finally:
            # It may be of what keeps this thread, and would keep it, with all that LLVM made, until a collection.
            del self._work

    def result(self) -> T:
        """What the work returned or raised, once it is done."""
        self.join()
        if self._error is not None:
            raise self._error
        return self._results[0]


def wait_for(work: Callable[[], T], is_over: Callable[[], bool]) -> T:
    """What work that calls LLVM returns or raises.

    Raises `GivenUpError` soon after `is_over` says so; the work then goes on to where it asks whether to `go_on`.
    """
    thread = Compiling(work)
    thread.start()
    thread.is_wanted = False
    while thread.is_alive():
        thread.join(LOOK_SECONDS)
        if thread.is_alive() and is_over():
            thread.give_up()
            raise GivenUpError
    return thread.result()


def go_on() -> None:
    """Between two calls of LLVM: raises `GivenUpError` where this thread was given up."""
    thread = threading.current_thread()
    if isinstance(thread, Compiling) and thread.is_given_up:
        raise GivenUpError


class Kept:
    """Keeps what LLVM made. What is dropped is left for the next thread that may call LLVM to give back."""

    def __init__(self, resources: object) -> None:
        self._resources = resources

    def __del__(self, left: deque[object] = _LEFT) -> None:
        # A default, since the module's own names may be gone at the end of the process.
        left.append(self._resources)


def end_process(code: int, *, waits: bool) -> None:
    """Before the process ends: wait for code that is still wanted, or end it at once, with no half of an entry left.

    Python would wait for all of it, and tell of a Ctrl-C meanwhile at length. Returns where nothing is compiled.
    """
    at_work = [thread for thread in threading.enumerate() if isinstance(thread, Compiling)]
    if waits and all(thread.is_wanted for thread in at_work):
        for thread in at_work:
            thread.join()
    elif at_work:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):
                stream.flush()
        with WRITING:
            os._exit(code)
