"""Ctrl-C as something to look for, where an exception at an arbitrary place would do harm or be lost."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Self


class Interruptible:
    """As a context manager it notes a Ctrl-C. The second one is an exception all the same."""

    def __init__(self) -> None:
        self.is_interrupted = False
        """Whether there was one."""
        self._raises = False

    def __enter__(self) -> Self:
        main = threading.current_thread() is threading.main_thread()
        if main and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._interrupt)
        return self

    def __exit__(self, _kind: object, _error: BaseException | None, _trace: object) -> None:
        if signal.getsignal(signal.SIGINT) == self._interrupt:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """While something else is done that has its own way with Ctrl-C."""
        held = signal.getsignal(signal.SIGINT) == self._interrupt
        if held:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        yield
        if held:
            signal.signal(signal.SIGINT, self._interrupt)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """While nothing is lost by it: the first one is an exception too, and is noted where that is swallowed."""
        self._raises = True
        try:
            if self.is_interrupted:
                raise KeyboardInterrupt
            yield
        finally:
            self._raises = False

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        self.is_interrupted = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
        if self._raises:
            raise KeyboardInterrupt


@contextmanager
def deaf_to_the_terminal() -> Iterator[None]:
    """Ctrl-C and a hangup do not reach a process that is started meanwhile: they are its parent's business.

    On systems without signal masks they do.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
