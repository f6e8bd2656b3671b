"""Sending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.ir import lowered as k
from modelcheck.ir.expression import Env, EvaluationError, Expr
from modelcheck.ir.ghosts import forbid_ghost
from modelcheck.ir.statement import Statement
from modelcheck.ir.statuses import has_status, is_deaf, lower_status, statuses_of
from modelcheck.ir.types import IdT, SetT, UnknownT
from modelcheck.ir.values import Id, Packet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from contextlib import AbstractContextManager

    from modelcheck.ir.model import Model
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.spec import Message
    from modelcheck.syntax import Node


class Send(Statement):
    """`send M(…) to e` (one id or a set, ascending) and `reply M(…)` (`target` None: the sender of what is handled).

    What is sent to an agent that crashed for good, or is Byzantine, is lost at once.
    """

    impartial = True

    message: Message
    arguments: tuple[Expr, ...]
    target: Expr | None

    def favours(self, model: Model) -> Iterable[str]:
        """Where what has no room is dropped, the lowest of several receivers get the room that is left."""
        network = model.network_of[self.message.name]
        if self.target is None or not isinstance(self.target.type, SetT) or network.ordered:
            # One receiver at most for each queue, bag or set.
            return ()
        return (_kind(self.target),) if network.on_full == "drops" else ()

    def execute(self, env: Env) -> None:
        assert env.self_id is not None
        fields = self._fields(env)
        network = env.model.network_of[self.message.name]
        for target in self._targets(env):
            packet = Packet(self.message.name, env.self_id, target, fields)
            if has_status(env.model, env.cells, target, is_deaf) and not network.remembers:
                env.happens("sent", packet)
                env.happens("lost", packet)
            elif self.goes_out(env):
                env.happens("sent", packet)
                network.insert(env, packet)

    def goes_out(self, env: Env) -> bool:
        """Whether the next message is really sent."""
        return True

    def lower(self, low: k.Lowering) -> None:
        assert low.self_id is not None
        content = self._lower_content(low)
        network = low.model.network_of[self.message.name]
        for present, number in self._lower_targets(low):
            there = k.build.both(present, k.build.TRUE if network.remembers else self._lower_not_gone(low, number))
            with self.lower_branch(low, there):
                network.lower_insert(low, self.message.name, low.self_id, number, content)

    def lower_branch(self, low: k.Lowering, there: k.Expr) -> AbstractContextManager[None]:
        """What is emitted inside runs where the receiver is there and the message goes out."""
        return low.branch(there, chooses=False)

    def _lower_content(self, low: k.Lowering) -> k.Expr:
        """The number of the fields' values."""
        values: list[k.Lowered] = []
        domain = low.model.packets[self.message.name]
        for field, own, argument in zip(self.message.fields, domain.fields, self.arguments, strict=True):
            if field.ghost and field not in low.model.kept:
                values.append(k.LowUnit())
                continue
            fits, value = k.fit(low, low.value(argument), own)
            low.require(fits, argument.span, f"the field '{field.name}' of {self.message.name} does not fit")
            values.append(value)
        fields = k.encode_all(low, domain.fields, values)
        # The clock of what has just been sent is at stage 0.
        return low.share(k.build.multiply(fields, k.build.number(domain.stages)), "content")

    def _lower_targets(self, low: k.Lowering) -> Iterator[tuple[k.Expr, k.Expr]]:
        """Each possible receiver's number among all agents, and whether it is one."""
        if self.target is None:
            assert low.source is not None
            yield k.build.TRUE, low.source
            return
        found = low.share_all(low.value(self.target), "to")
        first = low.model.agent_number[Id(_kind(self.target), 0)] if low.model.sizes[_kind(self.target)] else 0
        if isinstance(found, k.LowIndex):
            yield k.build.TRUE, low.share(k.build.add(found.expr, k.build.number(first)), "to")
            return
        assert isinstance(found, k.LowSet)
        for ordinal in range(found.universe.size):
            present = k.sets.has_ordinal(found, k.build.number(ordinal))
            yield present, k.build.number(first + ordinal)

    def _lower_not_gone(self, low: k.Lowering, number: k.Expr) -> k.Expr:
        """Whether the agent with a number can be reached: it has not crashed for good and is not Byzantine."""
        tests = []
        for kind in low.status:
            if kind not in self.message.targets or not any(map(is_deaf, statuses_of(low.model, kind))):
                continue
            first, size = low.model.agent_number[Id(kind, 0)], low.model.sizes[kind]
            own = k.build.within(number, first, first + size - 1)
            index = k.build.subtract(k.build.clamped(number, first, first + size - 1), k.build.number(first))
            tests.append(k.build.implies(own, k.build.negation(lower_status(low, kind, index, is_deaf))))
        return k.build.conjunction(tests)

    def _fields(self, env: Env) -> tuple[object, ...]:
        values: list[object] = []
        for field, argument in zip(self.message.fields, self.arguments, strict=True):
            if field.ghost and field not in env.model.kept:
                values.append(None)
                continue
            value = argument.evaluate(env)
            why = env.model.domain(field.type_expr).misfit(value)
            if why:
                raise EvaluationError(
                    argument.span, f"the field '{field.name}' of {self.message.name} does not fit: {why}"
                )
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
            scope.error(
                "MC205",
                node,
                "'reply' has no sender to go to",
                "it stands in `on` transitions: elsewhere use `send … to …`",
            )
            return None
    else:
        target = scope.check(node.child(2))
        forbid_ghost(target, scope, "the receiver of a message")
        kind = _kind(target)
        if kind not in scope.agents:
            if isinstance(target.type, UnknownT):
                scope.untyped(target)
            else:
                scope.error(
                    "MC301", target.span, f"a message goes to an agent or a set of agents, but this is {target.type}"
                )
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
        scope.error("MC302", node, f"{message.name} has {counted(len(message.fields), 'field')}, but {given}")
        return None
    for field, value in zip(message.fields, arguments, strict=True):
        scope.expect(value, field.type_expr.type, f"the field '{field.name}' of {message.name}")
        if not field.ghost:
            forbid_ghost(value, scope, f"the field '{field.name}' of {message.name}")
    return tuple(arguments)
