"""The options of `modelcheck verify` that keep a long search alive."""

from __future__ import annotations

from pathlib import Path

import click

from modelcheck.cli.common import Command, seconds


def checkpoint_options(command: Command) -> Command:
    """`--checkpoint`, `--resume` and how often."""
    folder = click.Path(file_okay=False, path_type=Path)
    for option in (
        click.option(
            "--checkpoint-every",
            type=seconds,
            metavar="S",
            help="Seconds between two checkpoints [default: 60].",
        ),
        click.option("--resume", type=folder, metavar="DIR", help="Go on from the checkpoints in this folder."),
        click.option(
            "--checkpoint",
            type=folder,
            metavar="DIR",
            help="Keep checkpoints in this folder, from which --resume goes on.",
        ),
    ):
        command = option(command)
    return command


def checkpoint_folder(checkpoint: Path | None, resume: Path | None, every: float | None) -> Path | None:
    """The folder to keep checkpoints in: that to go on from goes on being used."""
    if resume is not None and checkpoint not in {None, resume}:
        raise click.UsageError("--resume keeps its checkpoints in its own folder: leave --checkpoint out")
    folder = checkpoint if resume is None else resume
    if every is not None and folder is None:
        raise click.UsageError("--checkpoint-every needs --checkpoint or --resume")
    return folder
