"""What several commands share: options, the style of the terminal, errors of input."""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from modelcheck.cli.exit_codes import USAGE
from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.reports.style import Style

Command = TypeVar("Command", bound=Callable[..., Any])

_SHOWN = 60
"""How many characters of a wrong value a message repeats."""

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


def style_of(stream: Any = None) -> Style:  # noqa: ANN401 - any text stream
    """Colour only on a terminal, and not where `NO_COLOR` is set (https://no-color.org)."""
    stream = stream or sys.stdout
    return Style(colour=stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb")


@contextmanager
def input_errors(format_: str = "text") -> Iterator[None]:
    """Print the diagnostics of an `InputError` and exit with 2.

    As text they go to the error stream, as JSON or as annotations to the output.
    """
    try:
        yield
    except InputError as error:
        print_errors(error.diagnostics, format_)
        sys.exit(USAGE)


def print_errors(diagnostics: Sequence[Diagnostic], format_: str = "text") -> None:
    """Print diagnostics."""
    if format_ == "json":
        from modelcheck.reports.json_report import render_errors  # noqa: PLC0415 - JSON is rare

        click.echo(render_errors(diagnostics))
        return
    if format_ == "github":
        from modelcheck.reports.github import render_errors as annotations  # noqa: PLC0415 - as above

        click.echo(annotations(diagnostics))
        return
    from modelcheck.reports.diagnostics import render_diagnostics  # noqa: PLC0415 - only after a mistake

    click.echo(render_diagnostics(diagnostics, style_of(sys.stderr)), err=True)


def files_argument(command: Command) -> Command:
    """One or more specification files; `-` is the standard input."""
    return click.argument("files", nargs=-1, required=True, metavar="FILE...", callback=_read_once)(command)


def _read_once(_context: click.Context, _parameter: click.Parameter, files: tuple[str, ...]) -> tuple[str, ...]:
    if files.count("-") > 1:
        raise click.UsageError("`-` stands for the standard input, which can be read once only")
    return files


def instance_options(command: Command) -> Command:
    """Options that select or change a check."""
    for option in (
        click.option(
            "--fault",
            "faults",
            multiple=True,
            metavar="FAULT[:KIND]=N",
            help="Change a fault's budget; N may be `any`.",
        ),
        click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Change a size or parameter."),
        click.option("--check", "checks", multiple=True, metavar="NAME", help="Only this check (may be repeated)."),
    ):
        command = option(command)
    return command


def short(text: str) -> str:
    """What was given, as far as a message has room for it."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def parse_settings(settings: Sequence[str]) -> dict[str, str]:
    """`NAME=VALUE` pairs."""
    found = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not name or not value:
            raise click.UsageError(f"--set needs NAME=VALUE, but got '{short(setting)}'")
        found[name.strip()] = value.strip()
    return found


def parse_faults(faults: Sequence[str]) -> dict[tuple[str, str | None], int | None]:
    """`crash:Participant=2`, `lose=any`. A budget has as many digits as a number in a specification may have."""
    found: dict[tuple[str, str | None], int | None] = {}
    for fault in faults:
        match = re.fullmatch(r"([a-z_]+)(?::([A-Za-z_]\w*))?=([0-9]{1,18}|any)", fault.strip())
        if match is None:
            raise click.UsageError(
                f"--fault needs FAULT[:KIND]=N with a number of at most 18 digits or `any`, but got '{short(fault)}' "
                "(for example crash:Participant=2)"
            )
        kind, subject, budget = match.groups()
        found[kind, subject] = None if budget == "any" else int(budget)
    return found


def size_in_bytes(text: str) -> int:
    """`8G`, `500M`, `1048576` as a number of bytes, one at least."""
    match = re.fullmatch(r"([0-9]{1,18}(?:\.[0-9]{1,18})?)\s*([KMGT]?)i?B?", text, re.IGNORECASE)
    size = int(float(match[1]) * _UNITS[match[2].upper()]) if match else 0
    if not size:
        raise click.BadParameter(f"'{short(text)}' is no size: write for example 8G or 500M")
    return size


def seconds(text: str) -> float:
    """A length of time: not negative, not `nan`."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not value >= 0:
        raise click.BadParameter(f"'{short(text)}' is no number of seconds")
    return value


def known_engine(name: str | None) -> str:
    """The engine with this name, or the default. Raises `UsageError`."""
    from modelcheck.engines.registry import DEFAULT_ENGINE, ENGINES  # noqa: PLC0415 - `--help` stays quick

    engines = [known for known in ENGINES if known not in {"simulate", "proof"}]
    if name is not None and name not in engines:
        raise click.UsageError(f"there is no engine '{name}': there are {', '.join(engines)}")
    return name or DEFAULT_ENGINE


def limit_options(command: Command) -> Command:
    """Options that stop a search early."""
    for option in (
        click.option(
            "--max-depth", "--depth", type=click.IntRange(min=0), metavar="N", help="Stop at runs of N steps."
        ),
        click.option("--max-seconds", type=seconds, metavar="S", help="Stop after S seconds."),
        click.option(
            "--max-memory",
            type=size_in_bytes,
            metavar="SIZE",
            help="Stop at this much memory, e.g. 8G [default: 75 % of what is free].",
        ),
        click.option(
            "--max-states",
            type=click.IntRange(min=1),
            metavar="N",
            help="Stop when more than N distinct states are found.",
        ),
    ):
        command = option(command)
    return command


def text_or_json(command: Command) -> Command:
    """`--format text` or `json`."""
    choice = click.Choice(["text", "json"])
    return click.option(
        "--format", "format_", type=choice, default="text", metavar="F", help="text or json [default: text]."
    )(command)
