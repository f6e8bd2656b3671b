"""Sending."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelcheck.ir.constructs.atoms import count
from modelcheck.ir.expression import Env, EvaluationError, Expr
from modelcheck.ir.ghosts import forbid_ghost
from modelcheck.ir.statement import Statement
from modelcheck.ir.types import IdT, SetT, UnknownT
from modelcheck.ir.values import Id, Packet

if TYPE_CHECKING:
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.spec import Message
    from modelcheck.syntax import Node


@dataclass(frozen=True, slots=True, eq=False)
class Send(Statement):
    """`send M(…) to e` (one id or a set, ascending) and `reply M(…)` (`target` None: the sender of what is handled).

    What is sent to an agent that crashed for good is lost at once.
    """

    message: Message
    arguments: tuple[Expr, ...]
    target: Expr | None

    def execute(self, env: Env) -> None:
        assert env.self_id is not None
        fields = self._fields(env)
        network = env.model.network_of[self.message.name]
        for target in self._targets(env):
            status = env.model.status(target)
            if status is not None and env.cells[status] == "gone" and not network.remembers:
                continue
            network.insert(env, Packet(self.message.name, env.self_id, target, fields))

    def _fields(self, env: Env) -> tuple[object, ...]:
        values: list[object] = []
        for field, argument in zip(self.message.fields, self.arguments, strict=True):
            if field.ghost and field not in env.model.kept:
                values.append(None)
                continue
            value = argument.evaluate(env)
            why = env.model.domain(field.type_expr).misfit(value)
            if why:
                raise EvaluationError(argument.span, f"the field '{field.name}' of {self.message.name} does not fit: {why}")
            values.append(value)
        return tuple(values)

    def _targets(self, env: Env) -> list[Id]:
        if self.target is None:
            assert env.source is not None
            return [env.source]
        found = self.target.evaluate(env)
        return [found] if isinstance(found, Id) else sorted(found)


def check_send(node: Node, scope: Scope) -> Statement | None:
    """`send` and `reply`."""
    name = node.child(0)
    message = scope.spec.messages.get(name.text)
    if message is None:
        scope.unknown("message", name.text, name, scope.spec.messages)
    arguments = _arguments(node, message, scope)
    target = None
    if node.rule == "reply":
        if scope.handled is None:
            scope.error("MC205", node, "'reply' has no sender to go to", "it stands in `on` transitions: elsewhere use `send … to …`")
            return None
    else:
        target = scope.check(node.child(2))
        forbid_ghost(target, scope, "the receiver of a message")
        kind = _kind(target)
        if kind not in scope.agents:
            if not isinstance(target.type, UnknownT):
                scope.error("MC301", target.span, f"a message goes to an agent or a set of agents, but this is {target.type}")
            return None
        if message is not None:
            message.targets.add(kind)
    if message is None or arguments is None:
        return None
    return Send(scope.span(node), message, arguments, target)


def _kind(target: Expr) -> str:
    type_ = target.type.element if isinstance(target.type, SetT) else target.type
    return type_.sort if isinstance(type_, IdT) else ""


def _arguments(node: Node, message: Message | None, scope: Scope) -> tuple[Expr, ...] | None:
    nodes = () if node.children[1] is None else node.child(1).present()
    arguments = []
    for argument in nodes:
        if argument.rule == "named_arg":
            scope.error("MC302", argument, "the fields of a message are given by position")
            return None
        arguments.append(scope.check(argument))
    if message is None:
        return None
    if len(arguments) != len(message.fields):
        given = f"{len(arguments)} given"
        scope.error("MC302", node, f"{message.name} has {count(len(message.fields), 'field')}, but {given}")
        return None
    for field, value in zip(message.fields, arguments, strict=True):
        scope.expect(value, field.type_expr.type, f"the field '{field.name}' of {message.name}")
        if not field.ghost:
            forbid_ghost(value, scope, f"the field '{field.name}' of {message.name}")
    return tuple(arguments)
