"""Figures as tables in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harness.fair_runs import FairRun
from harness.measure import Row
from harness.startup import Wait
from harness.tool import Sample
from peers.probe import Ceiling

SHORT_SECONDS = 0.01

FIGURES = (
    "states",
    "transitions",
    "CPU s",
    "ratio",
    "search wall s",
    "build CPU s",
    "first verdict s",
    "states/s",
    "transitions/s",
    "peak MiB",
    "bytes/state",
)


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the first column is text, the others are numbers."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def summary(searches: Iterable[tuple[str, Sequence[Row]]]) -> str:
    """CPU times of all tools on all workloads, each with its ratio to that of the first tool."""
    head: list[str] = []
    lines = []
    for title, rows in searches:
        first = rows[0].median
        head = head or ["CPU s", "states", rows[0].tool, *(cell for row in rows[1:] for cell in (row.tool, "ratio"))]
        states = next((f"{row.median.states:,}" for row in rows if row.median), "")
        line = [title, states, seconds(first.cpu_seconds) if first else ""]
        for row in rows[1:]:
            median = row.median
            line += [seconds(median.cpu_seconds) if median else "", ratio(median, first)]
        lines.append(line)
    return markdown(head, lines)


def searches(rows: Sequence[Row]) -> str:
    """The tools on one workload. The first one is what the ratios refer to: how many times its CPU time another takes.

    Rates are per second of CPU time.
    """
    first = rows[0].median
    return markdown(("tool", *FIGURES), [_figures(row, first) for row in rows])


def _figures(row: Row, first: Sample | None) -> list[str]:
    median = row.median
    if median is None:
        return [f"{row.tool}: {row.problem}", *[""] * len(FIGURES)]
    cpu = median.cpu_seconds
    return [
        row.tool,
        f"{median.states:,}",
        f"{median.transitions:,}",
        seconds(cpu),
        ratio(median, first),
        seconds(median.wall_seconds),
        seconds(median.build_cpu_seconds),
        seconds(median.total_seconds),
        rate(median.states, cpu),
        rate(median.transitions, cpu),
        f"{median.peak_bytes / (1 << 20):,.0f}",
        f"{median.peak_bytes / median.states:,.0f}",
    ]


def scaling(rows: Sequence[Row]) -> str:
    """One tool with more and more workers: how many times sooner the search ends than with the first number."""
    first = rows[0].median
    head = ("tool", "search wall s", "speed-up", "CPU s", "peak MiB")
    lines = []
    for row in rows:
        median = row.median
        if median is None:
            lines.append([f"{row.tool}: {row.problem}", "", "", "", ""])
            continue
        speed_up = f"{first.wall_seconds / median.wall_seconds:.2f}" if first else ""
        peak = f"{median.peak_bytes / (1 << 20):,.0f}"
        lines.append([row.tool, seconds(median.wall_seconds), speed_up, seconds(median.cpu_seconds), peak])
    return markdown(head, lines)


def fair_runs(runs: Iterable[FairRun]) -> str:
    """Checks of one model, the first without a temporal property."""
    head = ("check", "states", "transitions", "states CPU s", "fair runs CPU s", "ratio", "peak MiB")
    lines = [
        [f"{run.check}: {run.problem}", *[""] * (len(head) - 1)]
        if run.problem
        else [
            run.check,
            f"{run.states:,}",
            f"{run.transitions:,}",
            seconds(run.graph_cpu_seconds),
            seconds(run.fair_cpu_seconds),
            "" if run.ratio is None else f"{run.ratio:.2f}",
            f"{run.peak_bytes / (1 << 20):,.0f}",
        ]
        for run in runs
    ]
    return markdown(head, lines)


def startup(waits: Iterable[Wait]) -> str:
    """Commands on next to nothing."""
    lines = [
        [f"{wait.what}: {wait.problem}", "", ""]
        if wait.seconds is None
        else [wait.what, seconds(wait.seconds), "" if wait.cpu_seconds is None else seconds(wait.cpu_seconds)]
        for wait in waits
    ]
    return markdown(("command", "wall s", "CPU s"), lines)


def ceiling(ceilings: Iterable[Ceiling]) -> str:
    """Millions of probes per second."""
    lines = [
        [f"{each.mib:,} MiB, {each.mode}", str(each.threads), f"{each.cpu_rate:.1f}", f"{each.wall_rate:.1f}"]
        for each in ceilings
    ]
    return markdown(("table", "threads", "M/s of CPU", "M/s of wall"), lines)


def ratio(of: Sample | None, to: Sample | None) -> str:
    """Of CPU times; nothing where there is none, or one too short to divide by."""
    return f"{of.cpu_seconds / to.cpu_seconds:.2f}" if of and to and to.cpu_seconds >= SHORT_SECONDS else ""


def seconds(value: float) -> str:
    """With two digits at least, and to the hundredth where that says more."""
    return f"{value:.2f}" if value < 100 else f"{value:,.0f}"


def rate(count: int, cpu_seconds: float) -> str:
    """Per second, in thousands or millions; nothing for a time too short to divide by."""
    if cpu_seconds < SHORT_SECONDS:
        return ""
    each = count / cpu_seconds
    return f"{each / 1e6:.1f} M" if each >= 1e6 else f"{each / 1e3:.0f} k"
