from __future__ import annotations

from collections.abc import Callable

import pytest

from modelcheck.ir.model import Model
from modelcheck.ir.values import Id

Build = Callable[..., Model]
Said = Callable[..., list[str]]

TEXT = """
    enum Mode { slow, fast }
    param limit: 0..9 = 2
    param double = limit * 2
    param mode = slow
    param on_ = true
    const top: 0..99 = double + size(Idle)
    ids Value
    check "c" { limit = 3  Value = 2  expect 1 states }
"""


def test_the_check_goes_before_the_default(model_of: Build) -> None:
    assert model_of(TEXT).params == {"limit": 3, "double": 6, "mode": "slow", "on_": True}


def test_the_command_line_goes_before_the_check(model_of: Build) -> None:
    assert model_of(TEXT, limit="4", mode="fast", on_="false").params == {
        "limit": 4,
        "double": 8,
        "mode": "fast",
        "on_": False,
    }


def test_constants_are_computed_from_sizes_and_parameters(model_of: Build) -> None:
    assert model_of(TEXT, Idle="5").consts == {"top": 11}


def test_a_kind_that_is_not_mentioned_has_one_instance(model_of: Build) -> None:
    assert model_of(TEXT).sizes == {"Idle": 1, "Value": 2}


def test_ids_go_from_0_to_the_size(model_of: Build) -> None:
    assert model_of(TEXT).ids("Value") == (Id("Value", 0), Id("Value", 1))


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("limit", "many", "MC402"),
        ("limit", "10", "MC403"),
        ("limit", "--3", "MC402"),
        ("limit", "9" * 5000, "MC402"),
        ("mode", "faster", "MC402"),
        ("on_", "1", "MC402"),
        ("top", "3", "MC402"),
        ("nothing", "3", "MC402"),
        ("Value", "two", "MC402"),
        ("Value", "65", "MC401"),
        ("Value", "-1", "MC401"),
    ],
)
def test_a_value_that_does_not_fit_is_the_users_mistake(said_of: Said, name: str, value: str, code: str) -> None:
    assert said_of(TEXT, **{name: value}) == [code]


def test_a_sort_must_be_sized_in_every_check(said_of: Said) -> None:
    assert said_of("ids Value") == ["MC401"]
