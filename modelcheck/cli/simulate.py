"""`modelcheck simulate`."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from modelcheck.cli.choosing import calm_option, check_slice, shrink_option, slice_option
from modelcheck.cli.common import (
    input_errors,
    instance_options,
    parse_faults,
    parse_settings,
    seconds,
    style_of,
)
from modelcheck.cli.exit_codes import INTERRUPTED
from modelcheck.cli.output import Folder, has_room, known_format, write_runs
from modelcheck.cli.progress import progress_line
from modelcheck.reports.registry import RUN_FORMATS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.analysis.counterexamples.cheapest import Order
    from modelcheck.pipeline.simulate import ShownRun
    from modelcheck.reports.report import Report

_LARGEST_SEED = 2**32 - 1


@click.command(name="simulate")
@click.argument("file")
@instance_options
@click.option(
    "--runs", type=click.IntRange(min=1), default=100, show_default=True, metavar="N", help="Runs of each check."
)
@click.option(
    "--depth", type=click.IntRange(min=1), default=100, show_default=True, metavar="N", help="Steps of a run."
)
@click.option(
    "--seed", type=click.IntRange(0, _LARGEST_SEED), metavar="N", help="Make the same runs again [default: random]."
)
@click.option("--max-seconds", type=seconds, metavar="S", help="Stop after S seconds.")
@click.option("--show", is_flag=True, help="Print one run of each check step by step as well.")
@shrink_option
@calm_option
@slice_option
@click.option(
    "--format",
    "format_",
    default="text",
    metavar="F",
    help=f"text, json [default: text]; a file for each run: {', '.join(RUN_FORMATS)}.",
)
@click.option(
    "--traces",
    type=click.IntRange(1, 100_000),
    metavar="N",
    help="Write N random runs of each check as files, not the runs that show something.",
)
@click.option(
    "--out",
    type=Folder(),
    metavar="DIR",
    help="Write the runs into this folder.",
)
def command(  # noqa: PLR0913 - one parameter a flag
    *,
    file: str,
    checks: tuple[str, ...],
    settings: tuple[str, ...],
    faults: tuple[str, ...],
    runs: int,
    depth: int,
    seed: int | None,
    max_seconds: float | None,
    format_: str,
    show: bool,
    shrink: bool,
    order: Order | None,
    sliced: bool,
    traces: int | None,
    out: Path | None,
) -> None:
    """Make random runs and look for violations along them.

    What a run shows is real, but runs that show nothing prove nothing: no property is ever said to hold.

    Exit status: 0 no run contradicts an expectation, 1 one does, 2 the input is at fault, 130 interrupted.
    """
    check_slice(sliced, format_)
    _check_format(format_, traces, out)
    from modelcheck.environment.instantiate import Overrides  # noqa: PLC0415 - `--help` stays quick
    from modelcheck.kernel.task import Limits  # noqa: PLC0415
    from modelcheck.pipeline import Options, load_file, select_checks  # noqa: PLC0415
    from modelcheck.pipeline.simulate import as_files, random_runs, simulate  # noqa: PLC0415
    from modelcheck.reports.runs import runs_of  # noqa: PLC0415

    if seed is None:
        seed = random.SystemRandom().randint(0, _LARGEST_SEED)
    with progress_line() as progress, input_errors(format_):
        spec = load_file(file)
        wanted = (traces or 0) * len(select_checks([spec], checks)[0][1])
        has_room(format_, out, wanted)
        options = Options(
            checks=checks,
            overrides=Overrides(parse_settings(settings), parse_faults(faults)),
            limits=Limits(seconds=max_seconds, depth=depth),
            seed=seed,
            runs=runs,
            shrink=shrink,
            order=order,
            progress=progress,
        )
        report = simulate(spec, options)
        shown: list[ShownRun] = []
        exit_code = report.exit_code
        if (show or traces) and not report.interrupted:
            try:
                for run in random_runs(spec, options, traces or 1):
                    shown.append(run)  # noqa: PERF402 - those before Ctrl-C stay
            except KeyboardInterrupt:
                exit_code = INTERRUPTED
    if format_ in RUN_FORMATS:
        written = as_files(report, shown) if traces else runs_of(report)
        if exit_code != INTERRUPTED and len(shown) < wanted:
            click.echo(f"{len(shown)} of {wanted} random runs: the time was up", err=True)
        write_runs(written, format_, out, interrupted=exit_code == INTERRUPTED)
    else:
        click.echo(_json(report, shown) if format_ == "json" else _text(report, shown, sliced=sliced))
    sys.exit(exit_code)


def _check_format(format_: str, traces: int | None, out: Path | None) -> None:
    """Raises `UsageError` for a format that there is not, and for options that go with formats of single runs."""
    if format_ in RUN_FORMATS:
        known_format(format_, out)
        return
    if format_ not in {"text", "json"}:
        raise click.UsageError(f"there is no format '{format_}': there are {', '.join(['text', 'json', *RUN_FORMATS])}")
    for name, value in (("--traces", traces), ("--out", out)):
        if value is not None:
            raise click.UsageError(f"{name} needs a format of single runs: {', '.join(RUN_FORMATS)}")


def _json(report: Report, shown: Sequence[ShownRun]) -> str:
    from modelcheck.reports.json_report import render, trace_data  # noqa: PLC0415 - JSON is rare

    document = json.loads(render(report))
    if shown:
        document["runs"] = [{"file": r.file, "check": r.check, "trace": trace_data(r.trace)} for r in shown]
    return json.dumps(document, indent=2, ensure_ascii=False)


def _text(report: Report, shown: Sequence[ShownRun], *, sliced: bool) -> str:
    from modelcheck.reports.text import Wanted, render  # noqa: PLC0415 - not needed for JSON
    from modelcheck.reports.trace_text import quoted, trace_lines  # noqa: PLC0415

    style = style_of()
    parts = []
    for run in shown:
        title = f"a random run of check {quoted(run.check)} ({run.trace.length} steps)"
        parts += ["\n".join([f"  {style.paint(title, 'bold')}", *trace_lines(run.trace, style)]), ""]
    return "\n".join([*parts, render(report, style, Wanted(sliced=sliced))])
