"""What came of rechecking certificates."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

from modelcheck.counts import counted
from modelcheck.frozen import Frozen
from modelcheck.reports.diagnostics import REPLACEMENT, visible
from modelcheck.reports.json_report import trace_data
from modelcheck.reports.style import PLAIN, Style
from modelcheck.reports.trace_text import length, trace_lines

if TYPE_CHECKING:
    from modelcheck.semantics.trace import Trace

Outcome = Literal["certified", "rejected", "inconclusive", "interrupted"]

_COLOURS = {"certified": "green", "rejected": "red", "inconclusive": "yellow", "interrupted": "yellow"}
_CODES = {"certified": 0, "rejected": 1, "inconclusive": 3, "interrupted": 130}


class CheckedObligation(Frozen):
    """A formula of the certificate, and what the solver says to it; `reason` why it does not know."""

    file: str
    meaning: str
    answer: Literal["unsat", "sat", "unknown"]
    reason: str


class ExplicitRun(Frozen):
    """States that were visited, and whether the invariant holds in them; `sizes` are those of the instance.

    `holds`: it is false in none of them. `complete`: they are all there are. `said` tells it in words. `trace` is a run
    to where a fact is false. Where nothing was `visited`, nothing speaks against the invariant, and nothing for it.
    """

    sizes: tuple[tuple[str, int], ...]
    holds: bool
    complete: bool
    said: str
    trace: Trace | None = None
    visited: bool = True


class CertificateReport(Frozen):
    """One certificate. `objections` say where it is not what the specification gives.

    `sizes` and `params` are those of the instance; `changed` says by which options it is not that of the check.
    """

    folder: str
    file: str
    sha256: str
    check: str
    sizes: tuple[tuple[str, int], ...]
    params: tuple[tuple[str, str], ...]
    changed: tuple[str, ...]
    proves: tuple[str, ...]
    scope: str
    k: int
    facts: int
    solver: str
    objections: tuple[str, ...] = ()
    obligations: tuple[CheckedObligation, ...] = ()
    explicit: tuple[ExplicitRun, ...] = ()
    interrupted: bool = False

    @property
    def outcome(self) -> Outcome:
        """What may be said of it."""
        answers = [each.answer for each in self.obligations]
        if self.objections or "sat" in answers or any(not run.holds for run in self.explicit):
            return "rejected"
        if self.interrupted:
            return "interrupted"
        return "inconclusive" if not answers or "unknown" in answers else "certified"


class CertifyReport(Frozen):
    """All certificates that were asked for."""

    version: str
    certificates: tuple[CertificateReport, ...]

    @property
    def exit_code(self) -> int:
        """130 interrupted, before 1 one was rejected, before 3 one is not known, before 0."""
        codes = {_CODES[each.outcome] for each in self.certificates}
        if any(each.interrupted for each in self.certificates):
            return 130
        return next(code for code in (1, 3, 0) if code in codes)


def render_certified(report: CertifyReport, style: Style = PLAIN) -> str:
    """For people: what was checked, with what came of it, then what that means."""
    return "\n\n".join("\n".join(_certificate(each, style)) for each in report.certificates)


def _certificate(report: CertificateReport, style: Style) -> list[str]:
    proved = ", ".join(map(_line, (*report.proves, "errors")))
    check = style.paint(_line(f'"{report.check}"'), "bold")
    facts = f"{counted(report.facts, 'fact')}, k = {report.k}"
    lines = [
        style.paint(_line(report.folder), "bold"),
        "",
        f"  of check {check} in {_line(report.file)}: {proved} ({facts})",
    ]
    instance = [f"{name} = {value}" for name, value in (*report.sizes, *report.params)]
    changed = f" (the check with {' '.join(report.changed)})" if report.changed else ""
    lines += [f"  instance: {_line(', '.join(instance))}{_line(changed)}"] if instance or changed else []
    if report.objections:
        lines += [_row("FAIL", "specification", _line(one), style) for one in report.objections]
    else:
        said = f"gives this certificate and its {counted(len(report.obligations), 'formula')}"
        lines.append(_row("ok", "specification", said, style))
    for each in report.obligations:
        mark = {"unsat": "ok", "sat": "FAIL"}.get(each.answer, "??")
        answer = each.answer if each.answer != "unknown" else f"unknown ({_line(each.reason)})"
        lines.append(_row(mark, each.file, f"{answer}: {each.meaning}", style))
    for run in report.explicit:
        mark = "FAIL" if not run.holds else "ok" if run.visited else "--"
        lines.append(_row(mark, "explicit run", _line(run.said), style))
        if run.trace is not None:
            lines += ["", f"  a run to where it is false ({length(run.trace)})", *trace_lines(run.trace, style)]
    return [*lines, "", *_last_lines(report, style)]


def _line(text: str) -> str:
    """What a certificate says, whoever wrote it: it can neither drive a terminal nor begin a line of the report."""
    return visible(text).replace("\n", REPLACEMENT)


def _row(mark: str, what: str, said: str, style: Style) -> str:
    colour = {"ok": ("green",), "FAIL": ("red", "bold"), "??": ("yellow", "bold"), "--": ("yellow",)}[mark]
    return f"    {style.paint(f'{mark:<4}', *colour)} {_line(what):<18}  {said}"


def _last_lines(report: CertificateReport, style: Style) -> list[str]:
    outcome = report.outcome
    proved = ", ".join(map(_line, (*report.proves, "errors")))
    said = {
        "certified": f"certified: {proved}: holds, {report.scope}",
        "rejected": "REJECTED: this proves nothing",
        "inconclusive": "INCONCLUSIVE: not everything could be checked",
        "interrupted": "INTERRUPTED",
    }[outcome]
    lines = [style.paint(said, _COLOURS[outcome], "bold")]
    if outcome == "certified":
        told = (
            "trusted: reading the specification and writing it as formulas (modelcheck; Z3 only holds them), "
            f"and {report.solver}"
        )
        lines += [style.paint(told, "dim")]
        if not any(run.visited for run in report.explicit):
            lines += [style.paint("no state was visited: nothing but the formulas was checked", "yellow")]
    return lines


def render_certified_json(report: CertifyReport) -> str:
    """The same as JSON."""
    ok = report.exit_code == 0
    certificates = [_data(each) for each in report.certificates]
    return json.dumps({"version": report.version, "ok": ok, "certificates": certificates}, indent=2, ensure_ascii=False)


def _data(report: CertificateReport) -> dict[str, Any]:
    return {
        "folder": report.folder,
        "outcome": report.outcome,
        "file": report.file,
        "sha256": report.sha256,
        "check": report.check,
        "sizes": dict(report.sizes),
        "params": dict(report.params),
        "changed": list(report.changed),
        "proves": list(report.proves),
        "scope": report.scope,
        "k": report.k,
        "facts": report.facts,
        "solver": report.solver,
        "objections": list(report.objections),
        "obligations": [
            {"file": each.file, "meaning": each.meaning, "answer": each.answer, "reason": each.reason}
            for each in report.obligations
        ],
        "explicit": [
            {
                "sizes": dict(run.sizes),
                "holds": run.holds,
                "complete": run.complete,
                "visited": run.visited,
                "said": run.said,
                "trace": None if run.trace is None else trace_data(run.trace),
            }
            for run in report.explicit
        ],
    }
