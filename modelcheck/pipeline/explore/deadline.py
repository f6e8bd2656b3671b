"""A limit on the time that one answer may take."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from inspect import CO_GENERATOR
from types import FrameType


class TimeUpError(Exception):
    """An answer took longer than it may."""


class Deadline:
    """So many seconds from now on."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def look(self) -> None:
        """Raises `TimeUpError` once the time is up. Cheap enough to be called for every path that is tried."""
        if time.monotonic() > self._end:
            raise TimeUpError

    @contextmanager
    def enforced(self) -> Iterator[None]:
        """Look at the clock at every call of a function, for what knows nothing of deadlines.

        It holds in this thread only. A single operation of the interpreter itself is not interrupted, nor are
        functions of others: they are waited for.
        """

        def watch(frame: FrameType, event: str, _argument: object) -> None:
            # Only at calls: raising at a return would end somebody's clean-up half way.
            if event == "call":
                try:
                    self.look()
                except TimeUpError:
                    if _reaches_its_caller(frame):
                        raise

        before = sys.getprofile()
        sys.setprofile(watch)
        try:
            yield
        finally:
            sys.setprofile(before)


def _reaches_its_caller(frame: FrameType) -> bool:
    """Whether an exception at the call of a function is not lost, and the profiler with it, so that nobody looks again.

    It is in the last resumption of a generator that is dropped, and in what the garbage collector calls.
    """
    is_ours = str(frame.f_globals.get("__name__")).partition(".")[0] == __name__.partition(".")[0]
    return is_ours and not frame.f_code.co_flags & CO_GENERATOR
