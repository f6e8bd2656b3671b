"""The runs of a chapter: those that read the same are told once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from modelcheck.frozen import Frozen, field
from modelcheck.reports.trace_text import same_steps

if TYPE_CHECKING:
    from modelcheck.reports.packet.packet import Chapter
    from modelcheck.reports.report import CheckReport, PropertyReport, SpecReport
    from modelcheck.semantics.trace import Trace


class Shown(Frozen, eq=False):
    """What a run shows: a property of a check, with the conclusion and facts in its own trace."""

    check: CheckReport
    found: PropertyReport
    trace: Trace


class ToldRun(Struct, eq=False):
    """A run of a file's specification and all that it shows. `number` counts the runs of a packet from 1."""

    number: int
    file: str
    trace: Trace
    shows: list[Shown] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """Its name for links."""
        return f"run-{self.number}"

    @property
    def is_pair(self) -> bool:
        """Whether it is a counterexample to induction: a step from a state that may be unreachable."""
        return all(one.trace is one.found.pair for one in self.shows)

    @property
    def is_witness(self) -> bool:
        """Whether it shows only that something can be reached, as is expected."""
        return all(one.found.verdict == "reached" and one.found.ok for one in self.shows)


def told_runs(chapters: Sequence[Chapter]) -> list[list[ToldRun]]:
    """The runs of each chapter.

    What is unexpected comes first, then what is violated, then what can be reached; each in the order of the checks.
    """
    found: list[list[ToldRun]] = []
    total = 0
    for chapter in chapters:
        runs: list[ToldRun] = []
        for shown in sorted(_shown(chapter.report), key=_urgency):
            same = next((run for run in runs if same_steps(run.trace, shown.trace)), None)
            if same is None:
                total += 1
                same = ToldRun(total, chapter.report.file, shown.trace)
                runs.append(same)
            same.shows.append(shown)
        found.append(runs)
    return found


def runs_for(found: PropertyReport, runs: Sequence[ToldRun]) -> list[ToldRun]:
    """The runs that show something of a property of a check."""
    return [run for run in runs if any(shown.found is found for shown in run.shows)]


def _shown(report: SpecReport) -> Iterator[Shown]:
    for check in report.checks:
        for found in check.properties:
            yield from (Shown(check, found, trace) for trace in found.shown)


def _urgency(shown: Shown) -> tuple[bool, bool]:
    return shown.found.ok, shown.found.verdict == "reached"
