"""Verdicts on temporal properties of generated specifications are right, and the same from all engines."""

from __future__ import annotations

import os
from collections import Counter
from functools import cache
from typing import Any

import pytest

from modelcheck.diagnostics import InputError
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits
from modelcheck.pipeline.verify import Options, verify_specs
from modelcheck.reports.json_report import report_data
from tests.differential.compare import compare
from tests.differential.generators.coverage import TEMPORAL, TEMPORAL_WORDS, constructs
from tests.differential.generators.dice import Dice
from tests.differential.generators.specifications import specification
from tests.differential.liveness.explored import Exploration, TooLargeError
from tests.differential.liveness.oracle import Closure, has_violation
from tests.differential.test_generated import (
    _own_cache_of_trees,  # noqa: F401 - a fixture, used by being here
    load_text,
    models,
    shown,
)

MODELS = int(os.environ.get("MODELS", "3000"))
"""How many models the slow tests look at."""
BLOCK = 250
MOST_STATES = 60
MOST_PARTS = 5
MOST_STRONG = 6
"""The oracle tries all combinations of the values of untils and releases, and all sets of strong classes."""
VOLATILE = ("engine", "seconds", "memory_bytes", "reductions")

Verdicts = dict[tuple[str, str], str]


@cache
def sample(seed: int) -> str:
    return specification(Dice.seeded(seed), lock_step=seed % 8 == 0, temporal=True)


def report(text: str, engine: str, workers: int = 1) -> dict[str, Any]:
    limits = Limits(states=300, depth=12)
    options = Options(engine=engine, limits=limits, audit=100, workers=workers, symmetry=False)
    data = report_data(verify_specs([load_text(text)], options))
    for check in (check for spec in data["specs"] for check in spec["checks"]):
        for key in VOLATILE:
            del check[key]
    return data


def expected(check: str, model: Model) -> Verdicts:
    """What the oracle says, where that is clear and does not take too long."""
    if not model.temporal:
        return Verdicts()
    exploration = Exploration(model, MOST_STATES)
    try:
        graph = exploration.graph()
    except TooLargeError:
        return Verdicts()
    strong = set[int]().union(*(graph.enabled(state, "strong") for state in range(len(graph.states))))
    if exploration.unclear or len(strong) > MOST_STRONG or not graph.states:
        return Verdicts()
    found = Verdicts()
    for question in model.temporal:
        if len(Closure(question.formula).parts) > MOST_PARTS:
            continue
        word = "unknown" if exploration.left_out else "holds"
        found[check, question.property.name] = "violated" if has_violation(graph, question.formula) else word
    return found


def judged(text: str) -> Counter[str]:
    """How often which verdict was right."""
    with shown(text):
        spec, wanted = load_text(text), Verdicts()
        for check, model in models(spec):
            wanted |= expected(check.name, model)
        asked = Options(
            engine="interpreter", limits=Limits(states=MOST_STATES), checks=tuple({check for check, _ in wanted})
        )
        try:
            data = verify_specs([spec] if wanted else [], asked)
        except InputError:
            return Counter()
        found = {
            (check.name, p.name): p.verdict for one in data.specs for check in one.checks for p in check.properties
        }
        for (check_name, name), word in wanted.items():
            # What other properties say may fail to evaluate as well.
            failed = word == "holds" and found[check_name, "errors"] == "violated"
            assert found[check_name, name] == ("unknown" if failed else word), name
        return Counter(wanted.values())


def test_generated_texts_say_all_that_can_be_said_of_infinite_runs() -> None:
    used = set[str]().union(*(constructs(sample(seed)) for seed in range(60)))
    assert used >= TEMPORAL | {f"'{word}'" for word in TEMPORAL_WORDS}


def test_verdicts_on_generated_specifications_are_those_of_the_oracle() -> None:
    verdicts = sum((judged(sample(seed)) for seed in range(40)), Counter[str]())
    assert min(verdicts["holds"], verdicts["violated"]) >= 10


def test_judge_and_kernel_agree_on_what_is_owed() -> None:
    compared = [compare(model, 15) for seed in range(20) for _, model in models(load_text(sample(seed)))]
    assert sum(found.classes for found in compared) >= len(compared)


def same_reports(text: str, workers: tuple[int, ...]) -> bool:
    with shown(text):
        try:
            wanted = report(text, "interpreter")
        except InputError:
            return False
        for number in workers:
            assert report(text, "native", number) == wanted, number
        return True


def test_engines_report_the_same_of_infinite_runs() -> None:
    pytest.importorskip("llvmlite")
    compared = [same_reports(sample(seed), (1, 2, 8)) for seed in range(100, 108)]
    assert sum(compared) >= 5


@pytest.mark.slow
@pytest.mark.parametrize("block", range(MODELS // BLOCK))
def test_verdicts_on_many_generated_specifications_are_those_of_the_oracle(block: int) -> None:
    pytest.importorskip("llvmlite")
    for seed in range((block + 1) * BLOCK, (block + 2) * BLOCK):
        judged(sample(seed))
        same_reports(sample(seed), (1 + seed % 3,))
