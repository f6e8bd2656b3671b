"""How long a user waits where there is next to nothing to search."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.measure import measure
from harness.modelcheck_tool import run_command
from harness.process import Ended
from harness.tool import FailedError, Tool, succeeded
from harness.workloads import MODELS, TINY

SPECIFICATION = str(MODELS / f"{TINY.model}.mc")
WARM, COLD = "again", "with an empty cache"


@dataclass(frozen=True, slots=True)
class Wait:
    """Medians of a command. `seconds` is wall time; None if there is a problem."""

    what: str
    seconds: float | None
    cpu_seconds: float | None = None
    problem: str = ""
    at_fault: bool = False


def startup(peers: Sequence[Tool], runs: int, timeout_seconds: float) -> list[Wait]:
    """Our command cold and warm, and the peers from file to verdict on the same model."""
    commands = {
        "modelcheck --help": ("--help",),
        "modelcheck verify": ("verify", SPECIFICATION),
        "modelcheck verify --engine native": ("verify", SPECIFICATION, "--engine", "native"),
    }
    waits = []
    for shown, arguments in commands.items():
        waits += _ours(shown, arguments, runs, timeout_seconds)
    for peer in peers:
        (row,) = measure(TINY, [peer], runs)
        median = row.median
        what = f"{peer.name}: generate, compile, run"
        seconds = median.total_seconds if median else None
        waits.append(Wait(what, seconds, None, row.problem, row.at_fault))
    return waits


def _ours(shown: str, arguments: tuple[str, ...], runs: int, timeout_seconds: float) -> list[Wait]:
    def once(cache: str) -> Ended:
        return succeeded(run_command(arguments, Path(cache), timeout_seconds=timeout_seconds), shown)

    def cold() -> Ended:
        with tempfile.TemporaryDirectory() as cache:
            return once(cache)

    try:
        with tempfile.TemporaryDirectory() as cache:
            once(cache)
            return [
                _median(f"{shown}, {COLD}", cold, runs),
                _median(f"{shown}, {WARM}", lambda: once(cache), runs),
            ]
    except FailedError as error:
        return [Wait(shown, None, None, str(error), at_fault=True)]


def _median(what: str, once: Callable[[], Ended], runs: int) -> Wait:
    ended = [once() for _ in range(runs)]
    return Wait(
        what,
        statistics.median(each.wall_seconds for each in ended),
        statistics.median(each.cpu_seconds for each in ended),
    )
