"""`modelcheck solve`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from modelcheck.cli.common import (
    input_errors,
    instance_options,
    known_engine,
    limit_options,
    parse_faults,
    parse_settings,
    short,
    style_of,
    text_or_json,
)
from modelcheck.cli.progress import progress_line
from modelcheck.cli.searching import engine_options

if TYPE_CHECKING:
    from modelcheck.pipeline.solve import Range


@click.command(name="solve")
@click.argument("file", metavar="FILE")
@click.option(
    "--for",
    "ranges",
    multiple=True,
    metavar="NAME=VALUES",
    help="Look for NAME among VALUES, e.g. N=3..7,design=cp|ap [default: all constants that are `any`].",
)
@click.option("--first", is_flag=True, help="Stop at the first solution.")
@click.option("--full", is_flag=True, help="Judge every expectation of all values, also behind one that is not met.")
@instance_options
@click.option(
    "--property",
    "properties",
    multiple=True,
    metavar="P",
    help="Only what is expected of this property, or deadlock (may be repeated).",
)
@engine_options
@limit_options
@text_or_json
def command(  # noqa: PLR0913 - one parameter a flag
    *,
    file: str,
    ranges: tuple[str, ...],
    first: bool,
    full: bool,
    checks: tuple[str, ...],
    settings: tuple[str, ...],
    faults: tuple[str, ...],
    properties: tuple[str, ...],
    engine: str | None,
    workers: int | None,
    max_states: int | None,
    max_memory: int | None,
    max_seconds: float | None,
    max_depth: int | None,
    format_: str,
) -> None:
    """Look for values of parameters, sizes and unknown constants with which every verdict is as expected.

    Exit status: 0 values were found, 1 there are none, 2 the input is at fault, 3 none were found, but a limit left
    some out, 130 interrupted.
    """
    from modelcheck.environment.instantiate import Overrides  # noqa: PLC0415 - `--help` stays quick
    from modelcheck.kernel.task import Limits  # noqa: PLC0415
    from modelcheck.pipeline import Options  # noqa: PLC0415
    from modelcheck.pipeline.solve import Asked, solve  # noqa: PLC0415

    asked = Asked(tuple(_range(text) for text in _split(ranges)), first, full)
    with progress_line() as progress, input_errors(format_):
        options = Options(
            checks=checks,
            properties=properties,
            overrides=Overrides(parse_settings(settings), parse_faults(faults)),
            engine=known_engine(engine),
            workers=workers,
            limits=Limits(max_states, max_memory, max_seconds, max_depth),
            progress=progress,
        )
        report = solve(file, asked, options)
    if format_ == "json":
        from modelcheck.reports.solution.data import render as as_json  # noqa: PLC0415 - JSON is rare

        click.echo(as_json(report))
    else:
        from modelcheck.reports.solution.text import render as as_text  # noqa: PLC0415 - beside the other

        click.echo(as_text(report, style_of()))
    sys.exit(report.exit_code)


def _split(ranges: tuple[str, ...]) -> Iterator[str]:
    """The parts between commas, those inside brackets aside: a value may be `[Node[0]: true, Node[1]: false]`."""
    for text in ranges:
        depth, part = 0, ""
        for letter in text:
            depth += (letter in "[({") - (letter in "])}")
            if letter == "," and depth == 0:
                yield part
                part = ""
            else:
                part += letter
        yield part


def _range(text: str) -> Range:
    """`NAME`, `NAME=3..7`, `NAME=a|b|4..6`."""
    from modelcheck.pipeline.solve import Range  # noqa: PLC0415 - `--help` stays quick

    name, equals, values = (part.strip() for part in text.partition("="))
    if not name or (equals and not values):
        raise click.UsageError(f"--for needs NAME or NAME=VALUES, but got '{short(text)}'")
    if not equals:
        return Range(name)
    return Range(name, tuple(value for part in values.split("|") for value in _values(part.strip(), text)))


def _values(part: str, text: str) -> Iterator[str]:
    from modelcheck.pipeline.solve.ranges import MOST_COMBINATIONS  # noqa: PLC0415 - `--help` stays quick

    numbers = re.fullmatch(r"(-?[0-9]{1,18})\s*\.\.\s*(-?[0-9]{1,18})", part)
    if numbers is None:
        if not part:
            raise click.UsageError(f"--for '{short(text)}': a value is missing")
        yield part
        return
    lo, hi = int(numbers[1]), int(numbers[2])
    if not 0 <= hi - lo < MOST_COMBINATIONS:
        problem = "has no values" if hi < lo else f"has more than {MOST_COMBINATIONS:,} values"
        raise click.UsageError(f"--for '{short(text)}': {short(part)} {problem}")
    yield from (str(number) for number in range(lo, hi + 1))
