"""Writing files so that whoever reads one sees what it was or what it becomes, and never half of it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Write a file at once; one that is there keeps its permissions. Raises `OSError` where that cannot be."""
    target = path.resolve()  # a link stays a link
    temporary = target.with_name(f".{target.name}-{os.getpid()}")
    try:
        with temporary.open("xb") as stream:
            stream.write(content)
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o7777)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
