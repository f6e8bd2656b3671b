"""What a network is to the typed IR: a kind of state cell with packets in it. The kinds are in `environment`."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from modelcheck.ir import lowered as k
from modelcheck.ir.ageing import aged, is_due

if TYPE_CHECKING:
    from modelcheck.ir.expression import Env
    from modelcheck.ir.lowered import Cells, Expr, Lowering, LowPacket, LowSet, Role
    from modelcheck.ir.values import Id, Packet, Value

    Place = tuple[Expr, ...]
    """Where a packet in flight is: numbers that only its network reads, and that no longer depend on the state."""

DEFAULT_IN_FLIGHT = 64
"""The most messages in flight on a bag or set without a declared capacity."""

DEFAULT_IN_QUEUE = 16
"""The most messages in one queue without a declared capacity."""


class Network(Struct, eq=False):
    """One network of a model; `messages` names the messages that travel on it.

    `capacity` None means undeclared. The state of the network is one cell, `cell`, whose value only the network reads.
    """

    messages: tuple[str, ...]
    capacity: int | None
    on_full: Literal["cut", "blocks", "drops"]
    cell: int = -1

    @property
    @abstractmethod
    def kind(self) -> str:
        """The keyword."""

    # --------------------------------------------------------------------------------------------------------- judge

    @abstractmethod
    def empty(self) -> Value:
        """The contents at the start."""

    @abstractmethod
    def packets(self, env: Env) -> Iterable[Packet]:
        """What is in flight; equal packets may repeat."""

    @abstractmethod
    def deliverable(self, env: Env, message: str, target: Id) -> Sequence[tuple[int, Packet]]:
        """What an agent could receive now, with the digit that records the choice, ascending."""

    @abstractmethod
    def receive(self, env: Env, packet: Packet) -> None:
        """Take a deliverable packet out, as far as this kind of network does."""

    @abstractmethod
    def insert(self, env: Env, packet: Packet) -> None:
        """Send a packet. Raises `CutError` or `BlockedError` where there is no room, by `on_full`."""

    @abstractmethod
    def discard(self, env: Env, target: Id) -> None:
        """Drop what is addressed to an agent that crashed for good."""

    @abstractmethod
    def in_flight(self, env: Env) -> Sequence[tuple[int, Packet]]:
        """What a fault could strike, with the digit that says where it is, ascending; equal packets may share one."""

    def due(self, env: Env) -> list[Packet]:
        """What has to be received before time passes."""
        return [packet for packet in self.packets(env) if is_due(env, packet)]

    def ages(self, env: Env) -> bool:
        """Whether a tick changes anything in flight."""
        return any(aged(env.model, env.cells, packet) != packet for packet in self.packets(env))

    def age(self, env: Env) -> None:
        """A tick passes for all that is in flight. Only a network whose messages have no delays can do without it."""

    def _aged(self, env: Env, packet: Packet) -> Packet:
        """A message one tick later."""
        later = aged(env.model, env.cells, packet)
        if later != packet:
            env.happens("aged", packet, later)
        return later

    def position(self, digit: int) -> int | None:
        """Where in its queue what is in flight under a digit is, from the head on; None without queues."""
        return None

    @abstractmethod
    def take(self, env: Env, digit: int) -> None:
        """Take out what is in flight under a digit."""

    @abstractmethod
    def replace(self, env: Env, digit: int, packet: Packet) -> None:
        """Put a packet between the same agents in place of what is in flight under a digit, as far as that leaves."""

    def absorbed(self, env: Env, packet: Packet) -> bool:
        """Whether sending a packet would change nothing, as an equal one is there."""
        return self.absorbs and packet in self.packets(env)

    @abstractmethod
    def show(self, value: Value) -> list[Packet]:
        """The contents for people, in order."""

    # ------------------------------------------------------------------------------------------------------ lowering

    @abstractmethod
    def declare(self, low: Lowering) -> None:
        """Declare the state arrays; what the other methods need to know of them is kept in `low.networks`."""

    @abstractmethod
    def lower_packets(self, low: Lowering, message: str, target: Id | None) -> LowSet:
        """The messages of one declaration in flight, to one target or to any."""

    @abstractmethod
    def lower_pick(self, low: Lowering, message: str, target: Id) -> LowPacket:
        """Choose a deliverable packet, of those that can exist; it no longer depends on the state."""

    @abstractmethod
    def lower_receive(self, low: Lowering, packet: LowPacket) -> None:
        """Take a picked packet out."""

    @abstractmethod
    def lower_insert(self, low: Lowering, message: str, source: Id, target: Expr, content: Expr) -> None:
        """Send a packet. `target` is a number among all agents, `content` that of the fields; both are shared."""

    @abstractmethod
    def lower_absorbed(self, low: Lowering, message: str, source: Id, target: Expr, content: Expr) -> Expr:
        """Whether sending a packet, given as to `lower_insert`, would change nothing."""

    @abstractmethod
    def lower_discard(self, low: Lowering, target: Id) -> None:
        """Drop what is addressed to an agent."""

    @abstractmethod
    def lower_point(self, low: Lowering) -> Place:
        """Choose a packet in flight."""

    @abstractmethod
    def lower_content(self, low: Lowering, place: Place, message: str) -> tuple[Expr, Expr]:
        """Whether a packet is of a message, and the number of its fields' values; arbitrary where it is not."""

    @abstractmethod
    def lower_take(self, low: Lowering, place: Place) -> None:
        """Take a packet out."""

    @abstractmethod
    def lower_repeat(self, low: Lowering, place: Place) -> None:
        """Send an equal packet; blocked where that changes nothing."""

    @abstractmethod
    def lower_replace(self, low: Lowering, place: Place, message: str, content: Expr) -> None:
        """Give a packet of a message other fields; blocked where that changes nothing."""

    def lower_due(self, low: Lowering) -> Expr:
        """Whether something has to be received before time passes."""
        return k.build.FALSE

    def lower_ages(self, low: Lowering) -> Expr:
        """Whether a tick changes anything in flight."""
        return k.build.FALSE

    def lower_age(self, low: Lowering) -> None:
        """A tick passes for all that is in flight."""

    @abstractmethod
    def decode(self, low: Lowering, cells: Cells) -> Value:
        """The contents in a kernel state."""

    @abstractmethod
    def encode(self, low: Lowering, cells: Cells, value: Value) -> None:
        """Store contents in cells that are empty. Raises `NoRoomError` if there is no room for them."""

    def roles(self, low: Lowering) -> Iterator[tuple[int, Role]]:
        """How ids are in each of the network's arrays. One that is left out switches symmetry reduction off."""
        yield from ()

    def undeclared(self, low: Lowering) -> str | None:
        """The bound, by its text, that cuts a step because there is no more room, although no capacity is declared."""
        return None

    def room(self, low: Lowering) -> str | None:
        """The same where there is more room if more is asked for."""
        return None

    def bag(self, low: Lowering) -> int | None:
        """The array that all in flight is kept in as a bag, if it is."""
        return None

    def within(self, low: Lowering) -> Expr:
        """That no more is in flight than a declared capacity, where the arrays have room for more."""
        return k.build.TRUE

    def is_ample(self, low: Lowering) -> bool:
        """Whether there is room for a copy of each message that is possible, and for one more.

        More in flight than that makes no difference to what looks at messages and takes no more than one.
        """
        return True

    absorbs: bool = False
    """Whether a second equal message changes nothing."""
    remembers: bool = False
    """Whether messages stay for ever, also those to an agent that crashed for good."""
    ordered: bool = False
    """Whether the order of sending matters to the receiver."""
