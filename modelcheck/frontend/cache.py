"""A cache in the user's cache directory: JSON only, bounded, and never a reason to fail.

Entries hold data, never code, and every reader checks the shape of what it gets. An unreadable or spoilt entry counts
as absent; a directory that cannot be written means that there is no cache. `MODELCHECK_CACHE_DIR` moves it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

import msgspec

from modelcheck.cache_directory import cache_directory as directory
from modelcheck.cache_directory import read_entry, write_entry

MAX_ENTRIES = 200
SELDOM = 16
"""One in so many new entries looks for old ones: that takes longer than to write it."""
SUFFIX = ".entry"
"""Ends the name of an entry, whose first line is the hash of its data and whose second line is the data, as JSON."""
MAX_ENTRY_BYTES = 64 * 1024 * 1024


def load(key: str) -> object | None:
    """The data stored under `key`, or None. The caller checks its shape."""
    try:
        path = _path(key)
        if path.stat().st_size > MAX_ENTRY_BYTES:
            return None
        content = read_entry(path)
        found: object = None if content is None else msgspec.json.decode(content)
    except (OSError, ValueError, RuntimeError):  # RuntimeError: no home directory, or (RecursionError) too deep a JSON
        return None
    return found


def store(key: str, data: object) -> None:
    """Keep `data`, which is plain JSON; silently do nothing where that is impossible."""
    try:
        path = _path(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = msgspec.json.encode(data)
        if len(content) > MAX_ENTRY_BYTES:
            return
        write_entry(path, content)
        if int(hashlib.sha256(key.encode()).hexdigest()[:8], 16) % SELDOM == 0:
            _drop_oldest(path.parent)
    except (OSError, ValueError, RuntimeError):
        return


def _path(key: str) -> Path:
    return directory() / f"{key}{SUFFIX}"


def _drop_oldest(folder: Path) -> None:
    aged: list[tuple[float, str]] = []
    # `glob` takes four times as long.
    with os.scandir(folder) as found:
        for entry in found:
            if entry.name.endswith(SUFFIX):
                with contextlib.suppress(OSError):  # Another process removed it.
                    aged.append((entry.stat().st_mtime, entry.path))
    aged.sort(reverse=True)
    for _, path in aged[MAX_ENTRIES:]:
        _remove(Path(path))


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink(missing_ok=True)
