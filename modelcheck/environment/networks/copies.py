"""Packets as a bag, in bits: one for each packet that is possible and each of its copies. Solvers want it so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.environment.networks.ageing import clocked
from modelcheck.environment.networks.bitmaps import Bitmap, declare_bitmap, fits_bitmap
from modelcheck.environment.networks.numbering import Numbered, Numbering
from modelcheck.ir import lowered as k

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelcheck.environment.networks.ageing import Marked
    from modelcheck.ir.values import Id, Packet


class Copies(Numbered, eq=False):
    """Sets of packets: those in flight, those of which there is a second copy, and so on, each within the one before.

    `count` is the array of one cell that says how many packets are in flight, at most `room`.
    """

    planes: tuple[Bitmap, ...]
    count: int
    room: int

    def holds(self, low: k.Lowering, number: k.Expr) -> k.Expr:
        """Whether a packet is in flight."""
        return self.planes[0].holds(low, number)

    def full(self, low: k.Lowering, limit: int) -> k.Expr:
        """Whether there are as many packets as `limit`, which is the room."""
        assert limit == self.room
        return k.build.equal(self._counted(low), k.build.number(limit))

    def _counted(self, low: k.Lowering) -> k.Expr:
        return low.read(self.count, k.build.number(0))

    def too_many_copies(self, low: k.Lowering, number: k.Expr) -> k.Expr:
        """Whether there are so many equal packets that there is no room for another; there are fewer than `room`."""
        return k.build.FALSE if len(self.planes) == self.room else self.planes[-1].holds(low, number)

    def put(self, low: k.Lowering, number: k.Expr) -> None:
        """Put a packet in; there is room."""
        # Each condition is of the state before, because the sets are changed from the last on.
        for below, plane in reversed(list(zip(self.planes, self.planes[1:], strict=False))):
            with low.branch(below.holds(low, number), chooses=False):
                plane.put(low, number)
        self.planes[0].put(low, number)
        self._add(low, k.build.number(1))

    def take(self, low: k.Lowering, number: k.Expr) -> None:
        """Take a packet out that is in flight."""
        # Behind the last copy nothing is taken out.
        for plane, above in zip(self.planes, self.planes[1:], strict=False):
            with low.branch(k.build.negation(above.holds(low, number)), chooses=False):
                plane.take(low, number)
        self.planes[-1].take(low, number)
        self._add(low, k.build.number(-1))

    def _add(self, low: k.Lowering, number: k.Expr) -> None:
        changed = k.build.clamped(k.build.add(self._counted(low), number), 0, self.room)
        low.assign(self.count, k.build.number(0), changed)

    def choose(self, low: k.Lowering, message: str, target: Id) -> k.LowPacket:
        """Choose one of the packets of a message for a target."""
        return self.planes[0].choose(low, message, target)

    def choose_any(self, low: k.Lowering) -> k.Expr:
        """Choose one of all packets: its number."""
        return self.planes[0].choose_any(low)

    def at(self, low: k.Lowering, marked: Marked, target: Id | None, source: Id | None) -> k.Expr:
        """Whether some packet, to one target or any and from one source or any, is at a marked stage of its clock."""
        return self.planes[0].at(low, marked, target, source)

    def clear(self, low: k.Lowering, target: Id) -> None:
        """Take out what is addressed to a target."""
        words = [word for plane in self.planes for word in plane.words_to(low, target)]
        gone = k.build.add(*(k.build.count_bits(word) for word in words))
        self._add(low, k.build.subtract(k.build.number(0), gone))
        for plane in self.planes:
            plane.clear(low, target)

    def packets(self, low: k.Lowering, message: str, target: Id | None) -> k.LowSet:
        """The packets of a message, to one target or any, as a set."""
        return self.planes[0].packets(low, message, target)

    def roles(self, low: k.Lowering) -> Iterator[tuple[int, k.Role]]:
        """How ids are in the words, and that none is in the number."""
        for plane in self.planes:
            yield from plane.roles(low)
        yield self.count, k.Role((), k.codes.Plain(self.room + 1))

    def decode(self, low: k.Lowering, cells: k.Cells) -> tuple[Packet, ...]:
        """The packets in a kernel state, ascending by number."""
        found = [packet for plane in self.planes for packet in plane.decode(low, cells)]
        return tuple(sorted(found, key=self.numbering.number_of))

    def encode(self, low: k.Lowering, cells: k.Cells, packets: Sequence[Packet]) -> None:
        """Store packets, which ascend. Raises `NoRoomError` for too many, or too many equal ones."""
        planes: list[list[Packet]] = [[] for _ in self.planes]
        for packet in packets:
            free = next((held for held in planes if packet not in held), None)
            if free is None or len(packets) > self.room:
                raise k.NoRoomError(f"{len(packets)} messages in flight, and room for {self.room}")
            free.append(packet)
        for plane, held in zip(self.planes, planes, strict=True):
            plane.encode(low, cells, held)
        cells.put(self.count, 0, len(packets))


def fits_copies(numbering: Numbering) -> bool:
    """Whether packets are few enough for bits, and none has a clock: two may become equal as it ticks."""
    has_clocks = any(clocked(numbering.model, numbering.messages))
    return bool(numbering.total) and not has_clocks and fits_bitmap(numbering)


def declare_copies(low: k.Lowering, name: str, numbering: Numbering, room: int) -> Copies:
    """Declare the arrays of a bag with room for so many packets, and `low.copies` equal ones."""
    planes = tuple(declare_bitmap(low, numbering) for _ in range(min(room, low.copies)))
    count = low.declare(k.ir.Array(f"number of {name}", k.IntType(0, room), 1, "network"))
    return Copies(numbering, planes, count, room)
