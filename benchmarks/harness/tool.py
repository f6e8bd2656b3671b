"""What a model checker must do to be measured, and what is learnt from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from harness.process import Ended, run
from harness.workloads import Workload


class UnavailableError(Exception):
    """There is nothing to measure, and that is no fault: a tool that is not installed, a model that does not exist."""


class FailedError(Exception):
    """A tool did not do what it should: an error, a wrong verdict, an output that nobody can read."""


class TimeOutError(UnavailableError):
    """A tool was not ready within the time that it was given."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One search.

    `cpu_seconds` and `wall_seconds` are of the search alone, `build_cpu_seconds` of generating and compiling what
    searches, and `total_seconds` is wall time from file to verdict.
    """

    states: int
    transitions: int
    cpu_seconds: float
    wall_seconds: float
    build_cpu_seconds: float
    total_seconds: float
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class Ready:
    """A model made ready: what was and will be run, as a user would type it, and the search, which may be repeated."""

    commands: tuple[str, ...]
    search: Callable[[], Sample]


class Tool(Protocol):
    """A model checker. `prepare` raises `UnavailableError` or `FailedError`, and so does the search."""

    @property
    def name(self) -> str: ...

    def prepare(self, workload: Workload, folder: Path) -> Ready: ...


@dataclass(frozen=True, slots=True)
class Built:
    """What it cost to generate and compile a verifier."""

    wall_seconds: float
    cpu_seconds: float


def build(commands: Iterable[Sequence[str]], folder: Path, timeout_seconds: float) -> Built:
    """Run these commands one after the other."""
    ended = [succeeded(run(command, folder, timeout_seconds=timeout_seconds), command[0]) for command in commands]
    return Built(sum(each.wall_seconds for each in ended), sum(each.cpu_seconds for each in ended))


def succeeded(ended: Ended, what: str) -> Ended:
    """The same, if it ended well."""
    if ended.timed_out:
        raise TimeOutError(f"stopped after {ended.wall_seconds:.0f} s")
    if ended.code:
        last = (ended.errors.strip() or ended.output.strip() or "no output").splitlines()[-1]
        raise FailedError(f"{what} ended with exit code {ended.code}: {last}")
    return ended
