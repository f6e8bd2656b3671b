"""The sorts of specifications that there are: tests that look at any specification draw from all of them."""

from __future__ import annotations

from collections.abc import Mapping

from tests.differential.generators.dice import Dice
from tests.differential.generators.specifications import specification

STYLES: Mapping[str, Mapping[str, bool]] = {
    "small": {},
    "broad": {"broad": True},
    "alike": {"alike": True},
    "broad and alike": {"broad": True, "alike": True},
}
"""What `specification` is asked for."""

_NAMES = tuple(STYLES)


def of_any_style(dice: Dice) -> str:
    """A specification of a style that is drawn."""
    return specification(dice, **STYLES[dice.pick(_NAMES)])


def styled(seed: int) -> str:
    """The specification of a seed, of one style after the other."""
    return specification(Dice.seeded(seed), **STYLES[_NAMES[seed % len(_NAMES)]])
