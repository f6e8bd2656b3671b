"""A limit on the time that one answer may take."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
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

        It holds in this thread only. A single operation of the interpreter itself is not interrupted.
        """

        def watch(_frame: FrameType, event: str, _argument: object) -> None:
            # Only at calls: raising at a return would end somebody's clean-up half way.
            if event == "call":
                self.look()

        before = sys.getprofile()
        sys.setprofile(watch)
        try:
            yield
        finally:
            sys.setprofile(before)
