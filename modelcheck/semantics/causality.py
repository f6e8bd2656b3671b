"""What depends on what in a run: which sending a receipt goes back to, who wrote what is read, vector clocks.

Lamport, Time, clocks, and the ordering of events in a distributed system (1978); Mattern, Virtual time and global
states of distributed systems (1989).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from modelcheck.frozen import Frozen, field, replace
from modelcheck.ir.ageing import GST
from modelcheck.semantics.show import show_id, show_message
from modelcheck.semantics.trace import Message

if TYPE_CHECKING:
    from modelcheck.ir.happenings import Happening, Watch
    from modelcheck.ir.model import Model
    from modelcheck.ir.network import Network
    from modelcheck.ir.values import Id, Packet


class Dependencies(Frozen):
    """Of each step the steps that it depends on directly and its vector clock; the messages of the run."""

    causes: tuple[tuple[int, ...], ...]
    clocks: tuple[tuple[int, ...], ...]
    messages: tuple[Message, ...]
    writers: dict[int, list[int]]
    """The steps that wrote a cell, ascending."""
    transfers: tuple[int, ...]
    """The steps that sent or took something, ascending."""

    def grounds(self, watch: Watch, number: int) -> tuple[int, ...]:
        """What the evaluation that `watch` tells of, behind step `number`, depends on directly."""
        found = {self.writers[cell][at - 1] for cell in watch.reads if (at := self._writings(cell, number))}
        found.update(step for step in self.transfers if watch.looked and step <= number)
        return tuple(sorted(found))

    def _writings(self, cell: int, number: int) -> int:
        """How often a cell was written up to a step."""
        return bisect_right(self.writers.get(cell, []), number)


def dependencies(model: Model, watches: Sequence[Watch], members: Sequence[tuple[Id, ...]]) -> Dependencies:
    """The dependencies of a run: `watches` and who takes part, both by step, from the beginning on."""
    run = _Run(model)
    for number, (watch, agents) in enumerate(zip(watches, members, strict=True)):
        run.step(number, watch, agents)
    transfers = tuple(number for number, watch in enumerate(watches) if watch.happened)
    return Dependencies(tuple(run.causes), tuple(run.clocks), tuple(run.messages), run.writers, transfers)


def members_of(model: Model, actor: Id | None, watch: Watch) -> tuple[Id, ...]:
    """Who takes part in a step: its actor, or else those of whom it changes something, and who send and receive."""
    if actor is not None:
        return (actor,)
    found = {cell.owner for number in watch.writes if (cell := model.cells[number]).role != "observer"}
    found |= {h.packet.source for h in watch.happened if h.kind == "sent" and not h.forged}
    found |= {h.packet.target for h in watch.happened if h.kind == "received"}
    return tuple(agent for agent in model.agents if agent in found)


class _Run(Struct):
    """What is known behind the steps so far."""

    model: Model
    causes: list[tuple[int, ...]] = field(default_factory=list)
    clocks: list[tuple[int, ...]] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    contents: list[Packet] = field(default_factory=list)
    """What was sent, by the message's number."""
    flying: dict[Packet, list[int]] = field(default_factory=dict)
    """The numbers of the messages in flight by content, the oldest first."""
    writers: dict[int, list[int]] = field(default_factory=dict)
    acted: dict[Id, int] = field(default_factory=dict)
    """The last step of each agent."""
    removed: dict[object, int] = field(default_factory=dict)
    """The last step that took something out of a queue, or out of a network that blocks while it is full."""
    touched: set[int] = field(default_factory=set)
    """The steps that sent or took something since all that is in flight was last looked at."""

    def step(self, number: int, watch: Watch, members: Sequence[Id]) -> None:
        causes = {self.acted[agent] for agent in members if agent in self.acted}
        for cell in watch.reads:
            if self._tells(cell) and cell in self.writers:
                causes.add(self.writers[cell][-1])
        for happening in watch.happened:
            causes |= self._happens(number, happening, by_agents=bool(members))
        if watch.looked:
            causes |= self.touched
            self.touched = set()
        if watch.happened:
            self.touched.add(number)
        for cell in watch.writes:
            if self._tells(cell):
                self.writers.setdefault(cell, []).append(number)
        for agent in members:
            self.acted[agent] = number
        causes.discard(number)
        self.causes.append(tuple(sorted(causes)))
        self.clocks.append(self._clock(causes, members))

    def _tells(self, cell: int) -> bool:
        """Whether who wrote a cell matters: what is in flight is told by the messages, and budgets are bookkeeping."""
        found = self.model.cells[cell]
        return found.role != "network" and (found.role != "budget" or found.name == GST)

    def _clock(self, causes: Iterable[int], members: Sequence[Id]) -> tuple[int, ...]:
        clock = [0] * len(self.model.agents)
        for cause in causes:
            clock = [max(pair) for pair in zip(clock, self.clocks[cause], strict=True)]
        for agent in members:
            clock[self.model.agent_number[agent]] += 1
        return tuple(clock)

    # ------------------------------------------------------------------------------------------------------ messages

    def _happens(self, number: int, happening: Happening, *, by_agents: bool) -> set[int]:
        """Note what becomes of a message; the steps that this depends on."""
        network = self.model.network_of[happening.packet.message]
        made = self._made(number, happening.other or happening.packet)
        match happening.kind:
            case "sent":
                self._send(replace(made, forged=happening.forged), happening.packet, network)
                # Where a full network blocks, somebody had to make room.
                blocker = self.removed.get(network) if network.on_full == "blocks" else None
                return set() if blocker is None else {blocker}
            case "received":
                found = self._find(happening.packet, stays=network.remembers)
                message = self.messages[found]
                self.messages[found] = replace(message, received=(*message.received, number))
                return {message.sent, *self._take_out(number, happening.packet, network)}
            case "lost":
                found = self._lost(number, happening.packet)
                self.messages[found] = replace(self.messages[found], lost=number)
                before = self._take_out(number, happening.packet, network)
                # An agent that crashes learns nothing of what it would have received.
                return set() if by_agents else {self.messages[found].sent, *before}
            case "copied":
                found = self._find(happening.packet, stays=True)
                self._send(replace(made, copy_of=found), happening.packet, network)
                return {self.messages[found].sent}
            case "changed":
                assert happening.other is not None
                found = self._find(happening.packet, stays=network.remembers)
                self.messages[found] = replace(self.messages[found], lost=number)
                self._send(replace(made, changed_from=found), happening.other, network)
                return {self.messages[found].sent}

    def _made(self, number: int, packet: Packet) -> Message:
        """A message that is sent in a step."""
        content = show_message(packet, self.model)
        source, target = show_id(packet.source, self.model), show_id(packet.target, self.model)
        return Message(len(self.messages), packet.message, content, source, target, number)

    def _send(self, made: Message, packet: Packet, network: Network) -> None:
        content = packet._replace(stage=0)
        there = self.flying.setdefault(content, [])
        same_as = there[0] if there and network.absorbs else None
        self.messages.append(replace(made, same_as=same_as))
        self.contents.append(content)
        if same_as is None:
            there.append(made.number)

    def _find(self, packet: Packet, *, stays: bool) -> int:
        """The oldest message of this content; how long it has been on its way makes no difference."""
        content = packet._replace(stage=0)
        there = self.flying.setdefault(content, [])
        if there:
            return there[0] if stays else there.pop(0)
        # A set tells equal messages of different ages apart, which here became one when the second was sent.
        return max(number for number, sent in enumerate(self.contents) if sent == content)

    def _lost(self, number: int, packet: Packet) -> int:
        """The message that is lost: the newest, if it is lost while it is sent, for want of room or of a receiver."""
        there = self.flying[packet._replace(stage=0)]
        if there and self.messages[there[-1]].sent == number:
            return there.pop()
        return self._find(packet, stays=False)

    def _take_out(self, number: int, packet: Packet, network: Network) -> set[int]:
        places: list[object] = [network] if network.on_full == "blocks" else []
        places += [(network, packet.source, packet.target)] if network.ordered else []
        causes = {self.removed[place] for place in places if place in self.removed}
        self.removed.update(dict.fromkeys(places, number))
        return causes
