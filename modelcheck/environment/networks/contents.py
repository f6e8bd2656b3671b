"""What bags and sets of packets have in common: they deliver in any order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelcheck.ir.expression import BlockedError, CutError
from modelcheck.ir.network import DEFAULT_IN_FLIGHT, Network

if TYPE_CHECKING:
    from modelcheck.ir.expression import Env
    from modelcheck.ir.values import Id, Packet, Value


@dataclass(eq=False)
class Unqueued(Network):
    """The contents are a tuple of packets, ascending by number, so that equal contents are equal values."""

    def empty(self) -> Value:
        return ()

    def packets(self, env: Env) -> Iterable[Packet]:
        return env.cells[self.cell]  # type: ignore[no-any-return]  # cells hold any value

    def deliverable(self, env: Env, message: str, target: Id) -> Sequence[tuple[int, Packet]]:
        domain = env.model.packets[message]
        waiting = dict.fromkeys(p for p in env.cells[self.cell] if p.message == message and p.target == target)
        return [(domain.ordinal(packet), packet) for packet in waiting]

    def receive(self, env: Env, packet: Packet) -> None:
        self._remove(env, packet)

    def discard(self, env: Env, target: Id) -> None:
        env.cells[self.cell] = tuple(p for p in env.cells[self.cell] if p.target != target)

    def losable(self, env: Env) -> Sequence[tuple[int, Packet]]:
        return [(env.model.packet_number(p), p) for p in dict.fromkeys(env.cells[self.cell])] if self.loses else []

    def lose(self, env: Env, digit: int) -> None:
        self._remove(env, next(p for p in env.cells[self.cell] if env.model.packet_number(p) == digit))

    def duplicable(self, env: Env) -> Sequence[tuple[int, Packet]]:
        return [(env.model.packet_number(p), p) for p in dict.fromkeys(env.cells[self.cell])] if self.duplicates else []

    def show(self, value: Value) -> list[Packet]:
        return list(value)

    def _remove(self, env: Env, packet: Packet) -> None:
        contents = list(env.cells[self.cell])
        contents.remove(packet)
        env.cells[self.cell] = tuple(contents)

    def _add(self, env: Env, packet: Packet) -> None:
        contents = env.cells[self.cell]
        limit = DEFAULT_IN_FLIGHT if self.capacity is None else self.capacity
        if len(contents) >= limit and not self.remembers and not self.has_room(limit):
            return
        number = env.model.packet_number
        env.cells[self.cell] = tuple(sorted((*contents, packet), key=number))

    def has_room(self, limit: int) -> bool:
        """What happens where a message has no room: cut, block, or False for a message that is dropped."""
        if self.on_full == "cut":
            raise CutError(f"more than {limit} messages in flight ({self.kind})")
        if self.on_full == "blocks":
            raise BlockedError
        return False
