"""`modelcheck replay`."""

from __future__ import annotations

import sys

import click

from modelcheck.cli.common import input_errors, style_of, text_or_json


@click.command(name="replay")
@click.argument("trace")
@click.argument("spec", required=False)
@click.option("--check", metavar="NAME", help="Which run, where the file has several: that of this check.")
@click.option("--property", "subject", metavar="P", help="And of this property, deadlock or errors.")
@click.option("--number", type=click.IntRange(min=1), metavar="N", help="And the Nth of those that are left.")
@text_or_json
def command(  # noqa: PLR0913 - one parameter a flag
    *, trace: str, spec: str | None, check: str | None, subject: str | None, number: int | None, format_: str
) -> None:
    """Take a saved run again, and say where the specification has left it.

    TRACE is a file of `verify --format trace`, `itf` or `json`, or of `simulate --show --format json`. SPEC is the
    specification; without it, the one that the trace names, seen from the trace's folder or the current one.

    Exit status: 0 it is a run and shows what it showed, 1 it is none any more or shows it no longer, 2 the input is at
    fault.
    """
    from modelcheck.pipeline.replay import Which, replay_file  # noqa: PLC0415 - `--help` stays quick
    from modelcheck.reports.replayed import render_replay, render_replay_json  # noqa: PLC0415

    with input_errors(format_):
        report = replay_file(trace, spec, Which(check, subject, number))
    click.echo(render_replay_json(report) if format_ == "json" else render_replay(report, style_of()))
    sys.exit(0 if report.ok else 1)
