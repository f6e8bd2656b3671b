"""`fifo`: one queue for each pair of agents and direction, shared by all the network's messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelcheck.ir.expression import BlockedError, CutError
from modelcheck.ir.network import DEFAULT_IN_QUEUE, Network

if TYPE_CHECKING:
    from modelcheck.ir.expression import Env
    from modelcheck.ir.values import Id, Packet, Value

    Queue = tuple[Packet, ...]


@dataclass(eq=False)
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
        return [(number[head.source], head) for head in heads]

    def receive(self, env: Env, packet: Packet) -> None:
        self._change(env, packet, lambda queue: queue[1:])

    def insert(self, env: Env, packet: Packet) -> None:
        queue = self._queue(env, packet.source, packet.target)
        if len(queue) < self.limit:
            self._change(env, packet, lambda queue: (*queue, packet))
        elif self.on_full == "cut":
            raise CutError(f"more than {self.limit} messages in a queue (fifo)")
        elif self.on_full == "blocks":
            raise BlockedError

    def discard(self, env: Env, target: Id) -> None:
        env.cells[self.cell] = tuple(queue for queue in env.cells[self.cell] if queue[0].target != target)

    def losable(self, env: Env) -> Sequence[tuple[int, Packet]]:
        found = []
        for queue in env.cells[self.cell]:
            pair = self._pair(env, queue[0])
            found += [(pair * max(1, self.limit) + position, packet) for position, packet in enumerate(queue)]
        return found

    def lose(self, env: Env, digit: int) -> None:
        position = digit % max(1, self.limit)
        packet = next(packet for number, packet in self.losable(env) if number == digit)
        self._change(env, packet, lambda queue: queue[:position] + queue[position + 1 :])

    def duplicable(self, env: Env) -> Sequence[tuple[int, Packet]]:
        return self.losable(env)

    def show(self, value: Value) -> list[Packet]:
        return [packet for queue in value for packet in queue]

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
