"""Processes that do not outlive their tests."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

LIMIT_SECONDS = 60.0
"""How long one may run: whoever waits for it or reads from it then comes to an end as well."""


@contextmanager
def started(
    arguments: list[str],
    folder: Path,
    environment: dict[str, str],
    *,
    output: int = subprocess.PIPE,
    terminal: int | None = None,
) -> Iterator[subprocess.Popen[str]]:
    """A process in a folder; it is killed at the end, or when it ran for too long.

    `terminal` is what it reads from and tells its errors, as the first process of a session.
    """
    with subprocess.Popen(
        arguments,
        cwd=folder,
        env=environment,
        stdin=terminal,
        stdout=output,
        stderr=subprocess.PIPE if terminal is None else terminal,
        encoding="utf-8",
        start_new_session=terminal is not None,
    ) as process:
        limit = threading.Timer(LIMIT_SECONDS, process.kill)
        limit.start()
        try:
            yield process
        finally:
            limit.cancel()
            process.kill()


def started_by(process: int) -> list[int]:
    """The processes that one has started, by number."""
    try:
        return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()]
    except OSError:
        pytest.skip("nobody tells which processes there are")


def are_gone(processes: list[int]) -> bool:
    """Whether processes end within two seconds; nobody may have asked for how they did."""
    began = time.monotonic()
    while any(Path(f"/proc/{each}/exe").exists() for each in processes):
        if time.monotonic() - began > 2:
            return False
        time.sleep(0.01)
    return True
