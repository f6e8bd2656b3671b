"""Domains: finite types with their sizes known, as they are in one check.

Every domain numbers its values from 0 (`ordinal`, `value_at`); the numbering is the order of choices, and it does not
depend on how an engine stores a value.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate

from modelcheck.frozen import Frozen
from modelcheck.ir.clock import Clock
from modelcheck.ir.values import Id, MapValue, Packet, RecordValue, Some, Value


class Domain(Frozen):
    """A finite set of values of one static type."""

    @property
    @abstractmethod
    def size(self) -> int:
        """How many values there are; at least 1 except for empty ranges and sorts."""

    @abstractmethod
    def ordinal(self, value: Value) -> int:
        """The number of a value that the domain holds."""

    @abstractmethod
    def value_at(self, ordinal: int) -> Value:
        """The value with this number, 0 <= ordinal < size."""

    @abstractmethod
    def misfit(self, value: Value) -> str | None:
        """Why a value of the right static type is outside, or None if it is inside."""

    def values(self) -> Iterator[Value]:
        """All values in the order of their numbers."""
        return (self.value_at(ordinal) for ordinal in range(self.size))

    @property
    def least(self) -> Value:
        """Value number 0."""
        return self.value_at(0)


class UnitDomain(Domain):
    """One value, `None`: what is left of a ghost that a check does not keep."""

    @property
    def size(self) -> int:
        return 1

    def ordinal(self, value: Value) -> int:
        return 0

    def value_at(self, ordinal: int) -> Value:
        return None

    def misfit(self, value: Value) -> str | None:
        return None


class BoolDomain(Domain):
    """false, true."""

    @property
    def size(self) -> int:
        return 2

    def ordinal(self, value: Value) -> int:
        return int(value)

    def value_at(self, ordinal: int) -> Value:
        return ordinal == 1

    def misfit(self, value: Value) -> str | None:
        return None

    def __str__(self) -> str:
        return "bool"


class IntDomain(Domain):
    """The numbers lo..hi."""

    lo: int
    hi: int

    @property
    def size(self) -> int:
        return max(0, self.hi - self.lo + 1)

    def ordinal(self, value: Value) -> int:
        return int(value) - self.lo

    def value_at(self, ordinal: int) -> Value:
        return self.lo + ordinal

    def misfit(self, value: Value) -> str | None:
        return None if self.lo <= value <= self.hi else f"{value} is outside {self}"

    def __str__(self) -> str:
        return f"{self.lo}..{self.hi}"


class EnumDomain(Domain):
    """The members of an enumeration, as declared."""

    name: str
    members: tuple[str, ...]

    @property
    def size(self) -> int:
        return len(self.members)

    def ordinal(self, value: Value) -> int:
        return self.members.index(value)

    def value_at(self, ordinal: int) -> Value:
        return self.members[ordinal]

    def misfit(self, value: Value) -> str | None:
        return None

    def __str__(self) -> str:
        return self.name


class IdDomain(Domain):
    """The ids of a sort."""

    sort: str
    count: int

    @property
    def size(self) -> int:
        return self.count

    def ordinal(self, value: Value) -> int:
        return int(value.index)

    def value_at(self, ordinal: int) -> Value:
        return Id(self.sort, ordinal)

    def misfit(self, value: Value) -> str | None:
        return None

    def __str__(self) -> str:
        return self.sort


class SetDomain(Domain):
    """All subsets of a domain; the number of a set has the ordinals of its elements as bits."""

    element: Domain

    @property
    def size(self) -> int:
        return 1 << self.element.size

    def ordinal(self, value: Value) -> int:
        return sum(1 << self.element.ordinal(element) for element in value)

    def value_at(self, ordinal: int) -> Value:
        return frozenset(self.element.value_at(bit) for bit in range(ordinal.bit_length()) if ordinal >> bit & 1)

    def misfit(self, value: Value) -> str | None:
        return next((why for element in value if (why := self.element.misfit(element))), None)

    def __str__(self) -> str:
        return f"set of {self.element}"


class MapDomain(Domain, dict=True):
    """Total maps; the first key is the most significant digit of the number."""

    key: Domain
    value: Domain

    @cached_property
    def positions(self) -> dict[Value, int]:
        """Where each key stands. Maps made here share it, so that equal keys are seen at once."""
        return {key: position for position, key in enumerate(self.key.values())}

    @cached_property
    def size(self) -> int:
        return int(self.value.size**self.key.size)

    def ordinal(self, value: Value) -> int:
        base, total = self.value.size, 0
        for element in value.values:
            total = total * base + self.value.ordinal(element)
        return total

    def value_at(self, ordinal: int) -> Value:
        digits: list[Value] = []
        for _ in range(self.key.size):
            ordinal, digit = divmod(ordinal, self.value.size)
            digits.append(self.value.value_at(digit))
        return MapValue(self.positions, tuple(reversed(digits)))

    def constant(self, value: Value) -> MapValue:
        """The map that is `value` everywhere."""
        return MapValue(self.positions, (value,) * self.key.size)

    def misfit(self, value: Value) -> str | None:
        if value.positions is not self.positions and value.positions.keys() != self.positions.keys():
            return f"the map's keys are not exactly {self.key}"
        return next((why for element in value.values if (why := self.value.misfit(element))), None)

    def __str__(self) -> str:
        return f"map {self.key} -> {self.value}"


class OptionDomain(Domain):
    """none is number 0."""

    element: Domain

    @property
    def size(self) -> int:
        return 1 + self.element.size

    def ordinal(self, value: Value) -> int:
        return 0 if value is None else 1 + self.element.ordinal(value.value)

    def value_at(self, ordinal: int) -> Value:
        return None if ordinal == 0 else Some(self.element.value_at(ordinal - 1))

    def misfit(self, value: Value) -> str | None:
        return None if value is None else self.element.misfit(value.value)

    def __str__(self) -> str:
        return f"option {self.element}"


class SeqDomain(Domain, dict=True):
    """Sequences up to `longest` elements, shorter ones first, then as the digits of a number."""

    element: Domain
    longest: int

    @cached_property
    def _shorter(self) -> tuple[int, ...]:
        """How many sequences are shorter, by length; the last is how many there are."""
        return tuple(accumulate((self.element.size**length for length in range(self.longest + 1)), initial=0))

    @property
    def size(self) -> int:
        return self._shorter[-1]

    def ordinal(self, value: Value) -> int:
        # Of every packet that the judge sees.
        element, base, total = self.element, self.element.size, 0
        for each in value:
            total = total * base + element.ordinal(each)
        return total + self._shorter[len(value)]

    def value_at(self, ordinal: int) -> Value:
        length = 0
        while ordinal >= self.element.size**length:
            ordinal -= self.element.size**length
            length += 1
        digits: list[Value] = []
        for _ in range(length):
            ordinal, digit = divmod(ordinal, self.element.size)
            digits.append(self.element.value_at(digit))
        return tuple(reversed(digits))

    def misfit(self, value: Value) -> str | None:
        if len(value) > self.longest:
            return f"a sequence of {len(value)} elements is longer than max {self.longest}"
        return next((why for element in value if (why := self.element.misfit(element))), None)

    def __str__(self) -> str:
        return f"seq of {self.element} max {self.longest}"


class RecordDomain(Domain, dict=True):
    """Records; the first field is the most significant digit of the number."""

    name: str
    field_names: tuple[str, ...]
    fields: tuple[Domain, ...]

    @cached_property
    def size(self) -> int:
        total = 1
        for domain in self.fields:
            total *= domain.size
        return total

    def ordinal(self, value: Value) -> int:
        total = 0
        for domain, element in zip(self.fields, value.fields, strict=True):
            total = total * domain.size + domain.ordinal(element)
        return total

    def value_at(self, ordinal: int) -> Value:
        digits: list[Value] = []
        for domain in reversed(self.fields):
            ordinal, digit = divmod(ordinal, domain.size)
            digits.append(domain.value_at(digit))
        return RecordValue(self.name, tuple(reversed(digits)))

    def misfit(self, value: Value) -> str | None:
        for name, domain, element in zip(self.field_names, self.fields, value.fields, strict=True):
            if why := domain.misfit(element):
                return f"field {name}: {why}"
        return None

    def __str__(self) -> str:
        return self.name


class PacketDomain(Domain, dict=True):
    """Messages of one declaration; most significant is the target, then the source, then the fields in order.

    The least significant digit is the stage of the clock, where messages have one.
    """

    message: str
    targets: tuple[Id, ...]
    sources: tuple[Id, ...]
    fields: tuple[Domain, ...]
    clock: Clock | None = None

    @cached_property
    def size(self) -> int:
        return len(self.targets) * len(self.sources) * self.content_size

    @cached_property
    def content_size(self) -> int:
        """How many different contents the fields can have, at all stages."""
        total = self.stages
        for domain in self.fields:
            total *= domain.size
        return total

    @cached_property
    def stages(self) -> int:
        """How many stages a message goes through."""
        return 1 if self.clock is None else self.clock.size

    @cached_property
    def timeless(self) -> PacketDomain:
        """The messages as a protocol sees them, which cannot tell their age."""
        return PacketDomain(self.message, self.targets, self.sources, self.fields) if self.clock else self

    @cached_property
    def target_positions(self) -> dict[Id, int]:
        """Where each target stands in `targets`."""
        return {target: position for position, target in enumerate(self.targets)}

    @cached_property
    def source_positions(self) -> dict[Id, int]:
        """Where each source stands in `sources`."""
        return {source: position for position, source in enumerate(self.sources)}

    def ordinal(self, value: Value) -> int:
        total = self.target_positions[value.target] * len(self.sources) + self.source_positions[value.source]
        for domain, element in zip(self.fields, value.fields, strict=True):
            total = total * domain.size + domain.ordinal(element)
        return total * self.stages + int(value.stage)

    def value_at(self, ordinal: int) -> Value:
        digits: list[Value] = []
        ordinal, stage = divmod(ordinal, self.stages)
        for domain in reversed(self.fields):
            ordinal, digit = divmod(ordinal, domain.size)
            digits.append(domain.value_at(digit))
        target, source = divmod(ordinal, len(self.sources))
        from_id, to_id = self.sources[source], self.targets[target]
        return Packet(self.message, from_id, to_id, tuple(reversed(digits)), stage)

    def misfit(self, value: Value) -> str | None:
        return next((why for d, v in zip(self.fields, value.fields, strict=True) if (why := d.misfit(v))), None)

    def __str__(self) -> str:
        return f"message {self.message}"
