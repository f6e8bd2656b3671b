"""Random runs, judged like any others. A sample can contradict an expectation; it never proves that one holds."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from modelcheck.environment.instantiate import instantiate
from modelcheck.frozen import Frozen, replace
from modelcheck.pipeline.expectations import wanted_properties
from modelcheck.pipeline.verify import Options, select_checks, verify_specs
from modelcheck.reports.report import PropertyReport
from modelcheck.reports.runs import ShownRun as FileRun
from modelcheck.semantics.execute import Cut, Fail, Next, action_paths, initial_paths
from modelcheck.semantics.replay import replay
from modelcheck.verdict import Choice, Run

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Spec
    from modelcheck.reports.report import CheckReport, Report, SpecReport
    from modelcheck.semantics.trace import Trace


class ShownRun(Frozen):
    """One random run of a check, whatever it shows."""

    file: str
    check: str
    trace: Trace


def simulate(spec: Spec, options: Options) -> Report:
    """Make random runs of every check asked for. Only what a run contradicts is not `ok`.

    Numbers of states are left out: a sample does not count them.
    """
    report = verify_specs([spec], replace(options, engine="simulate"))
    specs = tuple(_spec(spec) for spec in report.specs)
    return replace(report, specs=specs, ok=all(spec.ok for spec in specs))


def _spec(spec: SpecReport) -> SpecReport:
    checks = tuple(_check(check) for check in spec.checks)
    return replace(spec, checks=checks, ok=not spec.interrupted and all(check.ok for check in checks))


def _check(check: CheckReport) -> CheckReport:
    properties = tuple(_property(found) for found in check.properties if found.kind != "states")
    return replace(check, properties=properties, ok=all(found.ok for found in properties))


def _property(found: PropertyReport) -> PropertyReport:
    """A run that was found need not be a shortest one, so lengths are not judged either."""
    ok = found.verdict in {"unknown", found.expected}
    return replace(found, ok=ok, expected_steps=None)


def random_runs(spec: Spec, options: Options, count: int = 1) -> Iterator[ShownRun]:
    """So many random runs of each check asked for, decided by the seed; fewer, but one, if its time is up."""
    for check in select_checks([spec], options.checks)[0][1]:
        model = instantiate(spec, check, wanted_properties(spec, check, ()), options.overrides)
        rng, began = random.Random(options.seed), time.monotonic()  # noqa: S311 - sampling, not secrets
        for number in range(count):
            if number and options.limits.seconds is not None and time.monotonic() - began >= options.limits.seconds:
                break
            run = random_run(model, rng, options.limits.depth or 0)
            if run is not None:
                yield ShownRun(spec.source.name, check.name, replay(model, run))


def as_files(report: Report, shown: Sequence[ShownRun]) -> list[FileRun]:
    """Random runs with the check that each is a run of, for formats of single runs."""
    (spec,) = report.specs
    checks = {check.name: check for check in spec.checks}
    return [FileRun(report.version, spec, checks[run.check], _nothing(run.trace), run.trace) for run in shown]


def _nothing(trace: Trace) -> PropertyReport:
    """What a random run shows: nothing in particular."""
    return PropertyReport("", "states", "unknown", "unknown", ok=True, steps=trace.length, trace=trace)


def random_run(model: Model, rng: random.Random, depth: int) -> Run | None:
    """A run that ends at `depth`, where nothing is possible or where an evaluation fails; None if no run begins."""
    starts = [path for path in initial_paths(model) if not isinstance(path.outcome, Cut)]
    if not starts:
        return None
    path, steps = rng.choice(starts), list[Choice]()
    start = path.digits
    while isinstance(path.outcome, Next) and len(steps) < depth:
        state = path.outcome.state
        draws = [(a, p) for a in range(len(model.actions)) for p in action_paths(model, state, a)]
        draws = [draw for draw in draws if isinstance(draw[1].outcome, Next | Fail)]
        if not draws:
            break
        action, path = rng.choice(draws)
        steps.append(Choice(action, path.digits))
    return Run(start, tuple(steps))
