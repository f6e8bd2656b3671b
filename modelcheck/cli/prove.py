"""`modelcheck prove`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from modelcheck.cli.certificates import certificate_option, write_certificates
from modelcheck.cli.common import (
    files_argument,
    input_errors,
    instance_options,
    parse_faults,
    parse_settings,
    seconds,
    size_in_bytes,
    style_of,
)
from modelcheck.cli.output import known_format, report_options, write_report
from modelcheck.cli.progress import progress_line

if TYPE_CHECKING:
    from modelcheck.ir.spec import Check, Spec
    from modelcheck.kernel.invariant import Proof

DEFAULT_SECONDS = 300.0


@click.command(name="prove")
@files_argument
@instance_options
@click.option("--property", "properties", multiple=True, metavar="P", help="Only this invariant (may be repeated).")
@click.option(
    "--max-seconds",
    type=seconds,
    default=DEFAULT_SECONDS,
    metavar="S",
    help=f"Stop looking for proofs and violations after S seconds for each check [default: {DEFAULT_SECONDS:.0f}].",
)
@click.option(
    "--max-memory",
    type=size_in_bytes,
    metavar="SIZE",
    help="Stop at this much memory, e.g. 8G [default: 75 % of what is free].",
)
@certificate_option
@click.option("-q", "--quiet", is_flag=True, help="Print only the runs that are not as expected.")
@report_options
def command(  # noqa: PLR0913 - one parameter a flag
    *,
    files: tuple[str, ...],
    checks: tuple[str, ...],
    settings: tuple[str, ...],
    faults: tuple[str, ...],
    properties: tuple[str, ...],
    max_seconds: float,
    max_memory: int | None,
    certificate: Path | None,
    quiet: bool,
    format_: str,
    out: Path | None,
) -> None:
    """Prove the invariants of checks, of states and of steps, or find how they are violated.

    In turn: runs to a violation among the states that are soon visited, k-induction, induction with lemmas that are
    mined from these states, and Spacer. A proof is of the sizes of its check.

    Exit status: 0 every verdict is as expected, 1 a verdict differs, 2 the input is at fault, 3 not all was settled in
    time, 70 internal error, 130 interrupted.
    """
    from modelcheck.environment.instantiate import Overrides  # noqa: PLC0415 - `--help` stays quick
    from modelcheck.kernel.task import Limits  # noqa: PLC0415
    from modelcheck.pipeline import Options  # noqa: PLC0415
    from modelcheck.pipeline.prove import prove  # noqa: PLC0415

    known_format(format_, out)
    overrides = Overrides(parse_settings(settings), parse_faults(faults))
    proved: list[tuple[Spec, Check, Proof]] = []
    with progress_line() as progress, input_errors(format_):
        options = Options(
            checks=checks,
            properties=properties,
            overrides=overrides,
            limits=Limits(memory_bytes=max_memory, seconds=max_seconds),
            progress=progress,
            proved=None if certificate is None else (lambda *one: proved.append(one)),
        )
        report = prove(files, options)
    if format_ == "text" and out is None:
        from modelcheck.reports.text import Wanted, render  # noqa: PLC0415 - as above

        click.echo(render(report, style_of(), Wanted(quiet=quiet)))
    else:
        write_report(report, format_, out)
    if certificate is not None:
        only = report.specs[0].checks[0].only if report.specs and report.specs[0].checks else properties
        write_certificates(certificate, proved, overrides, only)
    sys.exit(report.exit_code)
