"""Workflow commands of GitHub Actions: what is not as expected becomes an annotation of the place in the specification.

The verdicts of each check stand in the log, folded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from modelcheck.reports.diagnostics import visible
from modelcheck.reports.findings import Finding, findings_of, verdict_text
from modelcheck.reports.style import PLAIN
from modelcheck.reports.trace_text import quoted, trace_lines

if TYPE_CHECKING:
    from modelcheck.diagnostics import Diagnostic
    from modelcheck.reports.report import CheckReport, Report, SpecReport


def render(report: Report) -> str:
    """The whole report. No text of a specification can begin a line, so none can be a command."""
    lines = [line for spec in report.specs for check in spec.checks for line in _check(spec, check)]
    lines += [_command(finding) for finding in findings_of(report)]
    if report.interrupted:
        lines.append("::error title=interrupted::the verification was interrupted, so checks may be missing")
    return "\n".join(lines)


def render_errors(diagnostics: Sequence[Diagnostic]) -> str:
    """Input that could not be used, as annotations."""
    return "\n".join(_diagnostic(found) for found in diagnostics)


def _diagnostic(found: Diagnostic) -> str:
    message = f"{found.problem}. {found.help}" if found.help else found.problem
    span = found.span
    place = {} if span is None else {"file": span.source.name, "line": span.line, "col": span.column}
    return _written(found.severity, place | {"title": found.code}, message)


def _check(spec: SpecReport, check: CheckReport) -> list[str]:
    title = _data(f"{visible(spec.file)}: check {quoted(check.name)}")
    verdicts = [f"{'ok' if p.ok else 'NOT OK'}: {_data(visible(verdict_text(check, p)))}" for p in check.properties]
    return [f"::group::{title}", *verdicts, "::endgroup::"]


def _command(finding: Finding) -> str:
    place = {"file": finding.spec.file, "line": finding.line, "col": finding.column, "title": finding.title}
    trace = finding.found.trace if finding.found else None
    message = [finding.message, *([] if trace is None else ["", *trace_lines(trace, PLAIN)])]
    return _written(finding.level, place, "\n".join(message))


def _written(level: str, place: Mapping[str, object], message: str) -> str:
    told = ",".join(f"{name}={_property(visible(str(value)))}" for name, value in place.items() if value is not None)
    return f"::{level} {told}::{_data(visible(message))}"


def _data(text: str) -> str:
    """The message of a command, escaped as `@actions/core` does."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """The value of a property of a command."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
