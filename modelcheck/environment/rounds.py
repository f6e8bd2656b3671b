"""The lock-step of a synchronous model: the `round` bodies of all agents as one transition (Lynch 1996, chapter 2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.environment.networks.rounds import MAX_PACKETS, Rounds
from modelcheck.frozen import Frozen
from modelcheck.ir import lowered as k
from modelcheck.ir.constructs.messages import InFlight
from modelcheck.ir.expression import BlockedError, Env, Expr
from modelcheck.ir.model import Action
from modelcheck.ir.statement import Body, Statement, run, walk_body
from modelcheck.ir.statements.control import Choose, Goto, chosen
from modelcheck.ir.statements.fairness import Owe
from modelcheck.ir.statements.messages import Send
from modelcheck.ir.statements.transitions import RequireState
from modelcheck.semantics.show import show_id, show_value

if TYPE_CHECKING:
    from modelcheck.diagnostics import Diagnostics
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Transition
    from modelcheck.ir.values import Id, Value

READY = "ready for the round"
"""The local with the alternatives of each agent that can take part."""

CHOICES = "choices of the round"
"""The local with what agents chose by name: for people."""


class Alternative(Frozen, eq=False):
    """One `round` of a kind of agent: where it applies and what it does."""

    states: RequireState
    guard: Expr | None
    body: Body

    def applies(self, env: Env) -> bool:
        """Whether the agent that acts can take it."""
        assert env.self_id is not None
        if self.states.rules_out(env.model, env.cells, env.self_id):
            return False
        return self.guard is None or bool(self.guard.evaluate(env))

    def lower_applies(self, low: k.Lowering) -> k.Expr:
        """The same for the kernel."""
        holds = self.states.lower_holds(low)
        if self.guard is not None:
            holds, guard = low.then_condition(holds, self.guard)
            holds = k.build.both(holds, guard)
        return low.share(holds, "ready")

    def chooses(self) -> bool:
        """Whether lowering the body splits the run."""
        return any(statement.chooses() for statement in self.body)


class Member(Frozen, eq=False):
    """An agent with its alternatives, in the order of declaration."""

    agent: Id
    alternatives: tuple[Alternative, ...]

    def ready(self, number: int) -> str:
        """The name of the lowered condition of an alternative."""
        return f"{READY} {self.agent.sort} {self.agent.index} {number}"


class AwaitRound(Statement):
    """Only where some agent takes part. All guards see the state before the round."""

    impartial = True

    members: tuple[Member, ...]

    def execute(self, env: Env) -> None:
        found = []
        for member in self.members:
            env.self_id = member.agent
            ready = [(number, way) for number, way in enumerate(member.alternatives) if way.applies(env)]
            if ready:
                found.append((member, ready))
        env.self_id = None
        if not found:
            raise BlockedError
        env.locals[READY] = found

    def lower(self, low: k.Lowering) -> None:
        tests: list[k.Expr] = []
        for member in self.members:
            low.self_id = member.agent
            for number, alternative in enumerate(member.alternatives):
                tests.append(alternative.lower_applies(low))
                low.names = {**low.names, member.ready(number): k.LowBool(tests[-1])}
        low.self_id = None
        low.block_unless(k.build.disjunction(tests))

    def expressions(self) -> Iterator[Expr]:
        yield from (way.guard for member in self.members for way in member.alternatives if way.guard is not None)


class RunRound(Statement):
    """Run the bodies, in the order of the agents, which cannot matter: each reads and writes only what is its own.

    Several alternatives of one agent are a choice; one alone is none.
    """

    impartial = True

    networks: tuple[Rounds, ...]
    members: tuple[Member, ...]

    def execute(self, env: Env) -> None:
        assert env.chooser is not None
        for network in self.networks:
            network.hold(env)
        made: list[tuple[Id, str, Value]] = []
        for member, ready in env.locals[READY]:
            env.self_id = member.agent
            way = env.chooser.choose(ready) if len(member.alternatives) > 1 else ready[0][1]
            run(way.body, env)
            names = dict.fromkeys(chosen(s.name) for s in walk_body(way.body) if isinstance(s, Choose))
            made += [(member.agent, name, env.locals.pop(name)) for name in names if name in env.locals]
        env.locals[CHOICES] = made
        env.held = None

    def lower(self, low: k.Lowering) -> None:
        with ExitStack() as stack:
            for network in self.networks:
                stack.enter_context(network.lower_hold(low))
            for member in self.members:
                low.self_id = member.agent
                _lower_member(low, member)

    def chooses(self) -> bool:
        return any(len(m.alternatives) > 1 or m.alternatives[0].chooses() for m in self.members)

    def blocks(self) -> tuple[Body, ...]:
        return tuple(way.body for member in self.members for way in member.alternatives)


def _lower_member(low: k.Lowering, member: Member) -> None:
    ready: list[k.Expr] = []
    for number in range(len(member.alternatives)):
        flag = low.names[member.ready(number)]
        assert isinstance(flag, k.LowBool)
        ready.append(flag.expr)
    if len(ready) == 1:
        with low.branch(ready[0], chooses=member.alternatives[0].chooses()):
            low.run(member.alternatives[0].body)
        return
    last = len(ready) - 1
    way = low.fresh(k.IntType(0, last), "round")
    taken = [k.build.equal(way, k.build.number(number)) for number in range(len(ready))]
    with low.branch(k.build.disjunction(ready), chooses=True):
        allowed = k.build.disjunction([k.build.both(*pair) for pair in zip(taken, ready, strict=True)])
        low.choose(way, k.ir.Between(0, last), lambda: allowed)
        for test, alternative in zip(taken, member.alternatives, strict=True):
            with low.branch(test, chooses=alternative.chooses()):
                low.run(alternative.body)


def add_round(model: Model) -> None:
    """Add the round of all agents, if they have any."""
    members = []
    for agent in model.spec.agents.values():
        ways = tuple(_alternative(transition) for transition in agent.transitions if transition.kind == "round")
        members += [Member(id_, ways) for id_ in model.ids(agent.name) if ways]
    if not members:
        return
    networks = tuple(network for network in model.networks if isinstance(network, Rounds))
    span = members[0].alternatives[0].states.span
    owed = (Owe(span, "weak"),) if model.is_fair else ()
    body = (AwaitRound(span, tuple(members)), *owed, RunRound(span, networks, tuple(members)))
    together = tuple(t for agent in model.spec.agents.values() for t in agent.transitions if t.kind == "round")
    model.actions.append(Action("round", None, "protocol", body, label=_label, together=together))


def _alternative(transition: Transition) -> Alternative:
    states = RequireState(transition.span, frozenset(transition.states))
    goto = () if transition.target is None else (Goto(transition.span, transition.target),)
    return Alternative(states, transition.guard, (*goto, *transition.body))


def _label(model: Model, names: Mapping[str, Value]) -> str:
    made = [
        f"{show_id(agent, model)} chooses {name.partition(' ')[2]} = {show_value(value, model)}"
        for agent, name, value in names.get(CHOICES, ())
    ]
    return f"round, {', '.join(made)}" if made else "round"


def check_rounds(model: Model, diagnostics: Diagnostics) -> None:
    """Record an error for each message of rounds that is received otherwise, and for each other one sent in a round.

    Raises `InputError` where there are too many possible messages.
    """
    for network in (network for network in model.networks if isinstance(network, Rounds)):
        largest = max(network.messages, key=lambda name: model.packets[name].size)
        total = sum(model.packets[name].size for name in network.messages)
        if total > MAX_PACKETS:
            problem = f"there are {total} possible messages of a round, and at most {MAX_PACKETS} can be told apart"
            place = model.spec.messages[largest].span
            raise InputError([Diagnostic("MC405", place, problem, "make the types of the messages' fields smaller")])
    for agent in model.spec.agents.values():
        for transition in agent.behaviour:
            if transition.kind == "round":
                _check_sends(model, transition, diagnostics)
            else:
                _check_received(model, transition, diagnostics)


def _in_rounds(model: Model, message: str) -> bool:
    return isinstance(model.network_of.get(message), Rounds)


def _check_sends(model: Model, transition: Transition, diagnostics: Diagnostics) -> None:
    for send in (statement for statement in walk_body(transition.body) if isinstance(statement, Send)):
        if not _in_rounds(model, send.message.name):
            problem = f'a round sends {send.message.name}, which does not travel in rounds in check "{model.check}"'
            diagnostics.error("MC418", send.span, problem, "write `network rounds`, or send it in a step")


def _check_received(model: Model, transition: Transition, diagnostics: Diagnostics) -> None:
    if transition.message is not None and _in_rounds(model, transition.message.name):
        problem = f"{transition.message.name} travels in rounds, so nobody receives it one by one"
        help_ = f"read `inbox {transition.message.name}` in a `round`"
        diagnostics.error("MC418", transition.span, problem, help_)
    expressions = [parameter.domain for parameter in transition.parameters]
    expressions += [] if transition.guard is None else [transition.guard]
    expressions += [e for statement in walk_body(transition.body) for e in statement.expressions()]
    for part in (part for expression in expressions for part in expression.walk()):
        if isinstance(part, InFlight) and part.own and _in_rounds(model, part.message.name):
            problem = f"{part.message.name} travels in rounds, so only a `round` reads it"
            diagnostics.error("MC418", part.span, problem, "read it in a `round`, and keep what you need in a variable")
