"""Options about what is searched for and how, which several commands have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from modelcheck.cli.common import Command


def search_options(command: Command) -> Command:
    """Which properties are looked at and how, and which fairness is explained."""
    for option in (
        click.option(
            "--explain-fairness",
            "explain",
            multiple=True,
            metavar="P",
            help="Say which fairness the temporal property P needs (may be repeated).",
        ),
        click.option("--no-symmetry", is_flag=True, help="Visit also states that differ in the names of ids only."),
        engine_options,
        click.option(
            "--property",
            "properties",
            multiple=True,
            metavar="P",
            help="Only this property, deadlock or errors (may be repeated).",
        ),
    ):
        command = option(command)
    return command


def engine_options(command: Command) -> Command:
    """Which engine, on how many cores."""
    cores = "Processor cores to use, where the engine can use several."
    command = click.option("--workers", type=click.IntRange(min=1), metavar="N", help=cores)(command)
    engines = "auto, native, interpreter, bounded or induction [default: auto]."
    return click.option("--engine", default=None, metavar="E", help=engines)(command)
