"""JUnit XML, as Jenkins and its kin read it: a test suite a check, a test case a property.

A verdict that is not as expected is a failure with its run. One that a limit left unknown is an error, as a test that
could not be carried out is; a sample that shows nothing, as it may, is skipped. There are no times: the same input
gives the same document.
"""

from __future__ import annotations

from html import escape
from pathlib import PurePath
from typing import TYPE_CHECKING

from modelcheck.reports.diagnostics import render_diagnostics, visible
from modelcheck.reports.findings import lemma_lines, run_lines, verdict_text
from modelcheck.reports.verdicts import by_whom

if TYPE_CHECKING:
    from modelcheck.reports.report import CheckReport, PropertyReport, Report, SpecReport


def render(report: Report) -> str:
    """The whole report."""
    suites = [line for spec in report.specs for line in _spec(spec)]
    total = _counts([p for spec in report.specs for check in spec.checks for p in check.properties])
    total["errors"] += sum(spec.interrupted for spec in report.specs)
    total["tests"] += sum(spec.interrupted for spec in report.specs)
    total.pop("skipped")
    attributes = _attributes(name="modelcheck", **total)
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', f"<testsuites{attributes}>", *suites, "</testsuites>"])


def _spec(spec: SpecReport) -> list[str]:
    warnings = _element("system-err", render_diagnostics(spec.warnings)) if spec.warnings else []
    lines = []
    for number, check in enumerate(spec.checks):
        # Warnings are of the whole specification: told once.
        lines += _check(spec, check, [] if number else warnings)
    if spec.interrupted:
        counts = _attributes(name=f"{spec.file}: interrupted", tests=1, failures=0, errors=1, skipped=0)
        told = _element("error", "", message="the verification was interrupted, so checks may be missing")
        case = _attributes(name="interrupted", classname=_path(spec), file=spec.file)
        lines += [f"<testsuite{counts}>", f"<testcase{case}>", *told, "</testcase>", "</testsuite>"]
    return lines


def _check(spec: SpecReport, check: CheckReport, warnings: list[str]) -> list[str]:
    attributes = _attributes(name=f"{spec.file}: {check.name}", **_counts(check.properties), file=spec.file)
    cases = [line for found in check.properties for line in _case(spec, check, found)]
    return [f"<testsuite{attributes}>", *cases, *warnings, "</testsuite>"]


def _case(spec: SpecReport, check: CheckReport, found: PropertyReport) -> list[str]:
    attributes = _attributes(
        name=found.name, classname=f"{_path(spec)}.{check.name}", file=spec.file, line=found.line or 1
    )
    run = "\n".join([*_proof(check, found), *run_lines(found)])
    kind = _kind(found)
    said = verdict_text(check, found)
    if kind == "passed":
        inside = _element("system-out", run) if run else []
    else:
        inside = _element(kind, run, message=said, type=found.verdict)
    return [f"<testcase{attributes}>", *inside, "</testcase>"]


def _proof(check: CheckReport, found: PropertyReport) -> list[str]:
    """By whom it was proved, with the lemmas."""
    by = by_whom(check, found) if found.verdict == "holds" else ""
    return [f"proved {by}", *lemma_lines(check, found)] if by else []


def _kind(found: PropertyReport) -> str:
    if found.verdict == "unknown":
        return "skipped" if found.ok else "error"
    return "passed" if found.ok else "failure"


def _counts(properties: tuple[PropertyReport, ...] | list[PropertyReport]) -> dict[str, int]:
    kinds = [_kind(found) for found in properties]
    return {
        "tests": len(kinds),
        "failures": kinds.count("failure"),
        "errors": kinds.count("error"),
        "skipped": kinds.count("skipped"),
    }


def _path(spec: SpecReport) -> str:
    """A test's class; readers take what stands before its last full stop for a package."""
    return PurePath(spec.file).with_suffix("").as_posix() if PurePath(spec.file).name else spec.file


def _element(name: str, text: str, **attributes: object) -> list[str]:
    return [f"<{name}{_attributes(**attributes)}>{_text(text)}</{name}>"]


def _attributes(**attributes: object) -> str:
    return "".join(f' {name}="{_text(str(value), "&#10;")}"' for name, value in attributes.items())


def _text(text: str, line_end: str = "\n") -> str:
    """Text of XML 1.0, which has no control characters, no surrogates and no non-characters."""
    return escape(visible(text)).replace("\n", line_end).replace("\t", "&#9;")
