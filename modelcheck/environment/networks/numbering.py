"""The numbers that stand for packets in the state: consecutive for all messages of a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen
from modelcheck.ir import lowered as k
from modelcheck.ir.values import Packet

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.values import Id


class Numbering(Frozen, eq=False):
    """Numbers from 0 for the packets of some messages, in the order of their numbers among all packets.

    They begin at `base` there; numbers of other networks' messages in between are not used.
    """

    model: Model
    messages: tuple[str, ...]

    @property
    def base(self) -> int:
        """What to add to get a number among all packets."""
        return min(self.model.packet_offsets[message] for message in self.messages)

    @property
    def total(self) -> int:
        """How many numbers there are."""
        return max(self.first(message) + self.model.packets[message].size for message in self.messages)

    def first(self, message: str) -> int:
        """The number of a message's first packet."""
        return self.model.packet_offsets[message] - self.base

    def extent(self, message: str, target: Id | None) -> tuple[int, int]:
        """The first and last number of a message's packets, to one target or to any; they follow one another."""
        domain, first = self.model.packets[message], self.first(message)
        if target is None:
            return first, first + domain.size - 1
        block = k.packets.block_size(domain)
        first += domain.target_positions[target] * block
        return first, first + block - 1

    def number(self, low: k.Lowering, message: str, source: Id, target: k.Expr, content: k.Expr) -> k.Expr:
        """The number of a packet. `target` is a number among all agents."""
        ordinal = ordinal_of(low, message, source, target, content)
        return k.build.add(ordinal, k.build.number(self.first(message)))

    def packet_of(self, low: k.Lowering, message: str, number: k.Expr) -> tuple[k.Expr, k.LowPacket]:
        """Whether a number, which is shared, is that of a message's packet, and the packet: arbitrary where not."""
        b, (lo, hi) = k.build, self.extent(message, None)
        ordinal = low.share(b.subtract(b.clamped(number, lo, hi), b.number(lo)), message)
        return b.within(number, lo, hi), k.LowPacket(low.model.packets[message], ordinal)

    def with_content(self, low: k.Lowering, message: str, number: k.Expr, content: k.Expr) -> k.Expr:
        """The number of a message's packet with other fields."""
        b, (_, packet) = k.build, self.packet_of(low, message, number)
        size = b.number(packet.domain.content_size)
        ends = b.multiply(b.divide(packet.ordinal, size), size)
        return b.add(ends, content, b.number(self.first(message)))

    def packet(self, number: int) -> Packet:
        """The packet with a number. Raises `LookupError` for one in between, which a solver may think of."""
        for message in self.messages:
            ordinal = number - self.first(message)
            if 0 <= ordinal < self.model.packets[message].size:
                found = self.model.packets[message].value_at(ordinal)
                assert isinstance(found, Packet)
                return found
        raise LookupError(f"no packet has the number {number}")

    def code(self) -> k.codes.Code:
        """What the numbers stand for."""
        parts: list[k.codes.Code] = []
        total = 0
        for message in self.messages:
            gap, domain = self.first(message) - total, self.model.packets[message]
            parts += [k.codes.Plain(gap)] * (gap > 0) + [k.code_of(domain)]
            total += gap + domain.size
        return k.codes.Joined(tuple(parts))

    def number_of(self, packet: Packet) -> int:
        """The number of a packet of the judge."""
        return self.model.packet_number(packet) - self.base


class Numbered(Frozen, eq=False):
    """A store of packets by their numbers: a packet's number is also where it is."""

    numbering: Numbering

    def entry(self, low: k.Lowering, message: str, source: Id, target: k.Expr, content: k.Expr) -> k.Expr:
        """What stands for a packet."""
        return low.share(self.numbering.number(low, message, source, target, content), "packet")

    def place_of(self, packet: k.LowPacket) -> k.Expr:
        """Where a packet is that was picked for an agent."""
        lo, _ = self.numbering.extent(packet.domain.message, packet.domain.targets[0])
        return k.build.add(packet.ordinal, k.build.number(lo))

    def content(self, low: k.Lowering, place: k.Expr, message: str) -> tuple[k.Expr, k.Expr]:
        """Whether a packet is of a message, and the number of its fields' values; arbitrary where it is not."""
        own, packet = self.numbering.packet_of(low, message, place)
        return own, k.packets.content(packet)

    def at_place(self, _low: k.Lowering, place: k.Expr) -> k.Expr:
        """What stands for the packet at a place."""
        return place

    def changed(self, low: k.Lowering, place: k.Expr, message: str, content: k.Expr) -> k.Expr:
        """What stands for the packet of a message at a place, with other fields."""
        return low.share(self.numbering.with_content(low, message, place, content), "packet")


def ordinal_of(low: k.Lowering, message: str, source: Id, target: k.Expr, content: k.Expr) -> k.Expr:
    """The ordinal of a packet among those of its message."""
    b, domain = k.build, low.model.packets[message]
    place = position_of(low, domain.targets, target)
    sender = b.number(domain.source_positions[source] * domain.content_size)
    return b.add(b.multiply(place, b.number(k.packets.block_size(domain))), sender, content)


def position_of(low: k.Lowering, agents: Sequence[Id], number: k.Expr) -> k.Expr:
    """Where an agent, given by its number among all, stands among some; arbitrary where it does not."""
    positions = {agent: position for position, agent in enumerate(agents)}
    return k.packets.from_table(low, [positions.get(agent, 0) for agent in low.model.agents], number)
