"""Every deliberate mistake in lowering and kernel is found."""

from __future__ import annotations

import pytest

from modelcheck.diagnostics import InputError
from modelcheck.environment.instantiate import instantiate
from modelcheck.ir.model import Model
from modelcheck.kernel.types import KernelError
from modelcheck.pipeline.expectations import wanted_properties
from modelcheck.pipeline.verify import load
from modelcheck.source import Source
from tests.differential.compare import DisagreementError, compare
from tests.differential.generators.dice import Dice
from tests.differential.generators.specifications import specification
from tests.differential.mutants.breakages import BREAKAGES, Breakage

ENOUGH = 200
CAUGHT = (DisagreementError, KernelError)
"""How a mistake shows: the results differ, or the kernel refuses what the lowering made."""


def first_model(text: str) -> Model:
    spec = load(Source("broken.mc", text))
    return instantiate(spec, spec.checks[0], wanted_properties(spec, spec.checks[0], ()))


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda breakage: breakage.name)
def test_its_specification_shows_the_mistake(breakage: Breakage, monkeypatch: pytest.MonkeyPatch) -> None:
    model = first_model(breakage.spec)
    compare(model, ENOUGH)
    breakage.apply(monkeypatch)
    with pytest.raises(CAUGHT):
        compare(model, ENOUGH)


@pytest.mark.slow
@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda breakage: breakage.name)
def test_generated_specifications_show_the_mistake(breakage: Breakage, monkeypatch: pytest.MonkeyPatch) -> None:
    breakage.apply(monkeypatch)
    for seed in range(1500):
        try:
            compare(first_model(specification(Dice.seeded(seed))), 40)
        except InputError:
            continue
        except CAUGHT:
            return
    pytest.fail("no generated specification shows it")
