"""The order of values and the digits that record a choice.

A digit belongs to the source value alone, not to the set it was chosen from nor to the way an engine stores it.
Numbers are their own digits; everything else is numbered as in `domains`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from modelcheck.ir.types import BoolT, EnumT, IdT, IntT, MessageT, OptionT, RecordT, SetT, Type

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.values import Value


def can_be_chosen(type_: Type) -> bool:
    """Whether values of a type have digits.

    Outside records, sequences, maps and sets or options of numbers have none: their domain is not known.
    """
    match type_:
        case BoolT() | IntT() | EnumT() | IdT() | RecordT() | MessageT():
            return True
        case SetT(element) | OptionT(element):
            # A number inside them may be negative, which has no bit and no place behind `none`.
            return can_be_chosen(element) and not isinstance(element, IntT)
        case _:
            return False


def digit(value: Value, type_: Type, model: Model) -> int:
    """The digit of a value of a type that can be chosen."""
    match type_:
        case BoolT() | IntT():
            return int(value)
        case EnumT(name):
            return model.spec.enums[name].members.index(value)
        case IdT():
            return int(value.index)
        case RecordT(name):
            return model.record_domain(name).ordinal(value)
        case MessageT(name):
            return model.packets[name].timeless.ordinal(value)
        case OptionT(element):
            return 0 if value is None else 1 + digit(value.value, element, model)
        case SetT(element):
            return sum(1 << digit(member, element, model) for member in value)
        case _:
            raise AssertionError(f"values of type {type_} have no digit")


def in_order(values: Iterable[Value], type_: Type, model: Model) -> list[Value]:
    """Values of one type ascending by digit."""
    return sorted(values, key=lambda value: digit(value, type_, model))
