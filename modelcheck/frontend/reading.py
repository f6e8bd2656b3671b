"""From a file to text."""

from __future__ import annotations

import os
from pathlib import Path

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.source import Source, Span, sayable

MAX_BYTES = 1_000_000


def read_source(path: str | os.PathLike[str]) -> Source:
    """The text of a file, without a byte order mark and with a line feed as the line end.

    Raises `InputError` if there is no such file or it is no text: MC101 unreadable, MC102 not UTF-8, MC103 too large,
    MC116 NUL characters.
    """
    name = sayable(os.fspath(path))
    if not name:
        # `Path("")` would be the current folder.
        raise _failure("MC101", "the name of a file is empty", "name a file that ends in .mc")
    try:
        content = _content(Path(path), name)
    except FileNotFoundError as error:
        raise _failure("MC101", f"there is no file '{name}'") from error
    except IsADirectoryError as error:
        raise _failure("MC101", f"'{name}' is a directory, not a file", "name a file in it") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the path
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise _failure("MC101", f"'{name}' cannot be read: {reason}") from error
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = content.decode("utf-8-sig", errors="replace")
        offset = len(content[: error.start].decode("utf-8-sig"))
        source, offset = _with_plain_line_ends(name, text, offset)
        byte = content[error.start]
        found = _placed("MC102", source, offset, f"not UTF-8: byte 0x{byte:02x}", "save it as UTF-8")
        raise InputError([found]) from error
    source, _ = _with_plain_line_ends(name, text, 0)
    nul = source.text.find("\0")
    if nul >= 0:
        raise InputError([_placed("MC116", source, nul, "a NUL character: this is no text file", "save it as UTF-8")])
    return source


def _content(path: Path, name: str) -> bytes:
    with path.open("rb") as stream:
        # One byte more than allowed tells too large from just right, for pipes and devices as well.
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        help_ = "is it a specification? a generated one is shorter with parameters, sets and quantifiers"
        raise _failure("MC103", f"'{name}' is larger than {MAX_BYTES:,} bytes", help_)
    return content


def _with_plain_line_ends(name: str, text: str, offset: int) -> tuple[Source, int]:
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    return Source(name, text.replace("\r\n", "\n").replace("\r", "\n")), len(before)


def _failure(code: str, problem: str, advice: str = "") -> InputError:
    return InputError([Diagnostic(code, None, problem, advice)])


def _placed(code: str, source: Source, offset: int, problem: str, advice: str) -> Diagnostic:
    return Diagnostic(code, Span(source, offset, offset + 1), problem, advice)
