"""`modelcheck fmt`."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path

import click

from modelcheck.cli.common import files_argument, input_errors
from modelcheck.cli.files import replace_file

_STDIN = "-"


@click.command(name="fmt")
@files_argument
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; list the files that would change and exit with 1."
)
@click.option("--diff", "only_diff", is_flag=True, help="Write nothing; print what would change.")
def command(files: tuple[str, ...], *, only_check: bool, only_diff: bool) -> None:
    """Lay specifications out in the canonical way, in place; `-` copies standard input to the output.

    Files with syntax errors are left as they are. Exit status: 0, 1 with --check if a file would change, 2 errors.
    """
    from modelcheck.diagnostics import Diagnostics  # noqa: PLC0415 - `--help` stays quick
    from modelcheck.frontend.format import format_source  # noqa: PLC0415
    from modelcheck.pipeline.sources import read_text  # noqa: PLC0415

    changed = False
    diagnostics = Diagnostics()
    with input_errors():
        for file in files:
            with diagnostics.collecting():
                source = read_text(file)
                text = format_source(source)
                different = text != (source.text if file == _STDIN else _on_disk(file))
                changed = changed or different
                if only_diff:
                    click.echo(_diff(file, source.text, text), nl=False)
                if only_check and different:
                    click.echo(f"would change {file}")
                elif not only_check and not only_diff:
                    _write(file, text, different=different)
        diagnostics.raise_errors()
    sys.exit(1 if only_check and changed else 0)


def _on_disk(file: str) -> str:
    """The text with the line ends and byte order mark that it has: the canonical layout has no CR and no mark."""
    return Path(file).read_bytes().decode("utf-8")


def _diff(file: str, before: str, after: str) -> str:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), file, f"{file} (canonical)"
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _write(file: str, text: str, *, different: bool) -> None:
    if file == _STDIN:
        click.echo(text, nl=False)
    elif different:
        try:
            replace_file(Path(file), text.encode())
        except OSError as error:
            raise click.UsageError(f"'{file}' cannot be written: {error.strerror}") from None
        click.echo(f"formatted {file}")
