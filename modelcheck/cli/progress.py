"""The live line on a terminal during long runs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelcheck.engines.base import Progress

_CLEAR = "\r\x1b[2K"


@contextmanager
def progress_line() -> Iterator[Callable[[str, str, Progress], None] | None]:
    """A function that shows the progress on the error stream, or None where that is no terminal; cleared at the end."""
    if not sys.stderr.isatty():
        yield None
        return
    shown = False

    def show(file: str, check: str, progress: Progress) -> None:
        nonlocal shown
        shown = True
        memory = progress.memory_bytes / (1 << 20)
        counts = f"{progress.states:,} states, {progress.rate:,.0f}/s, depth {progress.depth}, {memory:,.0f} MB"
        line = f'{file} "{check}": {counts}'
        _write(f"{_CLEAR}{line[:120]}")

    try:
        yield show
    finally:
        if shown:
            _write(_CLEAR)


def _write(text: str) -> None:
    # The terminal may be closed, which is no reason to end.
    with suppress(OSError):
        sys.stderr.write(text)
        sys.stderr.flush()
