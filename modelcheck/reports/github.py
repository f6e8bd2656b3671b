"""Workflow commands of GitHub Actions: what is not as expected becomes an annotation of the place in the specification.

The verdicts of each check stand in the log, folded. What the runner takes for a command is in its `ActionCommand`: a
line that begins with `::`, and, of an older kind, `##[` anywhere in a line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from modelcheck.reports.diagnostics import sentence, visible
from modelcheck.reports.findings import Finding, findings_of, run_lines, verdict_text
from modelcheck.reports.trace_text import quoted

if TYPE_CHECKING:
    from modelcheck.diagnostics import Diagnostic
    from modelcheck.reports.report import CheckReport, PropertyReport, Report, SpecReport

_LONGEST = 4096
"""Characters of a message that the runner puts into an annotation; the log has all of it."""


def render(report: Report) -> str:
    """The whole report. No text of a specification can begin a line or hold a mark of commands, so none can be one."""
    lines = [line for spec in report.specs for check in spec.checks for line in _check(spec, check)]
    lines += [_command(finding) for finding in findings_of(report)]
    if report.interrupted:
        lines.append("::error title=interrupted::the verification was interrupted, so checks may be missing")
    return "\n".join(lines)


def render_errors(diagnostics: Sequence[Diagnostic]) -> str:
    """Input that could not be used, as annotations."""
    return "\n".join(_diagnostic(found) for found in diagnostics)


def _diagnostic(found: Diagnostic) -> str:
    span = found.span
    place = {} if span is None else {"file": span.source.name, "line": span.line, "col": span.column}
    return _written(found.severity, place | {"title": found.code}, sentence(found))


def _check(spec: SpecReport, check: CheckReport) -> list[str]:
    title = _data(f"{visible(spec.file)}: check {quoted(check.name)}")
    lemmas = (f"lemma {number}: {lemma}" for number, lemma in enumerate(check.lemmas, 1))
    lines = (*(_verdict(check, found) for found in check.properties), *map(_logged, lemmas))
    return [f"::group::{title}", *lines, "::endgroup::"]


def _verdict(check: CheckReport, found: PropertyReport) -> str:
    """A line of the log, which is shown as it is."""
    return f"{'ok' if found.ok else 'NOT OK'}: {_logged(verdict_text(check, found))}"


def _logged(told: str) -> str:
    return " ".join(visible(told).split("\n")).replace("##[", "## [")


def _command(finding: Finding) -> str:
    place = {"file": finding.spec.file, "line": finding.line, "col": finding.column, "title": finding.title}
    run = run_lines(finding.found) if finding.found else []
    message = "\n".join([finding.message, *(["", *run] if run else [])])
    if len(message) > _LONGEST and finding.found and finding.found.trace:
        # What the run comes to stands at its end, which would be cut off.
        trace = finding.found.trace
        message = "\n".join([finding.message, f"=> {trace.conclusion}", *trace.facts, "", *run])
    return _written(finding.level, place, message)


def _written(level: str, place: Mapping[str, object], message: str) -> str:
    told = ",".join(f"{name}={_property(visible(str(value)))}" for name, value in place.items() if value is not None)
    return f"::{level} {told}::{_data(visible(message))}"


def _data(text: str) -> str:
    """The message of a command, escaped as `@actions/core` does."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """The value of a property of a command."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
