from __future__ import annotations

from collections.abc import Callable

import pytest

from modelcheck.ir.model import Model
from modelcheck.ir.order import can_be_chosen, digit, in_order
from modelcheck.ir.types import BOOL, INT, EnumT, IdT, MapT, OptionT, RecordT, SeqT, SetT, Type
from modelcheck.ir.values import Value

TEXT = """
    enum Colour { red, green, blue }
    record Pair { a: -2..1, b: seq of Colour max 2 }
    agent Idle { initial final state S { step rest { skip } } }
    check "c" { Idle = 3  expect 1 states }
"""


@pytest.fixture
def model(model_of: Callable[..., Model]) -> Model:
    return model_of(TEXT)


def values_of(type_: Type, model: Model) -> list[Value]:
    domains: dict[str, list[Value]] = {
        "Colour": list(model.spec.enums["Colour"].members),
        "Idle": list(model.ids("Idle")),
    }
    match type_:
        case EnumT(name) | IdT(name):
            return domains[name]
        case RecordT(name):
            return list(model.record_domain(name).values())
        case _:
            return list(range(-4, 5))


@pytest.mark.parametrize("type_", [INT, EnumT("Colour"), IdT("Idle"), RecordT("Pair")])
def test_values_are_ordered_by_distinct_digits(model: Model, type_: Type) -> None:
    values = values_of(type_, model)
    assert in_order(reversed(values), type_, model) == values
    assert len({digit(value, type_, model) for value in values}) == len(values)


def test_a_number_is_its_own_digit(model: Model) -> None:
    assert [digit(n, INT, model) for n in (-3, 0, 7)] == [-3, 0, 7]


def test_a_set_of_ids_has_their_numbers_as_bits(model: Model) -> None:
    first, _, third = model.ids("Idle")
    assert digit(frozenset({first, third}), SetT(IdT("Idle")), model) == 0b101


@pytest.mark.parametrize(
    "type_", [BOOL, INT, RecordT("Pair"), SetT(IdT("Idle")), OptionT(EnumT("Colour")), SetT(OptionT(BOOL))]
)
def test_can_be_chosen(type_: Type) -> None:
    assert can_be_chosen(type_)


@pytest.mark.parametrize("type_", [SeqT(INT), MapT(INT, INT), SetT(SeqT(BOOL)), SetT(INT), OptionT(INT)])
def test_cannot_be_chosen_outside_a_record(type_: Type) -> None:
    assert not can_be_chosen(type_)
