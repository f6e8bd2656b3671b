"""Comparing what an engine found with what a check expects. The judge replays every run before it is believed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.engines.base import DEADLOCK, ERRORS, Exploration
from modelcheck.frontend.timers import time_passes
from modelcheck.frozen import Frozen, replace
from modelcheck.ir.constructs.temporal import is_of_infinite_runs
from modelcheck.ir.observers import InTime
from modelcheck.reports.report import PropertyReport, VerdictWord
from modelcheck.semantics.execute import BEYOND_THE_BOUND
from modelcheck.semantics.lasso import judge_lasso
from modelcheck.semantics.replay import judge
from modelcheck.verdict import Holds, Reached, Unknown, Unreached, Verdict, Violated

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Check, Expectation, Property, Spec
    from modelcheck.source import Span


class _Question(Frozen):
    """A property and the verdict that is expected of it."""

    name: str
    kind: str
    subject: Property | str
    expected: VerdictWord
    steps: int | None
    span: Span


def wanted_properties(spec: Spec, check: Check, only: Sequence[str]) -> list[Property]:
    """The declared properties that a check expects something of, or those of them that were asked for."""
    names = [e.subject for e in check.expectations if e.subject in spec.properties]
    wanted = [spec.properties[name] for name in names if not only or name in only]
    # That a formula holds means little where time stands still; the graph that shows it is there anyway.
    of_infinite_runs = (prop.kind == "temporal" and is_of_infinite_runs(prop.expression) for prop in wanted)
    is_asked = not only and not check.allow_deadlock and any(of_infinite_runs)
    if is_asked and "time" not in names:
        passes = time_passes(spec)
        wanted += [] if passes is None else [passes]
    return wanted


def expected_runs(chosen: Sequence[tuple[Spec, Sequence[Check]]], only: Sequence[str]) -> int:
    """How many runs checks will have to show, if all is as they expect."""
    return sum(
        _expects_run(spec, expectation)
        for spec, checks in chosen
        for check in checks
        for expectation in check.expectations
        if not only or expectation.subject in only
    )


def _expects_run(spec: Spec, expectation: Expectation) -> bool:
    """Whether a violation, or a witness, is expected."""
    subject = expectation.subject
    if subject not in {DEADLOCK, *spec.properties}:
        return False
    reach = subject == DEADLOCK or spec.properties[subject].kind == "reachable"
    return reach != expectation.negated


def expected_of(model: Model, check: Check, only: Sequence[str]) -> dict[str, VerdictWord]:
    """The verdict that a check expects of each property, in the order of its report."""
    return {question.name: question.expected for question in _questions(model, check, only)}


def refuting(model: Model, check: Check, only: Sequence[str]) -> frozenset[str]:
    """The properties of which a run shows that an expectation is not met."""
    return frozenset(name for name, word in expected_of(model, check, only).items() if word in {"holds", "unreached"})


def compare(
    model: Model, check: Check, found: Exploration, *, judged: bool, only: Sequence[str]
) -> tuple[PropertyReport, ...]:
    """The verdicts of a check. Where `judged` is false (the check was changed), counts and lengths are not judged."""
    reports = [
        _report(model, question, found.verdicts[question.name], judged=judged)
        for question in _questions(model, check, only)
    ]
    for expectation in check.expectations:
        if expectation.subject == "states" and not only:
            place = expectation.span
            counts = replace(_states(expectation, found, judged=judged), line=place.line, column=place.column)
            reports.insert(_position(check, expectation, reports), counts)
    return tuple(reports)


def _position(check: Check, expectation: Expectation, reports: Sequence[PropertyReport]) -> int:
    """Where the specification wrote the number of states among its expectations."""
    return min(check.expectations.index(expectation), len(reports))


def _questions(model: Model, check: Check, only: Sequence[str]) -> Iterator[_Question]:
    properties = {p.name: p for p in (*model.properties, *(t.property for t in model.temporal))}
    stated = set()
    for expectation in check.expectations:
        name = expectation.subject
        if name in properties:
            subject = properties[name]
            reach = subject.kind == "reachable"
            expected: VerdictWord = "reached" if reach else "holds"
            if expectation.negated:
                expected = "unreached" if reach else "violated"
            kind = "deadline" if isinstance(subject.expression, InTime) else subject.kind
            yield _Question(name, kind, subject, expected, expectation.steps, subject.span)
            stated.add(name)
        elif name == DEADLOCK and (not only or name in only):
            stated.add(name)
            expected = "holds" if expectation.negated else "violated"
            yield _Question(name, name, name, expected, expectation.steps, expectation.span)
    if "time" in properties and "time" not in stated:
        time = properties["time"]
        yield _Question("time", time.kind, time, "holds", None, time.span)
    if DEADLOCK not in stated and not check.allow_deadlock and (not only or DEADLOCK in only):
        yield _Question(DEADLOCK, DEADLOCK, DEADLOCK, "holds", None, check.span)
    yield _Question(ERRORS, ERRORS, ERRORS, "holds", None, check.span)


def _report(model: Model, question: _Question, verdict: Verdict, *, judged: bool) -> PropertyReport:
    wanted = question.steps if judged else None

    def report(word: VerdictWord, **more: object) -> PropertyReport:
        steps = more.get("steps")
        ok = word == question.expected and (wanted is None or wanted == steps)
        return PropertyReport(
            question.name,
            question.kind,
            word,
            question.expected,
            ok,
            expected_steps=wanted,
            line=question.span.line,
            column=question.span.column,
            **more,  # type: ignore[arg-type]
        )

    match verdict:
        case Holds(scope):
            return report("holds", scope=scope)
        case Unreached(scope):
            return report("unreached", scope=scope)
        case Unknown(reason, evidence):
            return report("unknown", reason=reason, evidence=evidence)
        case Violated(run) if run.loop is not None:
            temporal = next(t for t in model.temporal if t.property is question.subject)
            trace = judge_lasso(model, run, temporal)
            return report("violated", steps=trace.length, trace=trace)
        case Violated(run):
            trace = judge(model, run, question.subject)
            return report("violated", steps=trace.length, trace=trace)
        case Reached(run):
            trace = judge(model, run, question.subject)
            return report("reached", steps=trace.length, trace=trace)


def _states(expectation: Expectation, found: Exploration, *, judged: bool) -> PropertyReport:
    """`N states`: judged only after a complete search of the check as it is written."""
    name = f"{expectation.states} states"
    capacities = [bound for bound in found.bounds_hit if bound != BEYOND_THE_BOUND]
    reason = ""
    if found.stopped is not None or found.sampled or capacities:
        reason = "the search was not complete"
    elif isinstance(found.verdicts[ERRORS], Violated):
        reason = "an evaluation error cut off part of the behaviour"
    elif found.distinct is None and not found.explored:
        reason = "this engine counts no states"
    elif found.distinct is None:
        reason = "a reduction left states out"
    if reason or found.distinct is None:
        evidence = f"{counted(found.explored, 'state')} visited"
        return PropertyReport(name, "states", "unknown", "holds", ok=not judged, reason=reason, evidence=evidence)
    same = found.distinct == expectation.states
    if not judged:
        evidence = f"{counted(found.distinct, 'state')}; not judged, as the check was changed"
        return PropertyReport(name, "states", "holds" if same else "violated", "holds", ok=True, evidence=evidence)
    evidence = "" if same else f"found: {counted(found.distinct, 'state')}"
    return PropertyReport(name, "states", "holds" if same else "violated", "holds", ok=same, evidence=evidence)
