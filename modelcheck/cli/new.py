"""`modelcheck new`."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import click

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@click.command(name="new")
@click.argument("name")
def command(name: str) -> None:
    """Write NAME.mc, a commented specification that verifies and shows an expected counterexample."""
    path = Path(name if name.endswith(".mc") else f"{name}.mc")
    if not _NAME.fullmatch(path.stem):
        problem = f"'{path.stem}' is no name for a specification"
        raise click.UsageError(f"{problem}: use letters, digits, '_' and '-', and begin with a letter")
    template = (files("modelcheck") / "templates" / "starter.mc").read_text(encoding="utf-8")
    text = template.replace("PROTOCOL", protocol_name(path.stem)).replace("FILE", str(path))
    try:
        # `x`: a file that somebody else writes at the same moment is not overwritten either.
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise click.UsageError(f"'{path}' exists already and is left as it is") from None
    except OSError as error:
        raise click.UsageError(f"'{path}' cannot be written: {error.strerror}") from None
    click.echo(f"wrote {path}\nnext: modelcheck verify {path}")


def protocol_name(stem: str) -> str:
    """`two_phase-commit` as `TwoPhaseCommit`: no keyword begins with a capital."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[-_]+", stem))
