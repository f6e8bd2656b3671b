"""What stands before the body of a transition once the environment is elaborated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelcheck.ir.expression import BlockedError, Env, Expr
from modelcheck.ir.statement import Statement
from modelcheck.ir.statements.control import options_of

if TYPE_CHECKING:
    from modelcheck.ir.spec import Message, Parameter

PACKET = "received message"
"""The local that holds the packet being handled; it contains a space, so no name of a specification hides it."""


@dataclass(frozen=True, slots=True, eq=False)
class RequireState(Statement):
    """Only in one of these control states, and only while the agent has not crashed."""

    states: frozenset[str]

    def execute(self, env: Env) -> None:
        assert env.self_id is not None
        if env.cells[env.model.control(env.self_id)] not in self.states:
            raise BlockedError
        status = env.model.status(env.self_id)
        if status is not None and env.cells[status] != "up":
            raise BlockedError


@dataclass(frozen=True, slots=True, eq=False)
class Guard(Statement):
    """`when e`."""

    condition: Expr

    def execute(self, env: Env) -> None:
        if not self.condition.evaluate(env):
            raise BlockedError


@dataclass(frozen=True, slots=True, eq=False)
class TakeParameter(Statement):
    """`step s(x in S)`: once for each value of the domain."""

    parameter: Parameter

    def execute(self, env: Env) -> None:
        assert env.chooser is not None
        name = self.parameter.name
        env.locals[name] = env.chooser.choose(options_of(env, name, self.parameter.domain, None))

    def expressions(self):  # type: ignore[no-untyped-def]  # noqa: ANN201, D102 - typed by the base class
        yield self.parameter.domain


@dataclass(frozen=True, slots=True, eq=False)
class PickMessage(Statement):
    """Choose a message that can be received and bind its fields and sender. It stays in the network until `Consume`."""

    message: Message
    binders: tuple[str | None, ...]
    sender: str | None

    def execute(self, env: Env) -> None:
        assert env.chooser is not None
        assert env.self_id is not None
        network = env.model.network_of[self.message.name]
        packet = env.chooser.choose(network.deliverable(env, self.message.name, env.self_id))
        env.source = packet.source
        env.locals[PACKET] = packet
        for name, value in zip(self.binders, packet.fields, strict=True):
            if name is not None:
                env.locals[name] = value
        if self.sender is not None:
            env.locals[self.sender] = packet.source


@dataclass(frozen=True, slots=True, eq=False)
class Consume(Statement):
    """Take the message picked out of the network, before the body runs."""

    message: Message

    def execute(self, env: Env) -> None:
        env.model.network_of[self.message.name].receive(env, env.locals[PACKET])
