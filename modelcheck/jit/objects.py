"""Object code on disk, so that a program is compiled once.

An object is used only if its digest agrees; it is written to a temporary file and renamed, so that two processes may
write it at once, and the number of objects is bounded.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from modelcheck.cache_directory import cache_directory

MOST_OBJECTS = 64
"""How many objects the cache keeps; the least recently used go first."""


def load_object(key: str) -> bytes | None:
    """The object stored under a key, None if there is none or it is damaged."""
    path = _path(key)
    try:
        digest, _, image = path.read_bytes().partition(b"\n")
        path.touch()
    except OSError:
        return None
    return image if hashlib.sha256(image).hexdigest().encode() == digest else None


def store_object(key: str, image: bytes) -> None:
    """Store an object; where that is not possible, it is compiled again next time."""
    directory = cache_directory()
    try:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=directory)
        with os.fdopen(handle, "wb") as file:
            file.write(hashlib.sha256(image).hexdigest().encode() + b"\n" + image)
        Path(temporary).replace(_path(key))
        objects = sorted(directory.glob("*.object"), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in objects[MOST_OBJECTS:]:
            old.unlink(missing_ok=True)
    except OSError:
        return


def _path(key: str) -> Path:
    return cache_directory() / f"{hashlib.sha256(key.encode()).hexdigest()}.object"
