"""Options about which run is shown, and how much of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


def order_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which of the shortest runs is shown."""
    told = (
        ("faults", "Of all shortest runs, show the first with the fewest faults."),
        ("switches", "Of all shortest runs, show the first in which the actor changes least often."),
    )
    for order, help_ in reversed(told):
        command = click.option(f"--fewest-{order}", "order", flag_value=order, default=None, help=help_)(command)
    count = click.IntRange(min=1, max=1000)
    many = "Look for up to N counterexamples to each property that differ in what is done."
    command = click.option("--counterexamples", type=count, default=1, metavar="N", help=many)(command)
    shortest = "Show the first of the shortest runs, by its choices: the default."
    return click.option("--shortest", "order", flag_value="", default=None, help=shortest)(command)


def shrink_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--no-shrink`."""
    help_ = "Show runs as they were found, with steps that are not needed."
    return click.option("--no-shrink", "shrink", is_flag=True, flag_value=False, default=True, help=help_)(command)


def calm_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--fewest-switches` of runs found by chance."""
    help_ = "Show the steps in the order in which the actor changes least often."
    return click.option("--fewest-switches", "order", flag_value="switches", default=None, help=help_)(command)


def slice_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--slice`."""
    help_ = "Of each run, print only the steps that what it shows depends on."
    return click.option("--slice", "sliced", is_flag=True, help=help_)(command)


def check_slice(sliced: bool, format_: str) -> None:  # noqa: FBT001 - a flag of the command line
    """Raises `UsageError` where runs are not printed as text."""
    if sliced and format_ != "text":
        raise click.UsageError(f"'--slice' is for text: the format {format_} tells what depends on what, or shows all")


def check_choosing(engine: str, order: str | None, counterexamples: int) -> None:
    """Raises `UsageError` where an engine cannot choose among runs: one that asks a solver visits no states."""
    from modelcheck.engines.registry import SOLVING  # noqa: PLC0415 - `--help` stays quick

    if engine in SOLVING and (order or counterexamples > 1):
        asked = f"--fewest-{order}" if order else "--counterexamples"
        raise click.UsageError(f"the engine {engine} shows the run that the solver finds: leave {asked} out")
