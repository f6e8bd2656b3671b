"""`modelcheck mutate`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from modelcheck.cli.common import files_argument, input_errors, limit_options, style_of, text_or_json
from modelcheck.cli.progress import progress_line
from modelcheck.counts import counted
from modelcheck.version import __version__

if TYPE_CHECKING:
    from modelcheck.pipeline.mutate import MutantReport, MutationReport
    from modelcheck.reports.style import Style

_COLOURS = {"killed": "green", "survived": "red", "broken": "red", "unknown": "yellow"}


@click.command(name="mutate")
@files_argument
@click.option("--mutant", "names", multiple=True, metavar="NAME", help="Only this mutant (may be repeated).")
@limit_options
@text_or_json
def command(  # noqa: PLR0913 - one parameter a flag
    *,
    files: tuple[str, ...],
    names: tuple[str, ...],
    max_states: int | None,
    max_memory: int | None,
    max_seconds: float | None,
    max_depth: int | None,
    format_: str,
) -> None:
    """Break specifications as NAME.mutants.toml beside NAME.mc says, and see that their properties notice.

    A mutant is killed if the property that it names changes its verdict and no other expectation does.

    Exit status: 0 every mutant is killed, 1 one survived or broke something else, 2 the input is at fault, 3 a limit
    stopped a search first, 130 interrupted; if a specification itself does not verify, what `verify` would say.
    """
    if "-" in files:
        raise click.UsageError("mutants stand beside a file, x.mutants.toml beside x.mc, and `-` is none")
    from modelcheck.kernel.task import Limits  # noqa: PLC0415 - `--help` stays quick
    from modelcheck.pipeline import Options  # noqa: PLC0415
    from modelcheck.pipeline.mutate import mutate, plan  # noqa: PLC0415

    with progress_line() as progress, input_errors(format_):
        options = Options(limits=Limits(max_states, max_memory, max_seconds, max_depth), progress=progress)
        reports = mutate(plan(files, names), options)
    click.echo(_json(reports) if format_ == "json" else _text(reports, style_of()))
    codes = {report.exit_code for report in reports}
    sys.exit(next((code for code in (130, 1, 3) if code in codes), 0))


def _json(reports: list[MutationReport]) -> str:
    specs = [
        {
            "file": report.file,
            "ok": report.exit_code == 0,
            "verified": report.baseline.exit_code == 0,
            "mutants": [_data(mutant) for mutant in report.mutants],
        }
        for report in reports
    ]
    document = {"version": __version__, "ok": all(spec["ok"] for spec in specs), "specs": specs}
    return json.dumps(document, indent=2, ensure_ascii=False)


def _data(mutant: MutantReport) -> dict[str, Any]:
    return {
        "name": mutant.name,
        "violates": mutant.violates,
        "fate": mutant.fate,
        "ok": mutant.ok,
        "check": mutant.check,
        "steps": mutant.steps,
        "detail": mutant.detail,
    }


def _text(reports: list[MutationReport], style: Style) -> str:
    lines = [line for report in reports for line in (*_spec(report, style), "")]
    mutants = [mutant for report in reports for mutant in report.mutants]
    total = counted(len(mutants), "mutant")
    fates = [mutant.fate for mutant in mutants]
    others = [f"{fates.count(fate)} {fate}" for fate in ("survived", "broken", "unknown") if fate in fates]
    failing = [report.file for report in reports if report.baseline.exit_code and not report.baseline.interrupted]
    others += [f"{file} itself does not verify" for file in failing]
    if any(report.interrupted for report in reports):
        return "\n".join([*lines, style.paint(f"INTERRUPTED: {', '.join([total, *others])} so far", "yellow", "bold")])
    if others:
        certain = failing or {"survived", "broken"} & set(fates)
        word, colour = ("FAILED", "red") if certain else ("INCONCLUSIVE", "yellow")
        return "\n".join([*lines, style.paint(f"{word}: {total}, {', '.join(others)}", colour, "bold")])
    return "\n".join([*lines, style.paint(f"ok: {total}, all killed", "green", "bold")])


def _spec(report: MutationReport, style: Style) -> Iterator[str]:
    if report.baseline.exit_code:
        from modelcheck.reports.text import render  # noqa: PLC0415 - only after a failure

        yield render(report.baseline, style)
        return
    yield style.paint(report.file, "bold")
    names = max(len(mutant.name) for mutant in report.mutants)
    subjects = max(len(mutant.violates) for mutant in report.mutants)
    for mutant in report.mutants:
        mark = style.paint(
            "ok  " if mutant.ok else "FAIL" if mutant.fate != "unknown" else "??  ", _COLOURS[mutant.fate]
        )
        fate = f"{mutant.fate:<8}"
        yield f"  {mark} {mutant.name:<{names}}  {fate}  {mutant.violates:<{subjects}}  {_remark(mutant)}".rstrip()


def _remark(mutant: MutantReport) -> str:
    if mutant.fate != "killed":
        return mutant.detail
    steps = "" if mutant.steps is None else f" in {counted(mutant.steps, 'step')}"
    also = f", {mutant.detail}" if mutant.detail else ""
    return f'in check "{mutant.check}"{steps}{also}'
