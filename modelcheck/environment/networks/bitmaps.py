"""Packets as bits in the state: one for each packet that is possible, in blocks for each target."""

from __future__ import annotations

from functools import reduce
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from modelcheck.environment.networks.ageing import clocked, promised
from modelcheck.environment.networks.numbering import Numbered, Numbering
from modelcheck.ir import lowered as k

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelcheck.environment.networks.ageing import Marked
    from modelcheck.ir.domains import PacketDomain
    from modelcheck.ir.values import Id, Packet

MAX_BITMAP = 1 << 12
"""The most packets of a network that are kept as bits."""


class Bitmap(Numbered, eq=False):
    """An array of words for each message: so many for each target. No array for a message without packets."""

    arrays: dict[str, int]

    def _words(self, low: k.Lowering, message: str) -> int:
        return len(k.build.word_widths(k.packets.block_size(low.model.packets[message])))

    def _place(self, low: k.Lowering, message: str, ordinal: k.Expr) -> tuple[k.Expr, k.Expr]:
        """The word and bit of a packet by its ordinal within the message."""
        b, block = k.build, k.packets.block_size(low.model.packets[message])
        within = b.remainder(ordinal, b.number(block))
        word = b.multiply(b.divide(ordinal, b.number(block)), b.number(self._words(low, message)))
        if block <= k.MAX_BITS:
            return word, within
        word = b.add(word, b.divide(within, b.number(k.MAX_BITS)))
        return word, b.remainder(within, b.number(k.MAX_BITS))

    def _each(self, low: k.Lowering, number: k.Expr) -> list[tuple[str, k.Expr, k.Expr]]:
        """For each message, whether a number is one of its packets, and the ordinal: arbitrary where it is not."""
        from modelcheck.kernel.intervals import interval_of  # noqa: PLC0415 - the interpreter lowers nothing

        b, found, possible = k.build, [], interval_of(number)
        for message in self.arrays:
            lo, hi = self.numbering.extent(message, None)
            # Most numbers are of one message by their interval alone: there is nothing to build for the others.
            if lo <= possible.hi and possible.lo <= hi:
                own = b.within(number, lo, hi)
                found.append((message, own, b.subtract(b.clamped(number, lo, hi), b.number(lo))))
        return found

    def holds(self, low: k.Lowering, number: k.Expr) -> k.Expr:
        """Whether a packet is in flight."""
        tests = []
        number = low.share(number, "packet")
        for message, own, ordinal in self._each(low, number):
            word, bit = self._place(low, message, ordinal)
            tests.append(k.build.both(own, k.build.bit_test(low.read(self.arrays[message], word), bit)))
        return k.build.disjunction(tests)

    def full(self, low: k.Lowering, limit: int) -> k.Expr:
        """Whether there are as many packets as `limit` or more."""
        if self.numbering.total <= limit and self.numbering.total:
            # All packets together have room, and the one to come is not in flight yet.
            return k.build.FALSE
        return k.build.at_most(k.build.number(limit), self._count(low))

    def within(self, low: k.Lowering, capacity: int) -> k.Expr:
        """Whether there are no more packets than a capacity."""
        return k.build.at_most(self._count(low), k.build.number(capacity))

    def _count(self, low: k.Lowering) -> k.Expr:
        words = (
            k.build.count_bits(low.read(array, k.build.number(index)))
            for array in self.arrays.values()
            for index in range(low.arrays[array].length)
        )
        return k.build.add(*words)

    def put(self, low: k.Lowering, number: k.Expr) -> None:
        """Put a packet in."""
        self._write(low, number, on=True)

    def take(self, low: k.Lowering, number: k.Expr) -> None:
        """Take a packet out."""
        self._write(low, number, on=False)

    def _write(self, low: k.Lowering, number: k.Expr, *, on: bool) -> None:
        number = low.share(number, "packet")
        for message, own, ordinal in self._each(low, number):
            word, bit = self._place(low, message, ordinal)
            with low.branch(own, chooses=False):
                word, bit = low.share(word, "word"), low.share(bit, "bit")
                old = low.read(self.arrays[message], word)
                low.assign(self.arrays[message], word, k.build.bit_put(old, bit, on=on))

    def at(self, low: k.Lowering, marked: Marked, target: Id | None, source: Id | None) -> k.Expr:
        """Whether some packet, to one target or any and from one source or any, is at a marked stage of its clock."""
        found = []
        for message, domain, clock in clocked(low.model, self.numbering.messages):
            if source is not None and source not in domain.source_positions:
                continue
            mask = _mask(domain, marked(clock), source)
            for place in range(len(domain.targets)):
                if target is None or domain.targets[place] == target:
                    word = low.read(self.arrays[message], k.build.number(place))
                    some = k.build.bit_operation("and", word, mask)
                    found.append(k.build.differ(some, k.build.least_of(mask.type)))
        return k.build.disjunction(found)

    def age(self, low: k.Lowering) -> None:
        """A tick passes."""
        for message, domain, clock in clocked(low.model, self.numbering.messages):
            before, after = clock.next(promised=False), clock.next(promised=True)
            for place in map(k.build.number, range(len(domain.targets))):
                word = low.share(low.read(self.arrays[message], place), "word")
                later = _moved(domain, word, after)
                if before != after:
                    later = k.build.ite(promised(low), later, _moved(domain, word, before))
                low.assign(self.arrays[message], place, later)

    def _block(self, low: k.Lowering, message: str, target: Id) -> tuple[k.Expr, ...]:
        words = self._words(low, message)
        first = low.model.packets[message].target_positions[target] * words
        return tuple(low.read(self.arrays[message], k.build.number(first + word)) for word in range(words))

    def choose(self, low: k.Lowering, message: str, target: Id) -> k.LowPacket:
        """Choose one of the packets of a message for a target."""
        domain = low.model.packets[message]
        block = k.packets.block_size(domain)
        words = self._block(low, message, target)
        local = low.fresh(k.IntType(0, block - 1), message)
        digit = k.build.add(local, k.build.number(domain.target_positions[target] * block))
        if len(words) == 1:
            clock = domain.clock
            ready = None if clock is None else lambda: k.packets.in_stages(clock.ready, k.packets.stage(domain, local))
            low.choose(local, k.ir.Members(words[0]), ready, digit)
        else:
            low.choose(local, k.ir.Between(0, block - 1), lambda: k.sets.in_words(words, local), digit)
        return k.LowPacket(k.packets.addressed_to(domain, target), local)

    def choose_any(self, low: k.Lowering) -> k.Expr:
        """Choose one of all packets: its number."""
        if not self.numbering.total:
            low.dead_end()
        local = low.fresh(k.IntType(0, self.numbering.total - 1), "packet")
        digit = k.build.add(local, k.build.number(self.numbering.base))
        low.choose(local, k.ir.Between(0, self.numbering.total - 1), lambda: self.holds(low, local), digit)
        return local

    def words_to(self, low: k.Lowering, target: Id) -> Iterator[k.Expr]:
        """All that is addressed to a target."""
        for message in self.arrays:
            if target in low.model.packets[message].target_positions:
                yield from self._block(low, message, target)

    def clear(self, low: k.Lowering, target: Id) -> None:
        """Take out what is addressed to a target."""
        for message, array in self.arrays.items():
            if target in low.model.packets[message].target_positions:
                words = self._words(low, message)
                first = low.model.packets[message].target_positions[target] * words
                for word in range(words):
                    low.assign(array, k.build.number(first + word), k.build.least_of(low.arrays[array].type))

    def packets(self, low: k.Lowering, message: str, target: Id | None) -> k.LowSet:
        """The packets of a message, to one target or any, as a set."""
        domain = low.model.packets[message]
        if message not in self.arrays:
            return k.EMPTY_SET
        if domain.clock is not None:
            return self._timeless(low, domain if target is None else k.packets.addressed_to(domain, target))
        if target is not None:
            return k.LowSet(k.packets.addressed_to(domain, target), self._block(low, message, target))
        blocks = [self._block(low, message, target) for target in domain.targets]
        return k.LowSet(domain, k.sets.joined(blocks, k.packets.block_size(domain)))

    def _timeless(self, low: k.Lowering, domain: PacketDomain) -> k.LowSet:
        """The packets in one word for each of the domain's targets, whatever their age."""
        b, block = k.build, k.packets.block_size(domain)
        first = low.model.packets[domain.message].target_positions[domain.targets[0]]

        def element(position: k.Expr) -> tuple[k.Expr, k.Expr]:
            position = low.share(position, "packet")
            word = b.add(b.divide(position, b.number(block)), b.number(first))
            there = b.bit_test(low.read(self.arrays[domain.message], word), b.remainder(position, b.number(block)))
            return there, k.packets.without_stage(domain, position)

        return k.LowSet(domain.timeless, k.sets.build(low, domain.timeless, domain.size, element))

    def roles(self, low: k.Lowering) -> Iterator[tuple[int, k.Role]]:
        """How ids are in the words: a set of senders and contents for each target."""
        for message, array in self.arrays.items():
            domain = low.model.packets[message]
            packets = k.codes.Tuple((k.code_of_agents(domain.sources), *k.content_codes(domain)))
            yield array, k.Role((k.code_of_agents(domain.targets),), packets, "members")

    def decode(self, low: k.Lowering, cells: k.Cells) -> tuple[Packet, ...]:
        """The packets in a kernel state, ascending by number."""
        found: list[Packet] = []
        for message, array in self.arrays.items():
            domain, words = low.model.packets[message], self._words(low, message)
            block = k.packets.block_size(domain)
            for index in range(len(domain.targets) * words):
                target, word = divmod(index, words)
                first = target * block + word * k.MAX_BITS
                found += (domain.value_at(first + bit) for bit in _ones(cells.get(array, index)))
        return tuple(sorted(found, key=self.numbering.number_of))

    def encode(self, low: k.Lowering, cells: k.Cells, packets: Sequence[Packet]) -> None:
        """Store packets."""
        # Packets are in the order of their numbers: those of a message stand together.
        for message, own in groupby(packets, key=attrgetter("message")):
            array, domain = self.arrays[message], low.model.packets[message]
            block, words = k.packets.block_size(domain), self._words(low, message)
            for packet in own:
                target, within = divmod(domain.ordinal(packet), block)
                word, bit = divmod(within, k.MAX_BITS)
                index = target * words + word
                cells.put(array, index, cells.get(array, index) | 1 << bit)


