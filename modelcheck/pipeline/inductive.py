"""`expect inductive p`: a question apart from those about runs, which a solver answers."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelcheck.engines.base import Request
from modelcheck.engines.registry import inductive_engine
from modelcheck.environment.instantiate import instantiate
from modelcheck.frozen import replace
from modelcheck.pipeline.pairs import as_pair
from modelcheck.reports.report import PropertyReport, VerdictWord
from modelcheck.semantics.replay import judge_beginning, judge_step
from modelcheck.verdict import Holds, Unknown, Violated

if TYPE_CHECKING:
    from modelcheck.ir.spec import Check, Expectation, Spec
    from modelcheck.pipeline.verify import Options

KIND = "inductive"


def inductive_expectations(check: Check, only: Sequence[str]) -> list[Expectation]:
    """The expectations of a check that this is about, or those of them that were asked for."""
    return [e for e in check.expectations if e.inductive is not None and (not only or e.is_about(only))]


def expected_word(expectation: Expectation) -> VerdictWord:
    """The verdict that is expected."""
    return "violated" if expectation.negated else "holds"


def with_inductive(
    spec: Spec, check: Check, properties: Sequence[PropertyReport], options: Options, deadline: float | None
) -> tuple[PropertyReport, ...]:
    """The verdicts, and those on invariants that are to be inductive where these stand. Raises `KeyboardInterrupt`."""
    reports = list(properties)
    for expectation in inductive_expectations(check, options.properties):
        left = None if deadline is None else max(0.0, deadline - time.monotonic())
        place = min(check.expectations.index(expectation), len(reports))
        reports.insert(place, _report(spec, check, expectation, options, left))
    return tuple(reports)


def _report(
    spec: Spec, check: Check, expectation: Expectation, options: Options, seconds: float | None
) -> PropertyReport:
    assert expectation.inductive is not None
    prop = spec.properties[expectation.inductive]
    model = instantiate(spec, check, [prop], options.overrides, enumerates=False)
    request = Request(replace(options.limits, seconds=seconds, depth=None), deadlock=False)
    found = inductive_engine()(model, prop.name, request)
    expected = expected_word(expectation)
    word: VerdictWord = "holds" if isinstance(found, Holds) else "unknown" if isinstance(found, Unknown) else "violated"
    place = expectation.span
    report = PropertyReport(
        expectation.subject, KIND, word, expected, word == expected, line=place.line, column=place.column
    )
    match found:
        case Holds(scope):
            return replace(report, scope=scope)
        case Unknown(reason, evidence):
            return replace(report, reason=reason, evidence=evidence)
        case Violated(run):
            return replace(report, evidence="false in the beginning", steps=0, trace=judge_beginning(model, run, prop))
        case _:
            pair = judge_step(model, found.state, found.choice, prop)
            pair = as_pair(pair, "a state in which it holds")
            return replace(report, evidence="a step breaks it, from a state that may be unreachable", pair=pair)
