"""The native engine's graph is the kernel evaluator's: states in its order, edges in theirs, for any workers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

pytest.importorskip("llvmlite")

from modelcheck.diagnostics import InputError
from modelcheck.engines.compiled import MOST_CLASS_NUMBERS
from modelcheck.engines.native.explorer import Explorer, Setting
from modelcheck.engines.native.function import UnsupportedError
from modelcheck.engines.native.graph import Graph, graph_of
from modelcheck.engines.native.watch import Watch
from modelcheck.environment.instantiate import instantiate
from modelcheck.ir.constructs.atoms import Literal
from modelcheck.ir.constructs.temporal import Temporal
from modelcheck.ir.spec import Property
from modelcheck.ir.types import BOOL
from modelcheck.kernel.evaluate import Next, outcomes
from modelcheck.kernel.explore import explore
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.kernel.program import Program
from modelcheck.kernel.task import Limits, Task
from modelcheck.lowering import lower_model
from modelcheck.pipeline.expectations import wanted_properties
from tests.differential.generators.styles import styled
from tests.differential.test_generated import load_text

MOST_STATES = 800
SEEDS = range(40)

Edges = list[tuple[int, int | None]]


def programs(seed: int) -> Iterator[Program]:
    spec = load_text(styled(seed))
    # What runs owe is noted where a formula asks for it.
    always = Temporal(spec.checks[0].span, BOOL, "always", (Literal(spec.checks[0].span, BOOL, value=True),))
    formula = Property("formula", "temporal", always, spec.checks[0].span)
    for check in spec.checks:
        try:
            model = instantiate(spec, check, [*wanted_properties(spec, check, ()), formula])
        except InputError:
            continue
        # Little room makes programs that cut.
        try:
            lowered = lower_model(model, 2, 2)
        except InputError:
            # A set of messages is too large.
            continue
        if lowered.class_count <= MOST_CLASS_NUMBERS:
            yield simplify(lowered.program)


def test_some_edges_are_labelled() -> None:
    """Otherwise the comparison below would say nothing of labels."""
    most = 0
    # Which of the specifications have labels changes with the generator.
    for program in (program for seed in range(8) for program in programs(seed)):
        found, _ = graph(program, Setting(1, graph=True))
        most = max(most, len({label for number in range(len(found)) for label, _ in found.successors(number)}))
    assert most > 2


def graph(program: Program, setting: Setting) -> tuple[Graph, Explorer]:
    watch = Watch(Limits())
    explorer = Explorer(Task(program, watch.limits), setting, watch)
    assert explorer.run().stopped is None
    found = graph_of(explorer)
    assert found is not None
    return found, explorer


def owed(found: Graph, label: int) -> int:
    """The class number of the kernel that a label stands for."""
    return 1 + 3 * found.keys[(label - 1) // 3] + (label - 1) % 3 if label else 0


def expected_edges(program: Program, state: tuple[int, ...], numbers: dict[tuple[int, ...], int]) -> Edges:
    targets: Edges = []
    bare: Edges = []
    for action in range(len(program.actions)):
        for _, outcome in outcomes(program, action, state):
            if isinstance(outcome, Next):
                targets.append((outcome.owed, numbers[outcome.state]))
            else:
                bare.append((outcome.owed, None))
    return targets + bare


def require_same(program: Program, expected: Mapping[tuple[int, ...], Edges], setting: Setting) -> None:
    found, explorer = graph(program, setting)
    assert len(found) == len(expected)
    for number, (state, leaving) in enumerate(expected.items()):
        assert found.state(number) == state
        assert found.number_of(state) == number
        assert found.is_expanded(number)
        assert [(owed(found, label), target) for label, target in found.successors(number)] == leaving
    assert explorer.store.stored() == len(expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_graphs_of_generated_models_are_those_of_the_evaluator(seed: int) -> None:
    for program in programs(seed):
        slow = explore(program, MOST_STATES)
        if not slow.complete or not slow.states:
            continue
        numbers = {state: number for number, state in enumerate(slow.states)}
        expected = {state: expected_edges(program, state, numbers) for state in numbers}
        try:
            for setting in (Setting(1, graph=True), Setting(8, graph=True, table_bits=4, capacity=32)):
                require_same(program, expected, setting)
        except UnsupportedError:
            continue
