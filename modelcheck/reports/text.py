"""Text for people: a table of verdicts, then each run that shows something, what is unexpected last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.frozen import Frozen
from modelcheck.reports.diagnostics import render_diagnostics, visible
from modelcheck.reports.outcome import outcome
from modelcheck.reports.style import PLAIN, Style
from modelcheck.reports.trace_text import length, quoted, same_steps, trace_lines
from modelcheck.reports.verdicts import by_whom, ending, extent, without_certificate, word

if TYPE_CHECKING:
    from modelcheck.reports.report import CheckReport, PropertyReport, Report, SpecReport
    from modelcheck.semantics.trace import Trace

_COLOURS = {"holds": "green", "reached": "green", "violated": "red", "unreached": "red", "unknown": "yellow"}
_LEVELS = {"right": "green", "unsure": "yellow", "wrong": "red"}
_Shown = tuple["CheckReport", "PropertyReport", "Trace"]


class Wanted(Frozen):
    """What is printed: `quiet` leaves out the runs that are as expected, `coverage` tells what was taken how often.

    `sliced`: of the runs only the steps that what they show depends on.
    """

    quiet: bool = False
    coverage: bool = False
    sliced: bool = False


def render(report: Report, style: Style = PLAIN, wanted: Wanted | None = None) -> str:
    """The whole report."""
    parts = [_spec(spec, style, wanted or Wanted()) for spec in report.specs]
    return "\n".join([*parts, _last_line(report, style)])


def _last_line(report: Report, style: Style) -> str:
    found = outcome(report)
    return style.paint(found.text, _LEVELS[found.level], "bold")


def _spec(spec: SpecReport, style: Style, wanted: Wanted) -> str:
    lines = [style.paint(visible(spec.file), "bold")]
    for check in spec.checks:
        lines += ["", *_check(check, style), *(_coverage(check, style) if wanted.coverage else ())]
    for assumption in spec.assumptions:
        lines += ["", f"{style.paint('assumption', 'cyan')}: {visible(assumption)}"]
    if spec.warnings:
        lines += ["", render_diagnostics(spec.warnings, style)]
    shown = [(check, found, trace) for check in spec.checks for found in check.properties for trace in found.shown]
    shown = [one for one in shown if not wanted.quiet or not one[1].ok]
    # What is unexpected stands last, where the eye falls first.
    shown.sort(key=lambda one: not one[1].ok)
    for position, one in enumerate(shown):
        lines += ["", *_run(one, shown[:position], style, sliced=wanted.sliced)]
    return "\n".join(lines) + "\n"


def _check(check: CheckReport, style: Style) -> list[str]:
    width = max((len(p.name) for p in check.properties), default=0)
    lines = [f"  check {style.paint(quoted(check.name), 'bold')}: {_counts(check)}"]
    for found in check.properties:
        verdict = style.paint(f"{word(found):<9}", _COLOURS[found.verdict] if not found.ok else "dim")
        remark = _remark(check, found)
        lines.append(f"    {_mark(found, style)} {visible(found.name):<{width}}  {verdict}  {remark}".rstrip())
    lines += [
        f"    {style.paint('fairness', 'cyan')}: {visible(line)}" for p in check.properties for line in p.fairness
    ]
    for number, lemma in enumerate(check.lemmas, 1):
        lines.append(f"    {style.paint(f'lemma {number}', 'cyan')}: {visible(lemma)}")
    lines += [f"    {style.paint(visible(line), 'dim')}" for line in (*without_certificate(check), *check.reductions)]
    lines += [f"    {style.paint(check.bound_word, 'yellow')}: {visible(bound)}" for bound in check.bounds_hit]
    return lines


def _coverage(check: CheckReport, style: Style) -> list[str]:
    width = max((len(f"{row.count:,}") for row in check.coverage), default=0)
    return [
        f"    {style.paint('taken', 'cyan')} {row.count:>{width},}  {visible(row.name)}"
        + (f" (line {row.line})" if row.line else "")
        for row in check.coverage
    ]


def _mark(found: PropertyReport, style: Style) -> str:
    if found.verdict == "unknown":
        # A sample that shows nothing is neither right nor wrong.
        return style.paint("--  ", "dim") if found.ok else style.paint("??  ", "yellow", "bold")
    return style.paint("ok  ", "green") if found.ok else style.paint("FAIL", "red", "bold")


def _counts(check: CheckReport) -> str:
    return ", ".join([*extent(check), f"{check.seconds.search:.2f} s", *ending(check)])


def _remark(check: CheckReport, found: PropertyReport) -> str:
    parts = []
    if found.verdict == "unknown":
        # Of a sample, the line of the check has told the seed.
        parts.append(found.evidence.partition(", seed")[0] if found.ok else f"{found.reason}: {found.evidence}")
    if found.steps is not None:
        parts.append(f"in {counted(found.steps, 'step')}")
    if found.scope and found.scope != "exhaustive":
        parts.append(found.scope)
    if found.prover is not None:
        parts.append(by_whom(check, found))
        parts += [] if found.prover.seconds is None else [f"after {found.prover.seconds:.2f} s"]
    if found.kind == "inductive" and found.verdict == "violated":
        parts.append(found.evidence)
    if found.kind == "states":
        parts += [found.evidence] * (found.verdict != "unknown" and bool(found.evidence))
    elif found.verdict not in {found.expected, "unknown"}:
        parts.append(f"but expected: {found.expected}")
    elif found.expected in {"violated", "unreached"} and found.verdict != "unknown":
        parts.append("as expected")
    if found.expected_steps is not None and found.steps is not None and found.expected_steps != found.steps:
        parts.append(f"but expected in {counted(found.expected_steps, 'step')}")
    return ", ".join(visible(part) for part in parts)


def _run(one: _Shown, before: list[_Shown], style: Style, *, sliced: bool) -> list[str]:
    check, found, trace = one
    what = "witness" if found.verdict == "reached" else "counterexample"
    what = "counterexample to induction" if trace is found.pair else what
    unexpected = "" if found.ok or found.verdict == "unknown" else style.paint("UNEXPECTED ", "red", "bold")
    is_first = trace is found.trace or trace is found.pair
    head = f"{'' if is_first else 'another '}{what} for {visible(found.name)} in check {quoted(check.name)}"
    title = f"  {unexpected}{style.paint(head, 'bold')} ({length(trace)})"
    told = [f"     {style.paint(visible(said), 'dim')}" for said in (found.chosen, found.others) if said and is_first]
    for earlier, same, run in before:
        if same.name == found.name and same.ok == found.ok and same_steps(run, trace):
            return [title, *told, f"     the same steps as in check {quoted(earlier.name)}"]
    return [title, *told, *trace_lines(trace, style, sliced=sliced)]
