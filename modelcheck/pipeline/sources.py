"""Text from files, or from standard input where the file is called `-`."""

from __future__ import annotations

import sys
from pathlib import Path

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.frontend.parse import read_source
from modelcheck.source import Source

STDIN = "-"


def read_text(path: str | Path) -> Source:
    """The text of a file or of standard input. Raises `InputError` as `read_source` does."""
    if str(path) != STDIN:
        return read_source(path)
    if sys.stdin is None:
        raise InputError([Diagnostic("MC101", None, "the standard input is closed")])
    try:
        content = sys.stdin.buffer.read()
    except OSError as error:
        problem = f"the standard input cannot be read: {error.strerror or error}"
        raise InputError([Diagnostic("MC101", None, problem)]) from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problem = f"standard input is not UTF-8: byte 0x{content[error.start]:02x} at {error.start}"
        raise InputError([Diagnostic("MC102", None, problem, "send it as UTF-8")]) from None
    if "\0" in text:
        raise InputError([Diagnostic("MC116", None, "standard input has a NUL character: this is no text")])
    return Source("<stdin>", text.replace("\r\n", "\n").replace("\r", "\n"))
