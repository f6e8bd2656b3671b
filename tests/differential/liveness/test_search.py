"""The search for fair runs says of random graphs and formulas what an oracle says, and finds what it says it finds."""

from __future__ import annotations

import os
from random import Random

import pytest

from modelcheck.analysis.liveness.search import Lasso, is_violated, violating_lasso
from modelcheck.ltl.formula import (
    FALSE,
    Atom,
    Formula,
    always,
    conjunction,
    disjunction,
    eventually,
    leads_to,
    negation,
)
from tests.differential.liveness.labelled import TASTES, Labelled, Taste, drawn, in_memory
from tests.differential.liveness.oracle import Closure, has_violation
from tests.differential.liveness.runs import objection
from tests.unit.ltl.chance import seeded, some_formula

GRAPHS = int(os.environ.get("GRAPHS", "20000"))
"""How many graphs the slow test looks at."""
BLOCK = 1000
MOST_PARTS = 6
"""Untils and releases in a formula: the oracle tries all combinations of their values."""
LARGE = Taste(states=200, owed=40, cut=2, unknown=1)


def question(dice: Random) -> Formula:
    """A formula of at most four levels. One in four is about the far end of runs only, where fairness decides."""
    if dice.randrange(4) == 0:
        first, second = Atom(dice.randrange(3)), Atom(dice.randrange(3))
        seen = [eventually(always(first)), always(eventually(negation(second))), negation(leads_to(first, second))]
        return dice.choice([FALSE, FALSE, disjunction(seen), conjunction(seen), *seen])
    while True:
        formula = some_formula(dice, 4)
        if len(Closure(formula).parts) <= MOST_PARTS:
            return formula


def found(graph: Labelled, formula: Formula, *, is_compiled: bool = False) -> Lasso | None:
    explored, bits = in_memory(graph, is_compiled=is_compiled)
    return violating_lasso(explored, formula, bits, lambda _: False)


def case(seed: int) -> tuple[Labelled, Formula]:
    dice = seeded(seed)
    return drawn(dice, TASTES[seed % len(TASTES)]), question(dice)


def require_right(graph: Labelled, formula: Formula) -> bool:
    """Whether there is a violation, after the search said so and no otherwise."""
    lasso = found(graph, formula)
    assert (lasso is not None) == has_violation(graph, formula), (graph, formula)
    assert lasso is None or objection(graph, formula, lasso) is None, (graph, formula, lasso)
    return lasso is not None


@pytest.mark.parametrize("block", range(8))
def test_verdicts_on_random_graphs_are_those_of_the_oracle(block: int) -> None:
    verdicts = [require_right(*case(seed)) for seed in range(block * 100, block * 100 + 100)]
    assert 20 < sum(verdicts) < 80


def test_compiled_code_finds_the_same_lassos() -> None:
    pytest.importorskip("llvmlite")
    for seed in range(200):
        graph, formula = case(seed)
        assert found(graph, formula, is_compiled=True) == found(graph, formula), seed


def test_verdicts_under_what_is_supposed_to_be_owed_are_those_of_the_oracle() -> None:
    verdicts = []
    for seed in range(200):
        graph, formula = case(seed)
        dice = seeded(seed)
        supposed = [dice.randrange(4) for _ in range(graph.keys)]
        explored, bits = in_memory(graph, is_compiled=False)
        verdicts.append(is_violated(explored, formula, bits, lambda _: False, supposed))
        assert verdicts[-1] == has_violation(graph.supposing(supposed), formula), seed
    assert 40 < sum(verdicts) < 160


def test_verdicts_on_large_graphs_are_those_of_the_oracle() -> None:
    for seed in range(12):
        dice = seeded(seed)
        require_right(drawn(dice, LARGE), some_formula(dice, 3))


@pytest.mark.slow
@pytest.mark.parametrize("block", range(GRAPHS // BLOCK))
def test_verdicts_on_many_random_graphs_are_those_of_the_oracle(block: int) -> None:
    pytest.importorskip("llvmlite")
    for seed in range((block + 1) * BLOCK, (block + 2) * BLOCK):
        graph, formula = case(seed)
        require_right(graph, formula)
        assert found(graph, formula, is_compiled=True) == found(graph, formula), seed
