"""What bags and sets of packets have in common: they deliver in any order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from modelcheck.counts import counted
from modelcheck.environment.networks.ageing import some_due, some_moves
from modelcheck.environment.networks.bags import Bag, declare_bag
from modelcheck.environment.networks.bitmaps import Bitmap, declare_bitmap, fits_bitmap
from modelcheck.environment.networks.copies import Copies, declare_copies, fits_copies
from modelcheck.environment.networks.numbering import Numbering
from modelcheck.environment.networks.table import Table, declare_table, fits_table
from modelcheck.ir import lowered as k
from modelcheck.ir.ageing import is_ready
from modelcheck.ir.expression import BlockedError, CutError
from modelcheck.ir.network import DEFAULT_IN_FLIGHT, Network

if TYPE_CHECKING:
    from modelcheck.ir.expression import Env
    from modelcheck.ir.network import Place
    from modelcheck.ir.values import Id, Packet, Value

Store = Bag | Bitmap | Copies | Table
"""How the packets are kept in a kernel state."""

Entry = Any
"""What stands for a packet in a store, which alone reads it: a number, or a row."""


class Unqueued(Network):
    """The contents are a tuple of packets, ascending by number, so that equal contents are equal values."""

    def empty(self) -> Value:
        return ()

    def packets(self, env: Env) -> Iterable[Packet]:
        return env.cells[self.cell]  # type: ignore[no-any-return]  # cells hold any value

    def deliverable(self, env: Env, message: str, target: Id) -> Sequence[tuple[int, Packet]]:
        domain = env.model.packets[message]
        waiting = dict.fromkeys(
            p for p in env.cells[self.cell] if p.message == message and p.target == target and is_ready(env.model, p)
        )
        return [(domain.ordinal(packet), packet) for packet in waiting]

    def receive(self, env: Env, packet: Packet) -> None:
        self._remove(env, packet)

    def discard(self, env: Env, target: Id) -> None:
        contents = env.cells[self.cell]
        for packet in contents:
            if packet.target == target:
                env.happens("lost", packet)
        env.cells[self.cell] = tuple(p for p in contents if p.target != target)

    def in_flight(self, env: Env) -> Sequence[tuple[int, Packet]]:
        return [(env.model.packet_number(p), p) for p in dict.fromkeys(env.cells[self.cell])]

    def take(self, env: Env, digit: int) -> None:
        self._remove(env, next(p for p in env.cells[self.cell] if env.model.packet_number(p) == digit))

    def replace(self, env: Env, digit: int, packet: Packet) -> None:
        self.take(env, digit)
        self.insert(env, packet)

    def age(self, env: Env) -> None:
        later = [self._aged(env, packet) for packet in env.cells[self.cell]]
        left = dict.fromkeys(later) if self.absorbs else later
        env.cells[self.cell] = tuple(sorted(left, key=env.model.packet_number))

    def show(self, value: Value) -> list[Packet]:
        return list(value)

    # ------------------------------------------------------------------------------------------------------ lowering

    def declare(self, low: k.Lowering) -> None:
        numbering = Numbering(low.model, self.messages)
        as_set = self.absorbs or (self.capacity is None and not low.counts)
        if as_set and fits_bitmap(numbering):
            low.networks[self] = declare_bitmap(low, numbering)
        elif low.copies and not self.absorbs and self.capacity != 0 and fits_copies(numbering):
            room = DEFAULT_IN_FLIGHT if self.capacity is None else self.capacity
            low.networks[self] = declare_copies(low, f"messages ({self.kind})", numbering, room)
        else:
            room = low.in_flight if self.capacity is None or self.remembers else self.capacity
            declare = declare_table if low.copies and room and fits_table(numbering) else declare_bag
            low.networks[self] = declare(low, f"messages ({self.kind})", numbering, room)

    def _store(self, low: k.Lowering) -> Store:
        store = low.networks[self]
        assert isinstance(store, Store)
        return store

    def lower_packets(self, low: k.Lowering, message: str, target: Id | None) -> k.LowSet:
        return self._store(low).packets(low, message, target)

    def lower_pick(self, low: k.Lowering, message: str, target: Id) -> k.LowPacket:
        return self._store(low).choose(low, message, target)

    def lower_receive(self, low: k.Lowering, packet: k.LowPacket) -> None:
        store = self._store(low)
        store.take(low, store.place_of(packet))

    def lower_insert(self, low: k.Lowering, message: str, source: Id, target: k.Expr, content: k.Expr) -> None:
        store = self._store(low)
        entry: Entry = store.entry(low, message, source, target, content)
        if not self.absorbs:
            self._lower_add(low, store, entry)
            return
        with low.branch(k.build.negation(store.holds(low, entry)), chooses=False):
            self._lower_add(low, store, entry)

    def lower_absorbed(self, low: k.Lowering, message: str, source: Id, target: k.Expr, content: k.Expr) -> k.Expr:
        if not self.absorbs:
            return k.build.FALSE
        store = self._store(low)
        entry: Entry = store.entry(low, message, source, target, content)
        return store.holds(low, entry)

    def _lower_add(self, low: k.Lowering, store: Store, entry: Entry) -> None:
        """What `_add` does: soups have no limit of their own, so only their room can end."""
        if self.remembers and isinstance(store, Bitmap):
            store.put(low, entry)
            return
        limit = self._lowered_limit(low, store)
        full = store.full(low, limit)
        if self.on_full == "drops" and not self.remembers:
            with low.branch(k.build.negation(full), chooses=False):
                self._lower_put(low, store, entry)
            return
        blocks = self.on_full == "blocks" and not self.remembers
        low.when(full, k.ir.Halt("block") if blocks else low.cut(self._too_many(limit)))
        self._lower_put(low, store, entry)

    def _lower_put(self, low: k.Lowering, store: Store, entry: Entry) -> None:
        if isinstance(store, Copies):
            low.when(store.too_many_copies(low, entry), low.cut(self._too_equal(store)))
        store.put(low, entry)

    def _too_equal(self, store: Copies) -> str:
        return f"more than {counted(len(store.planes), 'equal message')} in flight ({self.kind})"

    def _lowered_limit(self, low: k.Lowering, store: Store) -> int:
        if not isinstance(store, Bitmap):
            return store.room
        return DEFAULT_IN_FLIGHT if self.capacity is None else self.capacity

    def undeclared(self, low: k.Lowering) -> str | None:
        """A soup that is kept as bits has room for all."""
        store = self._store(low)
        open_ended = not isinstance(store, Bitmap) if self.remembers else self.capacity is None
        return self._too_many(self._lowered_limit(low, store)) if open_ended else None

    def room(self, low: k.Lowering) -> str | None:
        """A bag is as large as was asked for."""
        store = self._store(low)
        if isinstance(store, Copies):
            return self._too_equal(store) if len(store.planes) < store.room else None
        is_short = not isinstance(store, Bitmap) and low.in_flight < DEFAULT_IN_FLIGHT
        return self.undeclared(low) if is_short else None

    def bag(self, low: k.Lowering) -> int | None:
        store = self._store(low)
        return store.array if isinstance(store, Bag) else None

    def within(self, low: k.Lowering) -> k.Expr:
        store = self._store(low)
        if self.capacity is None or self.remembers or not isinstance(store, Bitmap):
            return k.build.TRUE
        return store.within(low, self.capacity)

    def is_ample(self, low: k.Lowering) -> bool:
        store = self._store(low)
        return isinstance(store, Bitmap) or store.numbering.total < store.room

    def roles(self, low: k.Lowering) -> Iterator[tuple[int, k.Role]]:
        return self._store(low).roles(low)

    def lower_discard(self, low: k.Lowering, target: Id) -> None:
        if not self.remembers:
            self._store(low).clear(low, target)

    def lower_due(self, low: k.Lowering) -> k.Expr:
        return some_due(low, self.messages, partial(self._store(low).at, low))

    def lower_ages(self, low: k.Lowering) -> k.Expr:
        return some_moves(low, lambda marked: self._store(low).at(low, marked, None, None))

    def lower_age(self, low: k.Lowering) -> None:
        store = self._store(low)
        if isinstance(store, Bag):
            store.age(low, absorbs=self.absorbs)
        elif isinstance(store, Bitmap):
            store.age(low)

    def lower_point(self, low: k.Lowering) -> Place:
        return (self._store(low).choose_any(low),)

    def lower_content(self, low: k.Lowering, place: Place, message: str) -> tuple[k.Expr, k.Expr]:
        (where,) = place
        return self._store(low).content(low, where, message)

    def lower_take(self, low: k.Lowering, place: Place) -> None:
        self._store(low).take(low, *place)

    def lower_repeat(self, low: k.Lowering, place: Place) -> None:
        store = self._store(low)
        if self.on_full == "drops":
            low.block_unless(k.build.negation(store.full(low, self._lowered_limit(low, store))))
        (where,) = place
        self._lower_add(low, store, store.at_place(low, where))

    def lower_replace(self, low: k.Lowering, place: Place, message: str, content: k.Expr) -> None:
        store, (where,) = self._store(low), place
        new: Entry = store.changed(low, where, message, content)
        self.lower_take(low, place)
        there = low.share(store.holds(low, new), "there") if self.absorbs else k.build.FALSE
        if self.remembers:
            low.block_unless(k.build.negation(there))
        with low.branch(k.build.negation(there), chooses=False):
            self._lower_add(low, store, new)

    def decode(self, low: k.Lowering, cells: k.Cells) -> Value:
        return self._store(low).decode(low, cells)

    def encode(self, low: k.Lowering, cells: k.Cells, value: Value) -> None:
        self._store(low).encode(low, cells, value)

    # --------------------------------------------------------------------------------------------------------- judge

    def _remove(self, env: Env, packet: Packet) -> None:
        contents = list(env.cells[self.cell])
        contents.remove(packet)
        env.cells[self.cell] = tuple(contents)

    def _add(self, env: Env, packet: Packet) -> None:
        contents = env.cells[self.cell]
        limit = DEFAULT_IN_FLIGHT if self.capacity is None else self.capacity
        if len(contents) >= limit and not self.remembers and not self.has_room(limit):
            env.happens("lost", packet)
            return
        number = env.model.packet_number
        place = bisect_right(contents, number(packet), key=number)
        env.cells[self.cell] = (*contents[:place], packet, *contents[place:])

    def _too_many(self, limit: int) -> str:
        return f"more than {counted(limit, 'message')} in flight ({self.kind})"

    def has_room(self, limit: int) -> bool:
        """What happens where a message has no room: cut, block, or False for a message that is dropped."""
        if self.on_full == "cut":
            raise CutError(self._too_many(limit))
        if self.on_full == "blocks":
            raise BlockedError
        return False
