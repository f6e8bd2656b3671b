"""Queues in the state: for each pair of agents the numbers of the messages that wait, the head first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from modelcheck.environment.networks.ageing import clocked, next_stage
from modelcheck.environment.networks.packing import Packing, packing_of
from modelcheck.frozen import Frozen
from modelcheck.ir import lowered as k
from modelcheck.ir.values import Packet

if TYPE_CHECKING:
    from modelcheck.environment.networks.ageing import Marked
    from modelcheck.ir.model import Model
    from modelcheck.ir.values import Id

Queue = tuple[Packet, ...]


class Queues(Frozen, eq=False):
    """An array of `room` slots for each pair: 0 for a free one, which stand at the end, or a content's number and one.

    `pairs` are those between which some message of the network can travel, ascending by the agents' numbers; `first`
    gives each message's least number. No array where nothing can ever be in it. Slots have the numbers of a `packing`,
    if there is one.
    """

    model: Model
    pairs: dict[tuple[Id, Id], int]
    first: dict[str, int]
    room: int
    array: int | None
    packing: Packing | None = None

    def start(self, low: k.Lowering, pairs: Sequence[tuple[Id, Id]], which: k.Expr) -> k.Expr:
        """The head's index in the array for one of some pairs, by position."""
        table = [self.pairs.get(pair, 0) for pair in pairs]
        pair = k.packets.from_table(low, table, which)
        return low.share(k.build.multiply(pair, k.build.number(self.room)), "queue")

    def slot(self, low: k.Lowering, start: k.Expr, position: int) -> k.Expr:
        """What a slot holds."""
        assert self.array is not None
        return low.read(self.array, k.build.add(start, k.build.number(position)))

    def is_message(self, value: k.Expr, message: str) -> tuple[k.Expr, k.Expr]:
        """Whether a slot holds a message, and the number of its fields' values."""
        if self.packing is not None:
            return self.packing.is_message(value, message)
        lo = self.first[message] + 1
        hi = lo + self.model.packets[message].content_size - 1
        return k.build.within(value, lo, hi), k.build.subtract(k.build.clamped(value, lo, hi), k.build.number(lo))

    def value(self, message: str, content: k.Expr) -> k.Expr:
        """What stands for a message in a slot."""
        if self.packing is not None:
            return self.packing.value(message, content)
        return k.build.add(content, k.build.number(self.first[message] + 1))

    def full(self, low: k.Lowering, start: k.Expr) -> k.Expr:
        """Whether a queue has no free slot."""
        return k.build.differ(self.slot(low, start, self.room - 1), k.build.number(0))

    def append(self, low: k.Lowering, start: k.Expr, value: k.Expr) -> None:
        """Put a value at the end of a queue that is not full."""
        b, array = k.build, self.array
        assert array is not None

        def taken(position: k.Expr) -> k.Expr:
            used = b.differ(low.read(array, b.add(start, position)), b.number(0))
            return b.ite(used, b.number(1), b.number(0))

        length = low.share(low.loop("add", self.room, taken), "length")
        low.assign(array, b.add(start, b.clamped(length, 0, self.room - 1)), value)

    def remove(self, low: k.Lowering, start: k.Expr, position: k.Expr) -> None:
        """Take a slot out; those behind it move up."""
        b = k.build
        assert self.array is not None
        for slot in range(self.room):
            behind = b.number(0) if slot == self.room - 1 else self.slot(low, start, slot + 1)
            stays = b.less(b.number(slot), position)
            if stays != b.TRUE:
                value = b.ite(stays, self.slot(low, start, slot), behind)
                low.assign(self.array, b.add(start, b.number(slot)), value)

    def roles(self) -> Iterator[tuple[int, k.Role]]:
        """How ids are in the slots: the pair in the index, those in the fields in the number of the content."""
        if self.array is None or self.packing is not None:
            return
        pairs = k.codes.Listed(tuple(((s.sort, s.index), (t.sort, t.index)) for s, t in self.pairs))
        contents = (k.codes.Tuple(tuple(k.content_codes(self.model.packets[name]))) for name in self.first)
        slot = k.codes.Optional(k.codes.Joined(tuple(contents)))
        yield self.array, k.Role((pairs, k.codes.Plain(self.room)), slot)

    def at(self, low: k.Lowering, marked: Marked, target: Id | None, source: Id | None, *, heads: bool) -> k.Expr:
        """Whether some packet, to one target or any, from one source or any, is at a marked stage of its clock.

        `heads`: those behind the head of their queue do not count.
        """
        found = []
        for (sender, receiver), pair in self.pairs.items() if self.array is not None else ():
            if target in {None, receiver} and source in {None, sender}:
                first = k.build.number(pair * self.room)
                found.append(low.loop("or", 1 if heads else self.room, partial(self._at, low, marked, first)))
        return k.build.disjunction(found)

    def _at(self, low: k.Lowering, marked: Marked, first: k.Expr, position: k.Expr) -> k.Expr:
        assert self.array is not None
        value, tests = low.share(low.read(self.array, k.build.add(first, position)), "slot"), []
        for message, domain, clock in clocked(self.model, tuple(self.first)):
            own, content = self.is_message(value, message)
            tests.append(k.build.both(own, k.packets.in_stages(marked(clock), k.packets.stage(domain, content))))
        return k.build.disjunction(tests)

    def age(self, low: k.Lowering) -> None:
        """A tick passes."""
        b, found = k.build, clocked(self.model, tuple(self.first))
        for slot in map(b.number, range(len(self.pairs) * self.room if found and self.array is not None else 0)):
            assert self.array is not None
            value = low.share(low.read(self.array, slot), "slot")
            for message, domain, clock in found:
                own, content = self.is_message(value, message)
                content = low.share(content, message)
                later = next_stage(low, clock, k.packets.stage(domain, content))
                moved = self.value(message, k.packets.at_stage(domain, content, later))
                low.when(own, k.ir.Assign(self.array, slot, moved))

    def clear(self, low: k.Lowering, target: Id) -> None:
        """Empty the queues to a target."""
        for (_, receiver), pair in self.pairs.items() if self.array is not None else ():
            if receiver == target:
                for slot in range(self.room):
                    assert self.array is not None
                    low.assign(self.array, k.build.number(pair * self.room + slot), k.build.number(0))

    def packets(self, low: k.Lowering, message: str, target: Id | None) -> k.LowSet:
        """The packets of a message, to one target or any, as a set."""
        b, domain, array = k.build, self.model.packets[message], self.array
        if array is None or not domain.size:
            return k.EMPTY_SET
        domain = domain if target is None else k.packets.addressed_to(domain, target)
        pairs = [(source, receiver) for receiver in domain.targets for source in domain.sources]

        def element(position: k.Expr) -> tuple[k.Expr, k.Expr]:
            which = low.share(b.divide(position, b.number(self.room)), "pair")
            start = self.start(low, pairs, which)
            slot = b.add(start, b.remainder(position, b.number(self.room)))
            there, content = self.is_message(low.share(low.read(array, slot), "slot"), message)
            ordinal = b.add(b.multiply(which, b.number(domain.content_size)), content)
            return there, k.packets.without_stage(domain, ordinal)

        return k.LowSet(domain.timeless, k.sets.build(low, domain.timeless, len(pairs) * self.room, element))

    # ------------------------------------------------------------------------------------------- contents of the judge

    def decode(self, cells: k.Cells) -> tuple[Queue, ...]:
        """The queues that are not empty."""
        found = []
        for pair, number in self.pairs.items() if self.array is not None else ():
            slots = (cells.get(self.array, number * self.room + slot) for slot in range(self.room))
            queue = tuple(self._packet(value, *pair) for value in slots if value)
            if queue:
                found.append(queue)
        return tuple(found)

    def _packet(self, value: int, source: Id, target: Id) -> Packet:
        if self.packing is not None:
            message, content = self.packing.content_of(value)
        else:
            message = next(name for name, first in reversed(self.first.items()) if first < value)
            content = value - 1 - self.first[message]
        domain = self.model.packets[message]
        position = domain.target_positions[target] * len(domain.sources) + domain.source_positions[source]
        found = domain.value_at(position * domain.content_size + content)
        assert isinstance(found, Packet)
        return found

    def encode(self, cells: k.Cells, queues: Sequence[Queue]) -> None:
        """Store queues. Raises `NoRoomError` for one that is too long."""
        for queue in queues:
            if len(queue) > self.room:
                raise k.NoRoomError(f"{len(queue)} messages in a queue, and room for {self.room}")
            for slot, packet in enumerate(queue):
                domain = self.model.packets[packet.message]
                content = domain.ordinal(packet) % domain.content_size
                value = self.first[packet.message] + content + 1
                if self.packing is not None:
                    value = self.packing.number(packet.message, content)
                cells.put(self.array, self.pairs[packet.source, packet.target] * self.room + slot, value)


def declare_queues(low: k.Lowering, messages: Sequence[str], room: int) -> Queues:
    """Declare the array of queues for the pairs of agents between which some message can travel."""
    model = low.model
    first, total = {}, 0
    possible = set()
    for message in messages:
        domain = model.packets[message]
        first[message] = total
        total += domain.content_size
        possible |= {(source, target) for source in domain.sources for target in domain.targets}
    number = model.agent_number
    pairs = {pair: at for at, pair in enumerate(sorted(possible, key=lambda p: (number[p[0]], number[p[1]])))}
    array, packing = None, packing_of(model, messages) if low.copies else None
    if pairs and room and total:
        most = total if packing is None else packing.total
        array = low.declare(k.ir.Array("messages (fifo)", k.IntType(0, most), len(pairs) * room, "network"))
    return Queues(model, pairs, first, room, array, packing)
