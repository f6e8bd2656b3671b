"""The native engine's graph is the kernel evaluator's: states in its order, edges in theirs, for any workers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

pytest.importorskip("llvmlite")

from modelcheck.engines.native.explorer import Explorer, Setting
from modelcheck.engines.native.function import UnsupportedError
from modelcheck.engines.native.graph import Graph, action_of, class_of, graph_of
from modelcheck.engines.native.watch import Watch
from modelcheck.kernel.evaluate import Next, outcomes
from modelcheck.kernel.explore import explore
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.kernel.program import Program
from modelcheck.kernel.task import Limits, Task
from modelcheck.lowering import lower
from tests.differential.generators.dice import Dice
from tests.differential.generators.specifications import specification
from tests.differential.test_generated import load_text, models

MOST_STATES = 1500
SEEDS = range(40)

Edges = list[tuple[int, int | None]]


def programs(seed: int) -> Iterator[Program]:
    for _, model in models(load_text(specification(Dice.seeded(seed)))):
        # Little room makes programs that cut.
        yield simplify(lower(model, 2, 2))


def graph(program: Program, setting: Setting) -> tuple[Graph, Explorer]:
    watch = Watch(Limits())
    explorer = Explorer(Task(program, watch.limits), setting, watch)
    assert explorer.run().stopped is None
    found = graph_of(explorer)
    assert found is not None
    return found, explorer


def expected_edges(program: Program, state: tuple[int, ...], numbers: dict[tuple[int, ...], int]) -> Edges:
    targets: Edges = []
    bare: Edges = []
    for action in range(len(program.actions)):
        for _, outcome in outcomes(program, action, state):
            if isinstance(outcome, Next):
                targets.append((action, numbers[outcome.state]))
            else:
                bare.append((action, None))
    return targets + bare


def require_same(program: Program, states: Sequence[tuple[int, ...]], setting: Setting) -> None:
    found, explorer = graph(program, setting)
    numbers = {state: number for number, state in enumerate(states)}
    assert len(found) == len(states)
    for number, state in enumerate(states):
        assert found.state(number) == state
        assert found.number_of(state) == number
        assert found.is_expanded(number)
        edges = [(action_of(label), target) for label, target in found.successors(number)]
        assert edges == expected_edges(program, state, numbers)
        assert not any(class_of(label) for label, _ in found.successors(number))
    assert explorer.store.stored() == len(states)


@pytest.mark.parametrize("seed", SEEDS)
def test_graphs_of_generated_models_are_those_of_the_evaluator(seed: int) -> None:
    for program in programs(seed):
        slow = explore(program, MOST_STATES)
        if not slow.complete or not slow.states:
            continue
        try:
            for setting in (Setting(1, graph=True), Setting(8, graph=True, table_bits=4, capacity=32)):
                require_same(program, list(slow.states), setting)
        except UnsupportedError:
            continue
