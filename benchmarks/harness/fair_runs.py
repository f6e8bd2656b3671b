"""What the search for fair runs costs beside that for states."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.measure import check_counts
from harness.modelcheck_tool import run_command, sample
from harness.tool import FailedError, Sample, TimeOutError, succeeded
from harness.workloads import MODELS, Workload

CHECKS = ("safe", "won", "returns")
"""Checks of the model: the first has an invariant alone, then come a violated temporal property and one that holds."""


@dataclass(frozen=True, slots=True)
class FairRun:
    """A check. `graph_cpu_seconds` are of the search for states, `fair_cpu_seconds` of all that comes after it."""

    check: str
    states: int = 0
    transitions: int = 0
    graph_cpu_seconds: float = 0.0
    fair_cpu_seconds: float = 0.0
    ratio: float | None = None
    """Of both together to what the first check takes for its states."""
    peak_bytes: int = 0
    problem: str = ""
    at_fault: bool = False


def fair_runs(workload: Workload, runs: int, timeout_seconds: float) -> list[FairRun]:
    """All checks, in turn, with the code in the cache; medians. What is left out is what the first check takes, too."""
    with tempfile.TemporaryDirectory() as cache:
        try:
            samples = _samples(workload, runs, Path(cache), timeout_seconds)
        except (FailedError, TimeOutError) as error:
            return [FairRun(workload.title, problem=str(error), at_fault=not isinstance(error, TimeOutError))]
    base = _median([each.build_cpu_seconds for each in samples[CHECKS[0]]])
    safe = _median([each.cpu_seconds for each in samples[CHECKS[0]]])
    found = []
    for check, each in samples.items():
        graph = _median([one.cpu_seconds for one in each])
        fair = max(0.0, _median([one.build_cpu_seconds for one in each]) - base)
        ratio = (graph + fair) / safe if safe else None
        peak = max(one.peak_bytes for one in each)
        found.append(FairRun(check, each[0].states, each[0].transitions, graph, fair, ratio, peak))
    return found


def _samples(workload: Workload, runs: int, cache: Path, timeout_seconds: float) -> dict[str, list[Sample]]:
    arguments = ["verify", str(MODELS / f"{workload.model}.mc"), "--engine", "native", "--no-symmetry"]
    for name, value in workload.settings:
        arguments += ["--set", f"{name}={value}"]
    samples: dict[str, list[Sample]] = {check: [] for check in CHECKS}
    # The first turn fills the cache.
    for turn in range(runs + 1):
        for check, found in samples.items():
            command = (*arguments, "--check", check, "--format", "json")
            ended = succeeded(run_command(command, cache, timeout_seconds=timeout_seconds), "modelcheck")
            one = sample(ended)
            check_counts(one, workload, ours=True)
            if turn:
                found.append(one)
    return samples


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)
