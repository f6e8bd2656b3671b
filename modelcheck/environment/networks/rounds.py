"""`rounds`: what was sent in the last round, for all agents to read in the coming one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from modelcheck.environment.networks.bitmaps import Bitmap, declare_bitmap
from modelcheck.environment.networks.contents import Entry, Store, Unqueued
from modelcheck.environment.networks.numbering import Numbering
from modelcheck.frozen import field
from modelcheck.ir import lowered as k
from modelcheck.ir.partitions import separated
from modelcheck.ir.statuses import is_down

if TYPE_CHECKING:
    from modelcheck.ir.expression import Env
    from modelcheck.ir.values import Id, Packet

MAX_PACKETS = 1 << 14
"""The most packets that can be told apart: each is a bit of the state."""


class _Inboxes(Bitmap, eq=False):
    """A bitmap; while a round runs, `held` has the words of each array as they were before it."""

    held: dict[int, tuple[k.Expr, ...]] = field(default_factory=dict)

    def _block(self, low: k.Lowering, message: str, target: Id) -> tuple[k.Expr, ...]:
        array = self.arrays[message]
        if array not in self.held:
            return super()._block(low, message, target)
        words = self._words(low, message)
        first = low.model.packets[message].target_positions[target] * words
        return self.held[array][first : first + words]


class Rounds(Unqueued):
    """A set of packets that a round reads and replaces. It has no capacity: every possible packet has its bit."""

    absorbs: bool = True

    @property
    def kind(self) -> str:
        return "rounds"

    def packets(self, env: Env) -> Iterable[Packet]:
        found: tuple[Packet, ...] = (env.held or env.cells)[self.cell]
        return found

    def insert(self, env: Env, packet: Packet) -> None:
        contents = env.cells[self.cell]
        if packet not in contents:
            env.cells[self.cell] = tuple(sorted((*contents, packet), key=env.model.packet_number))

    def hold(self, env: Env) -> None:
        """Keep what is there for reading, and make room for what is sent."""
        inbox = env.cells[self.cell]
        for packet in inbox:
            status = env.model.status(packet.target)
            is_lost = status is not None and is_down(env.cells[status])
            # Nobody on the other side of a partition finds it in the inbox, and with the round it is gone.
            is_lost = is_lost or separated(env, packet.source, packet.target)
            env.happens("lost" if is_lost else "received", packet)
        env.held = {**(env.held or {}), self.cell: inbox}
        env.cells[self.cell] = ()

    # ------------------------------------------------------------------------------------------------------ lowering

    def declare(self, low: k.Lowering) -> None:
        numbering = Numbering(low.model, self.messages)
        low.networks[self] = _Inboxes(numbering, declare_bitmap(low, numbering).arrays)

    @contextmanager
    def lower_hold(self, low: k.Lowering) -> Iterator[None]:
        """As `hold`: inside the block, what is there is what was there before it."""
        store = self._store(low)
        assert isinstance(store, _Inboxes)
        for array in store.arrays.values():
            indices = [k.build.number(index) for index in range(low.arrays[array].length)]
            store.held[array] = tuple(low.share(low.read(array, index), "inbox") for index in indices)
            for index in indices:
                low.assign(array, index, k.build.least_of(low.arrays[array].type))
        try:
            yield
        finally:
            store.held.clear()

    def _lower_add(self, low: k.Lowering, store: Store, entry: Entry) -> None:
        store.put(low, entry)

    def room(self, low: k.Lowering) -> str | None:
        return None
