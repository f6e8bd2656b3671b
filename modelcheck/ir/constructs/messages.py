"""Messages in flight, as expressions read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir import lowered as k
from modelcheck.ir.constructs.atoms import Invalid
from modelcheck.ir.expression import Env, Expr
from modelcheck.ir.partitions import lower_reachable, separated
from modelcheck.ir.types import UNKNOWN, IdT, MessageT, SetT

if TYPE_CHECKING:
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.spec import Message
    from modelcheck.ir.values import Value
    from modelcheck.syntax import Node


class InFlight(Expr):
    """`messages M`: the set of all messages M in flight; `inbox M` (`own`): those addressed to this agent."""

    impartial = True

    message: Message
    own: bool

    def evaluate(self, env: Env) -> Value:
        network = env.model.network_of.get(self.message.name)
        if network is None:
            return frozenset()
        env.looks(self.message.name, env.self_id if self.own else None)
        packets = network.packets(env)
        if self.own and env.model.partitions:
            assert env.self_id is not None
            packets = [p for p in packets if p.target == env.self_id and not separated(env, p.source, p.target)]
        # How old they are is not seen, so that messages that differ in nothing else are one.
        name, own, target = self.message.name, self.own, env.self_id
        found = [p for p in packets if p.message == name and (not own or p.target == target)]
        return frozenset([p._replace(stage=0) if p.stage else p for p in found])

    def lower(self, low: k.Lowering) -> k.Lowered:
        network = low.model.network_of.get(self.message.name)
        if network is None:
            return k.EMPTY_SET
        if not self.own:
            return network.lower_packets(low, self.message.name, None)
        assert low.self_id is not None
        if low.self_id not in low.model.packets[self.message.name].target_positions:
            return k.EMPTY_SET
        return lower_reachable(low, network.lower_packets(low, self.message.name, low.self_id), low.self_id)


class PacketField(Expr):
    """`m.a`, a field of a message in flight."""

    impartial = True

    packet: Expr
    position: int
    ghost: bool

    def evaluate(self, env: Env) -> Value:
        return self.packet.evaluate(env).fields[self.position]

    def lower(self, low: k.Lowering) -> k.Lowered:
        return k.packets.field_of(low, low.packet(self.packet), self.position)


class PacketEnd(Expr):
    """`m.from` and `m.to`."""

    impartial = True

    packet: Expr
    sender: bool

    def evaluate(self, env: Env) -> Value:
        packet = self.packet.evaluate(env)
        return packet.source if self.sender else packet.target

    def lower(self, low: k.Lowering) -> k.Lowered:
        return k.packets.end_of(low, low.packet(self.packet), sender=self.sender)


def check_in_flight(node: Node, scope: Scope) -> Expr:
    """`inbox M` and `messages M`."""
    name, span = node.child(0).text, scope.span(node)
    if scope.place in {"constant", "parameter", "initial"}:
        scope.error("MC205", node, f"'{node.rule} {name}' cannot be read here", "only parameters and constants can")
        return Invalid(span, UNKNOWN)
    if name not in scope.spec.messages:
        scope.unknown("message", name, node.child(0), scope.spec.messages)
        return Invalid(span, UNKNOWN)
    message = scope.spec.messages[name]
    if scope.place == "transition" and any(field.ghost for field in message.fields):
        problem = f"{message.name} has a ghost field, so its messages in flight cannot be read in a transition"
        scope.error("MC305", node, problem, "how many different messages there are would depend on the ghost")
    if node.rule == "inbox":
        if scope.agent is None:
            scope.error(
                "MC205", node, "'inbox' has no meaning outside an agent", f"use `messages {name}` and look at `.to`"
            )
        else:
            message.targets.add(scope.agent)
    return InFlight(span, SetT(MessageT(name)), message, node.rule == "inbox")


def check_field(node: Node, packet: Expr, name: str, scope: Scope) -> Expr | None:
    """`m.from`, `m.to`, `m.a`, or None for an unknown field."""
    assert isinstance(packet.type, MessageT)
    message = scope.spec.messages[packet.type.name]
    span = scope.span(node)
    for position, field in enumerate(message.fields):
        if field.name == name:
            return PacketField(span, field.type_expr.type, packet, position, field.ghost)
    if name not in {"from", "to"}:
        return None
    kinds = message.sources if name == "from" else message.targets
    if len(kinds) == 1:
        return PacketEnd(span, IdT(next(iter(kinds))), packet, name == "from")
    if len(kinds) > 1:
        did = "sent by" if name == "from" else "sent to"
        problem = f"{message.name} is {did} {' and '.join(sorted(kinds))}, so '.{name}' has no single type"
        scope.error("MC309", node, problem, "declare one message for each kind")
    elif not kinds:
        did = "sends it" if name == "from" else "is sent it"
        scope.error("MC309", node, f"'.{name}' of {message.name} has no type: no agent {did}")
    return Invalid(span, UNKNOWN)
