"""Which of the shortest runs is shown, where another one than the first is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from modelcheck.analysis.counterexamples.calmest import Ends, calmest
from modelcheck.analysis.counterexamples.cheapest import Order, TooManyError, cheapest, cost_of
from modelcheck.analysis.counterexamples.different import Different, Limit, different
from modelcheck.analysis.counterexamples.shrink import shrunk
from modelcheck.counts import counted
from modelcheck.engines.base import Exploration
from modelcheck.frozen import replace
from modelcheck.graph.ways import OutOfTimeError, Ways
from modelcheck.reports.report import PropertyReport
from modelcheck.semantics.answers import answers, answers_by, is_by_step
from modelcheck.semantics.execute import Next
from modelcheck.semantics.replay import judge
from modelcheck.semantics.rerun import replayed
from modelcheck.verdict import Reached, Run, Violated

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Property

_FEWEST: dict[Order, str] = {"faults": "fewest faults", "switches": "fewest changes of actor"}


def with_order(
    model: Model, found: Exploration, order: Order, is_over: Callable[[], bool]
) -> tuple[Exploration, dict[str, str]]:
    """The same with other runs of the same length, and what is to be said of the choice, by property."""

    def choose(name: str, run: Run) -> tuple[Run, str]:
        if run.loop is not None:
            return _in_calm_order(model, run, name, order, "an infinite run")
        return _of_all_shortest(model, found, name, run, (order, is_over))

    return _with_runs(found, choose)


def made_shorter(
    model: Model, found: Exploration, order: Order | None, is_over: Callable[[], bool]
) -> tuple[Exploration, dict[str, str]]:
    """The same with runs that were found by chance made shorter, and what is to be said of that, by property."""

    def choose(name: str, run: Run) -> tuple[Run, str]:
        if not run.choices:
            return run, ""
        short, is_least = shrunk(model, run, question_of(model, name), is_over)
        least = "no single one can be left out" if is_least else "there was no time to try more"
        needed = "" if len(run.choices) == len(short.choices) else f", {len(short.choices)} of them needed"
        told = f"found by chance with {counted(len(run.choices), 'step')}{needed}: {least}"
        return (short, told) if order is None else _in_calm_order(model, short, name, order, told)

    return _with_runs(found, choose)


def in_order(model: Model, found: Exploration, order: Order) -> tuple[Exploration, dict[str, str]]:
    """The same with the steps of runs that were found by chance in another order."""
    return _with_runs(found, lambda name, run: _in_calm_order(model, run, name, order, "found by chance"))


def _with_runs(found: Exploration, choose: Callable[[str, Run], tuple[Run, str]]) -> tuple[Exploration, dict[str, str]]:
    verdicts, told = dict(found.verdicts), dict[str, str]()
    for name, verdict in found.verdicts.items():
        if isinstance(verdict, Violated | Reached):
            run, told[name] = choose(name, verdict.run)
            verdicts[name] = replace(verdict, run=run)
    return replace(found, verdicts=verdicts), told


def with_others(
    model: Model, found: Exploration, properties: Sequence[PropertyReport], limit: Limit
) -> tuple[PropertyReport, ...]:
    """The same with other counterexamples to each property; `limit` says how many.

    A witness is one where it is expected that there is none.
    """

    def is_asked(report: PropertyReport) -> bool:
        return report.trace is not None and (report.verdict == "violated" or report.expected == "unreached")

    return tuple(_with_others(model, found, report, limit) if is_asked(report) else report for report in properties)


def _with_others(model: Model, found: Exploration, report: PropertyReport, limit: Limit) -> PropertyReport:
    verdict = found.verdicts[report.name]
    assert isinstance(verdict, Violated | Reached)
    if verdict.run.loop is not None:
        return replace(report, others="an infinite run: others are not looked for")
    question = question_of(model, report.name)
    try:
        others = different(model, _ways(found, report.name), question, verdict.run, limit)
    except OutOfTimeError:
        others = Different((), len(verdict.run.choices) - 1, is_cut=False)
    more = tuple(judge(model, run, question) for run in others.runs)
    count, noun = len(more) + 1, "counterexamples" if isinstance(verdict, Violated) else "witnesses"
    if others.length is None:
        bounds = " within the bounds" if others.is_cut or found.bounds_hit else ""
        told = f"all different {noun}{bounds}: {count}"
    elif len(more) == limit.runs:
        told = f"{count} different {noun}, and there may be more"
    elif others.length < len(verdict.run.choices):
        told = f"other {noun} were looked for, but not all of this length: they are too many, or the time was up"
    else:
        told = f"all different {noun} up to length {others.length}: {count}"
    return replace(report, more=more, others=told)


def question_of(model: Model, name: str) -> Property | str:
    """A property of finite runs, or the name of a built-in one."""
    return next((prop for prop in model.properties if prop.name == name), name)


def _ways(found: Exploration, name: str) -> Ways | None:
    """The shortest runs to an answer, where they are known. May raise `OutOfTimeError`.

    Of the level within which a search stopped it knows only some states.
    """
    if found.ways is None or found.stopped not in {None, "depth", "states"}:
        return None
    return found.ways(name)


def _of_all_shortest(
    model: Model, found: Exploration, name: str, run: Run, how: tuple[Order, Callable[[], bool]]
) -> tuple[Run, str]:
    """The cheapest of all shortest runs, where they can be compared."""
    order, is_over = how
    reason = "the states on the others are not known"
    try:
        if (ways := _ways(found, name)) is not None:
            best = cheapest(model, ways, question_of(model, name), order, is_over)
            assert best is not None, "a shortest run leads to the answer"
            return best.run, f"of all shortest runs the first with the {_FEWEST[order]}: {best.cost}"
    except (TooManyError, OutOfTimeError):
        reason = "they are too many, or the time was up"
    return _in_calm_order(model, run, name, order, f"the first shortest run, not compared with others: {reason}")


def _in_calm_order(model: Model, run: Run, name: str, order: Order, told: str) -> tuple[Run, str]:
    """The same steps in the order with the fewest changes of actor; no order has fewer faults than another."""
    if order == "faults":
        return run, f"{told}; no order of its steps has fewer faults"
    calm = calmest(model, run, _ends(model, run, question_of(model, name)))
    if calm is None:
        return run, f"{told}; in its own order: the others are too many to try"
    before = replace(calm, choices=calm.choices[: calm.loop], loop=None)
    where = "" if calm.loop is None else " of the steps before its loop"
    return calm, f"{told}; of the orders{where} that with the {_FEWEST[order]}: {cost_of(model, before, order)}"


def _ends(model: Model, run: Run, question: Property | str) -> Ends:
    """What the last step must do: show the same, or lead to where the loop begins."""
    if run.loop is None and is_by_step(question):
        return lambda state, path: answers_by(model, question, state, path)
    if run.loop is None:
        return lambda _, path: isinstance(path.outcome, Next) and answers(model, question, path.outcome.state)
    target = replayed(model, run).states[run.loop]
    return lambda _, path: path.outcome == Next(target)
