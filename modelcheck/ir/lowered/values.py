"""Lowered values: trees whose leaves are kernel expressions.

A value of the language has one shape for its static type; how wide its leaves are is found bottom-up, because numbers
are exact while computing. What is outside the value's present shape is arbitrary until `fit` makes the value
canonical: the payload of an absent option, the slots behind the end of a sequence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

from modelcheck.frozen import Frozen
from modelcheck.ir.domains import Domain, EnumDomain, IdDomain, PacketDomain, RecordDomain
from modelcheck.ir.lowered.build import number
from modelcheck.ir.lowered.universe import NOTHING
from modelcheck.kernel import program as ir


class Lowered(Frozen, eq=False):
    """A value as kernel expressions."""


class LowBool(Lowered):
    """A truth value."""

    expr: ir.Expr


class LowInt(Lowered):
    """A number; its interval is the expression's."""

    expr: ir.Expr


class LowIndex(Lowered):
    """A member of an enumeration or an id, as its number in the domain."""

    expr: ir.Expr
    domain: EnumDomain | IdDomain


class LowSet(Lowered):
    """A set as bits by ordinal in `universe`, whole words but for a single one. `words` None: all of the universe."""

    universe: Domain
    words: tuple[ir.Expr, ...] | None


EMPTY_SET = LowSet(NOTHING, ())


class LowOption(Lowered):
    """A value or none; `payload` None where it is known to be none."""

    present: ir.Expr
    payload: Lowered | None


class LowRecord(Lowered):
    """A record. Its fields have been fitted to their types."""

    domain: RecordDomain
    fields: tuple[Lowered, ...]


class LowMap(Lowered):
    """A map with an entry for each value of `keys`; only those that are `present` are keys of it (None: all)."""

    keys: Domain
    entries: Sequence[Lowered]
    present: tuple[ir.Expr, ...] | None = None


class LowSeq(Lowered):
    """A sequence of the first `length` slots."""

    length: ir.Expr
    slots: Sequence[Lowered]


class LowPacket(Lowered):
    """A message in flight as its ordinal; one that was picked may know from where."""

    domain: PacketDomain
    ordinal: ir.Expr
    place: ir.Expr | None = None


class LowUnit(Lowered):
    """What is left of a ghost that the check does not keep."""


class StoredEntries(Sequence[Lowered]):
    """The entries of a map or slots of a sequence in the state: read one by one, or by a computed position."""

    def __init__(self, count: int, at: Callable[[ir.Expr], Lowered]) -> None:
        self._count = count
        self.at = at

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, position: int) -> Lowered: ...

    @overload
    def __getitem__(self, position: slice) -> Sequence[Lowered]: ...

    def __getitem__(self, position: int | slice) -> Lowered | Sequence[Lowered]:
        if isinstance(position, slice):
            return tuple(self.at(number(index)) for index in range(self._count)[position])
        return self.at(number(range(self._count)[position]))


def map_leaves(value: Lowered, change: Callable[[ir.Expr], ir.Expr], *, stored: bool = False) -> Lowered:
    """The value with every kernel expression changed; entries in the state are left there, unless `stored`."""

    def each(entries: Sequence[Lowered]) -> Sequence[Lowered]:
        if isinstance(entries, StoredEntries) and not stored:
            return entries
        return tuple(map_leaves(entry, change, stored=stored) for entry in entries)

    match value:
        case LowBool(expr):
            return LowBool(change(expr))
        case LowInt(expr):
            return LowInt(change(expr))
        case LowIndex(expr, domain):
            return LowIndex(change(expr), domain)
        case LowSet(universe, words):
            return LowSet(universe, None if words is None else tuple(map(change, words)))
        case LowOption(present, payload):
            return LowOption(change(present), None if payload is None else map_leaves(payload, change, stored=stored))
        case LowRecord(domain, fields):
            return LowRecord(domain, tuple(each(fields)))
        case LowMap(keys, entries, present):
            return LowMap(keys, each(entries), None if present is None else tuple(map(change, present)))
        case LowSeq(length, slots):
            return LowSeq(change(length), each(slots))
        case LowPacket(domain, ordinal, place):
            return LowPacket(domain, change(ordinal), None if place is None else change(place))
        case LowUnit():
            return value
        case _:
            raise AssertionError(f"no lowered value: {value}")
