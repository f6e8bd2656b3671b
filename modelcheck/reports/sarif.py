"""SARIF 2.1.0 (OASIS), for code scanning and editors: a result for all that is not as expected, with the run to it.

The rules are properties and the codes of warnings. Fingerprints go by file, check and property, not by lines, so that a
result stays the same one when the text above it grows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from modelcheck.reports.diagnostics import visible
from modelcheck.reports.findings import Finding, findings_of
from modelcheck.reports.shown import initial_pairs, is_budget
from modelcheck.reports.verdicts import by_whom

if TYPE_CHECKING:
    from modelcheck.reports.report import PropertyReport, Report, SpecReport
    from modelcheck.semantics.trace import Step, Trace

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"

_BUILT_IN = {
    "deadlock": "no live agent is stuck outside its final states",
    "errors": "no evaluation fails",
    "time": "time never stands still for ever",
}


def render(report: Report) -> str:
    """The whole report."""
    rules = {rule["id"]: rule for rule in _rules(report)}
    numbers = {id_: number for number, id_ in enumerate(rules)}
    artifacts = {spec.file: spec for spec in report.specs}.values()
    run = {
        "tool": {"driver": {"name": "modelcheck", "version": report.version, "rules": list(rules.values())}},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not report.interrupted, "exitCode": report.exit_code}],
        "artifacts": [{"location": _artifact(s), "hashes": {"sha-256": s.sha256}} for s in artifacts],
        "results": [_result(finding, numbers) for finding in findings_of(report)],
        "properties": {"checks": [_check(spec, number) for spec in report.specs for number in range(len(spec.checks))]},
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(document, indent=1, ensure_ascii=False)


def _rules(report: Report) -> Iterator[dict[str, Any]]:
    for spec in report.specs:
        for check in spec.checks:
            for found in check.properties:
                id_ = _rule_of(spec, found.name)
                yield {
                    "id": id_,
                    "name": visible(found.name),
                    "shortDescription": _message(_BUILT_IN.get(found.name) or _kind_and_name(found)),
                }
        for warning in spec.warnings:
            title = _title(warning.code)
            yield {
                "id": warning.code,
                "shortDescription": _message(title),
                "defaultConfiguration": {"level": "warning"},
            }


def _kind_and_name(found: PropertyReport) -> str:
    # That an invariant is inductive has its kind in the name.
    return found.name if found.name.startswith(f"{found.kind} ") else f"{found.kind} {found.name}"


def _rule_of(spec: SpecReport, name: str) -> str:
    return f"{visible(PurePath(spec.file).stem)}/{visible(name)}"


def _title(code: str) -> str:
    text = (files("modelcheck") / "codes" / f"{code}.md").read_text(encoding="utf-8")
    return text.partition("\n")[0].partition(": ")[2]


def _check(spec: SpecReport, number: int) -> dict[str, Any]:
    check = spec.checks[number]
    verdicts = {visible(found.name): found.verdict for found in check.properties}
    told = {"file": visible(spec.file), "name": visible(check.name), "ok": check.ok, "verdicts": verdicts}
    provers = {visible(found.name): visible(by) for found in check.properties if (by := by_whom(check, found))}
    lemmas = {"lemmas": [visible(lemma) for lemma in check.lemmas]} if check.lemmas else {}
    return told | ({"provers": provers} if provers else {}) | lemmas


def _result(finding: Finding, numbers: dict[str, int]) -> dict[str, Any]:
    spec, found = finding.spec, finding.found
    rule = finding.title if found is None else _rule_of(spec, found.name)
    result: dict[str, Any] = {
        "ruleId": rule,
        "ruleIndex": numbers[rule],
        "level": finding.level,
        "message": _message(finding.message),
        "locations": [{"physicalLocation": _place(spec, finding.line, finding.column)}],
        "partialFingerprints": {"checkAndRule/v1": _fingerprint(finding, rule)},
    }
    if found is not None and found.shown:
        result["codeFlows"] = [_flow(finding, trace) for trace in found.shown]
    return result


def _fingerprint(finding: Finding, rule: str) -> str:
    check = "" if finding.check is None else finding.check.name
    # Warnings of one code are told apart by their text, which is not the case of verdicts: counts may change.
    text = finding.message if finding.check is None else ""
    identity = json.dumps([finding.spec.file, check, rule, text])
    return hashlib.sha256(identity.encode()).hexdigest()


def _message(text: str) -> dict[str, str]:
    return {"text": visible(text)}


def _artifact(spec: SpecReport) -> dict[str, str]:
    """A relative path is a URI that code scanning resolves from the repository's root."""
    path = PurePath(spec.file).as_posix()
    return {"uri": ("file://" if path.startswith("/") else "") + quote(path, safe="/", errors="replace")}


def _place(spec: SpecReport, line: int | None, column: int | None) -> dict[str, Any]:
    region: dict[str, int] = {"startLine": line or 1}
    if column is not None:
        region["startColumn"] = column
    return {"artifactLocation": _artifact(spec), "region": region}


def _flow(finding: Finding, trace: Trace) -> dict[str, Any]:
    """The run: each step where its transition stands, those of the environment where the property does."""
    places = []
    for step in trace.steps:
        line, column = (step.line, None) if step.line is not None else (finding.line, finding.column)
        place = {"physicalLocation": _place(finding.spec, line, column), "message": _message(_told(step, trace))}
        places.append({"location": place, "executionOrder": step.number + 1, "state": _state(step, trace)})
    return {"message": _message(trace.conclusion), "threadFlows": [{"locations": places}]}


def _told(step: Step, trace: Trace) -> str:
    who = f"{step.actor}: {step.action}" if step.actor else step.action
    parts = [f"{step.number}. {'FAULT ' if step.fault else ''}{who}"]
    parts += [f"error: {step.outcome}"] if step.outcome else []
    if step.number == trace.loop_start:
        parts.append("from here on, " + ("nothing happens" if step.number == trace.length else "the steps repeat"))
    return "; ".join(parts)


def _state(step: Step, trace: Trace) -> dict[str, dict[str, str]]:
    """What the step changed; at the start, what is not empty."""
    if step.number == 0:
        pairs = initial_pairs(step.state, trace.names("status"))
        return {visible(name): _message(value) for name, value in pairs}
    changes = [change for change in step.changes if not is_budget(change.name)]
    return {visible(change.name): _message(_after(change.before, change.after, change.network)) for change in changes}


def _after(before: str, after: str, network: bool) -> str:  # noqa: FBT001 - a component's kind
    if not network:
        return after
    return "; ".join([*([f"without {before}"] if before else []), *([f"with {after}"] if after else [])])
