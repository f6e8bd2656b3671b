"""What a whole report comes to, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from modelcheck.counts import counted
from modelcheck.frozen import Frozen

if TYPE_CHECKING:
    from modelcheck.reports.report import Report


class Outcome(Frozen):
    """The line, and whether it is good news."""

    level: Literal["right", "unsure", "wrong"]
    text: str


def outcome(report: Report) -> Outcome:
    """Whether everything is as expected, and how many verdicts there are."""
    checks = [check for spec in report.specs for check in spec.checks]
    verdicts = [found for check in checks for found in check.properties]
    wrong = [found for found in verdicts if not found.ok]
    unknown = sum(found.verdict == "unknown" for found in wrong)
    counts = f"{counted(len(checks), 'check')}, {counted(len(verdicts), 'verdict')}"
    parts = [f"{len(wrong) - unknown} not as expected"] * (len(wrong) > unknown) + [f"{unknown} unknown"] * (
        unknown > 0
    )
    if report.interrupted:
        return Outcome("unsure", f"INTERRUPTED: {', '.join([counts, *parts])} so far")
    if len(wrong) > unknown:
        return Outcome("wrong", f"FAILED: {', '.join([counts, *parts])}")
    if wrong:
        return Outcome("unsure", f"INCONCLUSIVE: {', '.join([counts, *parts])}")
    if any(check.seed is not None and found.verdict == "unknown" for check in checks for found in check.properties):
        return Outcome("right", f"nothing unexpected: {counts}; a sample proves nothing")
    return Outcome("right", f"ok: {counts}, all as expected")
