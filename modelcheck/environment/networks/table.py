"""Packets as a bag, in a table: a row for each that is in flight, a column for each of its parts. Solvers want it so.

Rows are in no order, so that nothing moves when one is filled or freed, and no number has to be divided to read a part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.environment.networks.ageing import clocked
from modelcheck.environment.networks.numbering import Numbering, position_of
from modelcheck.frozen import Frozen
from modelcheck.ir import lowered as k

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from modelcheck.environment.networks.ageing import Marked
    from modelcheck.ir.domains import PacketDomain
    from modelcheck.ir.values import Id, Packet

    Row = tuple[k.Expr, ...]
    """What is in the columns of a row: 0 or the message's number and one, the target, the source, each field."""

FIRST_FIELD = 3


class Table(Frozen, eq=False):
    """An array for each column, of `room` rows. Columns of which a message makes no use are 0 when a row is filled."""

    numbering: Numbering
    columns: tuple[int, ...]
    room: int

    # ---------------------------------------------------------------------------------------------------------- rows

    def entry(self, low: k.Lowering, message: str, source: Id, target: k.Expr, content: k.Expr) -> Row:
        """The row of a packet. `target` is a number among all agents, `content` that of the fields' values."""
        b, domain = k.build, low.model.packets[message]
        kind = b.number(self.numbering.messages.index(message) + 1)
        place = low.share(position_of(low, domain.targets, target), "target")
        ends = kind, place, b.number(domain.source_positions[source])
        return self._whole((*ends, *self._fields(low, domain, content)))

    def _fields(self, low: k.Lowering, domain: PacketDomain, content: k.Expr) -> Iterator[k.Expr]:
        stride = domain.content_size
        for field in domain.fields:
            stride //= field.size
            yield low.share(k.digit(content, stride, field.size), "field")

    def _whole(self, row: Row) -> Row:
        return row + (k.build.number(0),) * (len(self.columns) - len(row))

    def at_place(self, low: k.Lowering, place: k.Expr) -> Row:
        """What is in a row."""
        return tuple(low.share(low.read(column, place), "column") for column in self.columns)

    def changed(self, low: k.Lowering, place: k.Expr, message: str, content: k.Expr) -> Row:
        """What is in a row, which has a message, with other fields."""
        fields = self._fields(low, low.model.packets[message], content)
        return self._whole((*self.at_place(low, place)[:FIRST_FIELD], *fields))

    def _is(self, low: k.Lowering, place: k.Expr, message: str) -> k.Expr:
        number = k.build.number(self.numbering.messages.index(message) + 1)
        return k.build.equal(low.read(self.columns[0], place), number)

    def _ordinal(self, low: k.Lowering, place: k.Expr, domain: PacketDomain) -> k.Expr:
        """The ordinal of the packet in a row, which is one of a message, among those to some targets."""
        b, whole = k.build, low.model.packets[domain.message]
        sizes = len(whole.targets), len(whole.sources), *(field.size for field in whole.fields)
        columns = zip(self.columns[1:], sizes, strict=False)
        parts = [b.clamped(low.read(column, place), 0, size - 1) for column, size in columns]
        if len(domain.targets) < len(whole.targets):
            parts[0], sizes = b.number(0), (1, *sizes[1:])
        total: k.Expr = b.number(0)
        for part, size in zip(parts, sizes, strict=True):
            total = b.add(b.multiply(total, b.number(size)), part)
        return total

    def _rows(self) -> list[k.Expr]:
        return [k.build.number(place) for place in range(self.room)]

    # ----------------------------------------------------------------------------------------- what networks do with it

    def holds(self, low: k.Lowering, entry: Row) -> k.Expr:
        """Whether a packet is in flight."""
        b = k.build

        def same(place: k.Expr) -> k.Expr:
            return b.conjunction(b.equal(low.read(column, place), part) for column, part in self._parts(entry))

        return low.loop("or", self.room, same)

    def _parts(self, entry: Row) -> list[tuple[int, k.Expr]]:
        return list(zip(self.columns, entry, strict=True))

    def full(self, low: k.Lowering, limit: int) -> k.Expr:
        """Whether there are as many packets as `limit`, which is the room."""
        assert limit == self.room
        free = k.build.number(0)
        return low.loop("and", self.room, lambda place: k.build.differ(low.read(self.columns[0], place), free))

    def put(self, low: k.Lowering, entry: Row) -> None:
        """Put a packet into the first free row; there is one."""
        b = k.build
        free: k.Expr = b.number(self.room - 1)
        for place in reversed(self._rows()[:-1]):
            free = b.ite(b.equal(low.read(self.columns[0], place), b.number(0)), place, free)
        free = low.share(free, "row")
        for column, part in self._parts(entry):
            low.assign(column, free, part)

    def place_of(self, packet: k.LowPacket) -> k.Expr:
        """The row that a packet was picked from."""
        assert packet.place is not None
        return packet.place

    def take(self, low: k.Lowering, place: k.Expr) -> None:
        """Free a row."""
        low.assign(self.columns[0], place, k.build.number(0))

    def content(self, low: k.Lowering, place: k.Expr, message: str) -> tuple[k.Expr, k.Expr]:
        """Whether a packet is of a message, and the number of its fields' values; arbitrary where it is not."""
        domain = low.model.packets[message]
        packet = k.LowPacket(domain, low.share(self._ordinal(low, place, domain), message))
        return self._is(low, place, message), k.packets.content(packet)

    def choose(self, low: k.Lowering, message: str, target: Id) -> k.LowPacket:
        """Choose one of the packets of a message for a target."""
        b, whole = k.build, low.model.packets[message]
        domain = k.packets.addressed_to(whole, target)
        local = low.fresh(k.IntType(0, self.room - 1), message)

        def fits() -> k.Expr:
            own = b.equal(low.read(self.columns[1], local), b.number(whole.target_positions[target]))
            return b.both(self._is(low, local, message), own)

        self._choose(low, local, fits, self._ordinal(low, local, whole))
        return k.LowPacket(domain, low.share(self._ordinal(low, local, domain), message), local)

    def choose_any(self, low: k.Lowering) -> k.Expr:
        """Choose one of all packets: its row."""
        b = k.build
        local = low.fresh(k.IntType(0, self.room - 1), "row")
        digit: k.Expr = b.number(0)
        for message in self.numbering.messages:
            first = b.number(low.model.packet_offsets[message])
            ordinal = b.add(self._ordinal(low, local, low.model.packets[message]), first)
            digit = b.ite(self._is(low, local, message), ordinal, digit)
        used = b.differ(low.read(self.columns[0], local), b.number(0))
        self._choose(low, local, lambda: used, digit)
        return local

    def _choose(self, low: k.Lowering, local: k.ir.Local, fits: Callable[[], k.Expr], digit: k.Expr) -> None:
        low.choose(local, k.ir.Between(0, self.room - 1), fits, digit, ascends=False)

    def at(self, low: k.Lowering, marked: Marked, target: Id | None, source: Id | None) -> k.Expr:
        """Whether some packet is at a marked stage: none has a clock."""
        return k.build.FALSE

    def clear(self, low: k.Lowering, target: Id) -> None:
        """Take out what is addressed to a target."""
        b = k.build
        for place in self._rows():
            tests = []
            for message in self.numbering.messages:
                position = low.model.packets[message].target_positions.get(target)
                if position is not None:
                    own = b.equal(low.read(self.columns[1], place), b.number(position))
                    tests.append(b.both(self._is(low, place, message), own))
            low.when(b.disjunction(tests), k.ir.Assign(self.columns[0], place, b.number(0)))

    def packets(self, low: k.Lowering, message: str, target: Id | None) -> k.LowSet:
        """The packets of a message, to one target or any, as a set."""
        whole = low.model.packets[message]
        domain = whole if target is None else k.packets.addressed_to(whole, target)
        if not domain.size:
            return k.EMPTY_SET

        def element(place: k.Expr) -> tuple[k.Expr, k.Expr]:
            there = self._is(low, place, message)
            if target is not None:
                position = k.build.number(whole.target_positions[target])
                there = k.build.both(there, k.build.equal(low.read(self.columns[1], place), position))
            return there, self._ordinal(low, place, domain)

        return k.LowSet(domain, k.sets.build(low, domain, self.room, element))

    def roles(self, low: k.Lowering) -> Iterator[tuple[int, k.Role]]:
        """None: no search that visits states has them in no order, so nobody asks how ids are in them."""
        yield from ()

    # ------------------------------------------------------------------------------------------- contents of the judge

    def decode(self, low: k.Lowering, cells: k.Cells) -> tuple[Packet, ...]:
        """The packets in a kernel state, ascending by number."""
        found = []
        for place in range(self.room):
            kind, *parts = (cells.get(column, place) for column in self.columns)
            if kind:
                message = self.numbering.messages[kind - 1]
                domain = low.model.packets[message]
                ordinal = parts[0] * len(domain.sources) + parts[1]
                for field, part in zip(domain.fields, parts[FIRST_FIELD - 1 :], strict=False):
                    ordinal = ordinal * field.size + part
                found.append(self.numbering.first(message) + ordinal)
        return tuple(map(self.numbering.packet, sorted(found)))

    def encode(self, low: k.Lowering, cells: k.Cells, packets: Sequence[Packet]) -> None:
        """Store packets. Raises `NoRoomError` for too many."""
        if len(packets) > self.room:
            raise k.NoRoomError(f"{len(packets)} messages in flight, and room for {self.room}")
        for place, packet in enumerate(packets):
            domain = low.model.packets[packet.message]
            fields = (field.ordinal(value) for field, value in zip(domain.fields, packet.fields, strict=True))
            ends = domain.target_positions[packet.target], domain.source_positions[packet.source]
            kind = self.numbering.messages.index(packet.message) + 1
            for column, part in zip(self.columns, (kind, *ends, *fields), strict=False):
                cells.put(column, place, part)


def fits_table(numbering: Numbering) -> bool:
    """Whether no packet has a clock."""
    return bool(numbering.total) and not any(clocked(numbering.model, numbering.messages))


def declare_table(low: k.Lowering, name: str, numbering: Numbering, room: int) -> Table:
    """Declare the arrays of a table."""
    domains = [low.model.packets[message] for message in numbering.messages]
    fields = max(len(domain.fields) for domain in domains)
    sizes = [
        len(numbering.messages) + 1,
        max(len(domain.targets) for domain in domains),
        max(len(domain.sources) for domain in domains),
        *(max(d.fields[at].size for d in domains if at < len(d.fields)) for at in range(fields)),
    ]
    parts = ["kind", "target", "source", *(f"field {at}" for at in range(fields))]
    arrays = (
        k.ir.Array(f"{part} of {name}", k.IntType(0, max(0, size - 1)), room, "network")
        for part, size in zip(parts, sizes, strict=True)
    )
    return Table(numbering, tuple(map(low.declare, arrays)), room)