def _ones(word: int) -> Iterator[int]:
    """The bits that are set. Most are not: to ask each possible packet would take longer than all else."""
    while word:
        lowest = word & -word
        yield lowest.bit_length() - 1
        word ^= lowest


def _mask(domain: PacketDomain, marked: Sequence[bool], source: Id | None = None) -> k.Expr:
    """The packets to one target, from one source or any, that are at a marked stage."""
    block, stages = k.packets.block_size(domain), domain.stages
    own = range(block)
    if source is not None:
        first = domain.source_positions[source] * domain.content_size
        own = range(first, first + domain.content_size)
    return k.build.bits(sum(1 << ordinal for ordinal in own if marked[ordinal % stages]), block)


def _moved(domain: PacketDomain, word: k.Expr, after: Sequence[int]) -> k.Expr:
    """The packets to one target, each at the stage behind its own."""
    block, parts = k.packets.block_size(domain), []
    for way in sorted({new - stage for stage, new in enumerate(after)}):
        mask = _mask(domain, [new - stage == way for stage, new in enumerate(after)])
        parts.append(k.build.shifted(k.build.bit_operation("and", word, mask), way, block))
    return reduce(lambda left, right: k.build.bit_operation("or", left, right), parts)


def fits_bitmap(numbering: Numbering) -> bool:
    """Whether packets are few enough for bits; those of a message with a clock, to one target, for one word."""
    domains = [numbering.model.packets[message] for message in numbering.messages]
    words = all(domain.clock is None or k.packets.block_size(domain) <= k.MAX_BITS for domain in domains)
    return numbering.total <= MAX_BITMAP and words


def declare_bitmap(low: k.Lowering, numbering: Numbering) -> Bitmap:
    """Declare the arrays of a bitmap."""
    arrays = {}
    for message in numbering.messages:
        domain = low.model.packets[message]
        if domain.size:
            widths = k.build.word_widths(k.packets.block_size(domain))
            length = len(domain.targets) * len(widths)
            arrays[message] = low.declare(k.ir.Array(f"messages {message}", k.BitsType(widths[0]), length, "network"))
    return Bitmap(numbering, arrays)
