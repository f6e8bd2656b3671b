"""`fifo`: one queue for each pair of agents and direction, shared by all the network's messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.environment.networks.ageing import some_due, some_moves
from modelcheck.environment.networks.queues import Queues, declare_queues
from modelcheck.ir import lowered as k
from modelcheck.ir.ageing import is_due, is_ready
from modelcheck.ir.expression import BlockedError, CutError
from modelcheck.ir.network import DEFAULT_IN_QUEUE, Network

if TYPE_CHECKING:
    from modelcheck.ir.expression import Env
    from modelcheck.ir.network import Place
    from modelcheck.ir.values import Id, Packet, Value

    Queue = tuple[Packet, ...]


class Fifo(Network):
    """The contents are a tuple of queues that are not empty, ascending by (source, target); the head stands first."""

    ordered: bool = True

    @property
    def kind(self) -> str:
        return "fifo"

    @property
    def limit(self) -> int:
        """How many messages a queue has room for."""
        return DEFAULT_IN_QUEUE if self.capacity is None else self.capacity

    def empty(self) -> Value:
        return ()

    def packets(self, env: Env) -> Iterable[Packet]:
        return [packet for queue in env.cells[self.cell] for packet in queue]

    def deliverable(self, env: Env, message: str, target: Id) -> Sequence[tuple[int, Packet]]:
        number = env.model.agent_number
        heads = [q[0] for q in env.cells[self.cell] if q[0].target == target and q[0].message == message]
        return [(number[head.source], head) for head in heads if is_ready(env.model, head)]

    def receive(self, env: Env, packet: Packet) -> None:
        self._change(env, packet, lambda queue: queue[1:])

    def insert(self, env: Env, packet: Packet) -> None:
        queue = self._queue(env, packet.source, packet.target)
        if len(queue) < self.limit:
            self._change(env, packet, lambda queue: (*queue, packet))
        elif self.on_full == "cut":
            raise CutError(self._too_many(self.limit))
        elif self.on_full == "blocks":
            raise BlockedError
        else:
            env.happens("lost", packet)

    def discard(self, env: Env, target: Id) -> None:
        queues = env.cells[self.cell]
        for queue in queues:
            for packet in queue if queue[0].target == target else ():
                env.happens("lost", packet)
        env.cells[self.cell] = tuple(queue for queue in queues if queue[0].target != target)

    def in_flight(self, env: Env) -> Sequence[tuple[int, Packet]]:
        found = []
        for queue in env.cells[self.cell]:
            pair = self._pair(env, queue[0])
            found += [(pair * max(1, self.limit) + position, packet) for position, packet in enumerate(queue)]
        return found

    def due(self, env: Env) -> list[Packet]:
        """What is not at the head of its queue waits for those before it, and is urgent when it comes there."""
        return [queue[0] for queue in env.cells[self.cell] if is_due(env, queue[0])]

    def age(self, env: Env) -> None:
        queues = env.cells[self.cell]
        env.cells[self.cell] = tuple(tuple(self._aged(env, packet) for packet in queue) for queue in queues)

    def position(self, digit: int) -> int:
        return digit % max(1, self.limit)

    def take(self, env: Env, digit: int) -> None:
        position = self.position(digit)
        packet = next(packet for number, packet in self.in_flight(env) if number == digit)
        self._change(env, packet, lambda queue: queue[:position] + queue[position + 1 :])

    def replace(self, env: Env, digit: int, packet: Packet) -> None:
        position = self.position(digit)
        self._change(env, packet, lambda queue: (*queue[:position], packet, *queue[position + 1 :]))

    def show(self, value: Value) -> list[Packet]:
        return [packet for queue in value for packet in queue]

    # ------------------------------------------------------------------------------------------------------ lowering

    def declare(self, low: k.Lowering) -> None:
        low.networks[self] = declare_queues(low, self.messages, self._room(low))

    def _room(self, low: k.Lowering) -> int:
        return low.in_queue if self.capacity is None else self.capacity

    def _queues(self, low: k.Lowering) -> Queues:
        queues = low.networks[self]
        assert isinstance(queues, Queues)
        return queues

    def lower_packets(self, low: k.Lowering, message: str, target: Id | None) -> k.LowSet:
        return self._queues(low).packets(low, message, target)

    def lower_pick(self, low: k.Lowering, message: str, target: Id) -> k.LowPacket:
        queues, domain, b = self._queues(low), low.model.packets[message], k.build
        if queues.array is None:
            low.dead_end()
        pairs = [(source, target) for source in domain.sources]
        local = low.fresh(k.IntType(0, len(pairs) - 1), "source")

        def head() -> tuple[k.Expr, k.Expr]:
            return queues.is_message(low.share(queues.slot(low, queues.start(low, pairs, local), 0), "head"), message)

        def deliverable() -> k.Expr:
            there, content = head()
            if domain.clock is None:
                return there
            return b.both(there, k.packets.in_stages(domain.clock.ready, k.packets.stage(domain, content)))

        digit = self._agent_number(low, domain.sources, local)
        low.choose(local, k.ir.Between(0, len(pairs) - 1), deliverable, digit)
        ordinal = b.add(b.multiply(local, b.number(domain.content_size)), head()[1])
        return k.LowPacket(k.packets.addressed_to(domain, target), low.share(ordinal, message))

    @staticmethod
    def _agent_number(low: k.Lowering, agents: Sequence[Id], position: k.Expr) -> k.Expr:
        with low.collecting() as frame:
            number = k.packets.from_table(low, [low.model.agent_number[agent] for agent in agents], position)
        return low.wrap(frame, number)

    def lower_receive(self, low: k.Lowering, packet: k.LowPacket) -> None:
        queues = self._queues(low)
        pairs = [(source, packet.domain.targets[0]) for source in packet.domain.sources]
        queues.remove(low, queues.start(low, pairs, k.packets.source_position(packet)), k.build.number(0))

    def lower_insert(self, low: k.Lowering, message: str, source: Id, target: k.Expr, content: k.Expr) -> None:
        queues = self._queues(low)
        if queues.array is None:
            self._lower_full(low)
            return
        start = queues.start(low, [(source, agent) for agent in low.model.agents], target)
        self._lower_append(low, queues, start, queues.value(message, content))

    def lower_absorbed(self, low: k.Lowering, message: str, source: Id, target: k.Expr, content: k.Expr) -> k.Expr:
        return k.build.FALSE

    def _lower_append(self, low: k.Lowering, queues: Queues, start: k.Expr, value: k.Expr) -> None:
        full = low.share(queues.full(low, start), "full")
        with low.branch(full, chooses=False):
            self._lower_full(low)
        with low.branch(k.build.negation(full), chooses=False):
            queues.append(low, start, value)

    def _lower_full(self, low: k.Lowering) -> None:
        if self.on_full == "cut":
            low.emit(low.cut(self._too_many(self._room(low))))
        elif self.on_full == "blocks":
            low.emit(k.ir.Halt("block"))

    def undeclared(self, low: k.Lowering) -> str | None:
        return self._too_many(self._room(low)) if self.capacity is None else None

    def room(self, low: k.Lowering) -> str | None:
        return self.undeclared(low) if low.in_queue < DEFAULT_IN_QUEUE else None

    def is_ample(self, low: k.Lowering) -> bool:
        """The head may be any message, whatever stands behind it."""
        return sum(low.model.packets[message].content_size for message in self.messages) < self._room(low)

    def roles(self, low: k.Lowering) -> Iterator[tuple[int, k.Role]]:
        return self._queues(low).roles()

    def lower_discard(self, low: k.Lowering, target: Id) -> None:
        self._queues(low).clear(low, target)

    def lower_due(self, low: k.Lowering) -> k.Expr:
        return some_due(low, self.messages, partial(self._queues(low).at, low, heads=True))

    def lower_ages(self, low: k.Lowering) -> k.Expr:
        return some_moves(low, lambda marked: self._queues(low).at(low, marked, None, None, heads=False))

    def lower_age(self, low: k.Lowering) -> None:
        self._queues(low).age(low)

    def lower_point(self, low: k.Lowering) -> Place:
        """The start of a packet's queue, its position there and its value."""
        queues, b, agents = self._queues(low), k.build, low.model.agent_number
        array = queues.array
        if array is None:
            low.dead_end()
        last = len(queues.pairs) * queues.room - 1
        local = low.fresh(k.IntType(0, last), "slot")
        position, pair = b.remainder(local, b.number(queues.room)), b.divide(local, b.number(queues.room))
        numbers = [agents[source] * len(agents) + agents[target] for source, target in queues.pairs]
        with low.collecting() as frame:
            number = k.packets.from_table(low, numbers, pair)
            digit = b.add(b.multiply(number, b.number(max(1, self.limit))), position)
        some = b.differ(low.read(array, local), b.number(0))
        low.choose(local, k.ir.Between(0, last), lambda: some, low.wrap(frame, digit))
        start = low.share(b.multiply(pair, b.number(queues.room)), "queue")
        return start, low.share(position, "position"), low.share(low.read(array, local), "value")

    def lower_content(self, low: k.Lowering, place: Place, message: str) -> tuple[k.Expr, k.Expr]:
        _, _, value = place
        return self._queues(low).is_message(value, message)

    def lower_take(self, low: k.Lowering, place: Place) -> None:
        start, position, _ = place
        self._queues(low).remove(low, start, position)

    def lower_repeat(self, low: k.Lowering, place: Place) -> None:
        queues, (start, _, value) = self._queues(low), place
        if self.on_full == "drops":
            low.block_unless(k.build.negation(queues.full(low, start)))
        self._lower_append(low, queues, start, value)

    def lower_replace(self, low: k.Lowering, place: Place, message: str, content: k.Expr) -> None:
        queues, (start, position, _) = self._queues(low), place
        assert queues.array is not None
        low.assign(queues.array, k.build.add(start, position), queues.value(message, content))

    def decode(self, low: k.Lowering, cells: k.Cells) -> Value:
        return self._queues(low).decode(cells)

    def encode(self, low: k.Lowering, cells: k.Cells, value: Value) -> None:
        self._queues(low).encode(cells, value)

    # --------------------------------------------------------------------------------------------------------- judge

    @staticmethod
    def _too_many(limit: int) -> str:
        return f"more than {counted(limit, 'message')} in a queue (fifo)"

    @staticmethod
    def _pair(env: Env, packet: Packet) -> int:
        number = env.model.agent_number
        return number[packet.source] * len(number) + number[packet.target]

    def _queue(self, env: Env, source: Id, target: Id) -> tuple[Packet, ...]:
        return next((q for q in env.cells[self.cell] if q[0].source == source and q[0].target == target), ())

    def _change(self, env: Env, packet: Packet, change: Callable[[Queue], Queue]) -> None:
        queue = self._queue(env, packet.source, packet.target)
        changed = change(queue)
        others = [q for q in env.cells[self.cell] if q is not queue]
        queues = [*others, changed] if changed else others
        env.cells[self.cell] = tuple(sorted(queues, key=lambda q: self._pair(env, q[0])))
