"""Specifications with time: the lowering means what the judge means, and compiled code what the lowering means."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from modelcheck.diagnostics import InputError
from modelcheck.environment.instantiate import instantiate
from modelcheck.ir.model import Model
from modelcheck.kernel.symmetry import Applied
from modelcheck.pipeline.verify import load
from modelcheck.source import Source
from tests.differential.compare import compare
from tests.differential.generators.dice import Dice
from tests.differential.generators.specifications import specification
from tests.differential.generators.timed import timed
from tests.differential.renaming import PartialityError, compare_renamed, programs

SEEDS = 16
"""Seeds that are looked at in every run; the slow test goes on from there."""
SYMMETRIC = 20
"""The same for renamings; few have interchangeable ids."""


def generated(seed: int) -> str:
    dice = Dice.seeded(seed)
    return timed(specification(dice), dice)


def models(text: str) -> Iterator[Model]:
    """The models of all checks, those aside whose constants cannot be computed or whose soup has no delays."""
    spec = load(Source("spec.mc", text))
    for check in spec.checks:
        try:
            yield instantiate(spec, check, list(spec.properties.values()))
        except InputError as error:
            if not {found.code for found in error.diagnostics} <= {"MC403", "MC323"}:
                raise


def check_seed(seed: int, max_states: int) -> None:
    text = generated(seed)
    for model in models(text):
        try:
            compare(model, max_states=max_states)
        except Exception as error:
            error.add_note(text)
            raise


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_timed_specification_is_lowered_to_what_the_judge_does(seed: int) -> None:
    check_seed(seed, 10)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(SEEDS, SEEDS + 300))
def test_more_timed_specifications_are_lowered_to_what_the_judge_does(seed: int) -> None:
    check_seed(seed, 25)


def test_renaming_is_an_automorphism_of_a_timed_specification() -> None:
    found = 0
    for seed in range(SYMMETRIC):
        text = generated(seed)
        try:
            for _, program, reduction in programs(text):
                if isinstance(reduction, Applied):
                    compare_renamed(program, reduction.facts, max_states=4)
                    found += 1
        except InputError:
            continue
        except PartialityError as error:
            error.add_note(text)
            raise
    assert found


def test_the_generator_makes_time_pass() -> None:
    told = {action.name for seed in range(SEEDS) for model in models(generated(seed)) for action in model.actions}
    assert {"tick", "stabilise", "alarm expires"} <= told
    assert any(model.observers for seed in range(SEEDS) for model in models(generated(seed)))
