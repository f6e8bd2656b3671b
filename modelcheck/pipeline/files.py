"""Files that modelcheck wrote once and that may come from anywhere by now."""

from __future__ import annotations

import os
from pathlib import Path

from modelcheck.diagnostics import Diagnostic, InputError


def content_of(path: str | os.PathLike[str], most: int) -> bytes:
    """The bytes of a file; of one that has more than `most`, one more than that.

    Raises `InputError` (MC101) where it cannot be read.
    """
    try:
        with Path(path).open("rb") as stream:
            return stream.read(most + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError([Diagnostic("MC101", None, f"'{path}' cannot be read: {reason}")]) from None
