"""How a run begins: initial control states and values, and what runs at the start and on recovery."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelcheck.ir.domains import MapDomain
from modelcheck.ir.expression import BlockedError, Env, EvaluationError, Expr
from modelcheck.ir.statement import Body, Statement, run

if TYPE_CHECKING:
    from modelcheck.ir.spec import Agent, Variable
    from modelcheck.ir.values import Id


@dataclass(frozen=True, slots=True, eq=False)
class As(Statement):
    """Run a body as one agent."""

    agent: Id
    body: Body

    def execute(self, env: Env) -> None:
        env.self_id = self.agent
        run(self.body, env)

    def blocks(self) -> tuple[Body, ...]:
        return (self.body,)


@dataclass(frozen=True, slots=True, eq=False)
class EnterInitialState(Statement):
    """Go to an initial state; several are alternatives, and one alone is no choice.

    `keep_durable` (on recovery) leaves an agent where it is if that is a durable state.
    """

    agent: Agent
    keep_durable: bool

    def execute(self, env: Env) -> None:
        assert env.self_id is not None
        assert env.chooser is not None
        cell = env.model.control(env.self_id)
        if self.keep_durable and self.agent.state(env.cells[cell]).durable:
            return
        initial = [(number, state.name) for number, state in enumerate(self.agent.states) if state.initial]
        env.cells[cell] = env.chooser.choose(initial) if len(initial) > 1 else initial[0][1]


@dataclass(frozen=True, slots=True, eq=False)
class Initialise(Statement):
    """Give a variable its initial value; `any` chooses among all of its type."""

    variable: Variable

    def execute(self, env: Env) -> None:
        if self.variable.ghost and self.variable not in env.model.kept:
            return
        domain = env.model.domain(self.variable.type_expr)
        cell = env.model.variable(self.variable, env.self_id if self.variable.owner else None)
        initial = self.variable.initial
        if not isinstance(initial, Expr):
            assert env.chooser is not None
            value = env.chooser.choose([(ordinal, domain.value_at(ordinal)) for ordinal in range(domain.size)])
        else:
            value = initial.evaluate(env)
            if self.variable.everywhere:
                assert isinstance(domain, MapDomain)
                value = domain.constant(value)
        why = domain.misfit(value)
        if why:
            raise EvaluationError(self.variable.span, f"the initial value does not fit '{self.variable.name}': {why}")
        env.cells[cell] = value


@dataclass(frozen=True, slots=True, eq=False)
class Initially(Statement):
    """`initially e`: only the initial states that satisfy `e`."""

    condition: Expr

    def execute(self, env: Env) -> None:
        env.self_id = None
        if not self.condition.evaluate(env):
            raise BlockedError
