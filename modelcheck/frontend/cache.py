"""A cache in the user's cache directory: JSON only, bounded, and never a reason to fail.

Entries hold data, never code, and every reader checks the shape of what it gets. An unreadable or spoilt entry counts as
absent; a directory that cannot be written means that there is no cache. `MODELCHECK_CACHE_DIR` moves it.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

MAX_ENTRIES = 200
MAX_ENTRY_BYTES = 32 * 1024 * 1024


def directory() -> Path:
    """Where entries are kept, by the platform's convention."""
    chosen = os.environ.get("MODELCHECK_CACHE_DIR")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return base / "modelcheck"


def load(key: str) -> object | None:
    """The data stored under `key`, or None. The caller checks its shape."""
    try:
        path = _path(key)
        if path.stat().st_size > MAX_ENTRY_BYTES:
            return None
        found: object = json.loads(path.read_bytes())
    except (OSError, ValueError, RuntimeError):  # RuntimeError: no home directory, or (RecursionError) too deep a JSON
        return None
    return found


def store(key: str, data: object) -> None:
    """Keep `data`, which is plain JSON; silently do nothing where that is impossible.

    The entry is written under another name and then renamed: a reader never sees half of it, and of two writers at the
    same time one wins.
    """
    temporary: str | None = None
    try:
        path = _path(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = json.dumps(data, separators=(",", ":"), ensure_ascii=True)
        if len(text) > MAX_ENTRY_BYTES:
            return
        handle, temporary = tempfile.mkstemp(prefix=".new-", suffix=".json", dir=path.parent)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(text)
        Path(temporary).replace(path)
        temporary = None
        _drop_oldest(path.parent)
    except (OSError, ValueError, RuntimeError):
        pass
    finally:
        if temporary is not None:
            _remove(Path(temporary))


def _path(key: str) -> Path:
    return directory() / f"{key}.json"


def _drop_oldest(folder: Path) -> None:
    aged: list[tuple[float, Path]] = []
    for path in folder.glob("*.json"):
        try:
            aged.append((path.stat().st_mtime, path))
        except OSError:  # Another process removed it.
            continue
    aged.sort(reverse=True)
    for _, path in aged[MAX_ENTRIES:]:
        _remove(path)


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        pass
