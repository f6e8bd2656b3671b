"""Options about which run is shown, and how much of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click


def slice_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--slice`."""
    help_ = "Of each run, print only the steps that what it shows depends on."
    return click.option("--slice", "sliced", is_flag=True, help=help_)(command)


def check_slice(sliced: bool, format_: str) -> None:  # noqa: FBT001 - a flag of the command line
    """Raises `UsageError` where runs are not printed as text."""
    if sliced and format_ != "text":
        raise click.UsageError(f"'--slice' is for text: the format {format_} tells what depends on what, or shows all")
