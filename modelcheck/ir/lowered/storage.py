"""Where a value lies in the state: one array for each of its leaves, with an element for each way to get there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen, replace
from modelcheck.ir.domains import (
    BoolDomain,
    Domain,
    EnumDomain,
    IdDomain,
    IntDomain,
    MapDomain,
    OptionDomain,
    RecordDomain,
    SeqDomain,
    SetDomain,
)
from modelcheck.ir.lowered import build as b
from modelcheck.ir.lowered.coding import zero
from modelcheck.ir.lowered.values import (
    LowBool,
    Lowered,
    LowIndex,
    LowInt,
    LowMap,
    LowOption,
    LowRecord,
    LowSeq,
    LowSet,
    LowUnit,
    StoredEntries,
)
from modelcheck.ir.values import MapValue, RecordValue, Some, Value
from modelcheck.kernel import program as ir
from modelcheck.kernel.types import BOOL, BitsType, IntType, KernelType

if TYPE_CHECKING:
    from modelcheck.ir.lowered.context import Lowering


class Leaf(Frozen):
    """A kernel value inside a value of a domain; there are `extent` of it, one for each key, slot or word."""

    suffix: str
    type: KernelType
    extent: int


def leaves(domain: Domain) -> Iterator[Leaf]:
    """The leaves of a domain, in the order of its structure."""
    match domain:
        case BoolDomain():
            yield Leaf("", BOOL, 1)
        case IntDomain(lo, hi):
            yield Leaf("", IntType(lo, hi), 1)
        case EnumDomain() | IdDomain():
            yield Leaf("", IntType(0, max(0, domain.size - 1)), 1)
        case SetDomain(element):
            widths = b.word_widths(element.size)
            if widths:
                yield Leaf("", BitsType(widths[0]), len(widths))
        case OptionDomain(element):
            yield Leaf(" there", BOOL, 1)
            yield from leaves(element)
        case RecordDomain(_, names, fields):
            for name, field in zip(names, fields, strict=True):
                yield from (replace(leaf, suffix=f".{name}{leaf.suffix}") for leaf in leaves(field))
        case MapDomain(key, element):
            yield from (replace(leaf, extent=leaf.extent * key.size) for leaf in leaves(element))
        case SeqDomain(element, longest):
            yield Leaf(" length", IntType(0, longest), 1)
            yield from (replace(leaf, extent=leaf.extent * longest) for leaf in leaves(element))
        case _:
            return


class Stored(Frozen):
    """The arrays of a variable, one for each leaf of its domain; None for one without elements."""

    domain: Domain
    arrays: tuple[int | None, ...]


def declare(low: Lowering, name: str, domain: Domain, owners: tuple[str, int] | None) -> Stored:
    """Declare the arrays of a variable; `owners` is the kind of agents that each have one, and their number."""
    kind, count = owners or (None, 1)
    arrays: list[int | None] = []
    for leaf in leaves(domain):
        length = leaf.extent * count
        array = ir.Array(f"{name}{leaf.suffix}", leaf.type, length, "variable", kind)
        arrays.append(low.declare(array) if length else None)
    return Stored(domain, tuple(arrays))


class Location(Frozen):
    """A value in the state: `index` counts the owner, keys and slots passed on the way."""

    stored: Stored
    index: ir.Expr

    def part(self, first: int, domain: Domain) -> Location:
        """A part at the same index whose leaves begin with this one."""
        count = sum(1 for _ in leaves(domain))
        return Location(Stored(domain, self.stored.arrays[first : first + count]), self.index)

    def element(self, first: int, domain: Domain, count: int, position: ir.Expr) -> Location:
        """An entry or slot."""
        index = b.add(b.multiply(self.index, b.number(count)), position)
        return replace(self.part(first, domain), index=index)

    def field(self, position: int) -> Location:
        """A field of a record."""
        domain = self.stored.domain
        assert isinstance(domain, RecordDomain)
        first = sum(1 for field in domain.fields[:position] for _ in leaves(field))
        return self.part(first, domain.fields[position])

    def entry(self, position: ir.Expr) -> Location:
        """The entry of a map for the key with an ordinal."""
        domain = self.stored.domain
        assert isinstance(domain, MapDomain)
        return self.element(0, domain.value, domain.key.size, position)


def read(low: Lowering, location: Location) -> Lowered:
    """The value there, entries and slots only when asked for."""
    domain = location.stored.domain
    match domain:
        case BoolDomain():
            return LowBool(_leaf(low, location, 0))
        case IntDomain():
            return LowInt(_leaf(low, location, 0))
        case EnumDomain() | IdDomain():
            return LowIndex(_leaf(low, location, 0), domain)
        case SetDomain(element):
            count = len(b.word_widths(element.size))
            words = (_leaf(low, location, 0, count, position) for position in range(count))
            return LowSet(element, tuple(words))
        case OptionDomain(element):
            payload = read(low, location.part(1, element))
            return LowOption(_leaf(low, location, 0), payload)
        case RecordDomain(_, _, fields):
            return LowRecord(domain, tuple(read(low, location.field(i)) for i in range(len(fields))))
        case MapDomain(key, element):
            return LowMap(key, _entries(low, location, 0, element, key.size))
        case SeqDomain(element, longest):
            return LowSeq(_leaf(low, location, 0), _entries(low, location, 1, element, longest))
        case _:
            return LowUnit()


def _leaf(low: Lowering, location: Location, leaf: int, count: int = 1, position: int = 0) -> ir.Expr:
    array = location.stored.arrays[leaf]
    if array is None:
        return b.least_of([*leaves(location.stored.domain)][leaf].type)
    return low.read(array, b.add(b.multiply(location.index, b.number(count)), b.number(position)))


def _entries(low: Lowering, location: Location, first: int, domain: Domain, count: int) -> StoredEntries:
    after = low.after

    def at(position: ir.Expr) -> Lowered:
        around, low.after = low.after, after
        try:
            return read(low, location.element(first, domain, count, position))
        finally:
            low.after = around

    return StoredEntries(count, at)


def store(low: Lowering, location: Location, value: Lowered) -> None:
    """Assign a value that has been fitted to the domain."""
    pairs = list(_stores(low, location, value))
    if len(pairs) > 1:
        # All of the value is computed before any of it is stored: it may read what it replaces.
        pairs = [(array, low.share(index, "index"), low.share(new, "new")) for array, index, new in pairs]
    for array, index, new in pairs:
        if array is not None:
            low.assign(array, index, new)


def _stores(low: Lowering, location: Location, value: Lowered) -> Iterator[tuple[int | None, ir.Expr, ir.Expr]]:
    arrays, index = location.stored.arrays, location.index
    match location.stored.domain, value:
        case _, LowBool(expr) | LowInt(expr) | LowIndex(expr):
            yield arrays[0], index, expr
        case _, LowSet():
            words = low.words(value)
            for position, word in enumerate(words):
                yield arrays[0], b.add(b.multiply(index, b.number(len(words))), b.number(position)), word
        case OptionDomain(element), LowOption(present, payload):
            yield arrays[0], index, present
            yield from _stores(low, location.part(1, element), zero(element) if payload is None else payload)
        case _, LowRecord(_, fields):
            for position, field in enumerate(fields):
                yield from _stores(low, location.field(position), field)
        case MapDomain(), LowMap(_, entries):
            for position, entry in enumerate(entries):
                yield from _stores(low, location.entry(b.number(position)), entry)
        case SeqDomain(element, longest), LowSeq(length, slots):
            yield arrays[0], index, length
            for position, slot in enumerate(slots):
                yield from _stores(low, location.element(1, element, longest, b.number(position)), slot)
        case _:
            return


# --------------------------------------------------------------------------------------------- values of the judge


class NoRoomError(LookupError):
    """More messages are in flight in a state of the judge than a program was lowered with room for."""


class Cells(Frozen):
    """The cells of one state, by array and index."""

    offsets: Sequence[int]
    values: list[int]

    def get(self, array: int | None, index: int) -> int:
        """A cell; 0 in an array without elements."""
        return 0 if array is None else self.values[self.offsets[array] + index]

    def put(self, array: int | None, index: int, value: int) -> None:
        """Change a cell."""
        if array is not None:
            self.values[self.offsets[array] + index] = value


def value_in(cells: Cells, stored: Stored, index: int) -> Value:
    """The value stored at an index."""
    domain, arrays = stored.domain, stored.arrays
    match domain:
        case BoolDomain():
            return cells.get(arrays[0], index) == 1
        case IntDomain():
            return cells.get(arrays[0], index)
        case EnumDomain() | IdDomain():
            return domain.value_at(cells.get(arrays[0], index))
        case SetDomain(element):
            count = len(b.word_widths(element.size))
            words = (cells.get(arrays[0], index * count + i) << 64 * i for i in range(count))
            return domain.value_at(sum(words))
        case OptionDomain(element):
            inner = Stored(element, arrays[1:])
            return Some(value_in(cells, inner, index)) if cells.get(arrays[0], index) else None
        case RecordDomain(name):
            return RecordValue(name, tuple(value_in(cells, part, index) for part in _parts(stored)))
        case MapDomain(key, element):
            inner = Stored(element, arrays)
            entries = (value_in(cells, inner, index * key.size + i) for i in range(key.size))
            return MapValue(domain.positions, tuple(entries))
        case SeqDomain(element, longest):
            inner, length = Stored(element, arrays[1:]), cells.get(arrays[0], index)
            return tuple(value_in(cells, inner, index * longest + i) for i in range(length))
        case _:
            return None


def put_value(cells: Cells, stored: Stored, index: int, value: Value) -> None:
    """Store a value at an index, over cells that hold their least values."""
    domain, arrays = stored.domain, stored.arrays
    match domain:
        case BoolDomain() | IntDomain():
            cells.put(arrays[0], index, int(value))
        case EnumDomain() | IdDomain():
            cells.put(arrays[0], index, domain.ordinal(value))
        case SetDomain(element):
            mask, count = domain.ordinal(value), len(b.word_widths(element.size))
            for i in range(count):
                cells.put(arrays[0], index * count + i, mask >> 64 * i & (1 << 64) - 1)
        case OptionDomain(element) if value is not None:
            cells.put(arrays[0], index, 1)
            put_value(cells, Stored(element, arrays[1:]), index, value.value)
        case RecordDomain():
            for part, field in zip(_parts(stored), value.fields, strict=True):
                put_value(cells, part, index, field)
        case MapDomain(key, element):
            for i, k in enumerate(key.values()):
                put_value(cells, Stored(element, arrays), index * key.size + i, value.get(k))
        case SeqDomain(element, longest):
            cells.put(arrays[0], index, len(value))
            for i, slot in enumerate(value):
                put_value(cells, Stored(element, arrays[1:]), index * longest + i, slot)
        case _:
            return


def _parts(stored: Stored) -> Iterator[Stored]:
    assert isinstance(stored.domain, RecordDomain)
    first = 0
    for field in stored.domain.fields:
        count = sum(1 for _ in leaves(field))
        yield Stored(field, stored.arrays[first : first + count])
        first += count
