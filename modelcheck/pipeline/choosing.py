"""Which of the shortest runs is shown, where another one than the first is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from modelcheck.analysis.counterexamples.cheapest import Order, TooManyError, cheapest, cost_of
from modelcheck.engines.base import Exploration
from modelcheck.frozen import replace
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
