"""Packets as a bag in the state: the numbers of the packets in flight, ascending."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from modelcheck.environment.networks.ageing import clocked, next_stage
from modelcheck.environment.networks.numbering import Numbered, Numbering
from modelcheck.ir import lowered as k

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelcheck.environment.networks.ageing import Marked
    from modelcheck.ir.domains import PacketDomain
    from modelcheck.ir.values import Id, Packet


class Bag(Numbered, eq=False):
    """An array of `room` slots, each 0 or a packet's number and one; no array where nothing can ever be in it."""

    array: int | None
    room: int

    def holds(self, low: k.Lowering, number: k.Expr) -> k.Expr:
        """Whether a packet is in flight."""
        array = self.array
        if array is None:
            return k.build.FALSE
        stored = k.build.add(number, k.build.number(1))
        return low.loop("or", self.room, lambda slot: k.build.equal(low.read(array, slot), stored))

    def full(self, low: k.Lowering, limit: int) -> k.Expr:
        """Whether there are as many packets as `limit`, which is the room."""
        assert limit == self.room
        if self.array is None:
            return k.build.TRUE
        return k.build.differ(low.read(self.array, k.build.number(self.room - 1)), k.build.number(0))

    def put(self, low: k.Lowering, number: k.Expr) -> None:
        """Put a packet in; there is room."""
        if self.array is not None:
            low.emit(k.ir.BagInsert(self.array, k.build.add(number, k.build.number(1))))

    def take(self, low: k.Lowering, number: k.Expr) -> None:
        """Take a packet out."""
        assert self.array is not None
        low.emit(k.ir.BagRemove(self.array, k.build.add(number, k.build.number(1))))

    def choose(self, low: k.Lowering, message: str, target: Id) -> k.LowPacket:
        """Choose one of the packets of a message for a target."""
        if self.array is None:
            low.dead_end()
        b, domain = k.build, low.model.packets[message]
        lo, hi = self.numbering.extent(message, target)
        local = self._local(low, message)
        digit = b.subtract(local, b.number(self.numbering.first(message)))
        ordinal = b.subtract(b.clamped(local, lo, hi), b.number(lo))
        ready: k.Expr = b.TRUE
        if domain.clock is not None:
            ready = k.packets.in_stages(domain.clock.ready, k.packets.stage(domain, ordinal))
        low.choose(local, k.ir.Slots(self.array), lambda: b.both(b.within(local, lo, hi), ready), digit)
        return k.LowPacket(k.packets.addressed_to(domain, target), low.share(ordinal, message))

    def choose_any(self, low: k.Lowering) -> k.Expr:
        """Choose one of all packets: its number."""
        if self.array is None:
            low.dead_end()
        local = self._local(low, "packet")
        low.choose(local, k.ir.Slots(self.array), None, k.build.add(local, k.build.number(self.numbering.base)))
        return local

    def at(self, low: k.Lowering, marked: Marked, target: Id | None, source: Id | None) -> k.Expr:
        """Whether some packet, to one target or any and from one source or any, is at a marked stage of its clock."""
        found = []
        for message, domain, clock in clocked(self.numbering.model, self.numbering.messages):
            if self.array is None or (target is not None and target not in domain.target_positions):
                continue
            lo, hi = self.numbering.extent(message, target)
            if source is not None:
                if source not in domain.source_positions:
                    continue
                lo += domain.source_positions[source] * domain.content_size
                hi = lo + domain.content_size - 1
            found.append(low.loop("or", self.room, partial(self._slot_at, low, domain, (lo, hi), marked(clock))))
        return k.build.disjunction(found)

    def _slot_at(
        self, low: k.Lowering, domain: PacketDomain, extent: tuple[int, int], marks: Sequence[bool], slot: k.Expr
    ) -> k.Expr:
        """Whether a slot holds one of some packets, whose numbers begin with stage 0, at a marked stage."""
        assert self.array is not None
        b, (lo, hi) = k.build, extent
        value = low.share(low.read(self.array, slot), "slot")
        ordinal = b.subtract(b.clamped(value, lo + 1, hi + 1), b.number(lo + 1))
        return b.both(b.within(value, lo + 1, hi + 1), k.packets.in_stages(marks, k.packets.stage(domain, ordinal)))

    def age(self, low: k.Lowering, *, absorbs: bool) -> None:
        """A tick passes. The slots keep their order, as stages do; equal packets become one where they are absorbed."""
        array, b = self.array, k.build
        found = clocked(self.numbering.model, self.numbering.messages)
        if array is None or not found:
            return
        for slot in map(b.number, range(self.room)):
            value = low.share(low.read(array, slot), "slot")
            for message, domain, clock in found:
                lo, hi = (end + 1 for end in self.numbering.extent(message, None))
                ordinal = low.share(b.subtract(b.clamped(value, lo, hi), b.number(lo)), message)
                later = next_stage(low, clock, k.packets.stage(domain, ordinal))
                moved = b.add(k.packets.at_stage(domain, ordinal, later), b.number(lo))
                low.when(b.within(value, lo, hi), k.ir.Assign(array, slot, moved))
        for position in reversed(range(1, self.room)) if absorbs else ():
            before = low.read(array, b.number(position - 1))
            value = low.share(low.read(array, b.number(position)), "slot")
            twice = b.both(b.differ(value, b.number(0)), b.equal(value, before))
            low.when(twice, k.ir.BagRemove(array, value))

    def _local(self, low: k.Lowering, name: str) -> k.ir.Local:
        return low.fresh(k.IntType(0, self.numbering.total - 1), name)

    def clear(self, low: k.Lowering, target: Id) -> None:
        """Take out what is addressed to a target."""
        array = self.array
        if array is None:
            return
        b, model = k.build, low.model
        extents = [
            self.numbering.extent(message, target)
            for message in self.numbering.messages
            if target in model.packets[message].target_positions and k.packets.block_size(model.packets[message])
        ]
        # From the last slot to the first: what is taken out moves later slots only.
        for slot in reversed(range(self.room)) if extents else ():
            value = low.share(low.read(array, b.number(slot)), "slot")
            gone = b.disjunction(b.within(value, lo + 1, hi + 1) for lo, hi in extents)
            low.when(gone, k.ir.BagRemove(array, value))

    def packets(self, low: k.Lowering, message: str, target: Id | None) -> k.LowSet:
        """The packets of a message, to one target or any, as a set."""
        domain = low.model.packets[message]
        domain = domain if target is None else k.packets.addressed_to(domain, target)
        array, b = self.array, k.build
        if array is None or not domain.size:
            return k.EMPTY_SET
        lo, hi = self.numbering.extent(message, target)

        def element(slot: k.Expr) -> tuple[k.Expr, k.Expr]:
            value = low.share(low.read(array, slot), "slot")
            ordinal = b.subtract(b.clamped(value, lo + 1, hi + 1), b.number(lo + 1))
            return b.within(value, lo + 1, hi + 1), k.packets.without_stage(domain, ordinal)

        return k.LowSet(domain.timeless, k.sets.build(low, domain.timeless, self.room, element))

    def roles(self, low: k.Lowering) -> Iterator[tuple[int, k.Role]]:
        """How ids are in the slots."""
        if self.array is not None:
            yield self.array, k.Role((), self.numbering.code(), "bag")

    def decode(self, low: k.Lowering, cells: k.Cells) -> tuple[Packet, ...]:
        """The packets in a kernel state."""
        slots = (cells.get(self.array, slot) for slot in range(self.room if self.array is not None else 0))
        return tuple(self.numbering.packet(slot - 1) for slot in slots if slot)

    def encode(self, low: k.Lowering, cells: k.Cells, packets: Sequence[Packet]) -> None:
        """Store packets, which ascend. Raises `NoRoomError` for too many."""
        if len(packets) > self.room:
            raise k.NoRoomError(f"{len(packets)} messages in flight, and room for {self.room}")
        for slot, packet in enumerate(packets):
            cells.put(self.array, slot, self.numbering.number_of(packet) + 1)


def declare_bag(low: k.Lowering, name: str, numbering: Numbering, room: int) -> Bag:
    """Declare the array of a bag."""
    if not room or not numbering.total:
        return Bag(numbering, None, room)
    array = k.ir.Array(name, k.IntType(0, numbering.total), room, "network")
    return Bag(numbering, low.declare(array), room)
