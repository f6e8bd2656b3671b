"""What is accepted as a measurement."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from harness.measure import LONG_SECONDS, measure
from harness.modelcheck_tool import ModelCheck
from harness.process import run
from harness.tool import FailedError, Ready, Sample, TimeOutError, succeeded
from harness.workloads import TINY, Workload
from peers.rumur import Rumur
from peers.spin import Spin

GOOD = Sample(TINY.states, TINY.transitions or 0, 1.0, 2.0, 0.5, 3.0, 1 << 20)


@dataclass
class Fake:
    """A tool that gives these samples one after the other."""

    samples: Iterator[Sample]
    name: str = "modelcheck"

    def prepare(self, workload: Workload, folder: Path) -> Ready:
        assert workload.states
        assert folder.is_dir()
        return Ready(("fake",), lambda: next(self.samples))


def test_median_of_each_figure_is_shown() -> None:
    samples = [GOOD, replace(GOOD, cpu_seconds=9.0), replace(GOOD, cpu_seconds=2.0, peak_bytes=2 << 20)]
    (row,) = measure(TINY, [Fake(iter(samples))], runs=3)
    assert row.median == replace(GOOD, cpu_seconds=2.0)


def test_long_search_runs_once() -> None:
    (row,) = measure(TINY, [Fake(iter([replace(GOOD, wall_seconds=LONG_SECONDS)]))], runs=3)
    assert len(row.samples) == 1


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("modelcheck", replace(GOOD, states=287)),
        ("modelcheck", replace(GOOD, transitions=1)),
        ("SPIN", replace(GOOD, states=287)),
    ],
)
def test_time_of_a_wrong_count_is_refused_even_after_a_good_one(name: str, wrong: Sample) -> None:
    (row,) = measure(TINY, [Fake(iter([GOOD, wrong]), name)], runs=2)
    assert (row.median, row.at_fault) == (None, True)
    assert row.problem.startswith("refused: ")


def test_peer_may_count_transitions_differently() -> None:
    (row,) = measure(TINY, [Fake(iter([replace(GOOD, transitions=1)]), "SPIN")], runs=1)
    assert row.median is not None


def test_peer_that_is_not_installed_is_no_fault(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    rows = measure(TINY, [Spin(60.0), Rumur(60.0)], runs=1)
    assert [(row.problem, row.at_fault) for row in rows] == [
        ("spin is not installed", False),
        ("rumur is not installed", False),
    ]


def test_our_own_search_is_measured_with_its_report() -> None:
    (row,) = measure(TINY, [ModelCheck(60.0)], runs=1)
    assert row.problem == ""
    assert row.median is not None
    assert row.median.peak_bytes > 10 << 20
    assert 0 < row.median.wall_seconds < row.median.total_seconds


def test_program_is_killed_when_its_time_is_up(tmp_path: Path) -> None:
    ended = run([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path, timeout_seconds=0.2)
    assert ended.timed_out
    with pytest.raises(TimeOutError):
        succeeded(ended, "python")


def test_program_that_fails_is_a_failure_with_its_last_words(tmp_path: Path) -> None:
    ended = run([sys.executable, "-c", "raise SystemExit('no')"], tmp_path, timeout_seconds=60)
    with pytest.raises(FailedError, match="exit code 1: no"):
        succeeded(ended, "python")


def test_cost_of_a_program_includes_its_children(tmp_path: Path) -> None:
    child = "x = bytearray(100_000_000)"
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{child}'], check=True)"
    ended = run([sys.executable, "-c", program], tmp_path, timeout_seconds=60)
    assert ended.code == 0
    assert ended.peak_bytes > 95_000_000
    assert ended.cpu_seconds > 0
