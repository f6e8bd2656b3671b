"""What a report has to complain about, for formats that mark places in files: annotations, SARIF, JUnit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from modelcheck.counts import counted
from modelcheck.frozen import Frozen
from modelcheck.reports.diagnostics import sentence
from modelcheck.reports.style import PLAIN
from modelcheck.reports.trace_text import quoted, trace_lines
from modelcheck.reports.verdicts import by_whom

if TYPE_CHECKING:
    from modelcheck.reports.report import CheckReport, PropertyReport, Report, SpecReport


class Finding(Frozen):
    """A verdict that is not as expected (`check` and `found`), or a warning. An unknown verdict is a warning too."""

    level: Literal["error", "warning"]
    spec: SpecReport
    title: str
    message: str
    line: int | None
    column: int | None
    check: CheckReport | None = None
    found: PropertyReport | None = None


def findings_of(report: Report) -> Iterator[Finding]:
    """All findings of a report, in its order."""
    for spec in report.specs:
        for check in spec.checks:
            for found in check.properties:
                if not found.ok:
                    yield Finding(
                        "warning" if found.verdict == "unknown" else "error",
                        spec,
                        f"{found.name} in check {quoted(check.name)}",
                        verdict_text(check, found),
                        found.line,
                        found.column,
                        check,
                        found,
                    )
        for warning in spec.warnings:
            span = warning.span
            line, column = (None, None) if span is None else (span.line, span.column)
            yield Finding("warning", spec, warning.code, sentence(warning), line, column)


def run_lines(found: PropertyReport) -> list[str]:
    """All runs of a property as plain text, and whether there are others still; nothing where there is none."""
    another = f"another {'witness' if found.verdict == 'reached' else 'counterexample'}:"
    lines: list[str] = []
    for trace in found.traces:
        lines += [*(["", another] if lines else []), *trace_lines(trace, PLAIN)]
    if found.pair is not None:
        lines += [*([""] if lines else []), "counterexample to induction:", *trace_lines(found.pair, PLAIN)]
    return [*lines, *(["", found.others] if lines and found.others else [])]


def lemma_lines(check: CheckReport, found: PropertyReport) -> list[str]:
    """The lemmas that the proof of a property rests on, with their numbers among those of the check."""
    used = () if found.prover is None else found.prover.lemmas
    return [f"lemma {number}: {lemma}" for number, lemma in enumerate(check.lemmas, 1) if lemma in used]


def verdict_text(check: CheckReport, found: PropertyReport) -> str:
    """The verdict on a property and what was expected, as a sentence."""
    where = f"in check {quoted(check.name)}"
    if found.verdict == "unknown":
        return f"{found.name} is unknown {where}: {'; '.join(filter(None, (found.reason, found.evidence)))}"
    if found.kind == "states":
        counted_ = "counted" if found.ok else "expected"
        return f"{found.name} {counted_} {where}{f'; {found.evidence}' if found.evidence else ''}"
    steps = "" if found.steps is None else f" in {counted(found.steps, 'step')}"
    is_ = "holds" if found.verdict == "holds" else f"is {found.verdict}"
    wanted = ", as expected" if found.ok else f", but expected: {found.expected}"
    if not found.ok and found.verdict == found.expected and found.expected_steps is not None:
        wanted = f", but expected in {counted(found.expected_steps, 'step')}"
    by = by_whom(check, found)
    return f"{found.name} {is_} {where}{steps}{f', {by}' if by else ''}{wanted}"
