"""Where this user's caches are, and entries in them that are whole or not there."""

from __future__ import annotations

import hashlib
import os
import sys
from contextlib import suppress
from pathlib import Path


def cache_directory() -> Path:
    """By the platform's convention, or what `MODELCHECK_CACHE_DIR` says. Raises `RuntimeError` without a home."""
    chosen = os.environ.get("MODELCHECK_CACHE_DIR")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME", ""))
        if not base.is_absolute():
            # The XDG Base Directory Specification: relative paths are invalid and ignored.
            base = Path.home() / ".cache"
    return base / "modelcheck"


def read_entry(path: Path) -> bytes | None:
    """The content of an entry, which counts as used from now on; None if it is not there, not whole or another."""
    try:
        digest, _, content = path.read_bytes().partition(b"\n")
        if digest != _digest(path, content):
            return None
        os.utime(path)
    except OSError:
        return None
    return content


def write_entry(path: Path, content: bytes) -> None:
    """Write an entry: a line with the digest of its name and content, and that.

    Raises `OSError`, and leaves nothing then. It is written under another name and then renamed: a reader never sees
    half of it, and of two writers at the same time one wins. What a process that was killed left of one has the suffix
    of entries, and so ends with old ones.
    """
    import tempfile  # noqa: PLC0415 - takes long, and most starts only read

    handle, temporary = tempfile.mkstemp(prefix=".new-", suffix=path.suffix, dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(_digest(path, content) + b"\n" + content)
        Path(temporary).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(temporary).unlink()
        raise


def _digest(path: Path, content: bytes) -> bytes:
    # With the name, which says what the entry is of: one copied over another is whole, and the code of another program.
    return hashlib.sha256(path.name.encode() + b"\n" + content).hexdigest().encode("ascii")
