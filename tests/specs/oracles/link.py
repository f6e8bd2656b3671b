"""The alternating bit as in Lamport's AlternatingBit.tla ("Specifying Systems", section 14.3)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.specs.oracles.search import Explored, search

Link = tuple[int, int, str, int, str, tuple[tuple[int, str], ...], tuple[int, ...]]
"""The sender's bit, the bit acknowledged, the item sent, the receiver's bit and item, and the two queues."""


def alternating_bit(capacity: int = 2, items: str = "ab") -> Explored[Link]:
    def successors(link: Link) -> Iterator[Link]:
        bit, acked, item, got, received, data, acks = link
        if len(data) < capacity:
            if acked == bit:
                yield from ((1 - bit, acked, new, got, received, (*data, (1 - bit, new)), acks) for new in items)
            else:
                yield bit, acked, item, got, received, (*data, (bit, item)), acks
        if len(acks) < capacity:
            yield bit, acked, item, got, received, data, (*acks, got)
        if acks:
            yield bit, acks[0], item, got, received, data, acks[1:]
        if data:
            yield bit, acked, item, *data[0], data[1:], acks
        for lost in range(len(data)):
            yield bit, acked, item, got, received, data[:lost] + data[lost + 1 :], acks
        for lost in range(len(acks)):
            yield bit, acked, item, got, received, data, acks[:lost] + acks[lost + 1 :]

    return search(((b, b, sent, b, held, (), ()) for b in (0, 1) for sent in items for held in items), successors)


Stream = tuple[int, int, str, int, str, tuple[tuple[int, str], ...], tuple[int, ...]]
"""As `Link`, with all that was sent and all that was delivered in place of the items."""


def delivered_wrongly(*, look_at_bit: bool, reordered: bool, in_flight: int = 2) -> int | None:
    """Steps of the shortest run in which something is delivered that is no beginning of what was sent."""

    def successors(stream: Stream) -> Iterator[Stream]:
        bit, acked, sent, got, delivered, data, acks = stream
        if len(data) + len(acks) < in_flight:
            if acked == bit:
                for new in "ab":
                    yield 1 - bit, acked, sent + new, got, delivered, (*data, (1 - bit, new)), acks
            elif sent:
                yield bit, acked, sent, got, delivered, (*data, (bit, sent[-1])), acks
            yield bit, acked, sent, got, delivered, data, (*acks, got)
        for position in range(len(acks)) if reordered else range(min(1, len(acks))):
            learnt = acks[position] if look_at_bit else bit
            yield bit, learnt, sent, got, delivered, data, acks[:position] + acks[position + 1 :]
        for position in range(len(data)) if reordered else range(min(1, len(data))):
            new_bit, item = data[position]
            fresh = item if new_bit != got or not look_at_bit else ""
            yield bit, acked, sent, new_bit, delivered + fresh, data[:position] + data[position + 1 :], acks

    def wrong(stream: Stream) -> bool:
        return not stream[2].startswith(stream[4])

    start: Stream = (0, 0, "", 0, "", (), ())
    return search([start], successors, until=wrong).first(wrong)
