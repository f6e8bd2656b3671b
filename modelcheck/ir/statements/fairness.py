"""What a run owes: the fairness class of a choice, noted where it is known that the choice is enabled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from modelcheck.ir import lowered as k
from modelcheck.ir.expression import Env, Expr
from modelcheck.ir.statement import Statement
from modelcheck.ir.statements.transitions import PACKET
from modelcheck.ir.values import Packet

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.values import Id, Value

OWED = "fairness class"
"""The local that holds the `Class` of the choice; it contains a space, so no name of a specification hides it."""

Strength = Literal["unfair", "weak", "strong"]

STRENGTHS: tuple[Strength, ...] = ("unfair", "weak", "strong")


class Class(NamedTuple):
    """One thing that a run owes: `what` (a message's name, or the statement that owes), by whom, with which values.

    A weak class that is enabled from some point on for ever is taken again and again; a strong one is, if it is enabled
    again and again. It is taken by every choice with the same `what`, `actor` and `values`; it is enabled by those of
    the same strength. `unfair` choices only take.
    """

    what: object
    actor: Id | None
    values: tuple[Value, ...]
    strength: Strength


class Owe(Statement):
    """The choices made so far are owed. It stands behind all that decides whether they are enabled, before the effects.

    `names` are the locals whose values tell the classes of this statement apart; the packet being received is one of
    them. `condition`: only the choices that satisfy it are owed.
    """

    impartial = True

    strength: Strength
    names: tuple[str, ...] = ()
    condition: Expr | None = None

    def what(self, message: str) -> object:
        """What its classes have in common: the message that is received, or the statement itself."""
        return message if self.names == (PACKET,) else self

    def execute(self, env: Env) -> None:
        if self.condition is not None and not self.condition.evaluate(env):
            return
        values = [env.locals[name] for name in self.names]
        message = ""
        if self.names == (PACKET,):
            message = values[0].message
            values = [values[0].source, *_seen(env.model, values[0])]
        env.locals[OWED] = Class(self.what(message), env.self_id, tuple(values), self.strength)

    def lower(self, low: k.Lowering) -> None:
        condition = None if self.condition is None else low.condition(self.condition)
        message = ""
        parts = [_ordinal(low, low.names[name]) for name in self.names]
        if self.names == (PACKET,):
            packet = low.names[PACKET]
            assert isinstance(packet, k.LowPacket)
            message = packet.domain.message
            parts = list(_seen_parts(low, packet))
        index: k.Expr = k.build.number(0)
        size = 1
        for ordinal, count in parts:
            index = k.build.add(k.build.multiply(index, k.build.number(count)), ordinal)
            size *= count
        low.owe((self.what(message), low.self_id), size, index, STRENGTHS.index(self.strength), condition)

    def expressions(self) -> Iterator[Expr]:
        if self.condition is not None:
            yield self.condition


def _seen(model: Model, packet: Packet) -> Iterator[Value]:
    """What the protocol sees of a message: a ghost that a check keeps must not make its classes finer."""
    fields = zip(model.spec.messages[packet.message].fields, packet.fields, strict=True)
    return (value for field, value in fields if not field.ghost)


def _seen_parts(low: k.Lowering, packet: k.LowPacket) -> Iterator[tuple[k.Expr, int]]:
    """The same as numbers, each with how many there are, the source before them."""
    yield low.share(k.packets.source_position(packet), "source"), len(packet.domain.sources)
    stride = packet.domain.content_size
    declared = low.model.spec.messages[packet.domain.message].fields
    for field, domain in zip(declared, packet.domain.fields, strict=True):
        stride //= domain.size
        if not field.ghost:
            yield low.share(k.digit(packet.ordinal, stride, domain.size), field.name), domain.size


def _ordinal(low: k.Lowering, value: k.Lowered) -> tuple[k.Expr, int]:
    """The number of a value among those that it can have, and how many they are."""
    domain = k.domain_of(value)
    _, ordinal = k.sets.place_of(low, value, domain)
    return low.share(ordinal, "ordinal"), max(1, domain.size)
