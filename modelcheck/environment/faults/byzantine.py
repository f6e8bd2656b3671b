"""`byzantine Kind up to n`: agents that run no code and send what they like, under their own names.

Which agents these are is chosen at the start. On a network that absorbs equal messages theirs enter like any other. On
one that counts them they would fill any room, so nothing is stored there: a receiver may at any time be given any
message that a Byzantine agent could have sent it, which comes to the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.environment.faults.forgery import Forgery, matters
from modelcheck.environment.faults.forgery_checks import looked_at
from modelcheck.frozen import replace
from modelcheck.ir import lowered as k
from modelcheck.ir.constructs.atoms import Literal
from modelcheck.ir.expression import BlockedError, Env
from modelcheck.ir.model import MAX_VALUES, Action
from modelcheck.ir.statement import Body, Statement, run
from modelcheck.ir.statements.control import Goto
from modelcheck.ir.statements.initial import As
from modelcheck.ir.statements.transitions import PACKET, Guard, PickMessage, RequireState
from modelcheck.ir.statuses import BYZANTINE, has_status, is_byzantine, is_deaf, lower_status
from modelcheck.ir.values import Packet
from modelcheck.semantics.show import show_choices, show_id, show_message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Label, Model
    from modelcheck.ir.spec import Agent, FaultDecl, Message, Transition
    from modelcheck.ir.values import Id, Value


class TurnByzantine(Statement):
    """Whether the agent is Byzantine: 0 or 1, the latter while its kind has fewer Byzantine agents than `budget`."""

    impartial = True

    budget: int | None

    def execute(self, env: Env) -> None:
        assert env.chooser is not None
        assert env.self_id is not None
        cell = env.model.status(env.self_id)
        assert cell is not None
        alike = env.model.ids(env.self_id.sort)
        used = sum(has_status(env.model, env.cells, agent, is_byzantine) for agent in alike)
        may = self.budget is None or used < self.budget
        if env.chooser.choose([(0, False), (1, True)] if may else [(0, False)]):
            env.cells[cell] = BYZANTINE

    def lower(self, low: k.Lowering) -> None:
        assert low.self_id is not None
        b, kind = k.build, low.self_id.sort
        local = low.fresh(k.IntType(0, 1), "byzantine")
        budget = self.budget

        def one_if(agent: k.Expr) -> k.Expr:
            return b.ite(lower_status(low, kind, agent, is_byzantine), b.number(1), b.number(0))

        def holds() -> k.Expr:
            if budget is None:
                return b.TRUE
            used = low.loop("add", low.model.sizes[kind], one_if)
            return b.disjunction((b.equal(local, b.number(0)), b.less(used, b.number(budget))))

        low.choose(local, k.ir.Between(0, 1), holds)
        domain = low.model.cells[low.model.bases["status", kind]].domain
        assert domain is not None
        status = b.ite(b.equal(local, b.number(1)), b.number(domain.ordinal(BYZANTINE)), b.number(0))
        low.assign(low.status[kind], b.number(low.self_id.index), status)

    def chooses(self) -> bool:
        return True


class Honestly(Statement):
    """Run a body, unless the agent is Byzantine."""

    impartial = True

    body: Body

    def execute(self, env: Env) -> None:
        assert env.self_id is not None
        if not has_status(env.model, env.cells, env.self_id, is_byzantine):
            run(self.body, env)

    def lower(self, low: k.Lowering) -> None:
        assert low.self_id is not None
        traitor = lower_status(low, low.self_id.sort, k.build.number(low.self_id.index), is_byzantine)
        low.fork(k.build.negation(traitor), self.body, ())

    def blocks(self) -> tuple[Body, ...]:
        return (self.body,)


class PickForged(PickMessage):
    """Choose a Byzantine agent of one kind, and a message of its making that was never stored."""

    kind: str
    forgery: Forgery

    def pick(self, env: Env) -> Packet:
        assert env.chooser is not None
        assert env.self_id is not None
        forgers = list(enumerate(env.model.ids(self.kind)))
        traitors = [(n, agent) for n, agent in forgers if has_status(env.model, env.cells, agent, is_byzantine)]
        forger = env.chooser.choose(traitors)
        fields = env.chooser.choose(env.chooser.options(lambda: self.forgery.options(env, forger)))
        packet = Packet(self.message.name, forger, env.self_id, fields)
        env.happens("sent", packet, forged=True)
        env.happens("received", packet)
        return packet

    def lower_pick(self, low: k.Lowering) -> k.LowPacket:
        assert low.self_id is not None
        b, domain, ids = k.build, low.model.packets[self.message.name], low.model.ids(self.kind)
        if not ids or not self.forgery.size(low.model):
            low.dead_end()
        local = low.fresh(k.IntType(0, len(ids) - 1), "forger")
        low.choose(local, k.ir.Between(0, len(ids) - 1), lambda: lower_status(low, self.kind, local, is_byzantine))
        forgers = [(b.equal(local, b.number(agent.index)), agent) for agent in ids]
        content = self.forgery.choose(low, forgers)
        # The ids of a kind follow one another among the senders.
        source = b.add(local, b.number(domain.source_positions[ids[0]]))
        ordinal = b.add(b.multiply(source, b.number(domain.content_size)), content)
        return k.LowPacket(k.packets.addressed_to(domain, low.self_id), low.share(ordinal, self.message.name))

    def expressions(self) -> Iterator[Expr]:
        yield from self.forgery.conditions


class SendForged(Statement):
    """A Byzantine agent puts a message into a network that absorbs equal ones; blocked where that changes nothing.

    `to_all`: also to agents that can no longer receive it, as somebody looks at all messages in flight.
    """

    impartial = True

    forgery: Forgery
    to_all: bool

    def execute(self, env: Env) -> None:
        chooser, forger = env.chooser, env.self_id
        assert chooser is not None
        assert forger is not None
        if not has_status(env.model, env.cells, forger, is_byzantine):
            raise BlockedError
        name = self.forgery.message.name
        network = env.model.network_of[name]
        targets = list(enumerate(env.model.packets[name].targets))
        target = chooser.choose([(n, agent) for n, agent in targets if self._reaches(env, agent)])

        def contents() -> list[tuple[int, Packet]]:
            made = self.forgery.options(env, forger)
            found = [(digit, Packet(name, forger, target, fields)) for digit, fields in made]
            return [(digit, packet) for digit, packet in found if not network.absorbed(env, packet)]

        packet = env.locals[PACKET] = chooser.choose(chooser.options(contents))
        env.happens("sent", packet, forged=True)
        network.insert(env, packet)

    def _reaches(self, env: Env, target: Id) -> bool:
        stays = self.to_all and env.model.network_of[self.forgery.message.name].remembers
        return stays or not has_status(env.model, env.cells, target, is_deaf)

    def lower(self, low: k.Lowering) -> None:
        forger, name = low.self_id, self.forgery.message.name
        assert forger is not None
        b, domain, network = k.build, low.model.packets[name], low.model.network_of[name]
        if not domain.targets or not self.forgery.size(low.model):
            low.dead_end()
        low.block_unless(lower_status(low, forger.sort, b.number(forger.index), is_byzantine))
        local = low.fresh(k.IntType(0, len(domain.targets) - 1), "to")
        stays = self.to_all and network.remembers

        def reaches() -> k.Expr:
            return b.TRUE if stays else b.negation(_lower_unreachable(low, domain.targets, local))

        low.choose(local, k.ir.Between(0, len(domain.targets) - 1), reaches)
        numbers = [low.model.agent_number[target] for target in domain.targets]
        target = low.share(k.packets.from_table(low, numbers, local), "target")
        content = self.forgery.choose(
            low,
            [(b.TRUE, forger)],
            lambda content: b.negation(network.lower_absorbed(low, name, forger, target, low.share(content, "fields"))),
        )
        network.lower_insert(low, name, forger, target, content)

    def chooses(self) -> bool:
        return True

    def expressions(self) -> Iterator[Expr]:
        yield from self.forgery.conditions


def _lower_unreachable(low: k.Lowering, agents: tuple[Id, ...], position: k.Expr) -> k.Expr:
    """Whether the agent at a position among some, kind by kind, cannot receive anything more."""
    b, tests = k.build, []
    for kind in dict.fromkeys(agent.sort for agent in agents):
        first = next(at for at, agent in enumerate(agents) if agent.sort == kind)
        last = first + low.model.sizes[kind] - 1
        index = b.subtract(b.clamped(position, first, last), b.number(first))
        tests.append(b.both(b.within(position, first, last), lower_status(low, kind, index, is_deaf)))
    return b.disjunction(tests)


def _receives(transition: Transition) -> Label:
    def label(model: Model, names: Mapping[str, Value]) -> str:
        packet = names.get(PACKET)
        if packet is None:
            # What can be forged could not be evaluated.
            return f"receives forged {transition.name}"
        made = f"receives forged {show_message(packet, model)} from {show_id(packet.source, model)}"
        return f"{made}{show_choices(transition.body, names, model)}"

    return label


def _sends(message: Message) -> Label:
    def label(model: Model, names: Mapping[str, Value]) -> str:
        packet = names.get(PACKET)
        if packet is None:
            return f"sends forged {message.name}"
        return f"sends forged {show_message(packet, model)} to {show_id(packet.target, model)}"

    return label


def elaborate(model: Model, fault: FaultDecl, budget: int | None) -> None:
    """Add the choice of the Byzantine agents of one kind, and what they send."""
    kind = fault.subject
    assert kind is not None
    agent = model.spec.agents[kind]
    turns = [As(fault.span, id_, (TurnByzantine(fault.span, budget),)) for id_ in model.ids(kind)]
    # In the order of the faults, and before everything that depends on it.
    before = sum(isinstance(s, As) and isinstance(s.body[0], TurnByzantine) for s in model.initial)
    model.initial[before:before] = turns
    if agent.at_start:
        model.initial[:] = [_honestly(s) if _starts(s, agent) else s for s in model.initial]
    for message in model.spec.messages.values():
        allowed = message.forgeable.get(kind)
        # `forgeable when false`: only what was sent, which takes no action.
        nothing = isinstance(allowed, Literal) and allowed.value is False
        if kind in message.sources and message.name in model.packets and not nothing:
            if model.network_of[message.name].absorbs:
                _add_sending(model, fault, message)
            else:
                _add_deliveries(model, fault, message)


def _starts(statement: Statement, agent: Agent) -> bool:
    return isinstance(statement, As) and statement.agent.sort == agent.name and statement.body is agent.at_start


def _honestly(statement: Statement) -> Statement:
    assert isinstance(statement, As)
    return replace(statement, body=(Honestly(statement.span, statement.body),))


def _add_sending(model: Model, fault: FaultDecl, message: Message) -> None:
    assert fault.subject is not None
    forgery = Forgery(message, tuple(range(len(message.fields))), message.forgeable.get(fault.subject))
    _limit(model, fault, forgery)
    send = SendForged(fault.span, forgery, to_all=looked_at(model, message))
    for id_ in model.ids(fault.subject):
        model.actions.append(Action("forge", id_, "fault", (send,), label=_sends(message)))


def _add_deliveries(model: Model, fault: FaultDecl, message: Message) -> None:
    assert fault.subject is not None
    for agent in (agent for agent in model.spec.agents.values() if agent.name in message.targets):
        for transition in agent.transitions:
            # Without a guard, a target or a body nothing can come of it.
            if transition.message is message and (transition.guard or transition.target or transition.body):
                body = _delivery(model, fault, message, transition)
                model.actions += [
                    Action(transition.name, id_, "fault", body, transition, label=_receives(transition))
                    for id_ in model.ids(agent.name)
                ]


def _delivery(model: Model, fault: FaultDecl, message: Message, transition: Transition) -> Body:
    """A transition that receives a message, but of the making of a Byzantine agent: nothing leaves the network."""
    kind = fault.subject
    assert kind is not None
    condition = message.forgeable.get(kind)
    forgery = Forgery(message, tuple(matters(message, transition.binders, condition)), condition)
    _limit(model, fault, forgery)
    body: list[Statement] = [
        RequireState(transition.span, frozenset(transition.states)),
        PickForged(transition.span, message, transition.binders, transition.sender, kind, forgery),
    ]
    if transition.guard is not None:
        body.append(Guard(transition.guard.span, transition.guard))
    if transition.target is not None:
        body.append(Goto(transition.span, transition.target))
    return (*body, *transition.body)


def _limit(model: Model, fault: FaultDecl, forgery: Forgery) -> None:
    if forgery.size(model) > MAX_VALUES:
        problem = f"a Byzantine {fault.subject} has more than {MAX_VALUES:,} values of {forgery.message.name} to send"
        raise InputError([Diagnostic("MC405", fault.span, problem, "make the types of its fields smaller")])
