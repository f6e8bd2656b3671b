"""`modelcheck lint`."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from modelcheck.cli.common import files_argument, style_of, text_or_json
from modelcheck.cli.exit_codes import USAGE

if TYPE_CHECKING:
    from modelcheck.diagnostics import Diagnostic


@click.command(name="lint")
@files_argument
@text_or_json
def command(files: tuple[str, ...], format_: str) -> None:
    """Tell every mistake and doubt without exploring anything; `-` reads standard input.

    Exit status: 0 no errors (there may be warnings), 2 errors.
    """
    from modelcheck.diagnostics import InputError  # noqa: PLC0415 - `--help` stays quick
    from modelcheck.pipeline.lint import lint  # noqa: PLC0415
    from modelcheck.pipeline.sources import read_text  # noqa: PLC0415

    found: list[Diagnostic] = []
    for file in files:
        try:
            found += lint(read_text(file))
        except InputError as error:
            found += error.diagnostics
    if format_ == "json":
        click.echo(json.dumps({"diagnostics": [_data(one) for one in found]}, indent=2, ensure_ascii=False))
    elif found:
        from modelcheck.reports.diagnostics import render_diagnostics  # noqa: PLC0415 - only if there is something

        click.echo(render_diagnostics(found, style_of()))
    sys.exit(USAGE if any(one.severity == "error" for one in found) else 0)


def _data(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic with both ends of its place, counted from 1; the end is behind the last character."""
    from modelcheck.reports.json_report import diagnostic_data  # noqa: PLC0415 - JSON is rare

    span = diagnostic.span
    end = span.source.position(max(span.start, min(span.end, len(span.source.text)))) if span else (None, None)
    return {**diagnostic_data(diagnostic), "end_line": end[0], "end_column": end[1]}
