"""A search for values as text for people: a line for each combination, then what was found."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.reports.diagnostics import visible
from modelcheck.reports.shown import short_map
from modelcheck.reports.style import PLAIN, Style
from modelcheck.reports.trace_text import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.reports.report import VerdictWord
    from modelcheck.reports.solution.report import Judged, Left, Outcome, Row, SolutionReport

_WORDS: dict[Outcome, tuple[str, str]] = {
    "solution": ("yes", "green"),
    "refuted": ("no", "dim"),
    "unknown": ("??", "yellow"),
    "invalid": ("--", "dim"),
}

MOST_LINES = 40
"""So many combinations have a line each. Of more, those that are refuted are only counted, by what refutes them."""

_MORE: dict[Outcome, str] = {
    "solution": "solutions",
    "refuted": "refuted",
    "unknown": "unknown",
    "invalid": "without a model",
}

_LEFT: dict[Left, str] = {
    "time": "in time",
    "memory": "with this much memory",
    "died": "because the process died",
}

_FOUND: dict[VerdictWord, str] = {
    "holds": "holds",
    "violated": "is violated",
    "reached": "is reached",
    "unreached": "is not reached",
    "unknown": "is unknown",
}


def render(report: SolutionReport, style: Style = PLAIN) -> str:
    """The whole report."""
    lines = [style.paint(visible(report.file), "bold"), ""]
    for check in report.checks:
        names = dict.fromkeys(found.name for row in report.rows for found in row.judged if found.check == check)
        told = f" must be as expected: {', '.join(map(visible, names))}" if names else ""
        lines.append(f"  check {style.paint(quoted(check), 'bold')}{told}")
    return "\n".join([*lines, "", *_table(report, style), "", _last_line(report, style)])


def _table(report: SolutionReport, style: Style) -> list[str]:
    shown, counts = list(report.rows), list[str]()
    if len(shown) > MOST_LINES:
        counts = _counts(report)
        shown = [row for row in shown if row.outcome != "refuted"]
    if left := shown[MOST_LINES:]:
        shown = shown[:MOST_LINES]
        found = Counter(row.outcome for row in left)
        counts = [f"  {count:>6,}  more {_MORE[outcome]}" for outcome, count in found.items()] + counts
    return [*_lines(report, shown, style), *([""] * bool(shown and counts)), *counts]


def _lines(report: SolutionReport, shown: Sequence[Row], style: Style) -> list[str]:
    rows = [[_value(row, name) for name in report.names] for row in shown]
    widths = [max([len(name), *(len(row[at]) for row in rows)]) for at, name in enumerate(report.names)]
    heads = (f"{name:<{width}}" for name, width in zip(report.names, widths, strict=True))
    lines = [f"     {'  '.join(heads)}".rstrip()] if rows else []
    for row, values in zip(shown, rows, strict=True):
        mark = style.paint("=>", "green", "bold") if row is report.solution else "  "
        word, colour = _WORDS[row.outcome]
        cells = "  ".join(f"{value:<{width}}" for value, width in zip(values, widths, strict=True))
        told = _told(row, several=len(report.checks) > 1)
        lines.append(f"  {mark} {cells}  {style.paint(f'{word:<3}', colour)}  {told}".rstrip())
    return lines


def _counts(report: SolutionReport) -> list[str]:
    """How many are refuted by what."""
    told = Counter(_told(row, several=len(report.checks) > 1) for row in report.rows if row.outcome == "refuted")
    return [f"  {count:>6,}  refuted: {what}" for what, count in told.most_common()]


def _value(row: Row, name: str) -> str:
    return visible(short_map(dict(row.values).get(name, "")))


def _told(row: Row, *, several: bool) -> str:
    if row.outcome == "invalid":
        return visible(row.reason)
    if row.outcome == "solution":
        others = [scope for scope in row.scopes if scope != "exhaustive"]
        return ", ".join([f"all {counted(len(row.judged), 'expectation')} met", *others])
    wrong = [found for found in row.judged if not found.ok and found.verdict is not None]
    if row.outcome == "refuted":
        wrong = [found for found in wrong if found.verdict != "unknown"]
    told = [f"{_one(found)} in {quoted(found.check)}" if several else _one(found) for found in wrong]
    return ", ".join(told) or visible(row.reason)


def _one(found: Judged) -> str:
    assert found.verdict is not None
    what = f"{visible(found.name)} {_FOUND[found.verdict]}"
    if found.verdict == "unknown":
        return f"{what}: {visible(found.reason)}"
    if found.infinite:
        return f"{what} by a run without end"
    if found.steps is None:
        return what
    return f"{what} {'in' if found.shortest else 'in at most'} {counted(found.steps, 'step')}"


def _last_line(report: SolutionReport, style: Style) -> str:
    count = {outcome: report.count(outcome) for outcome in _WORDS}
    left = [f"{count['unknown']} unknown"] * bool(count["unknown"])
    left += [f"{count['invalid']} without a model"] * bool(count["invalid"])
    total = counted(len(report.rows), "combination")
    tail = f"{', '.join([total, *left])}"
    if report.stopped == "interrupted":
        return style.paint(f"INTERRUPTED: {_of(count['solution'])} in {tail} so far", "yellow", "bold")
    if report.stopped is not None:
        tail += f", the others were not reached {_LEFT[report.stopped]}"
    if report.solution is not None:
        values = ", ".join(f"{name} = {visible(short_map(value))}" for name, value in report.solution.values)
        more = "" if report.first else f", {_of(count['solution'])}"
        return style.paint(f"found: {values}{more} in {tail}", "green", "bold")
    if report.exit_code == 3:  # noqa: PLR2004 - inconclusive
        return style.paint(f"INCONCLUSIVE: no solution found in {tail}", "yellow", "bold")
    return style.paint(f"NONE: no solution in {tail}", "red", "bold")


def _of(solutions: int) -> str:
    return counted(solutions, "solution")
