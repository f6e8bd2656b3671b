"""What came of a saved run when it was taken again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from modelcheck.counts import counted
from modelcheck.frozen import Frozen
from modelcheck.reports.diagnostics import visible
from modelcheck.reports.json_report import run_data
from modelcheck.reports.style import PLAIN, Style
from modelcheck.reports.trace_text import length, quoted, trace_lines

if TYPE_CHECKING:
    from modelcheck.semantics.trace import Trace

_MOST = 12
"""Lines of a list that are printed."""


class Difference(Frozen):
    """A component as it was saved, and as it is in the model; empty where it is not there at all."""

    component: str
    recorded: str
    found: str


class PossibleStep(Frozen):
    """A step that the model can take, and how it differs from the one that was saved."""

    actor: str
    action: str
    differences: tuple[Difference, ...]


class Stop(Frozen):
    """Step `step` of the saved run is no step of the model. `possible` are the steps that are, the nearest first."""

    step: int
    actor: str
    action: str
    outcome: str
    why_not: tuple[str, ...]
    """Why the agent cannot take the step, where that is known."""
    possible: tuple[PossibleStep, ...]


class ReplayReport(Frozen):
    """A saved run of `steps` steps; `trace` is what could be taken of it (None: not even its start).

    `subject`, the property, is empty where it shows nothing in particular. `shows`: it still violates or reaches the
    property; `reason` says why not.
    """

    version: str
    trace_file: str
    file: str
    sha256: str
    same_text: bool
    check: str
    subject: str
    verdict: str
    steps: int
    trace: Trace | None
    stop: Stop | None
    shows: bool
    reason: str
    notes: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether it is a run that shows what it says."""
        return self.stop is None and self.shows


def render_replay(report: ReplayReport, style: Style = PLAIN) -> str:
    """The run as far as it goes, then what was saved against what is possible, for people."""
    of = f"for {visible(report.subject)} " if report.subject else ""
    lines = [style.paint(visible(report.file), "bold"), ""]
    lines += [f"  {style.paint('note', 'cyan')}: {visible(note)}" for note in report.notes]
    if report.trace is not None:
        head = f"the run {of}in check {quoted(report.check)}"
        lines += [f"  {style.paint(head, 'bold')} ({length(report.trace)})", *trace_lines(report.trace, style)]
    if report.stop is not None:
        lines += ["", *_stop(report.stop, style)]
    return "\n".join([*lines, "", _last_line(report, style)])


def _last_line(report: ReplayReport, style: Style) -> str:
    if report.stop is not None:
        number = report.stop.step
        what = f"step {number} of {report.steps} is" if number else "its start is"
        return style.paint(f"FAILED: the run is no longer one of the specification: {what} not possible", "red", "bold")
    if not report.shows:
        return style.paint(f"FAILED: it is a run, but {visible(report.reason)}", "red", "bold")
    what = f" that shows {visible(report.subject)}: {report.verdict}" if report.subject else ""
    return style.paint(f"ok: a run of {counted(report.steps, 'step')}{what}", "green", "bold")


def _stop(stop: Stop, style: Style) -> list[str]:
    told = _told(stop.actor, stop.action)
    head = f"  {stop.step:>4}. {style.paint('NOT POSSIBLE', 'red', 'bold')} {style.paint(told, 'bold')}"
    lines = [head] + ([f"         error: {visible(stop.outcome)}"] if stop.outcome else [])
    lines += [f"         {'because ' if not number else '  '}{visible(why)}" for number, why in enumerate(stop.why_not)]
    if not stop.possible:
        return [*lines, "         nothing is possible here"]
    nearest, *others = stop.possible
    lines.append(f"         the nearest that is possible: {_told(nearest.actor, nearest.action)}")
    for one in nearest.differences[:_MOST]:
        saved, found = visible(one.recorded) or "nothing", visible(one.found) or "nothing"
        lines.append(f"         {visible(one.component)}: {found}, but {saved} in the trace")
    lines += _more(len(nearest.differences), "component")
    lines += [f"         also possible: {_told(one.actor, one.action)}" for one in others[:_MOST]]
    return lines + _more(len(others), "step")


def _more(number: int, what: str) -> list[str]:
    return [f"         and {counted(number - _MOST, f'more {what}')}"] if number > _MOST else []


def _told(actor: str, action: str) -> str:
    return visible(f"{actor}: {action}" if actor else action)


def render_replay_json(report: ReplayReport) -> str:
    """The same as JSON."""
    return json.dumps(_data(report), indent=2, ensure_ascii=False)


def _data(report: ReplayReport) -> dict[str, Any]:
    stop = report.stop
    return {
        "version": report.version,
        "ok": report.ok,
        "trace_file": report.trace_file,
        "file": report.file,
        "sha256": report.sha256,
        "same_text": report.same_text,
        "check": report.check,
        "property": report.subject,
        "verdict": report.verdict,
        "steps": report.steps,
        "shows": report.shows,
        "reason": report.reason,
        "notes": list(report.notes),
        **run_data(report.trace),
        "stop": None
        if stop is None
        else {
            "step": stop.step,
            "actor": stop.actor,
            "action": stop.action,
            "outcome": stop.outcome,
            "why_not": list(stop.why_not),
            "possible": [
                {
                    "actor": one.actor,
                    "action": one.action,
                    "differences": [
                        {"component": d.component, "recorded": d.recorded, "found": d.found} for d in one.differences
                    ],
                }
                for one in stop.possible
            ],
        },
    }
