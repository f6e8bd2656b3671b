"""Where this user's caches are."""

from __future__ import annotations

import os
import sys
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
