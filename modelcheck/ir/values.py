"""Source-level values: what the reference interpreter computes with.

Booleans and integers are Python's own, an enum member is its name, a set is a `frozenset`, a sequence a `tuple`. All
values are immutable, hashable and canonical: equal values of the language are equal Python values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

Value = Any
"""A value of the language; the typed IR guarantees which kind it is where."""


class Id(NamedTuple):
    """Number `index` (from 0) of the agent kind or `ids` sort named `sort`."""

    sort: str
    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody needs of an id


class Some(NamedTuple):
    """The option that holds `value`; the empty option is `None`."""

    value: Value


class RecordValue(NamedTuple):
    """A record, its field values in the order of the declaration."""

    name: str
    fields: tuple[Value, ...]


class Packet(NamedTuple):
    """A message in flight. Ghost fields that a check does not keep are `None`; `stage` is that of its clock, if any."""

    message: str
    source: Id
    target: Id
    fields: tuple[Value, ...]
    stage: int = 0


class MapValue:
    """A total map. Keys are shared between all maps of a domain; equality and hash go by the values."""

    __slots__ = ("_hash", "positions", "values")

    def __init__(self, positions: Mapping[Value, int], values: tuple[Value, ...]) -> None:
        self.positions = positions
        self.values = values
        self._hash = hash(values)

    def get(self, key: Value) -> Value:
        """The value at `key`; raises `KeyError` where the key is outside the map's key type."""
        return self.values[self.positions[key]]

    def replaced(self, key: Value, value: Value) -> MapValue:
        """The map with another value at `key`; raises `KeyError` likewise."""
        position = self.positions[key]
        return MapValue(self.positions, (*self.values[:position], value, *self.values[position + 1 :]))

    def items(self) -> list[tuple[Value, Value]]:
        """Keys with their values, in the order of the keys."""
        return list(zip(self.positions, self.values, strict=True))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MapValue):
            return NotImplemented
        return self.values == other.values and (self.positions is other.positions or self.positions == other.positions)

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        return f"MapValue({dict(self.items())!r})"
