"""`modelcheck certify`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from modelcheck.cli.common import input_errors, seconds, size_in_bytes, style_of, text_or_json

DEFAULT_SECONDS = 600.0


@click.command(name="certify")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("spec", required=False)
@click.option(
    "--max-seconds",
    type=seconds,
    default=DEFAULT_SECONDS,
    metavar="S",
    help=f"Stop after S seconds for each certificate [default: {DEFAULT_SECONDS:.0f}].",
)
@click.option("--max-memory", type=size_in_bytes, metavar="SIZE", help="Stop at this much memory, e.g. 8G.")
@click.option(
    "--max-states",
    type=click.IntRange(min=1),
    metavar="N",
    help="Visit at most about N states of the check [default: 200,000].",
)
@text_or_json
def command(  # noqa: PLR0913 - one parameter a flag
    *,
    folder: Path,
    spec: str | None,
    max_seconds: float,
    max_memory: int | None,
    max_states: int | None,
    format_: str,
) -> None:
    """Recheck certificates of proofs: against the specification, by the solver cvc5, and in the states of the check.

    DIR is a folder that `prove --certificate` or `verify --engine induction --certificate` wrote, or that of one
    certificate in it. SPEC is the specification; without it, the file that the certificate names, in DIR, above it, or
    in the current folder.

    Exit status: 0 certified, 1 rejected, 2 the input is at fault, 3 a limit came first, 130 interrupted.
    """
    from modelcheck.kernel.task import Limits  # noqa: PLC0415 - `--help` stays quick
    from modelcheck.reports.certified import render_certified, render_certified_json  # noqa: PLC0415

    with input_errors(format_):
        needs_solvers()
        from modelcheck.pipeline.certificates.recheck import certify  # noqa: PLC0415

        report = certify(folder, spec, Limits(max_states, max_memory, max_seconds))
    click.echo(render_certified_json(report) if format_ == "json" else render_certified(report, style_of()))
    sys.exit(report.exit_code)


def needs_solvers() -> None:
    """Raises `InputError` (MC412) where Z3, which holds the formulas, or cvc5 is not installed."""
    from importlib.util import find_spec  # noqa: PLC0415 - as above

    from modelcheck.diagnostics import Diagnostic, InputError  # noqa: PLC0415

    for name, package in (("Z3", "z3"), ("cvc5", "cvc5")):
        if find_spec(package) is None:
            problem = f"certificates are rechecked with {name}, which is not installed"
            raise InputError([Diagnostic("MC412", None, problem, "pip install 'modelcheck[certify]'")])
