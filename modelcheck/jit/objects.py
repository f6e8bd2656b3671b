"""Object code on disk, so that a program is compiled once.

An object is used only if its digest agrees; it is written to a temporary file and renamed, so that two processes may
write it at once, and what all of them take is bounded.
"""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

from modelcheck.cache_directory import cache_directory, read_entry, write_entry

MOST_BYTES = 128 << 20
"""How much of objects the cache keeps, thousands of them; the least recently used go first."""
SELDOM = 32
"""One in so many objects looks for old ones: to look at thousands takes as long as to compile a small program."""

WRITING = threading.Lock()
"""Held while an object is written: whoever ends the process whatever its threads do takes it first."""


def load_object(key: str) -> bytes | None:
    """The object stored under a key, None if there is none or it is damaged."""
    try:
        return read_entry(_path(key))
    except RuntimeError:
        # No home directory, and so no cache.
        return None


def store_object(key: str, image: bytes) -> None:
    """Store an object; where that is not possible, it is compiled again next time."""
    try:
        path = _path(key)
        directory = path.parent
        # One for the other: nobody else may put another folder in its place.
        for folder in (directory.parent, directory):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with WRITING:
            write_entry(path, image)
        if int(path.stem, 16) % SELDOM == 0:
            _forget_old(directory)
    except (OSError, RuntimeError):
        return


def _forget_old(directory: Path) -> None:
    """Delete what was not used for the longest time, where there is too much of it."""
    objects = [(entry.stat(), entry.path) for entry in os.scandir(directory) if entry.name.endswith(".object")]
    total = sum(found.st_size for found, _ in objects)
    for found, path in sorted(objects, key=lambda one: one[0].st_mtime) if total > MOST_BYTES else ():
        if total <= MOST_BYTES:
            return
        Path(path).unlink(missing_ok=True)
        total -= found.st_size


def _path(key: str) -> Path:
    # Not among the syntax trees, which are few and looked through whenever one comes.
    return cache_directory() / "objects" / f"{hashlib.sha256(key.encode()).hexdigest()}.object"
