"""The messages of a run: what becomes of each, and which steps this depends on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from modelcheck.frozen import field, replace
from modelcheck.ir.network import DEFAULT_IN_FLIGHT, DEFAULT_IN_QUEUE
from modelcheck.semantics.show import show_id, show_message
from modelcheck.semantics.trace import Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from modelcheck.ir.happenings import Happening, Look
    from modelcheck.ir.model import Model
    from modelcheck.ir.network import Network
    from modelcheck.ir.values import Id, Packet

    Place = tuple[Network, Id, Id] | tuple[Network]
    """A queue, or a network that is one bag of all messages."""


class _Store(Struct):
    """A queue, or all that is in flight on a network without queues."""

    limit: int
    flying: list[int] = field(default_factory=list)
    """The numbers of the messages in it: in a queue the head first."""
    removals: list[int] = field(default_factory=list)
    """The steps that took something out, ascending."""
    transfers: list[int] = field(default_factory=list)
    """The steps that put something in or took it out, ascending."""
    entered: int = 0
    """How many messages were put in, with those for which there was no room."""
    filled: int | None = None
    """The last step that may have found it full, and how much of the lists was known then."""
    seen: int = 0


class Traffic(Struct):
    """What is known of messages behind the steps so far."""

    model: Model
    messages: list[Message] = field(default_factory=list)
    packets: list[Packet] = field(default_factory=list)
    """What each message is like now, its age included."""
    formed: list[int] = field(default_factory=list)
    """The last step that made each message as it is now: it was sent, or became older."""
    stores: dict[Place, _Store] = field(default_factory=dict)
    gone: dict[Packet, int] = field(default_factory=dict)
    """The last step that took out a message of a content."""
    transfers: dict[str, list[tuple[int, Id]]] = field(default_factory=dict)
    """For each name of a message the steps that sent one or took it out, ascending, each with the receiver."""
    looks: dict[tuple[object, Look], tuple[int, int]] = field(default_factory=dict)
    """Who looked for what the last time: the step, and how many transfers there were."""

    def begin(self, packets: Iterable[Packet]) -> None:
        """Note what is in flight before the first step, where nobody saw it sent."""
        for packet in packets:
            self._put(self._made(0, packet), packet, self.model.network_of[packet.message])

    def step(self, number: int, happened: Sequence[Happening], *, by_agents: bool) -> set[int]:
        """Note what a step does to messages; the steps that this depends on."""
        causes: set[int] = set()
        for happening in happened:
            if happening.kind != "aged":
                causes |= self._happens(number, happening, by_agents=by_agents)
        return causes | self._age(number, [happening for happening in happened if happening.kind == "aged"])

    def look(self, number: int, who: object, look: Look) -> set[int]:
        """What it depends on that somebody sees, before a step does anything, what is in flight.

        What the same one saw before is told by the step in which it was seen.
        """
        found = self.transfers.get(look[0], [])
        step, seen = self.looks.get((who, look), (number, 0))
        self.looks[who, look] = number, len(found)
        return {step} | {at for at, target in found[seen:] if look[1] in {None, target}}

    def looked_at(self, look: Look, number: int) -> Iterator[int]:
        """The steps up to a number that decide what is in flight behind it."""
        found = self.transfers.get(look[0], [])
        return (at for at, target in found if at <= number and look[1] in {None, target})

    def in_flight(self, network: Network) -> list[Packet]:
        """What is in flight on a network, a queue from its head on."""
        return [self.packets[n] for place, store in self.stores.items() if place[0] is network for n in store.flying]

    # -------------------------------------------------------------------------------------------------- what happens

    def _happens(self, number: int, happening: Happening, *, by_agents: bool) -> set[int]:
        packet, other = happening.packet, happening.other
        network = self.model.network_of[packet.message]
        self.transfers.setdefault(packet.message, []).append((number, packet.target))
        match happening.kind:
            case "sent":
                made = self._made(number, packet, forged=happening.forged)
                causes = self._room(number, packet, network)
                # Who forges sends only what changes something: an equal message must be gone.
                anew = {self.gone[packet]} if happening.forged and network.absorbs and packet in self.gone else set()
                self._put(made, packet, network)
                return causes | anew
            case "received":
                found = self._find(packet, happening.position)
                causes = {self.formed[found], *self._before(found, network)}
                self.messages[found] = replace(self.messages[found], received=(*self.messages[found].received, number))
                if not network.remembers:
                    self._take_out(number, found, network)
                return causes
            case "lost":
                found = self._lost(number, packet, happening.position)
                causes = {self.formed[found], *self._before(found, network)}
                self.messages[found] = replace(self.messages[found], lost=number)
                self._take_out(number, found, network)
                # An agent that crashes learns nothing of what it would have received.
                return set() if by_agents else causes
            case "copied":
                found = self._find(packet, happening.position)
                causes = {self.formed[found], *self._before(found, network), *self._room(number, packet, network)}
                self._put(replace(self._made(number, packet), copy_of=found), packet, network)
                return causes
            case "changed":
                assert other is not None
                return self._change(number, self._find(packet, happening.position), other, network)
            case "aged":
                raise AssertionError("all messages age at once")

    def _made(self, number: int, packet: Packet, *, forged: bool = False) -> Message:
        """A message that is sent in a step."""
        content = show_message(packet, self.model)
        source, target = show_id(packet.source, self.model), show_id(packet.target, self.model)
        return Message(len(self.messages), packet.message, content, source, target, number, forged=forged)

    def _change(self, number: int, found: int, other: Packet, network: Network) -> set[int]:
        causes = {self.formed[found], *self._before(found, network)}
        if network.absorbs and other in self.gone:
            causes.add(self.gone[other])
        made = replace(self._made(number, other), changed_from=found)
        if network.remembers:
            self._put(made, other, network)
            return causes
        self.messages[found] = replace(self.messages[found], lost=number)
        store = self._store(other, network)
        position = store.flying.index(found)
        self._take_out(number, found, network)
        self._put(made, other, network, position if network.ordered else None)
        return causes

    def _age(self, number: int, aged: Sequence[Happening]) -> set[int]:
        """All that ages in a tick does so at once. Equal messages of different ages may become one."""
        moved: dict[int, Packet] = {}
        for happening in aged:
            assert happening.other is not None
            flying = self._store(happening.packet, self.model.network_of[happening.packet.message]).flying
            moved[next(n for n in flying if self.packets[n] == happening.packet and n not in moved)] = happening.other
        causes = {self.formed[found] for found in moved}
        for found, packet in moved.items():
            self.packets[found], self.formed[found] = packet, number
        for found in sorted(moved):
            network = self.model.network_of[self.messages[found].name]
            same = self._equal(self.packets[found], network) if network.absorbs else [found]
            for later in same[1:]:
                self.messages[later] = replace(self.messages[later], same_as=same[0])
                self._store(self.packets[later], network).flying.remove(later)
        return causes

    # ------------------------------------------------------------------------------------------------------- stores

    def _store(self, packet: Packet, network: Network) -> _Store:
        place: Place = (network, packet.source, packet.target) if network.ordered else (network,)
        limit = DEFAULT_IN_QUEUE if network.ordered else DEFAULT_IN_FLIGHT
        return self.stores.setdefault(place, _Store(limit if network.capacity is None else network.capacity))

    def _equal(self, packet: Packet, network: Network) -> list[int]:
        """The messages in flight that are equal to a packet, the oldest first, in a queue that at the head."""
        return [n for n in self._store(packet, network).flying if self.packets[n] == packet]

    def _find(self, packet: Packet, position: int | None) -> int:
        """The message that something happens to, by its place in its queue or else the oldest of this content."""
        network = self.model.network_of[packet.message]
        return self._equal(packet, network)[0] if position is None else self._store(packet, network).flying[position]

    def _lost(self, number: int, packet: Packet, position: int | None) -> int:
        """The message that is lost: the newest, if it is lost while it is sent, for want of room or of a receiver."""
        there = self._equal(packet, self.model.network_of[packet.message])
        return there[-1] if self.messages[there[-1]].sent == number else self._find(packet, position)

    def _put(self, made: Message, packet: Packet, network: Network, position: int | None = None) -> None:
        there = self._equal(packet, network) if network.absorbs else []
        self.messages.append(replace(made, same_as=there[0] if there else None))
        self.packets.append(packet)
        self.formed.append(made.sent)
        store = self._store(packet, network)
        store.transfers.append(made.sent)
        if not there:
            store.flying.insert(len(store.flying) if position is None else position, made.number)

    def _take_out(self, number: int, found: int, network: Network) -> None:
        store = self._store(self.packets[found], network)
        store.flying.remove(found)
        store.removals.append(number)
        store.transfers.append(number)
        self.gone[self.packets[found]] = number

    def _before(self, found: int, network: Network) -> Iterator[int]:
        """Where there are queues: who took out what stood before a message, and who sent what still does."""
        store = self._store(self.packets[found], network)
        if network.ordered:
            yield from store.removals[-1:]
            yield from (self.formed[other] for other in store.flying[: store.flying.index(found)])

    def _room(self, number: int, packet: Packet, network: Network) -> set[int]:
        """On what it depends whether there is room, if there may be none: on who made room, if that is needed.

        What stands before the last step that may have found it full is told by that step.
        """
        store = self._store(packet, network)
        store.entered += 1
        if network.remembers or network.kind == "rounds" or store.entered <= store.limit:
            return set()
        steps = store.transfers if network.on_full == "drops" else store.removals
        causes = set(steps[store.seen :]) | ({number} if store.filled is None else {store.filled})
        store.filled, store.seen = number, len(steps)
        return causes
