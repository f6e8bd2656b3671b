"""The runs of a report, each with what it is a run of, and names for their files."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.reports.report import CheckReport, PropertyReport, Report, SpecReport, VerdictWord
    from modelcheck.semantics.trace import Trace

_LONGEST = 60
"""Characters of a name that a file's name repeats: three of them stay below what file systems allow."""


class ShownRun(Frozen):
    """A run that shows something, with the property, check and specification that it belongs to."""

    version: str
    spec: SpecReport
    check: CheckReport
    found: PropertyReport
    trace: Trace

    @property
    def is_pair(self) -> bool:
        """Whether it is no run, but a counterexample to induction: a step from a state that may be unreachable."""
        return self.trace is self.found.pair

    @property
    def verdict(self) -> VerdictWord:
        """What it shows: a counterexample to induction ends in what is wrong, whatever is known of runs."""
        return "violated" if self.is_pair else self.found.verdict


def runs_of(report: Report) -> list[ShownRun]:
    """All runs of a report, in its order, the other counterexamples of a property behind its first.

    Among them are counterexamples to induction.
    """
    return [
        ShownRun(report.version, spec, check, found, trace)
        for spec in report.specs
        for check in spec.checks
        for found in check.properties
        for trace in found.shown
    ]


def file_stems(runs: Sequence[ShownRun]) -> list[str]:
    """A name for the file of each run without its ending, as `unique_stems` makes it."""
    # A random run shows nothing in particular.
    return unique_stems(
        [
            (run.spec.file, run.check.name, run.found.name or "run", *(["to induction"] if run.is_pair else []))
            for run in runs
        ]
    )


def unique_stems(named: Sequence[tuple[str, ...]]) -> list[str]:
    """A name for each file without its ending: letters, digits, `-` and `_` only, none twice.

    Each is told by the file of its specification and names in that.
    """
    stems: list[str] = []
    # Case is nothing to go by: some file systems do not tell it apart.
    taken: set[str] = set()
    numbers: dict[str, int] = {}
    for file, *names in named:
        stem = unique = "-".join(_plain(part) for part in (PurePath(file).stem, *names))
        number = numbers.get(stem.lower(), 1)
        while unique.lower() in taken:
            number += 1
            unique = f"{stem}-{number}"
        numbers[stem.lower()] = number
        taken.add(unique.lower())
        stems.append(unique)
    return stems


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "_", name).strip("_")[:_LONGEST] or "unnamed"
