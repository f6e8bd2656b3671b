"""Measure modelcheck against its peers on this machine, and print the page `docs/performance.md`.

It needs modelcheck and, for the peers, the Debian packages `spin`, `rumur` and `gcc`. A peer that is not installed
leaves a row that says so. The exit code is 1 if a tool failed or gave another number of states.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from harness import table, workloads
from harness.fair_runs import fair_runs
from harness.machine import describe, load, versions
from harness.measure import LONG_SECONDS, Row, measure
from harness.modelcheck_tool import ModelCheck
from harness.page import Results, page
from harness.startup import startup
from harness.tool import FailedError, Tool
from harness.workloads import Workload
from peers.probe import Ceiling, ceilings
from peers.rumur import Rumur
from peers.spin import TUNED, Spin

SECTIONS = ("scaling", "fairness", "startup", "memory")
PROBED_MIB = (256, 1024, 4096)


def arguments(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    sections = ", ".join(SECTIONS)
    parser.add_argument("--only", metavar="WORD", action="append", help=f"titles with this word, or one of {sections}")
    parser.add_argument("--runs", type=int, default=5, metavar="N", help="how often a short search runs [%(default)s]")
    parser.add_argument("--quick", action="store_true", help="small instances, to see that everything works")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the page into this file as well")
    parser.add_argument(
        "--timeout", type=float, default=1800.0, metavar="S", help="stop a program after S seconds [%(default)s]"
    )
    parsed = parser.parse_args(words)
    if parsed.runs < 1:
        parser.error("--runs must be at least 1")
    return parsed


def main(words: Sequence[str]) -> int:
    asked = arguments(words)
    command = shlex.join(["python", "benchmarks/run.py", *words])
    try:
        results = _measure(asked, command)
    except FailedError as error:
        print(error, file=sys.stderr)
        return 1
    text = page(results)
    print(text, end="")
    if asked.out is not None:
        asked.out.write_text(text, "utf-8")
    for fault in results.faults:
        print(f"error: {fault}", file=sys.stderr)
    return 1 if results.faults else 0


def _measure(asked: argparse.Namespace, command: str) -> Results:
    machine, found, before = describe(), versions(), load()
    spins = (Spin(asked.timeout), Spin(asked.timeout, "SPIN, tuned", TUNED))
    peers: tuple[Tool, ...] = (*spins, Rumur(asked.timeout))
    ours, first = ModelCheck(asked.timeout), ModelCheck(asked.timeout, cached=False)
    pairs = (workloads.QUICK, workloads.QUICK_SCALING) if asked.quick else (workloads.FULL, workloads.SCALING)
    searches = [_told(each, (ours, first, *peers), asked.runs) for each in pairs[0] if _wanted(each.title, asked.only)]
    more = (ours, ModelCheck(asked.timeout, workers=2))
    scaling = [_told(each, more, asked.runs) for each in pairs[1] if _wanted("scaling", asked.only)]
    counters = workloads.QUICK_FAIR_RUNS if asked.quick else workloads.FAIR_RUNS
    fair = fair_runs(counters, asked.runs, asked.timeout) if _wanted("fairness", asked.only) else []
    waits = startup(peers, asked.runs, asked.timeout) if _wanted("startup", asked.only) else []
    memory = _ceilings(asked) if _wanted("memory", asked.only) else []
    return Results(command, LONG_SECONDS, machine, found, (before, load()), searches, scaling, fair, waits, memory)


def _told(workload: Workload, tools: Sequence[Tool], runs: int) -> tuple[Workload, list[Row]]:
    rows = measure(workload, tools, runs)
    # A whole run takes long: what is known is told at once, and not lost if the run is stopped.
    print(f"{workload.title}\n\n{table.searches(rows)}", file=sys.stderr)
    return workload, rows


def _ceilings(asked: argparse.Namespace) -> list[Ceiling]:
    try:
        return ceilings(PROBED_MIB[:1] if asked.quick else PROBED_MIB, (1, 2), asked.timeout)
    except FileNotFoundError as error:
        print(f"{error.filename} is not installed: the memory was not measured", file=sys.stderr)
        return []


def _wanted(title: str, only: Sequence[str] | None) -> bool:
    return only is None or any(word.lower() in title.lower() for word in only)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
