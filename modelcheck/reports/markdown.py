"""Markdown for reviews on GitHub and the like: a table of verdicts a check, and every run as a picture and a table.

The picture is a sequence diagram of Mermaid, which such readers draw. Long runs are folded.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from modelcheck.frozen import replace
from modelcheck.reports.diagnostics import place, sentence, visible
from modelcheck.reports.mermaid import LARGEST, sequence_diagram
from modelcheck.reports.outcome import outcome
from modelcheck.reports.trace_text import length, quoted, same_steps, told_start
from modelcheck.reports.verdicts import ending, extent, strength, wanted, without_certificate, word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.reports.outcome import Outcome
    from modelcheck.reports.report import CheckReport, PropertyReport, Report, SpecReport
    from modelcheck.semantics.trace import Change, Step, Trace

    Run = tuple[CheckReport, PropertyReport, Trace]

_SPECIAL = str.maketrans({char: f"\\{char}" for char in "\\`*_{}[]()#+!|<>~$"})

_LINKED = re.compile(r"@(?=[A-Za-z0-9])|(?<!&)#(?=[0-9])|\bGH-(?=[0-9])", re.IGNORECASE)
"""What makes a name or a number a link on GitHub. In `&#39;` the number is that of a character."""

LONG = 20
"""From this many steps on, a run is folded."""


def render(report: Report) -> str:
    """The whole report. Names of a specification are escaped, so that they can be no markup."""
    return "\n".join(line for spec in report.specs for line in _spec(spec, outcome(replace(report, specs=(spec,)))))


def text(value: str) -> str:
    """Text that Markdown shows as it is, on one line; GitHub takes nothing in it for a person or an issue."""
    return unlinked(code(value))


def code(value: str) -> str:
    """Text inside of `<code>`, where GitHub looks for no names, so that it can be copied as it is."""
    return visible(value).replace("\n", " ").translate(_SPECIAL).replace("&", "&amp;")


def unlinked(written: str) -> str:
    """Markdown or HTML in which `@name`, `#1` and `GH-1` look the same, but neither call anybody nor link.

    GitHub looks for them in what is shown, where neither a backslash nor an entity is left, but a space without width
    is.
    """
    return _LINKED.sub(r"\g<0>&#8203;", written)


def _spec(spec: SpecReport, whole: Outcome) -> list[str]:
    told = text(whole.text)
    lines = [f"# {text(spec.file)}", "", told if whole.level == "right" else f"**{told}**", ""]
    before: list[Run] = []
    for check in spec.checks:
        lines += _check(check)
        for found in check.properties:
            for trace in found.shown:
                lines += _run((check, found, trace), before)
                before.append((check, found, trace))
    if spec.assumptions:
        lines += ["## Assumptions", "", *(f"- {text(assumption)}" for assumption in spec.assumptions), ""]
    for warning in spec.warnings:
        lines += [f"> {warning.code}: {text(f'{sentence(warning)}{place(warning)}')}", ""]
    return lines


def _check(check: CheckReport) -> list[str]:
    lines = [f"## Check: {text(check.name)}", "", ", ".join([*extent(check), *ending(check)]), ""]
    lines += ["| property | verdict | expected | steps | how far it reaches |", "|---|---|---|---|---|"]
    for found in check.properties:
        steps = "" if found.steps is None else str(found.steps)
        cells = [text(found.name), word(found), text(wanted(found)), steps, text(strength(check, found))]
        lines.append(f"| {' | '.join(cells if found.ok else [f'**{cells[0]}**', f'**{cells[1]}**', *cells[2:]])} |")
    lines += ["", *(f"- fairness: {text(line)}" for found in check.properties for line in found.fairness)]
    lines += [*(f"- {text(reduction)}" for reduction in check.reductions)]
    lines += [f"- lemma {number}: {text(lemma)}" for number, lemma in enumerate(check.lemmas, 1)]
    lines += [f"- {text(line)}" for line in without_certificate(check)]
    return [*lines, *(f"- {check.bound_word}: {text(bound)}" for bound in check.bounds_hit), ""]


def _run(one: Run, before: list[Run]) -> list[str]:
    _, found, trace = one
    title = "Witness" if found.verdict == "reached" else "Counterexample"
    if trace is found.pair:
        title = "Counterexample to induction"
    elif trace is not found.trace:
        title = f"Another {title.lower()}"
    lines = [f"### {title}: {text(found.name)}", ""]
    for said in (found.chosen, found.others) if trace is found.trace else ():
        lines += [text(said), ""] if said else []
    for earlier, same, run in before:
        if same.name == found.name and same_steps(run, trace):
            return [*lines, f"The same steps as in check {text(quoted(earlier.name))}.", ""]
    told = [*_picture(trace), *_table(trace)]
    if trace.length >= LONG:
        # Without the blank lines, what is inside would be no Markdown.
        told = ["<details>", f"<summary>{length(trace)}</summary>", "", *told, "</details>", ""]
    return [*lines, *told, f"**{text(trace.conclusion)}**", "", *(f"- {text(fact)}" for fact in trace.facts), ""]


def _picture(trace: Trace) -> list[str]:
    drawn = sequence_diagram(trace)
    if len(drawn) > LARGEST:
        return ["The run is too long for a picture.", ""]
    return ["```mermaid", drawn, "```", ""]


def _table(trace: Trace) -> list[str]:
    lines = ["| step | who | what | changes |", "|---|---|---|---|"]
    for step in trace.steps:
        lines.append(_step(step, told_start(trace) if step.number == 0 else ()))
        if step.number == trace.loop_start:
            goes_on = "nothing happens" if trace.loop_start == trace.length else "the steps below repeat"
            lines.append(f"| | | **from here on {goes_on}, for ever** | |")
    return [*lines, ""]


def _step(step: Step, values: Sequence[str]) -> str:
    what = f"**fault:** {text(step.action)}" if step.fault else text(step.action)
    changes = "<br>".join([*map(text, values), *(_change(change) for change in step.changes)])
    outcome = f"**error:** {text(step.outcome)}" if step.outcome else ""
    return f"| {step.number} | {text(step.actor)} | {what} | {changes}{outcome} |"


def _change(change: Change) -> str:
    if change.network:
        signs = (("\\-", change.before), ("\\+", change.after))
        return "<br>".join(f"{sign} {text(packets)}" for sign, packets in signs if packets)
    return f"{text(change.name)}: {text(change.before)} → {text(change.after)}"
