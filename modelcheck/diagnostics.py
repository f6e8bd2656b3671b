"""What is wrong with the input, as data. Rendering belongs to the reports, printing to the command line."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Literal

from modelcheck.frozen import Frozen
from modelcheck.source import Span

Severity = Literal["error", "warning"]


class Diagnostic(Frozen):
    """One mistake (or doubt, for a warning) in the input.

    `code` is `MC` and three digits, explained by `modelcheck explain CODE`. `span` is None where no place in a file
    is to blame (a missing file, a command line setting). `help` says what to do, in one line, or is empty.
    """

    code: str
    span: Span | None
    problem: str
    help: str = ""
    severity: Severity = "error"

    def sort_key(self) -> tuple[str, int, str]:
        """Source order, diagnostics without a place first."""
        if self.span is None:
            return "", -1, self.code
        return self.span.source.name, self.span.start, self.code


class InputError(Exception):
    """The input is at fault. Carries every diagnostic that could be found, in source order."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(sorted(diagnostics, key=Diagnostic.sort_key))
        super().__init__("; ".join(f"{found.code}: {found.problem}" for found in self.diagnostics))

    def __reduce__(self) -> tuple[Any, ...]:
        # By what it is made of, where it is handed to another process.
        return type(self), (self.diagnostics,), self.__dict__


class Diagnostics:
    """Collects diagnostics, so that all mistakes of a file are told in one run."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []

    def error(self, code: str, span: Span | None, problem: str, help: str = "") -> None:  # noqa: A002 - the field's name
        """Record an error."""
        self._add(Diagnostic(code, span, problem, help))

    def warning(self, code: str, span: Span | None, problem: str, help: str = "") -> None:  # noqa: A002 - the field's name
        """Record a warning."""
        self._add(Diagnostic(code, span, problem, help, "warning"))

    def _add(self, diagnostic: Diagnostic) -> None:
        if diagnostic not in self._found:
            self._found.append(diagnostic)

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Record diagnostics found elsewhere."""
        for diagnostic in diagnostics:
            self._add(diagnostic)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The errors so far, in source order."""
        return tuple(sorted((d for d in self._found if d.severity == "error"), key=Diagnostic.sort_key))

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The warnings so far, in source order."""
        return tuple(sorted((d for d in self._found if d.severity == "warning"), key=Diagnostic.sort_key))

    def raise_errors(self) -> None:
        """Raise `InputError` with the errors so far, if there are any."""
        if self.errors:
            raise InputError(self.errors)

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Turn an `InputError` raised inside into recorded diagnostics, and go on after the block."""
        try:
            yield
        except InputError as error:
            self.extend(error.diagnostics)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A help line with the nearest known name, or an empty string."""
    from difflib import get_close_matches  # noqa: PLC0415 - only after a mistake

    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else ""


def bug_report(error: BaseException) -> str:
    """What a user is told of an internal error: where it happened only on request, by `MODELCHECK_TRACEBACK`."""
    if os.environ.get("MODELCHECK_TRACEBACK"):
        import traceback  # noqa: PLC0415 - only after a mistake of ours

        return "".join(traceback.format_exception(error)).rstrip()
    return (
        f"internal error: {type(error).__name__}: {error}\n"
        "This is a bug in modelcheck. Set MODELCHECK_TRACEBACK=1 to see where, and please report it."
    )
