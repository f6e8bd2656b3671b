"""Control inside a body: states, conditions, choices, loops, assertions."""

from __future__ import annotations

from dataclasses import dataclass

from modelcheck.ir.expression import Env, EvaluationError, Expr
from modelcheck.ir.order import digit, in_order
from modelcheck.ir.statement import Body, Statement, run
from modelcheck.ir.types import SetT, Type

@dataclass(frozen=True, slots=True, eq=False)
class Goto(Statement):
    """`-> State`."""

    state: str

    def execute(self, env: Env) -> None:
        assert env.self_id is not None
        env.cells[env.model.control(env.self_id)] = self.state


@dataclass(frozen=True, slots=True, eq=False)
class If(Statement):
    """`if c { … } else { … }`."""

    condition: Expr
    then: Body
    orelse: Body

    def execute(self, env: Env) -> None:
        run(self.then if self.condition.evaluate(env) else self.orelse, env)

    def blocks(self) -> tuple[Body, ...]:
        return self.then, self.orelse


@dataclass(frozen=True, slots=True, eq=False)
class For(Statement):
    """`for x in s { … }`: ascending, though the order cannot matter (`statements.loops` has proved it)."""

    name: str
    domain: Expr
    body: Body

    def execute(self, env: Env) -> None:
        assert isinstance(self.domain.type, SetT)
        for value in in_order(self.domain.evaluate(env), self.domain.type.element, env.model):
            env.locals[self.name] = value
            run(self.body, env)

    def blocks(self) -> tuple[Body, ...]:
        return (self.body,)


@dataclass(frozen=True, slots=True, eq=False)
class Choose(Statement):
    """`choose x in s when e { … }`; an error where nothing can be chosen."""

    name: str
    domain: Expr
    condition: Expr | None
    body: Body

    def execute(self, env: Env) -> None:
        assert env.chooser is not None
        options = options_of(env, self.name, self.domain, self.condition)
        if not options:
            raise EvaluationError(self.span, "there is nothing to choose from")
        env.locals[self.name] = env.chooser.choose(options)
        run(self.body, env)

    def blocks(self) -> tuple[Body, ...]:
        return (self.body,)


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


@dataclass(frozen=True, slots=True, eq=False)
class Either(Statement):
    """`either { … } or { … }`."""

    branches: tuple[Body, ...]

    def execute(self, env: Env) -> None:
        assert env.chooser is not None
        run(env.chooser.choose(list(enumerate(self.branches))), env)

    def blocks(self) -> tuple[Body, ...]:
        return self.branches


@dataclass(frozen=True, slots=True, eq=False)
class Assert(Statement):
    """`assert e, "message"`."""

    condition: Expr
    message: str

    def execute(self, env: Env) -> None:
        if not self.condition.evaluate(env):
            raise EvaluationError(self.span, self.message or f"the assertion is false: {self.condition.span.text}")


@dataclass(frozen=True, slots=True, eq=False)
class Skip(Statement):
    """`skip`."""

    def execute(self, env: Env) -> None:
        pass


@dataclass(frozen=True, slots=True, eq=False)
class Let(Statement):
    """`let x = e`, for the rest of the block."""

    name: str
    value: Expr

    def execute(self, env: Env) -> None:
        env.locals[self.name] = self.value.evaluate(env)
