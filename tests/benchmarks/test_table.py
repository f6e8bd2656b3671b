"""How figures are shown."""

from __future__ import annotations

import pytest

from harness import table
from harness.fair_runs import FairRun
from harness.measure import Row
from harness.page import Results, page
from harness.startup import Wait
from harness.tool import Sample
from harness.workloads import TINY
from peers.probe import Ceiling

OURS = Row("modelcheck", ("modelcheck verify x.mc",), [Sample(1_000_000, 4_000_000, 0.5, 0.6, 0.4, 1.5, 200 << 20)])
SPIN = Row("SPIN", ("./pan",), [Sample(1_000_000, 4_100_000, 1.5, 1.5, 2.5, 4.5, 100 << 20)])
GONE = Row("Rumur", problem="rumur is not installed")
WRONG = Row("SPIN", ("./pan",), problem="refused: 1 states instead of 2", at_fault=True)


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_ratios_refer_to_the_first_tool_and_rates_to_cpu_time() -> None:
    lines = table.searches([OURS, SPIN]).splitlines()
    head, ours, spin = cells(lines[0]), cells(lines[2]), cells(lines[3])
    assert dict(zip(head, ours, strict=True))["ratio"] == "1.00"
    assert dict(zip(head, spin, strict=True)) == {
        "tool": "SPIN",
        "states": "1,000,000",
        "transitions": "4,100,000",
        "CPU s": "1.50",
        "ratio": "3.00",
        "search wall s": "1.50",
        "build CPU s": "2.50",
        "first verdict s": "4.50",
        "states/s": "667 k",
        "transitions/s": "2.7 M",
        "peak MiB": "100",
        "bytes/state": "105",
    }


@pytest.mark.parametrize("row", [GONE, WRONG], ids=lambda row: row.tool)
def test_row_without_figures_says_why(row: Row) -> None:
    lines = table.searches([OURS, row]).splitlines()
    assert cells(lines[3])[0] == f"{row.tool}: {row.problem}"
    assert not any(cells(lines[3])[1:])


def test_summary_has_a_line_for_each_workload() -> None:
    lines = table.summary([("one", [OURS, SPIN, GONE]), ("two", [GONE, SPIN, GONE])]).splitlines()
    assert cells(lines[2]) == ["one", "1,000,000", "0.50", "1.50", "3.00", "", ""]
    assert cells(lines[3]) == ["two", "1,000,000", "", "1.50", "", "", ""]


def test_speed_up_is_in_wall_time() -> None:
    both = Row("modelcheck, 2 workers", samples=[Sample(1_000_000, 4_000_000, 0.6, 0.3, 0.4, 1.2, 210 << 20)])
    assert cells(table.scaling([OURS, both]).splitlines()[3])[:3] == ["modelcheck, 2 workers", "0.30", "2.00"]


@pytest.mark.parametrize(("count", "cpu", "shown"), [(5, 0.0, ""), (2_000_000, 1.0, "2.0 M"), (20_000, 1.0, "20 k")])
def test_rate(count: int, cpu: float, shown: str) -> None:
    assert table.rate(count, cpu) == shown


def results(*rows: Row) -> Results:
    return Results(
        "python benchmarks/run.py",
        20.0,
        {"Processor": "one"},
        {"SPIN": "not installed"},
        (0.0, 1.0),
        [(TINY, rows)],
        [(TINY, [OURS])],
        [FairRun("safe", 512, 4_844, 0.5, 0.0, 1.0, 90 << 20), FairRun("won", 512, 4_844, 0.6, 0.9, 3.0, 95 << 20)],
        [Wait("modelcheck --help", 0.1, 0.1)],
        [Ceiling(256, 1, "prefetched", 50.0, 50.0)],
    )


def test_page_shows_everything_that_was_measured() -> None:
    text = page(results(OURS, SPIN, GONE))
    for part in (
        "python benchmarks/run.py",
        TINY.title,
        "./pan",
        "modelcheck --help",
        "| won | 512 | 4,844 | 0.60 | 0.90 | 3.00 | 95 |",
        "256 MiB, prefetched",
        "| SPIN |",
    ):
        assert part in text


def test_only_faults_make_the_run_fail() -> None:
    assert results(OURS, GONE).faults == []
    assert results(OURS, WRONG).faults == [f"{TINY.title}: SPIN: {WRONG.problem}"]
