"""`modelcheck lint`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from modelcheck.cli.common import files_argument, seconds, style_of, text_or_json
from modelcheck.cli.exit_codes import INTERRUPTED, USAGE

if TYPE_CHECKING:
    from modelcheck.diagnostics import Diagnostic


@click.command(name="lint")
@files_argument
@click.option(
    "--effort",
    type=click.IntRange(min=1),
    metavar="N",
    help="Let the solver do N million of its steps for each question [default: 15].",
)
@click.option(
    "--max-seconds",
    type=seconds,
    metavar="S",
    help="Leave each question after S seconds [default: 60].",
)
@click.option("--no-solver", is_flag=True, help="Only what can be told at once.")
@click.option("--errors", is_flag=True, help="Also what goes wrong in some state, reached or not.")
@text_or_json
def command(  # noqa: PLR0913 - one parameter a flag
    *,
    files: tuple[str, ...],
    effort: int | None,
    max_seconds: float | None,
    format_: str,
    no_solver: bool,
    errors: bool,
) -> None:
    """Tell every mistake and doubt without exploring anything; `-` reads standard input.

    Where Z3 is installed, it is asked what the types of a specification rule out.
    Exit status: 0 no errors (there may be warnings), 2 errors, 130 interrupted.
    """
    from importlib.util import find_spec  # noqa: PLC0415 - `--help` stays quick

    from modelcheck.diagnostics import InputError  # noqa: PLC0415 - `--help` stays quick
    from modelcheck.frozen import replace  # noqa: PLC0415
    from modelcheck.pipeline.allowance import Allowance  # noqa: PLC0415
    from modelcheck.pipeline.lint import LintInterrupt, lint  # noqa: PLC0415
    from modelcheck.pipeline.sources import read_text  # noqa: PLC0415

    allowance = Allowance() if effort is None else Allowance(effort=effort)
    allowance = allowance if max_seconds is None else replace(allowance, seconds=max_seconds)
    solves = not no_solver and find_spec("z3") is not None
    if not solves and not no_solver:
        click.echo("without Z3 there are fewer warnings: pip install 'modelcheck[smt]', or --no-solver", err=True)
    found: list[Diagnostic] = []
    interrupted = False
    for file in files:
        try:
            found += lint(read_text(file), allowance if solves else None, errors=errors)
        except KeyboardInterrupt as ended:
            found += ended.found if isinstance(ended, LintInterrupt) else ()
            interrupted = True
            break
        except InputError as error:
            found += error.diagnostics
    if format_ == "json":
        click.echo(json.dumps({"diagnostics": [_data(one) for one in found]}, indent=2, ensure_ascii=False))
    elif found:
        from modelcheck.reports.diagnostics import render_diagnostics  # noqa: PLC0415 - only if there is something

        click.echo(render_diagnostics(found, style_of()))
    if interrupted:
        click.echo("interrupted: not every doubt was looked into", err=True)
    is_wrong = any(one.severity == "error" for one in found)
    sys.exit(USAGE if is_wrong else INTERRUPTED if interrupted else 0)


def _data(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic with both ends of its place, counted from 1; the end is behind the last character."""
    from modelcheck.reports.json_report import diagnostic_data  # noqa: PLC0415 - JSON is rare

    span = diagnostic.span
    end = span.source.position(max(span.start, min(span.end, len(span.source.text)))) if span else (None, None)
    return {**diagnostic_data(diagnostic), "end_line": end[0], "end_column": end[1]}
