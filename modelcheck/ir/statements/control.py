"""Control inside a body: states, conditions, choices, loops, assertions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from modelcheck.ir import lowered as k
from modelcheck.ir.expression import Env, EvaluationError, Expr
from modelcheck.ir.order import digit, in_order
from modelcheck.ir.sorts import sorts_of
from modelcheck.ir.statement import Body, Statement, run, walk_body
from modelcheck.ir.statements.messages import Send
from modelcheck.ir.types import SetT, Type

if TYPE_CHECKING:
    from modelcheck.ir.model import Model


class Goto(Statement):
    """`-> State`."""

    impartial = True

    state: str

    def execute(self, env: Env) -> None:
        assert env.self_id is not None
        env.cells[env.model.control(env.self_id)] = self.state

    def lower(self, low: k.Lowering) -> None:
        assert low.self_id is not None
        states = [state.name for state in low.model.spec.agents[low.self_id.sort].states]
        agent, state = k.build.number(low.self_id.index), k.build.number(states.index(self.state))
        low.assign(low.control[low.self_id.sort], agent, state)


class If(Statement):
    """`if c { … } else { … }`."""

    impartial = True

    condition: Expr
    then: Body
    orelse: Body

    def execute(self, env: Env) -> None:
        run(self.then if self.condition.evaluate(env) else self.orelse, env)

    def lower(self, low: k.Lowering) -> None:
        low.fork(low.condition(self.condition), self.then, self.orelse)

    def blocks(self) -> tuple[Body, ...]:
        return self.then, self.orelse


def _may_fail(statement: Statement) -> bool:
    """Whether a statement inside a loop may end in an evaluation error, as far as its form tells."""
    if not isinstance(statement, Send | If | Let | Skip | For):
        return True
    return any(part.can_fail() for expression in statement.expressions() for part in expression.walk())


class For(Statement):
    """`for x in s { … }`: ascending, though the order cannot matter (`statements.loops` has proved it)."""

    impartial = True

    name: str
    domain: Expr
    body: Body

    def favours(self, model: Model) -> Iterable[str]:
        """The first element whose iteration fails, or is blocked or cut for want of room, decides which it is."""
        inside = list(walk_body(self.body))
        networks = [model.network_of[s.message.name] for s in inside if isinstance(s, Send)]
        blocks = any(network.on_full == "blocks" and not network.remembers for network in networks)
        # Iterations that are all cut are cut in any order.
        fails = bool(networks) and any(map(_may_fail, inside))
        return sorts_of(element_type(self.domain), model.spec) if blocks or fails else ()

    def execute(self, env: Env) -> None:
        assert isinstance(self.domain.type, SetT)
        for value in in_order(self.domain.evaluate(env), self.domain.type.element, env.model):
            env.locals[self.name] = value
            run(self.body, env)

    def lower(self, low: k.Lowering) -> None:
        chooses = self.chooses()
        for member, element in k.members_of(low, k.element_universe(low, low.set(self.domain))):
            with low.branch(member, chooses=chooses), low.bound(self.name, element):
                low.run(self.body)

    def blocks(self) -> tuple[Body, ...]:
        return (self.body,)


class Choose(Statement):
    """`choose x in s when e { … }`; an error where nothing can be chosen."""

    impartial = True

    name: str
    domain: Expr
    condition: Expr | None
    body: Body

    def execute(self, env: Env) -> None:
        assert env.chooser is not None
        options = env.chooser.options(lambda: options_of(env, self.name, self.domain, self.condition))
        if not options:
            raise EvaluationError(self.span, "there is nothing to choose from")
        env.locals[self.name] = env.locals[chosen(self.name)] = env.chooser.choose(options)
        run(self.body, env)

    def lower(self, low: k.Lowering) -> None:
        domain = k.element_universe(low, low.set(self.domain))
        condition = self.condition

        def holds() -> k.Expr:
            return k.build.TRUE if condition is None else low.condition(condition)

        some = k.over(low, "or", domain, self.name, holds)
        low.require(some, self.span, "there is nothing to choose from")
        if domain.universe.size:
            element = k.choose_from(low, domain, self.name, None if condition is None else holds)
            with low.bound(self.name, element):
                low.run(self.body)

    def chooses(self) -> bool:
        return True

    def blocks(self) -> tuple[Body, ...]:
        return (self.body,)


ROUND_CHOICES = "choices of the round"
"""The local with what agents chose in a round, for people: who, the local of `chosen`, the value; and who crashed."""


def chosen(name: str) -> str:
    """The local that keeps what was chosen for a name, which a quantifier may bind again; no name has a space."""
    return f"chosen {name}"


def options_of(env: Env, name: str, domain: Expr, condition: Expr | None) -> list[tuple[int, object]]:
    """The values of a domain that satisfy a condition, with their digits, ascending."""
    element = element_type(domain)
    options = []
    for value in in_order(domain.evaluate(env), element, env.model):
        env.locals[name] = value
        if condition is None or condition.evaluate(env):
            options.append((digit(value, element, env.model), value))
    return options


def element_type(domain: Expr) -> Type:
    """The type of a set's elements."""
    assert isinstance(domain.type, SetT)
    return domain.type.element


class Either(Statement):
    """`either { … } or { … }`."""

    impartial = True

    branches: tuple[Body, ...]

    def execute(self, env: Env) -> None:
        assert env.chooser is not None
        run(env.chooser.choose(list(enumerate(self.branches))), env)

    def lower(self, low: k.Lowering) -> None:
        last = len(self.branches) - 1
        branch = low.fresh(k.IntType(0, last), "branch")
        low.choose(branch, k.ir.Between(0, last))
        for number, body in enumerate(self.branches):
            chooses = any(statement.chooses() for statement in body)
            with low.branch(k.build.equal(branch, k.build.number(number)), chooses=chooses):
                low.run(body)

    def chooses(self) -> bool:
        return True

    def blocks(self) -> tuple[Body, ...]:
        return self.branches


class Assert(Statement):
    """`assert e, "message"`."""

    impartial = True

    condition: Expr
    message: str

    def execute(self, env: Env) -> None:
        if not self.condition.evaluate(env):
            raise EvaluationError(self.span, self.message or f"the assertion is false: {self.condition.span.text}")

    def lower(self, low: k.Lowering) -> None:
        problem = self.message or f"the assertion is false: {self.condition.span.text}"
        low.require(low.condition(self.condition), self.span, problem)


class Skip(Statement):
    """`skip`."""

    impartial = True

    def execute(self, env: Env) -> None:
        pass

    def lower(self, low: k.Lowering) -> None:
        pass


class Let(Statement):
    """`let x = e`, for the rest of the block."""

    impartial = True

    name: str
    value: Expr

    def execute(self, env: Env) -> None:
        env.locals[self.name] = self.value.evaluate(env)

    def lower(self, low: k.Lowering) -> None:
        low.names = {**low.names, self.name: low.settle(low.value(self.value), self.name)}
