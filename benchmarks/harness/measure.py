"""Measures tools on a workload, and refuses a time that comes with another number of states."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from harness.tool import FailedError, Ready, Sample, Tool, UnavailableError
from harness.workloads import Workload

LONG_SECONDS = 20.0
"""A search of this wall time is not repeated: what disturbs a short one is lost in it."""


@dataclass
class Row:
    """One tool on one workload: its samples, or why there are none. `at_fault` if that is no mere absence."""

    tool: str
    commands: tuple[str, ...] = ()
    samples: list[Sample] = field(default_factory=list)
    problem: str = ""
    at_fault: bool = False

    @property
    def median(self) -> Sample | None:
        """The median of each figure; None if nothing may be shown."""
        if self.problem or not self.samples:
            return None
        first = self.samples[0]
        return Sample(
            first.states,
            first.transitions,
            statistics.median(sample.cpu_seconds for sample in self.samples),
            statistics.median(sample.wall_seconds for sample in self.samples),
            statistics.median(sample.build_cpu_seconds for sample in self.samples),
            statistics.median(sample.total_seconds for sample in self.samples),
            round(statistics.median(sample.peak_bytes for sample in self.samples)),
        )


def measure(workload: Workload, tools: Iterable[Tool], runs: int) -> list[Row]:
    """Let all tools search in turn, `runs` times, so that what else the machine does meets them alike."""
    with ExitStack() as stack:
        prepared = []
        for tool in tools:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            prepared.append(_prepare(tool, workload, folder))
        for turn in range(runs):
            for row, ready in prepared:
                if ready is not None and not row.problem and (turn == 0 or _is_short(row.samples)):
                    _search(row, ready, workload)
    return [row for row, _ in prepared]


def _is_short(samples: Sequence[Sample]) -> bool:
    return max(sample.wall_seconds for sample in samples) < LONG_SECONDS


def _prepare(tool: Tool, workload: Workload, folder: Path) -> tuple[Row, Ready | None]:
    row = Row(tool.name)
    try:
        ready = tool.prepare(workload, folder)
    except (UnavailableError, FailedError, FileNotFoundError) as error:
        _blame(row, error)
        return row, None
    row.commands = ready.commands
    return row, ready


def _search(row: Row, ready: Ready, workload: Workload) -> None:
    try:
        sample = ready.search()
        check_counts(sample, workload, ours=row.tool.startswith("modelcheck"))
    except (UnavailableError, FailedError) as error:
        _blame(row, error)
    else:
        row.samples.append(sample)


def _blame(row: Row, error: Exception) -> None:
    missing = isinstance(error, FileNotFoundError)
    row.problem = f"{error.filename} is not installed" if isinstance(error, FileNotFoundError) else str(error)
    row.at_fault = not missing and not isinstance(error, UnavailableError)


def check_counts(sample: Sample, workload: Workload, *, ours: bool) -> None:
    """`FailedError` if the counts are not those of the workload. Only `ours` must have its number of transitions."""
    if sample.states != workload.states:
        raise FailedError(f"refused: {sample.states:,} states instead of {workload.states:,}")
    if ours and workload.transitions is not None and sample.transitions != workload.transitions:
        raise FailedError(f"refused: {sample.transitions:,} transitions instead of {workload.transitions:,}")
