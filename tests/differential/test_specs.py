"""The lowering means what the judge means: every path of every action, in every state that is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from modelcheck.diagnostics import InputError
from modelcheck.environment.instantiate import instantiate
from modelcheck.ir.model import Model
from modelcheck.pipeline.expectations import wanted_properties
from modelcheck.pipeline.verify import load
from modelcheck.source import Source
from tests.differential.compare import compare
from tests.differential.generators.dice import Dice
from tests.differential.generators.specifications import specification
from tests.differential.small_specs import SPECS

SHIPPED = sorted((Path(__file__).parents[2] / "specs").glob("**/*.mc"))
GENERATED = 40
"""Seeds that are looked at in every run; the slow test goes on from there."""
ROOM = 12
"""More messages than are ever in flight in the first states of these specifications: fewer slots are faster."""


def models(text: str) -> Iterator[Model]:
    """The models of all checks of a text, those aside whose constants cannot be computed."""
    spec = load(Source("spec.mc", text))
    for check in spec.checks:
        try:
            yield instantiate(spec, check, list(spec.properties.values()))
        except InputError as error:
            codes = {found.code for found in error.diagnostics}
            if codes == {"MC470"}:
                # Some properties ask a detector of another class.
                yield instantiate(spec, check, wanted_properties(spec, check, ()))
            elif codes != {"MC403"}:
                raise


@pytest.mark.parametrize("name", SPECS)
def test_a_construct_is_lowered_to_what_the_judge_does(name: str) -> None:
    for model in models(SPECS[name]):
        compare(model, max_states=40, in_flight=ROOM)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_specification_is_lowered_to_what_the_judge_does(path: Path) -> None:
    for model in models(path.read_text(encoding="utf-8")):
        compare(model, max_states=30, in_flight=ROOM)


@pytest.mark.parametrize("seed", range(GENERATED))
def test_a_generated_specification_is_lowered_to_what_the_judge_does(seed: int) -> None:
    text = specification(Dice.seeded(seed))
    for model in models(text):
        try:
            compare(model, max_states=12)
        except Exception as error:
            error.add_note(text)
            raise


@pytest.mark.slow
@pytest.mark.parametrize("name", SPECS)
def test_deep_states_are_lowered_to_what_the_judge_does(name: str) -> None:
    for model in models(SPECS[name]):
        compare(model, max_states=1000)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_many_generated_specifications_are_lowered_to_what_the_judge_does(block: int) -> None:
    for seed in range(GENERATED + 50 * block, GENERATED + 50 * (block + 1)):
        text = specification(Dice.seeded(seed))
        for model in models(text):
            try:
                compare(model, max_states=40)
            except Exception as error:
                error.add_note(text)
                raise


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("two_phase_commit", [563, 979]),
        ("peterson", [42]),
        ("two_phase_commit_lamport", [288]),
    ],
)
def test_whole_state_spaces_agree(name: str, counts: list[int]) -> None:
    path = next(path for path in SHIPPED if path.stem == name)
    found = models(path.read_text(encoding="utf-8"))
    for model, count in zip(found, counts, strict=False):
        compared = compare(model, max_states=2000, in_flight=8)
        assert compared.complete
        assert compared.states == count
