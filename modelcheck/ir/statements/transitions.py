"""What stands before the body of a transition once the environment is elaborated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir import lowered as k
from modelcheck.ir.expression import BlockedError, Env, Expr
from modelcheck.ir.partitions import lower_separated, separated
from modelcheck.ir.statement import Statement
from modelcheck.ir.statements.control import chosen, options_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Message, Parameter
    from modelcheck.ir.values import Id, Packet, Value

PACKET = "received message"
"""The local that holds the packet being handled; it contains a space, so no name of a specification hides it."""


class RequireState(Statement):
    """Only in one of these control states, and only while the agent has not crashed."""

    impartial = True

    states: frozenset[str]

    def execute(self, env: Env) -> None:
        assert env.self_id is not None
        if self.rules_out(env.model, env.cells, env.self_id):
            raise BlockedError

    def lower(self, low: k.Lowering) -> None:
        low.block_unless(self.lower_holds(low))

    def lower_holds(self, low: k.Lowering) -> k.Expr:
        """Whether the agent that acts is in one of the states and has not crashed."""
        assert low.self_id is not None
        kind, agent = low.self_id.sort, k.build.number(low.self_id.index)
        states = low.model.spec.agents[kind].states
        wanted = k.build.words_of(
            sum(1 << at for at, state in enumerate(states) if state.name in self.states), len(states)
        )
        ready = k.sets.in_words(wanted, low.share(low.read(low.control[kind], agent), "state"))
        if kind in low.status:
            up = k.build.equal(low.read(low.status[kind], agent), k.build.number(0))
            ready = k.build.both(ready, up)
        return ready

    def rules_out(self, model: Model, cells: Sequence[Value], agent: Id) -> bool:
        """Whether an agent cannot take the transition in this state."""
        if cells[model.control(agent)] not in self.states:
            return True
        status = model.status(agent)
        return status is not None and cells[status] != "up"


class Guard(Statement):
    """`when e`."""

    impartial = True

    condition: Expr

    def execute(self, env: Env) -> None:
        if not self.condition.evaluate(env):
            raise BlockedError

    def lower(self, low: k.Lowering) -> None:
        low.block_unless(low.condition(self.condition))


class TakeParameter(Statement):
    """`step s(x in S)`: once for each value of the domain."""

    impartial = True

    parameter: Parameter

    def execute(self, env: Env) -> None:
        assert env.chooser is not None
        name = self.parameter.name
        options = env.chooser.options(lambda: options_of(env, name, self.parameter.domain, None))
        env.locals[name] = env.locals[chosen(name)] = env.chooser.choose(options)

    def lower(self, low: k.Lowering) -> None:
        name = self.parameter.name
        domain = k.element_universe(low, low.set(self.parameter.domain))
        if not domain.universe.size:
            low.dead_end()
        low.names = {**low.names, name: k.choose_from(low, domain, name, None)}

    def chooses(self) -> bool:
        return True

    def expressions(self) -> Iterator[Expr]:
        yield self.parameter.domain


class PickMessage(Statement):
    """Choose a message that can be received and bind its fields and sender. It stays in the network until `Consume`."""

    impartial = True

    message: Message
    binders: tuple[str | None, ...]
    sender: str | None

    def pick(self, env: Env) -> Packet:
        """Choose the message."""
        assert env.chooser is not None
        assert env.self_id is not None
        network = env.model.network_of[self.message.name]
        packet: Packet = env.chooser.choose(network.deliverable(env, self.message.name, env.self_id))
        return packet

    def execute(self, env: Env) -> None:
        packet = self.pick(env)
        assert env.self_id is not None
        if env.model.partitions and separated(env, packet.source, env.self_id):
            raise BlockedError
        env.source = packet.source
        env.locals[PACKET] = packet
        for name, value in zip(self.binders, packet.fields, strict=True):
            if name is not None:
                env.locals[name] = value
        if self.sender is not None:
            env.locals[self.sender] = packet.source

    def lower_pick(self, low: k.Lowering) -> k.LowPacket:
        """The same in the kernel. There are messages of this kind to this agent."""
        assert low.self_id is not None
        return low.model.network_of[self.message.name].lower_pick(low, self.message.name, low.self_id)

    def lower(self, low: k.Lowering) -> None:
        assert low.self_id is not None
        domain = low.model.packets[self.message.name]
        if low.self_id not in domain.target_positions or not k.packets.block_size(domain):
            low.dead_end()
        packet = self.lower_pick(low)
        numbers = [low.model.agent_number[source] for source in domain.sources]
        low.source = low.share(k.packets.from_table(low, numbers, k.packets.source_position(packet)), "source")
        low.block_unless(k.build.negation(lower_separated(low, low.source, low.self_id)))
        names: dict[str, k.Lowered] = {PACKET: packet}
        for position, name in enumerate(self.binders):
            if name is not None:
                names[name] = low.share_all(k.packets.field_of(low, packet, position), name)
        if self.sender is not None:
            names[self.sender] = low.share_all(k.packets.end_of(low, packet, sender=True), self.sender)
        low.names = {**low.names, **names}

    def chooses(self) -> bool:
        return True


class Consume(Statement):
    """Take the message picked out of the network, before the body runs."""

    impartial = True

    message: Message

    def execute(self, env: Env) -> None:
        packet = env.locals[PACKET]
        env.happens("received", packet)
        env.model.network_of[self.message.name].receive(env, packet)

    def lower(self, low: k.Lowering) -> None:
        packet = low.names[PACKET]
        assert isinstance(packet, k.LowPacket)
        low.model.network_of[self.message.name].lower_receive(low, packet)
