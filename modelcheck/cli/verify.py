"""`modelcheck verify`."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from modelcheck.cli.certificates import certificate_option, check_certificate, write_certificates
from modelcheck.cli.checkpoints import checkpoint_folder, checkpoint_options
from modelcheck.cli.choosing import check_choosing, check_slice, order_options, slice_option
from modelcheck.cli.common import (
    files_argument,
    input_errors,
    instance_options,
    known_engine,
    limit_options,
    parse_faults,
    parse_settings,
    short,
    style_of,
)
from modelcheck.cli.output import has_room, known_format, report_options, write_report
from modelcheck.cli.progress import progress_line
from modelcheck.cli.searching import search_options

if TYPE_CHECKING:
    from modelcheck.analysis.counterexamples.cheapest import Order
    from modelcheck.ir.spec import Check, Spec
    from modelcheck.kernel.invariant import Proof


@click.command(name="verify")
@files_argument
@instance_options
@search_options
@click.option("--lemmas", is_flag=True, help="With --engine induction: look for lemmas where a proof needs some.")
@click.option(
    "--audit",
    metavar="A",
    help="Have the reference interpreter check all stored states, N of them, or none [default: a sample].",
)
@limit_options
@checkpoint_options
@certificate_option
@click.option("--coverage", is_flag=True, help="Print how often each transition was taken.")
@order_options
@slice_option
@click.option("-q", "--quiet", is_flag=True, help="Print only the runs that are not as expected.")
@report_options
def command(  # noqa: PLR0913 - one parameter a flag
    *,
    files: tuple[str, ...],
    checks: tuple[str, ...],
    settings: tuple[str, ...],
    faults: tuple[str, ...],
    properties: tuple[str, ...],
    engine: str | None,
    lemmas: bool,
    workers: int | None,
    audit: str | None,
    max_states: int | None,
    max_memory: int | None,
    max_seconds: float | None,
    max_depth: int | None,
    checkpoint: Path | None,
    resume: Path | None,
    checkpoint_every: float | None,
    certificate: Path | None,
    no_symmetry: bool,
    explain: tuple[str, ...],
    coverage: bool,
    order: Order | Literal[""] | None,
    counterexamples: int,
    sliced: bool,
    quiet: bool,
    format_: str,
    out: Path | None,
) -> None:
    """Verify the checks of specifications.

    Exit status: 0 every verdict is as expected, 1 a verdict differs, 2 the input is at fault, 3 a limit stopped the
    search first, 70 internal error, 130 interrupted.
    """
    from modelcheck.environment.instantiate import Overrides  # noqa: PLC0415 - `--help` stays quick
    from modelcheck.kernel.task import Limits  # noqa: PLC0415
    from modelcheck.pipeline import Options, load_files, select_checks, verify_specs  # noqa: PLC0415
    from modelcheck.pipeline.expectations import expected_runs  # noqa: PLC0415

    known_format(format_, out)
    check_slice(sliced, format_)
    chosen_engine = known_engine(engine)
    check_choosing(chosen_engine, order, counterexamples)
    check_certificate(certificate, chosen_engine)
    if lemmas and chosen_engine != "induction":
        raise click.UsageError("--lemmas needs --engine induction")
    folder = checkpoint_folder(checkpoint, resume, checkpoint_every)
    overrides = Overrides(parse_settings(settings), parse_faults(faults))
    proved: list[tuple[Spec, Check, Proof]] = []
    with progress_line() as progress, input_errors(format_):
        options = Options(
            checks=checks,
            properties=properties,
            overrides=overrides,
            engine=chosen_engine,
            lemmas=lemmas,
            workers=workers,
            audit=_audit(audit),
            limits=Limits(max_states, max_memory, max_seconds, max_depth),
            checkpoint=folder,
            resume=resume is not None,
            checkpoint_seconds=60.0 if checkpoint_every is None else checkpoint_every,
            symmetry=not no_symmetry,
            explain_fairness=explain,
            order=order or None,
            counterexamples=counterexamples,
            progress=progress,
            proved=None if certificate is None else (lambda *found: proved.append(found)),
        )
        specs = load_files(files)
        has_room(format_, out, expected_runs(select_checks(specs, checks), properties))
        report = verify_specs(specs, options)
    if format_ == "text" and out is None:
        from modelcheck.reports.text import Wanted, render  # noqa: PLC0415 - only this format takes a style

        click.echo(render(report, style_of(), Wanted(quiet, coverage, sliced)))
    else:
        write_report(report, format_, out)
    if certificate is not None:
        write_certificates(certificate, proved, overrides, properties)
    sys.exit(report.exit_code)


def _audit(asked: str | None) -> int | None:
    """How many states to audit: `all`, `none` or a number."""
    if asked is None:
        return None
    if asked in {"all", "none"}:
        return sys.maxsize if asked == "all" else 0
    if not re.fullmatch(r"[0-9]{1,18}", asked):
        raise click.UsageError(f"'--audit {short(asked)}': write all, none or a number of states")
    return int(asked)
