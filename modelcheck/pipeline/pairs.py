"""Counterexamples to induction as they are shown: a state that may be unreachable, and a step from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.frozen import replace
from modelcheck.semantics.replay import judge
from modelcheck.verdict import Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.engines.base import Exploration
    from modelcheck.ir.model import Model
    from modelcheck.reports.report import PropertyReport
    from modelcheck.semantics.trace import Trace


def with_pairs(model: Model, found: Exploration, reports: Sequence[PropertyReport]) -> tuple[PropertyReport, ...]:
    """The same, those that were not proved with a counterexample to induction. The judge takes the step again."""
    return tuple(
        replace(report, pair=_pair(model, found, report.name))
        if report.verdict == "unknown" and report.name in found.pairs
        else report
        for report in reports
    )


def _pair(model: Model, found: Exploration, name: str) -> Trace:
    pair = found.pairs[name]
    question = next((prop for prop in model.properties if prop.name == name), name)
    return as_pair(
        judge(model, Run((), (pair.choice,)), question, pair.state), "a state that the proof does not exclude"
    )


def as_pair(trace: Trace, what: str) -> Trace:
    """A step with its state called what it is."""
    first = replace(trace.steps[0], action=f"{what}, which may be unreachable")
    return replace(trace, steps=(first, *trace.steps[1:]))
