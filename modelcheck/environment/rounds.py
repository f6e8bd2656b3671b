"""The lock-step of a synchronous model: the `round` bodies of all agents as one transition (Lynch 1996, chapter 2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING

from modelcheck.environment.networks.rounds import Rounds
from modelcheck.frozen import Frozen
from modelcheck.ir import lowered as k
from modelcheck.ir.expression import BlockedError, Env, Expr
from modelcheck.ir.model import Action
from modelcheck.ir.statement import Body, Statement, run, walk_body
from modelcheck.ir.statements.control import ROUND_CHOICES, Choose, Goto, chosen
from modelcheck.ir.statements.fairness import Owe
from modelcheck.ir.statements.transitions import Guard, RequireState
from modelcheck.semantics.show import show_id, show_value

if TYPE_CHECKING:
    from modelcheck.ir.model import Model, Origin
    from modelcheck.ir.spec import Transition
    from modelcheck.ir.values import Id, Value

    _Crashed = tuple[k.Expr, Id, "Interruption"]
    """When an agent has crashed, and how."""

READY = "ready for the round"
"""The local with the alternatives of each agent that can take part."""


CRASHES = "crashes while sending"


class Interruption(Frozen, eq=False):
    """How an agent crashes in the middle of a round: what it still does, and what stops it behind the round.

    Nobody is stopped before all have sent: else it would show who comes first.
    """

    body: Body
    stop: Body


class Alternative(Frozen, eq=False):
    """One `round` of a kind of agent: where it applies and what it does."""

    states: RequireState
    guard: Guard | None
    body: Body
    crashes: tuple[Interruption, ...] = ()
    """The ways in which the agent can crash in the middle of it, one for each fault that lets it."""

    def applies(self, env: Env) -> bool:
        """Whether the agent that acts can take it."""
        assert env.self_id is not None
        if self.states.rules_out(env.model, env.cells, env.self_id):
            return False
        return self.guard is None or bool(self.guard.condition.evaluate(env))

    def lower_applies(self, low: k.Lowering) -> k.Expr:
        """The same for the kernel."""
        holds = self.states.lower_holds(low)
        if self.guard is not None:
            holds, guard = low.then_condition(holds, self.guard.condition)
            holds = k.build.both(holds, guard)
        return low.share(holds, "ready")

    def chooses(self) -> bool:
        """Whether lowering the body splits the run."""
        return bool(self.crashes) or any(statement.chooses() for statement in self.body)

    @property
    def statements(self) -> Body:
        """The transition from its conditions on."""
        return (self.states, *(() if self.guard is None else (self.guard,)), *self.body)


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
        yield from (way.guard.condition for m in self.members for way in m.alternatives if way.guard is not None)


class RunRound(Statement):
    """Run the bodies, in the order of the agents, which cannot matter: each reads and writes only what is its own.

    Several alternatives of one agent are a choice; one alone is none. `with_crashes`: behind it comes the choice of how
    the agent crashes, 0 for not at all, and some agent does.
    """

    impartial = True

    networks: tuple[Rounds, ...]
    members: tuple[Member, ...]
    with_crashes: bool = False

    def execute(self, env: Env) -> None:
        assert env.chooser is not None
        for network in self.networks:
            network.hold(env)
        made: list[tuple[Id, str, Value]] = []
        crashed: list[tuple[Id, Interruption]] = []
        for member, ready in env.locals[READY]:
            env.self_id = member.agent
            way = env.chooser.choose(ready) if len(member.alternatives) > 1 else ready[0][1]
            crash = env.chooser.choose(list(enumerate((None, *way.crashes)))) if way.crashes else None
            run(way.body if crash is None else crash.body, env)
            names = dict.fromkeys(chosen(s.name) for s in walk_body(way.body) if isinstance(s, Choose))
            made += [(member.agent, name, env.locals.pop(name)) for name in names if name in env.locals]
            crashed += [] if crash is None else [(member.agent, crash)]
        if self.with_crashes and not crashed:
            raise BlockedError
        for agent, crash in crashed:
            env.self_id = agent
            run(crash.stop, env)
        env.locals[ROUND_CHOICES] = [*made, *((agent, CRASHES, None) for agent, _ in crashed)]
        env.held = None

    def lower(self, low: k.Lowering) -> None:
        with ExitStack() as stack:
            for network in self.networks:
                stack.enter_context(network.lower_hold(low))
            crashed: list[_Crashed] = []
            for member in self.members:
                low.self_id = member.agent
                crashed += _lower_member(low, member)
            if self.with_crashes:
                low.block_unless(k.build.disjunction(happens for happens, _, _ in crashed))
            for happens, agent, crash in crashed:
                low.self_id = agent
                with low.branch(happens, chooses=False):
                    low.run(crash.stop)

    def chooses(self) -> bool:
        return any(len(m.alternatives) > 1 or m.alternatives[0].chooses() for m in self.members)

    def blocks(self) -> tuple[Body, ...]:
        ways = [way for member in self.members for way in member.alternatives]
        crashes = [crash for way in ways for crash in way.crashes]
        ends = (block for crash in crashes for block in (crash.body, crash.stop))
        return (*(way.statements for way in ways), *ends)


def _lower_member(low: k.Lowering, member: Member) -> list[_Crashed]:
    ready: list[k.Expr] = []
    for number in range(len(member.alternatives)):
        flag = low.names[member.ready(number)]
        assert isinstance(flag, k.LowBool)
        ready.append(flag.expr)
    if len(ready) == 1:
        return _lower_way(low, ready[0], member.alternatives[0])
    last = len(ready) - 1
    way = low.fresh(k.IntType(0, last), "round")
    taken = [k.build.equal(way, k.build.number(number)) for number in range(len(ready))]
    crashed: list[_Crashed] = []
    with low.branch(k.build.disjunction(ready), chooses=True):
        allowed = k.build.disjunction([k.build.both(*pair) for pair in zip(taken, ready, strict=True)])
        low.choose(way, k.ir.Between(0, last), lambda: allowed)
        for test, alternative in zip(taken, member.alternatives, strict=True):
            crashed += _lower_way(low, test, alternative)
    return crashed


def _lower_way(low: k.Lowering, taken: k.Expr, way: Alternative) -> list[_Crashed]:
    if not way.crashes:
        with low.branch(taken, chooses=way.chooses()):
            low.run(way.body)
        return []
    assert low.self_id is not None
    with low.branch(taken, chooses=True):
        choice = low.fresh(k.IntType(0, len(way.crashes)), "crash")
        low.choose(choice, k.ir.Between(0, len(way.crashes)))
        here = [k.build.equal(choice, k.build.number(number)) for number in range(len(way.crashes) + 1)]
        for test, body in zip(here, (way.body, *(crash.body for crash in way.crashes)), strict=True):
            with low.branch(test, chooses=any(statement.chooses() for statement in body)):
                low.run(body)
        happens = [low.share(k.build.both(low.active, test), "crashed") for test in here[1:]]
    return [(test, low.self_id, crash) for test, crash in zip(happens, way.crashes, strict=True)]


def add_round(model: Model) -> None:
    """Add the round of all agents, if they have any."""
    members = members_of(model)
    if members:
        span = members[0].alternatives[0].states.span
        owed = (Owe(span, "weak"),) if model.is_fair else ()
        model.actions.append(lock_step(model, members, owed))


def members_of(model: Model) -> tuple[Member, ...]:
    """The agents that have a `round`."""
    members = []
    for agent in model.spec.agents.values():
        ways = tuple(_alternative(transition) for transition in agent.transitions if transition.kind == "round")
        members += [Member(id_, ways) for id_ in model.ids(agent.name) if ways]
    return tuple(members)


def lock_step(model: Model, members: tuple[Member, ...], owed: Body = (), *, with_crashes: bool = False) -> Action:
    """The round of some agents as an action; one in which some agent crashes is a fault."""
    networks = tuple(network for network in model.networks if isinstance(network, Rounds))
    span = members[0].alternatives[0].states.span
    body = (AwaitRound(span, members), *owed, RunRound(span, networks, members, with_crashes))
    origin: Origin = "fault" if with_crashes else "protocol"
    together = tuple(t for agent in model.spec.agents.values() for t in agent.transitions if t.kind == "round")
    return Action("round", None, origin, body, label=_label, together=together)


def _alternative(transition: Transition) -> Alternative:
    states = RequireState(transition.span, frozenset(transition.states))
    guard = None if transition.guard is None else Guard(transition.guard.span, transition.guard)
    goto = () if transition.target is None else (Goto(transition.span, transition.target),)
    return Alternative(states, guard, (*goto, *transition.body))


def _label(model: Model, names: Mapping[str, Value]) -> str:
    made = [
        f"{show_id(agent, model)} {_done(what, value, model)}" for agent, what, value in names.get(ROUND_CHOICES, ())
    ]
    return f"round, {', '.join(made)}" if made else "round"


def _done(what: str, value: Value, model: Model) -> str:
    return what if what == CRASHES else f"chooses {what.partition(' ')[2]} = {show_value(value, model)}"
