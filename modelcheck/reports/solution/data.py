"""A search for values as JSON: `docs/solution.schema.json` describes it."""

from __future__ import annotations

import json
from typing import Any

from modelcheck.reports.solution.report import Judged, Row, SolutionReport


def render(report: SolutionReport) -> str:
    """The whole document."""
    return json.dumps(solution_data(report), indent=2, ensure_ascii=False)


def solution_data(report: SolutionReport) -> dict[str, Any]:
    """The document as plain data."""
    solution = report.solution
    return {
        "version": report.version,
        "ok": report.exit_code == 0,
        "stopped": report.stopped,
        "file": report.file,
        "sha256": report.sha256,
        "names": list(report.names),
        "checks": list(report.checks),
        "solution": None if solution is None else dict(solution.values),
        "rows": [_row(row) for row in report.rows],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "values": dict(row.values),
        "outcome": row.outcome,
        "reason": row.reason,
        "expectations": [_judged(found) for found in row.judged],
    }


def _judged(found: Judged) -> dict[str, Any]:
    return {
        "check": found.check,
        "name": found.name,
        "expected": found.expected,
        "verdict": found.verdict,
        "ok": found.ok,
        "scope": found.scope,
        "reason": found.reason,
        "steps": found.steps,
        "shortest": found.shortest,
        "infinite": found.infinite,
    }
