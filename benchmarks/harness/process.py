"""Runs a program and says what it cost."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Ended:
    """A program that ended: its exit code, its texts and what the kernel counted for it and its children.

    `peak_bytes` is the largest resident set of any one process, and never less than that of the process which
    started it, because the kernel counts from before the program was loaded.
    """

    code: int
    output: str
    errors: str
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: int
    timed_out: bool


def run(
    command: Sequence[str], folder: Path, *, timeout_seconds: float, environment: Mapping[str, str] | None = None
) -> Ended:
    """Run a program to its end in a folder, or kill it when its time is up. `FileNotFoundError` if there is none."""
    late = threading.Event()
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=errors,
        )

        def give_up() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(timeout_seconds, give_up)
        timer.start()
        try:
            # Not `process.wait`, which does not tell what the child cost.
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        finally:
            timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - started
        return Ended(
            process.returncode,
            _text(output.fileno()),
            _text(errors.fileno()),
            wall,
            usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss * 1024,
            late.is_set(),
        )


def _text(handle: int) -> str:
    size = os.fstat(handle).st_size
    return os.pread(handle, size, 0).decode("utf-8", "replace")
