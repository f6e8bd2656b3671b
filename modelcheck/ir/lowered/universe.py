"""Domains found bottom-up: the least that certainly hold a computed value."""

from __future__ import annotations

from modelcheck.ir.domains import (
    BoolDomain,
    Domain,
    EnumDomain,
    IdDomain,
    IntDomain,
    MapDomain,
    OptionDomain,
    PacketDomain,
    SeqDomain,
    SetDomain,
)
from modelcheck.ir.lowered.build import TooLargeError
from modelcheck.ir.model import Model
from modelcheck.ir.types import BoolT, EnumT, IdT, IntT, MapT, OptionT, RecordT, SeqT, SetT, Type
from modelcheck.ir.values import Value

MAX_UNIVERSE = 1 << 12
"""The most values among which a set's elements can lie: a set is a word of 64 bits for every 64 of them."""


class NothingDomain(Domain):
    """No value at all: the elements of `{}` and `[]`."""

    @property
    def size(self) -> int:
        return 0

    def ordinal(self, value: Value) -> int:
        raise AssertionError("nothing has no ordinal")

    def value_at(self, ordinal: int) -> Value:
        raise AssertionError("there is nothing to number")

    def misfit(self, value: Value) -> str | None:
        return "there is no such value"


NOTHING = NothingDomain()


def hull(left: Domain, right: Domain) -> Domain:
    """The least domain that holds the values of two domains of one static type."""
    match left, right:
        case _ if left == right:
            return left
        case NothingDomain(), _:
            return right
        case _, NothingDomain():
            return left
        case IntDomain(), IntDomain():
            return IntDomain(min(left.lo, right.lo), max(left.hi, right.hi))
        case SetDomain(), SetDomain():
            return SetDomain(hull(left.element, right.element))
        case OptionDomain(), OptionDomain():
            return OptionDomain(hull(left.element, right.element))
        case SeqDomain(), SeqDomain():
            return SeqDomain(hull(left.element, right.element), max(left.longest, right.longest))
        case MapDomain(), MapDomain() if left.key == right.key:
            return MapDomain(left.key, hull(left.value, right.value))
        case PacketDomain(), PacketDomain():
            return _packets(left, right)
        case _:
            raise TooLargeError(f"values of {left} and of {right} meet in one set")


def _packets(left: PacketDomain, right: PacketDomain) -> PacketDomain:
    for small, large in ((left, right), (right, left)):
        if set(small.targets) <= set(large.targets):
            return large
    targets = tuple(sorted({*left.targets, *right.targets}))
    return PacketDomain(left.message, targets, left.sources, left.fields)


def covers(outer: Domain, inner: Domain) -> bool:
    """Whether every value of `inner` is certainly in `outer`; the two have one static type."""
    match outer, inner:
        case _ if outer == inner or inner.size == 0:
            return True
        case IntDomain(), IntDomain():
            return outer.lo <= inner.lo and inner.hi <= outer.hi
        case SetDomain(), SetDomain():
            return covers(outer.element, inner.element)
        case OptionDomain(), OptionDomain():
            return covers(outer.element, inner.element)
        case SeqDomain(), SeqDomain():
            return outer.longest >= inner.longest and (inner.longest == 0 or covers(outer.element, inner.element))
        case MapDomain(), MapDomain():
            return outer.key == inner.key and covers(outer.value, inner.value)
        case PacketDomain(), PacketDomain():
            return set(inner.targets) <= set(outer.targets)
        case _:
            return False


def with_elements(universe: Domain) -> Domain:
    """The universe itself, if sets of its values can be represented. Raises `TooLargeError`."""
    if universe.size > MAX_UNIVERSE:
        raise TooLargeError(f"a set whose elements can be any of {universe.size:,} values ({universe})")
    return universe


def of_value(value: Value, type_: Type, model: Model) -> Domain:
    """The least domain that holds a constant."""
    match type_:
        case BoolT():
            return BoolDomain()
        case IntT():
            return IntDomain(value, value)
        case EnumT(name):
            return EnumDomain(name, model.spec.enums[name].members)
        case IdT(sort):
            return IdDomain(sort, model.sizes[sort])
        case RecordT(name):
            return model.record_domain(name)
        case OptionT(element):
            return OptionDomain(NOTHING if value is None else of_value(value.value, element, model))
        case SetT(element):
            return SetDomain(_of_values(value, element, model))
        case SeqT(element):
            return SeqDomain(_of_values(value, element, model), len(value))
        case MapT(key, element):
            keys = _of_values(value.positions, key, model)
            if keys.size != len(value.positions):
                raise TooLargeError("a constant map whose keys have gaps")
            return MapDomain(keys, _of_values(value.values, element, model))
        case _:
            raise AssertionError(f"no constant is of type {type_}")


def _of_values(values: object, type_: Type, model: Model) -> Domain:
    found: Domain = NOTHING
    for value in values:  # type: ignore[attr-defined]  # any collection
        found = hull(found, of_value(value, type_, model))
    return found
