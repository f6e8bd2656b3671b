"""Which of the shortest runs is shown, where another one than the first is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from modelcheck.analysis.counterexamples.cheapest import Order, TooManyError, cheapest, cost_of
from modelcheck.analysis.counterexamples.different import Limit, different
from modelcheck.analysis.counterexamples.shrink import shrunk
from modelcheck.engines.base import Exploration
from modelcheck.frozen import replace
from modelcheck.reports.report import PropertyReport
from modelcheck.reports.trace_text import counted
from modelcheck.semantics.replay import judge
from modelcheck.verdict import Reached, Run, Violated

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Property

_FEWEST: dict[Order, str] = {"faults": "fewest faults", "switches": "fewest changes of actor"}


def with_order(
    model: Model, found: Exploration, order: Order, is_over: Callable[[], bool]
) -> tuple[Exploration, dict[str, str]]:
    """The same with other runs of the same length, and what is to be said of the choice, by property."""
    verdicts, told = dict(found.verdicts), dict[str, str]()
    for name, verdict in found.verdicts.items():
        if not isinstance(verdict, Violated | Reached):
            continue
        run, told[name] = _ordered(model, found, name, verdict.run, (order, is_over))
        verdicts[name] = replace(verdict, run=run)
    return replace(found, verdicts=verdicts), told


def made_shorter(model: Model, found: Exploration, is_over: Callable[[], bool]) -> tuple[Exploration, dict[str, str]]:
    """The same with runs that were found by chance made shorter, and what is to be said of that, by property."""
    verdicts, told = dict(found.verdicts), dict[str, str]()
    for name, verdict in found.verdicts.items():
        if isinstance(verdict, Violated | Reached) and verdict.run.choices:
            run, is_least = shrunk(model, verdict.run, question_of(model, name), is_over)
            verdicts[name] = replace(verdict, run=run)
            before, after = counted(len(verdict.run.choices), "step"), len(run.choices)
            least = "no single one can be left out" if is_least else "there was no time to try more"
            needed = "" if len(verdict.run.choices) == after else f", {after} of them needed"
            told[name] = f"found by chance with {before}{needed}: {least}"
    return replace(found, verdicts=verdicts), told


def with_others(
    model: Model, found: Exploration, properties: Sequence[PropertyReport], limit: Limit
) -> tuple[PropertyReport, ...]:
    """The same with other counterexamples to each property that is violated; `limit` says how many."""
    return tuple(
        _with_others(model, found, report, limit) if report.verdict == "violated" and report.trace else report
        for report in properties
    )


def _with_others(model: Model, found: Exploration, report: PropertyReport, limit: Limit) -> PropertyReport:
    verdict = found.verdicts[report.name]
    assert isinstance(verdict, Violated)
    if verdict.run.loop is not None:
        return replace(report, others="an infinite run: others are not looked for")
    question = question_of(model, report.name)
    ways = None if found.ways is None else found.ways(report.name)
    others = different(model, ways, question, verdict.run, limit)
    more = tuple(judge(model, run, question) for run in others.runs)
    count = len(more) + 1
    if others.length is None:
        bounds = " within the bounds" if others.is_cut or found.bounds_hit else ""
        told = f"all different counterexamples{bounds}: {count}"
    elif len(more) == limit.runs:
        told = f"{count} different counterexamples, and there may be more"
    else:
        told = f"all different counterexamples up to length {others.length}: {count}"
    return replace(report, more=more, others=told)


def question_of(model: Model, name: str) -> Property | str:
    """A property of finite runs, or the name of a built-in one."""
    return next((prop for prop in model.properties if prop.name == name), name)


def _ordered(
    model: Model, found: Exploration, name: str, run: Run, how: tuple[Order, Callable[[], bool]]
) -> tuple[Run, str]:
    order, is_over = how
    if run.loop is not None:
        return run, f"an infinite run: not compared for the {_FEWEST[order]}"
    ways = None if found.ways is None else found.ways(name)
    cost = cost_of(model, run, order)
    if ways is None:
        reason = "the states on the others are not known"
    else:
        try:
            best = cheapest(model, ways, question_of(model, name), order, is_over)
        except TooManyError:
            reason = "they are too many, or the time was up"
        else:
            assert best is not None, "a shortest run leads to the answer"
            return best.run, f"of all shortest runs the first with the {_FEWEST[order]}: {best.cost}"
    return run, f"the first shortest run ({cost}), not compared with others for the {_FEWEST[order]}: {reason}"
