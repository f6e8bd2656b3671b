"""The whole page, `docs/performance.md`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness import table
from harness.fair_runs import FairRun
from harness.measure import Row
from harness.startup import Wait
from harness.workloads import Workload
from peers.probe import Ceiling

PROBED_MIB = 256
"""The size of table that the fraction of the ceiling refers to: that of the larger searches in one word."""

HEAD = """# Performance

This page is written by

    {command}

which measures modelcheck and its peers on one machine in one run. A time is accepted only together with the right
number of states, and ours only with the right number of transitions as well.

- **CPU s** is processor time of the search, user and system: of the peers that of the generated verifier, of
  modelcheck what its report calls `cpu`. **ratio** is against modelcheck: 2 is twice its CPU time.
- **build CPU s** is processor time of what comes before: generating and compiling a verifier. Of modelcheck it is all
  that a first run takes beside its search: Python's start, lowering and compiling, also in the background, and the runs
  and checks behind the verdicts.
- **first verdict s** is wall time from file to verdict, with nothing cached: generating, compiling and running.
- **modelcheck** is a run that finds its code in the cache, as the peers' searches find theirs compiled; what that took,
  and the first verdict, are those of the run before it. **modelcheck, first run** begins each time with an empty cache
  and searches in quick code until better code is ready.
- **SPIN -O3** has the usual flags for safety properties; **SPIN, tuned** those that we found
  fastest for these models.
- Rates are per second of CPU time. SPIN rounds large numbers of transitions. The tools may count steps that change
  nothing differently.
- **peak MiB** is the largest resident set of the process that searches, and **bytes/state** that peak by states: it
  includes the program itself, some 100 MiB for modelcheck with its compiler.
- Figures are medians of the runs that the command asks for (5 if it does not), the tools in turn; what is built, is
  built once. A search of more than {long:.0f} s runs once.
"""


FAIR_RUNS = """\
`benchmarks/models/liveness.mc`, one check without a temporal property and two with one: `won` is violated,
`returns` holds. **ratio** is how many times the CPU time of the search for states alone such a check takes.
"""


@dataclass(frozen=True, slots=True)
class Results:
    """All that was measured. `load` is that of the machine before and after."""

    command: str
    long_seconds: float
    machine: Mapping[str, str]
    versions: Mapping[str, str]
    load: tuple[float, float]
    searches: Sequence[tuple[Workload, Sequence[Row]]]
    scaling: Sequence[tuple[Workload, Sequence[Row]]]
    fair_runs: Sequence[FairRun]
    startup: Sequence[Wait]
    ceilings: Sequence[Ceiling]

    @property
    def faults(self) -> list[str]:
        """What went wrong, and is no mere absence."""
        rows = [(workload.title, row) for workload, rows in (*self.searches, *self.scaling) for row in rows]
        found = [f"{title}: {row.tool}: {row.problem}" for title, row in rows if row.at_fault]
        found += [f"{run.check}: {run.problem}" for run in self.fair_runs if run.at_fault]
        return found + [f"{wait.what}: {wait.problem}" for wait in self.startup if wait.at_fault]


def page(results: Results) -> str:
    """The page in Markdown."""
    parts = [
        HEAD.format(command=results.command, long=results.long_seconds),
        _machine(results),
        _section("Summary", [_summary(results)] if results.searches else []),
        _section("Searches", [f"### {w.title}\n\n{table.searches(rows)}" for w, rows in results.searches]),
        _section("With more workers", [f"### {w.title}\n\n{table.scaling(rows)}" for w, rows in results.scaling]),
        _section("Fair runs", [FAIR_RUNS, table.fair_runs(results.fair_runs)] if results.fair_runs else []),
        _section("Next to nothing to search", [table.startup(results.startup)] if results.startup else []),
        _section("What the memory allows", [_ceiling(results)] if results.ceilings else []),
        _section("Commands", [_commands(w, rows) for w, rows in results.searches]),
    ]
    return "\n".join(part for part in parts if part)


def _section(title: str, parts: Sequence[str]) -> str:
    return "\n".join([f"## {title}\n", *parts]) if parts else ""


def _summary(results: Results) -> str:
    return table.summary([(workload.title, rows) for workload, rows in results.searches])


def _machine(results: Results) -> str:
    before, after = results.load
    facts = {**results.machine, "Load before and after": f"{before:.1f}, {after:.1f}", **results.versions}
    note = "A load above 1 before the run means that others used the machine: wall times are then too long.\n"
    return "\n".join(["## Machine\n", table.markdown(("", ""), facts.items()), note])


def _ceiling(results: Results) -> str:
    text = (
        "Random probes of a hash table, a line of the cache each, by `benchmarks/peers/memory_probe.c`. An explorer "
        "makes\none for each transition, so this is what its transitions per second cannot exceed by much.\n"
    )
    parts = [text, table.ceiling(results.ceilings)]
    fractions = list(_fractions(results))
    return "\n".join(
        [*parts, f"Of the prefetched probes in {PROBED_MIB} MiB:\n", *fractions, ""] if fractions else parts
    )


def _fractions(results: Results) -> list[str]:
    ceiling = [
        each for each in results.ceilings if (each.mib, each.threads, each.mode) == (PROBED_MIB, 1, "prefetched")
    ]
    found = []
    for workload, rows in results.searches:
        median = rows[0].median
        if ceiling and median and median.states > 1_000_000:
            share = median.transitions / median.cpu_seconds / 1e6 / ceiling[0].cpu_rate
            found.append(f"- {workload.title}: {share:.2f}")
    return found


def _commands(workload: Workload, rows: Sequence[Row]) -> str:
    lines = [command for row in rows for command in row.commands]
    return "\n".join([f"{workload.title}:\n", "```sh", *lines, "```", ""])
