"""The order of a run's steps with the fewest changes of actor, against all orders one by one."""

from __future__ import annotations

from itertools import combinations, pairwise, permutations

import pytest

from modelcheck.analysis.counterexamples.calmest import calmest
from modelcheck.analysis.counterexamples.cheapest import actor_of, cost_of
from modelcheck.frozen import replace
from modelcheck.ir.model import Model
from modelcheck.ir.spec import Property
from modelcheck.pipeline.choosing import _ends
from modelcheck.pipeline.verify import Options, verify_specs
from modelcheck.verdict import Run
from tests.differential.generators.dice import Dice
from tests.differential.small_specs import SPECS
from tests.differential.test_generated import check_generated, load_text
from tests.differential.test_shrink import first_shown, is_shown
from tests.differential.test_specs import models
from tests.differential.walks import Walk

LENGTH = 6


def orders(model: Model, run: Run) -> list[Run]:
    """All orders in which each actor keeps the order of its own steps, the nearest to the run's first."""
    actors = [actor_of(model, choice.action) for choice in run.choices]

    def keeps(order: tuple[int, ...]) -> bool:
        return all(one < other or actors[one] != actors[other] for one, other in combinations(order, 2))

    kept = filter(keeps, permutations(range(len(actors))))
    return [replace(run, choices=tuple(run.choices[number] for number in order)) for order in kept]


def check_run(model: Model, run: Run, question: Property | str) -> bool:
    """Whether another order than the run's own is better."""
    shown = [order for order in orders(model, run) if is_shown(model, order, question)]
    costs = [cost_of(model, order, "switches") for order in shown]
    assert calmest(model, run, _ends(model, run, question)) == shown[costs.index(min(costs))]
    return min(costs) < costs[0]


def test_runs_of_small_specifications_are_put_in_order() -> None:
    better = 0
    for name in [*SPECS][1::3]:
        for model in models(SPECS[name]):
            for run, question in first_shown(Walk(model, Dice.seeded(2), LENGTH)):
                better += check_run(model, run, question)
    assert better >= 3


def test_runs_of_generated_specifications_are_put_in_order() -> None:
    better: list[bool] = []

    def check(model: Model, seed: int) -> None:
        for run, question in first_shown(Walk(model, Dice.seeded(seed), LENGTH)):
            better.append(check_run(model, run, question))

    check_generated(range(20), check)
    assert any(better)


LOOP = """
protocol Loop
agent A { initial state S { step a1 -> T } state T { step a2 -> U } final state U }
agent B { initial state S { step b1 -> T } state T { step b2 -> U } state U { step spin { skip } } }
temporal ends: eventually exists b in B: b is S and false
check "c" { expect not ends }
"""


@pytest.mark.parametrize("engine", ["interpreter", "native"])
def test_of_an_infinite_run_the_steps_before_the_loop_are_put_in_order(engine: str) -> None:
    def told(order: str | None) -> tuple[list[str], int | None, str]:
        options = Options(engine=engine, order=order)  # type: ignore[arg-type]  # an order
        found = verify_specs([load_text(LOOP)], options).specs[0].checks[0].properties[0]
        assert found.trace is not None
        return [step.name for step in found.trace.steps], found.trace.loop_start, found.chosen

    before, after = told(None), told("switches")
    assert sorted(before[0]) == sorted(after[0])
    assert before[1] == after[1]
    steps = [name[0] for name in after[0][1 : (after[1] or 0) + 1]]
    assert sum(one != other for one, other in pairwise(steps)) <= 1
    assert after[2].startswith("an infinite run; of the orders of the steps before its loop that with the fewest")
