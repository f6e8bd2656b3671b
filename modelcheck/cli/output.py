"""Where reports go: to the output, or to files in a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from modelcheck.reports.refusal import RefusalError

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


def known_format(name: str) -> None:
    """Raises `UsageError` for a format that there is not, or that needs what is not installed."""
    from modelcheck.reports.registry import FORMATS, RUN_FORMATS  # noqa: PLC0415 - beside the other imports

    if name not in FORMATS and name not in RUN_FORMATS:
        raise click.UsageError(f"there is no format '{name}': there are {', '.join([*FORMATS, *RUN_FORMATS])}")
    if name in RUN_FORMATS:
        try:
            # Before the search, and not behind it.
            RUN_FORMATS[name].renderer()
        except RefusalError as error:
            raise click.UsageError(str(error)) from None


def write_report(report: Report, format_: str, out: Path | None) -> None:
    """To the output, or to a file `report`, or a file for each run, in a folder."""
    from modelcheck.reports.registry import FORMATS  # noqa: PLC0415 - heavy for --help
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
    """A file for each run in a folder, or the only run to the output. `interrupted`: some may be missing."""
    from modelcheck.reports.registry import RUN_FORMATS  # noqa: PLC0415 - heavy for --help
    from modelcheck.reports.runs import file_stems  # noqa: PLC0415

    of_runs = RUN_FORMATS[format_]
    if interrupted:
        # No file of a run could say so.
        click.echo("INTERRUPTED: runs may be missing", err=True)
    if out is None and interrupted and not runs:
        return
    if out is None and (len(runs) != 1 or not of_runs.is_text):
        found = "is no text" if not of_runs.is_text else f"is a file for each run, and there are {len(runs)}"
        raise click.UsageError(f"the format {format_} {found}: say --out DIR, or ask for one --check and --property")
    render = of_runs.renderer()
    try:
        files = {f"{stem}.{of_runs.ending}": render(run) for stem, run in zip(file_stems(runs), runs, strict=True)}
    except RefusalError as error:
        raise click.UsageError(str(error)) from None
    if out is None:
        click.echo(next(iter(files.values())), nl=False)
    else:
        write_files(out, files)


def write_files(out: Path, files: Mapping[str, bytes]) -> None:
    """Files by name into a folder, made if need be. Raises `UsageError` where that cannot be."""
    if not files:
        click.echo("there is no run to write", err=True)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (out / name).parent.mkdir(exist_ok=True)
            (out / name).write_bytes(content)
            click.echo(f"wrote {out / name}")
    except OSError as error:
        raise click.UsageError(f"cannot write to {out}: {error.strerror}") from None
