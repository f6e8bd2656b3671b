"""Processes that do not outlive their tests."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LIMIT_SECONDS = 60.0
"""How long one may run: whoever waits for it or reads from it then comes to an end as well."""


@contextmanager
def started(
    arguments: list[str], folder: Path, environment: dict[str, str], *, output: int = subprocess.PIPE
) -> Iterator[subprocess.Popen[str]]:
    """A process in a folder; it is killed at the end, or when it ran for too long."""
    with subprocess.Popen(
        arguments, cwd=folder, env=environment, stdout=output, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        limit = threading.Timer(LIMIT_SECONDS, process.kill)
        limit.start()
        try:
            yield process
        finally:
            limit.cancel()
            process.kill()
