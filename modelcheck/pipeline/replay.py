"""Saved runs taken again: whether they still are runs of the specification, and still show what they showed."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, InputError, did_you_mean
from modelcheck.engines.base import DEADLOCK, ERRORS
from modelcheck.environment.instantiate import Overrides, instantiate
from modelcheck.frozen import Frozen
from modelcheck.ir.expression import EvaluationError
from modelcheck.pipeline.expectations import wanted_properties
from modelcheck.pipeline.recorded import Recorded, read_runs
from modelcheck.pipeline.retrace import Way, retrace
from modelcheck.pipeline.verify import load_file, select_checks
from modelcheck.reports.replayed import ReplayReport
from modelcheck.semantics.lasso import judge_lasso
from modelcheck.semantics.replay import judge
from modelcheck.semantics.rerun import EngineDisagreement, replayed
from modelcheck.verdict import Run
from modelcheck.version import __version__

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Check, Spec
    from modelcheck.semantics.trace import Trace


class Which(Frozen):
    """Which of the runs in a file: that of a check, of a property; of those that are left, by its number from 1."""

    check: str | None = None
    subject: str | None = None
    number: int | None = None


def replay_file(path: str, spec_path: str | None = None, which: Which | None = None) -> ReplayReport:
    """Take the run in a file again; `which` chooses one, where there are several.

    Raises `InputError` where the file or the specification cannot be used.
    """
    recorded = chosen_run(path, read_runs(path), which)
    spec = load_file(spec_path or _specification(path, recorded.file))
    model = _model(path, spec, recorded)
    digest = hashlib.sha256(spec.source.text.encode()).hexdigest()
    same_text = digest == recorded.sha256
    found = retrace(model, recorded)
    trace, reason = None, ""
    if found.stop is None:
        _, trace, reason = shown_run(model, found.ways, recorded)
    elif found.ways:
        trace = replayed(model, found.ways[0].run).trace(model, "")
    changed = [] if same_text else ["the specification is not the text that the trace was made with"]
    return ReplayReport(
        version=__version__,
        trace_file=path,
        file=spec.source.name,
        sha256=digest,
        same_text=same_text,
        check=recorded.check,
        subject=recorded.subject,
        verdict=recorded.verdict,
        steps=len(recorded.steps) - 1,
        trace=trace,
        stop=found.stop,
        shows=found.stop is None and not reason,
        reason=reason,
        notes=(*changed, *found.notes),
    )


def chosen_run(path: str, runs: tuple[Recorded, ...], which: Which | None = None) -> Recorded:
    """The one run that is asked for. Raises `InputError` (MC611) where that is none or several."""
    which = which or Which()
    fitting = [run for run in runs if which.check in {None, run.check} and which.subject in {None, run.subject}]
    if which.number is not None:
        fitting = fitting[which.number - 1 : which.number]
    if len(fitting) == 1:
        return fitting[0]
    there = "; ".join(run.title for run in (fitting or runs)[:10])
    problem = f"'{path}' has no such run" if not fitting else f"'{path}' has {len(fitting):,} runs"
    help_ = f"choose by --check, --property and --number; there are: {there}"
    raise InputError([Diagnostic("MC611", None, problem, help_)])


def _specification(path: str, recorded: str) -> str:
    """The recorded file, seen from the trace's folder or else from the current one."""
    beside = Path(path).parent / recorded
    try:
        if beside.is_file():
            return str(beside)
        if Path(recorded).is_file():
            return recorded
    except (OSError, ValueError):
        pass
    problem = f"the specification '{recorded}', which the trace is a run of, is not there"
    raise InputError([Diagnostic("MC101", None, problem, "name it: modelcheck replay TRACE SPEC")])


def _model(path: str, spec: Spec, recorded: Recorded) -> Model:
    checks = select_checks([spec], [recorded.check])[0][1]
    check = checks[0]
    properties = wanted_properties(spec, check, recorded.only)
    name = recorded.subject
    if name and name not in {DEADLOCK, ERRORS, *(prop.name for prop in properties)}:
        if name not in spec.properties:
            help_ = did_you_mean(name, spec.properties)
            raise InputError([Diagnostic("MC409", check.span, f"there is no property '{name}'", help_)])
        properties.append(spec.properties[name])
    return instantiate(spec, check, properties, overrides_of(path, recorded, check))


def overrides_of(path: str, recorded: Recorded, check: Check) -> Overrides:
    """What the command line had changed in its check. Raises `InputError` (MC610)."""
    budgets: dict[tuple[str, str | None], int | None] = {}
    for fault, budget in recorded.faults.items():
        if not re.fullmatch(r"[0-9]{1,18}|any", budget):
            problem = f"'{path}' is no trace: the budget of '{fault}' is no number"
            raise InputError([Diagnostic("MC610", check.span, problem)])
        kind, _, subject = fault.partition(":")
        budgets[kind, subject or None] = None if budget == "any" else int(budget)
    return Overrides(dict(recorded.settings), budgets)


def shown_run(model: Model, ways: tuple[Way, ...], recorded: Recorded) -> tuple[Run, Trace, str]:
    """The run as it shows what was recorded, or any with the reason why none does."""
    reason = ""
    for way in ways:
        run = Run(way.run.initial, way.run.choices, recorded.loop_start)
        try:
            return run, _judged(model, run, recorded), ""
        except (EngineDisagreement, EvaluationError) as error:
            reason = reason or str(error)
    run = Run(ways[0].run.initial, ways[0].run.choices, recorded.loop_start)
    return run, replayed(model, run).trace(model, "", loop_start=recorded.loop_start), reason


def _judged(model: Model, run: Run, recorded: Recorded) -> Trace:
    name = recorded.subject
    if not name:
        found = replayed(model, run)
        return found.trace(model, f"evaluation error: {found.failure.problem}" if found.failure else "")
    if run.loop is not None:
        for question in model.temporal:
            if question.property.name == name:
                return judge_lasso(model, run, question)
        raise EngineDisagreement(f"'{name}' is not about infinite runs")
    if name in {DEADLOCK, ERRORS}:
        return judge(model, run, name)
    for prop in model.properties:
        if prop.name == name:
            if recorded.verdict != (shown := "reached" if prop.kind == "reachable" else "violated"):
                raise EngineDisagreement(f"'{name}' can be {shown}, and what was recorded is '{recorded.verdict}'")
            return judge(model, run, prop)
    raise EngineDisagreement(f"'{name}' is about infinite runs, and this one ends")
