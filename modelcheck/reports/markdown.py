"""Markdown for design reviews: a table of verdicts a check, and every run as a numbered table of steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.reports.diagnostics import visible
from modelcheck.reports.trace_text import counted

if TYPE_CHECKING:
    from modelcheck.reports.report import CheckReport, PropertyReport, Report, SpecReport
    from modelcheck.semantics.trace import Change, Step, Trace

_SPECIAL = str.maketrans({char: f"\\{char}" for char in "\\`*_{}[]()#+!|<>~"})


def render(report: Report) -> str:
    """The whole report. Names of a specification are escaped, so that they can be no markup."""
    return "\n".join(line for spec in report.specs for line in _spec(spec))


def text(value: str) -> str:
    """Text that Markdown shows as it is, on one line."""
    return visible(value).replace("\n", " ").translate(_SPECIAL).replace("&", "&amp;")


def _spec(spec: SpecReport) -> list[str]:
    outcome = "**interrupted**" if spec.interrupted else "as expected" if spec.ok else "**not as expected**"
    lines = [f"# {text(spec.file)}", "", outcome, ""]
    for check in spec.checks:
        lines += _check(check)
    if spec.assumptions:
        lines += ["## Assumptions", "", *(f"- {text(assumption)}" for assumption in spec.assumptions), ""]
    for warning in spec.warnings:
        lines += [f"> {warning.code}: {text(warning.problem)} ({text(str(warning.span))})", ""]
    return lines


def _check(check: CheckReport) -> list[str]:
    states = check.states.explored if check.states.distinct is None else check.states.distinct
    stopped = "" if check.complete else ", stopped early"
    lines = [
        f"## Check: {text(check.name)}",
        "",
        f"{counted(states, 'state')}, depth {check.states.depth}{stopped}",
        "",
    ]
    lines += ["| property | verdict | expected | steps | |", "|---|---|---|---|---|"]
    for found in check.properties:
        remark = f"{found.reason}: {found.evidence}" if found.reason else found.scope
        cells = [
            text(found.name),
            found.verdict,
            found.expected,
            "" if found.steps is None else str(found.steps),
            text(remark),
        ]
        lines.append(f"| {' | '.join(cells if found.ok else [f'**{cells[0]}**', f'**{cells[1]}**', *cells[2:]])} |")
    lines += ["", *(f"- fairness: {text(line)}" for found in check.properties for line in found.fairness)]
    lines += [*(f"- {text(reduction)}" for reduction in check.reductions)]
    lines += [*(f"- bound hit: {text(bound)}" for bound in check.bounds_hit), ""]
    for found in check.properties:
        if found.trace is not None:
            lines += _run(found, found.trace)
    return lines


def _run(found: PropertyReport, trace: Trace) -> list[str]:
    title = "Witness" if found.verdict == "reached" else "Counterexample"
    lines = [f"### {title}: {text(found.name)}", "", "| step | who | what | changes |", "|---|---|---|---|"]
    for step in trace.steps:
        lines.append(_step(step))
        if step.number == trace.loop_start:
            goes_on = "nothing happens" if trace.loop_start == trace.length else "the steps below repeat"
            lines.append(f"| | | **from here on {goes_on}, for ever** | |")
    return [*lines, "", f"**{text(trace.conclusion)}**", "", *(f"- {text(fact)}" for fact in trace.facts), ""]


def _step(step: Step) -> str:
    what = f"**fault:** {text(step.action)}" if step.fault else text(step.action)
    changes = "<br>".join(_change(change) for change in step.changes)
    outcome = f"**error:** {text(step.outcome)}" if step.outcome else ""
    return f"| {step.number} | {text(step.actor)} | {what} | {changes}{outcome} |"


def _change(change: Change) -> str:
    if change.network:
        signs = (("\\-", change.before), ("\\+", change.after))
        return "<br>".join(f"{sign} {text(packets)}" for sign, packets in signs if packets)
    return f"{text(change.name)}: {text(change.before)} → {text(change.after)}"
