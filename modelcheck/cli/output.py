"""Where reports go: to the output, or to files in a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from modelcheck.cli.common import Command
from modelcheck.cli.files import replace_file
from modelcheck.reports.refusal import RefusalError
from modelcheck.reports.registry import FORMATS, RUN_FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from modelcheck.reports.report import Report
    from modelcheck.reports.runs import ShownRun


class Folder(click.Path):
    """A folder to write into, made if need be; one that cannot be is told before the search, and not behind it."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> str | bytes | os.PathLike[str]:
        """The path, if it may be written."""
        if not os.fspath(value):
            self.fail("the name of the folder is empty", param, ctx)
        there = Path(value)
        while not os.path.lexists(there) and there != there.parent:
            there = there.parent
        if there.exists() and not there.is_dir():
            self.fail(f"cannot write to {value}: {there} is a file", param, ctx)
        if there.exists() and not os.access(there, os.W_OK | os.X_OK):
            self.fail(f"cannot write to {value}: no permission to write into {there}", param, ctx)
        return super().convert(value, param, ctx)


def report_options(command: Command) -> Command:
    """In which format the report goes where."""
    folder = click.option(
        "--out", type=Folder(), metavar="DIR", help="Write files into this folder, instead of to the output."
    )
    told = f"{', '.join(FORMATS)} [default: text]; a file for each run: {', '.join(RUN_FORMATS)}."
    return click.option("--format", "format_", default="text", metavar="F", help=told)(folder(command))


def known_format(name: str, out: Path | None) -> None:
    """Raises `UsageError` for a format that there is not, or that needs a folder or what is not installed."""
    if name not in FORMATS and name not in RUN_FORMATS:
        raise click.UsageError(f"there is no format '{name}': there are {', '.join([*FORMATS, *RUN_FORMATS])}")
    if name not in RUN_FORMATS:
        return
    if out is None and not RUN_FORMATS[name].is_text:
        raise click.UsageError(f"the format {name} is no text: say --out DIR")
    try:
        # Before the search, and not behind it.
        RUN_FORMATS[name].renderer()
    except RefusalError as error:
        raise click.UsageError(str(error)) from None


def has_room(format_: str, out: Path | None, runs: int) -> None:
    """Raises `UsageError` before the search where so many runs are to come, and there is room for one only."""
    if format_ in RUN_FORMATS and out is None and runs > 1:
        problem = f"the format {format_} is a file for each run, and {runs:,} are to come"
        raise click.UsageError(f"{problem}: say --out DIR, or ask for one --check and --property")


def write_report(report: Report, format_: str, out: Path | None) -> None:
    """To the output, or to a file `report`, or a file for each run, in a folder."""
    from modelcheck.reports.runs import runs_of  # noqa: PLC0415

    if format_ in FORMATS:
        kind = FORMATS[format_]
        text = kind.renderer()(report)
        if out is None:
            click.echo(text)
        else:
            write_files(out, {f"report.{kind.ending}": (text + "\n").encode()})
        return
    write_runs(runs_of(report), format_, out, interrupted=report.interrupted)


def write_runs(runs: Sequence[ShownRun], format_: str, out: Path | None, *, interrupted: bool = False) -> None:
    """A file for each run in a folder, or the first run to the output. `interrupted`: some may be missing.

    Raises `UsageError` for runs that the format has no room for, once the others are written.
    """
    from modelcheck.reports.runs import file_stems  # noqa: PLC0415

    if interrupted:
        # No file of a run could say so.
        click.echo("INTERRUPTED: runs may be missing", err=True)
    runs = [run for run in runs if RUN_FORMATS[format_].is_picture or not run.is_pair]
    if not runs:
        click.echo("there is no run to write", err=True)
        return
    shown = runs if out is not None else runs[:1]
    render, ending = RUN_FORMATS[format_].renderer(), RUN_FORMATS[format_].ending
    files, refused = dict[str, bytes](), list[str]()
    for stem, run in zip(file_stems(shown), shown, strict=True):
        try:
            files[f"{stem}.{ending}"] = render(run)
        except RefusalError as error:
            refused.append(f"{stem}: {error}")
    if out is not None:
        write_files(out, files)
    else:
        click.echo(b"".join(files.values()), nl=False)
        if len(runs) > 1:
            click.echo(f"this is the first of {len(runs)} runs: say --out DIR for all of them", err=True)
    if refused:
        raise click.UsageError("\n".join(refused))


def write_files(out: Path, files: Mapping[str, bytes]) -> None:
    """Files by name into a folder, made if need be. Raises `UsageError` where that cannot be."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / name).parent.mkdir(exist_ok=True)
            replace_file(out / name, content)
            click.echo(f"wrote {out / name}")
    except OSError as error:
        raise click.UsageError(f"cannot write to {out}: {error.strerror}") from None
