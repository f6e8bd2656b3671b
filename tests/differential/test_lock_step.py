"""Generated specifications whose messages travel in rounds: the same comparisons as for all others."""

from __future__ import annotations

import pytest

from modelcheck.diagnostics import InputError
from tests.differential.compare import compare
from tests.differential.generators.coverage import constructs
from tests.differential.generators.dice import Dice
from tests.differential.generators.specifications import specification
from tests.differential.renaming import compare_renamed
from tests.differential.test_native_code import check_code
from tests.differential.test_renaming import symmetric
from tests.differential.test_specs import models

GENERATED = 12
"""Seeds that are looked at in every run; the slow test goes on from there."""


def sample(seed: int) -> str:
    return specification(Dice.seeded(seed), lock_step=True)


def check(seed: int, max_states: int) -> None:
    text = sample(seed)
    try:
        for model in models(text):
            compare(model, max_states)
        for program, symmetry in symmetric(text):
            compare_renamed(program, symmetry, max_states // 2)
        check_code(text, max_states)
    except InputError:
        # A constant cannot be computed.
        return
    except Exception as error:
        error.add_note(text)
        raise


@pytest.mark.parametrize("seed", range(GENERATED))
def test_rounds_are_lowered_to_what_the_judge_does_whatever_the_ids_are_called(seed: int) -> None:
    check(seed, 12)


def test_generated_rounds_send_read_and_choose() -> None:
    used = [constructs(sample(seed)) for seed in range(GENERATED)]
    for wanted in ("round", "send", "inbox", "choose", "either", "for_", "crash"):
        assert any(wanted in found for found in used), wanted


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_many_generated_rounds_are_lowered_to_what_the_judge_does(block: int) -> None:
    for seed in range(GENERATED + 40 * block, GENERATED + 40 * (block + 1)):
        check(seed, 30)
