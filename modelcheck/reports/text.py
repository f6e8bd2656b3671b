"""Text for people: a table of verdicts, then each counterexample step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.reports.diagnostics import render_diagnostics, visible
from modelcheck.reports.style import PLAIN, Style

if TYPE_CHECKING:
    from modelcheck.reports.report import CheckReport, PropertyReport, Report, SpecReport
    from modelcheck.semantics.trace import Change, Step, Trace

_COLOURS = {"holds": "green", "reached": "green", "violated": "red", "unreached": "red", "unknown": "yellow"}


def render(report: Report, style: Style = PLAIN) -> str:
    """The whole report."""
    parts = [_spec(spec, style) for spec in report.specs]
    return "\n".join(parts) + "\n" + _last_line(report, style)


def _last_line(report: Report, style: Style) -> str:
    verdicts = [p for s in report.specs for c in s.checks for p in c.properties]
    wrong = sum(not p.ok for p in verdicts)
    checks = sum(len(s.checks) for s in report.specs)
    counted = f"{_count(checks, 'check')}, {_count(len(verdicts), 'verdict')}"
    if report.exit_code == 130:  # noqa: PLR2004 - the exit code of an interruption
        return style.paint(f"interrupted: {counted} so far", "yellow", "bold")
    if not wrong:
        return style.paint(f"ok: {counted}, all as expected", "green", "bold")
    unknown = sum(not p.ok and p.verdict == "unknown" for p in verdicts)
    parts = [f"{wrong - unknown} not as expected"] * (wrong > unknown) + [f"{unknown} unknown"] * (unknown > 0)
    colour = "red" if wrong > unknown else "yellow"
    return style.paint(f"{'FAILED' if wrong > unknown else 'INCONCLUSIVE'}: {counted}, {', '.join(parts)}", colour, "bold")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _spec(spec: SpecReport, style: Style) -> str:
    lines = [style.paint(spec.file, "bold")]
    for check in spec.checks:
        lines += ["", *_check(check, style)]
    for check in spec.checks:
        for found in check.properties:
            if found.trace is not None:
                lines += ["", *_counterexample(check, found, found.trace, style)]
    for assumption in spec.assumptions:
        lines += ["", f"{style.paint('assumption', 'cyan')}: {visible(assumption)}"]
    if spec.warnings:
        lines += ["", render_diagnostics(spec.warnings, style)]
    return "\n".join(lines) + "\n"


def _check(check: CheckReport, style: Style) -> list[str]:
    width = max((len(p.name) for p in check.properties), default=0)
    lines = [f"  check {style.paint(repr_title(check.name), 'bold')}: {_counts(check)}"]
    for found in check.properties:
        mark = style.paint("ok  ", "green") if found.ok else style.paint("FAIL", "red", "bold")
        if not found.ok and found.verdict == "unknown":
            mark = style.paint("??  ", "yellow", "bold")
        verdict = style.paint(f"{found.verdict:<9}", _COLOURS[found.verdict] if not found.ok else "dim")
        lines.append(f"    {mark} {visible(found.name):<{width}}  {verdict}  {_remark(found)}".rstrip())
    lines += [f"    bound hit: {visible(bound)}" for bound in check.bounds_hit]
    return lines


def repr_title(name: str) -> str:
    """A check's name in quotes."""
    return f'"{visible(name)}"'


def _counts(check: CheckReport) -> str:
    states = check.states
    distinct = f"{states.distinct:,} states" if states.distinct is not None else f"{states.explored:,} states visited"
    seconds = f"{check.seconds.search:.2f} s"
    stopped = "" if check.complete else ", stopped early"
    seed = "" if check.seed is None else f", seed {check.seed}"
    return f"{distinct}, {states.transitions:,} transitions, depth {states.depth}, {seconds}{seed}{stopped}"


def _remark(found: PropertyReport) -> str:
    parts = []
    if found.verdict == "unknown":
        parts.append(f"{found.reason}: {found.evidence}")
    if found.steps is not None:
        parts.append(f"in {_count(found.steps, 'step')}")
    if found.scope and found.scope != "exhaustive":
        parts.append(found.scope)
    if found.verdict != found.expected and found.verdict != "unknown":
        parts.append(f"expected: {found.expected}")
    elif found.expected in {"violated", "unreached"} and found.ok:
        parts.append("as expected")
    if found.expected_steps is not None and found.steps is not None and found.expected_steps != found.steps:
        parts.append(f"expected in {_count(found.expected_steps, 'step')}")
    if found.kind == "states" and found.evidence and found.verdict != "unknown":
        parts.append(found.evidence)
    return ", ".join(visible(part) for part in parts)


def _counterexample(check: CheckReport, found: PropertyReport, trace: Trace, style: Style) -> list[str]:
    what = {"reached": "witness", "violated": "counterexample"}[found.verdict]
    title = f"  {what} for {visible(found.name)} in check {repr_title(check.name)} ({_count(trace.length, 'step')})"
    return [style.paint(title, "bold"), *trace_lines(trace, style)]


def trace_lines(trace: Trace, style: Style) -> list[str]:
    """A run, its steps numbered, and what it shows."""
    lines: list[str] = []
    for step in trace.steps:
        lines += _step(step, style)
    lines.append(f"    => {style.paint(visible(trace.conclusion), 'bold')}")
    lines += [f"       {visible(fact)}" for fact in trace.facts]
    return lines


def _step(step: Step, style: Style) -> list[str]:
    number = f"{step.number:>4}."
    if step.number == 0:
        values = [f"{name} = {value}" for name, value in step.state if value not in {"{}", ""}]
        lines = [f"  {number} start", *_wrapped(values)]
        return [*lines, f"         {style.paint('error', 'red', 'bold')}: {visible(step.outcome)}"] if step.outcome else lines
    who = visible(f"{step.actor}: {step.action}")
    fault = style.paint("FAULT ", "yellow", "bold") if step.fault else ""
    lines = [f"  {number} {fault}{style.paint(who, 'bold')}"]
    for change in step.changes:
        lines += [f"         {line}" for line in _change(change, style)]
    if step.outcome:
        lines.append(f"         {style.paint('error', 'red', 'bold')}: {visible(step.outcome)}")
    elif not step.changes:
        lines.append(f"         {style.paint('nothing changes', 'dim')}")
    return lines


def _change(change: Change, style: Style) -> list[str]:
    if change.network:
        gone = [style.paint(f"- {visible(change.before)}", "dim")] if change.before else []
        return [*gone, *([style.paint(f"+ {visible(change.after)}", "cyan")] if change.after else [])]
    return [f"{visible(change.name)}: {visible(change.before)} -> {visible(change.after)}"]


def _wrapped(values: list[str]) -> list[str]:
    """Initial values, a few to a line."""
    lines: list[str] = []
    line = ""
    for value in (visible(value) for value in values):
        if line and len(line) + len(value) > 90:  # noqa: PLR2004 - a comfortable width
            lines.append(f"         {line}")
            line = value
        else:
            line = f"{line}, {value}" if line else value
    return [*lines, f"         {line}"] if line else lines
