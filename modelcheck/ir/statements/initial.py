"""How a run begins: initial control states and values, and what runs at the start and on recovery."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from modelcheck.ir import lowered as k
from modelcheck.ir.domains import MapDomain
from modelcheck.ir.expression import BlockedError, Env, EvaluationError, Expr
from modelcheck.ir.numbered import Numbered
from modelcheck.ir.sorts import sorts_of
from modelcheck.ir.statement import Body, Statement, run

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Agent, Variable
    from modelcheck.ir.values import Id


class As(Statement):
    """Run a body as one agent."""

    impartial = True

    agent: Id
    body: Body

    def execute(self, env: Env) -> None:
        env.self_id = self.agent
        run(self.body, env)

    def lower(self, low: k.Lowering) -> None:
        low.self_id = self.agent
        low.run(self.body)

    def blocks(self) -> tuple[Body, ...]:
        return (self.body,)


class EnterInitialState(Statement):
    """Go to an initial state; several are alternatives, and one alone is no choice.

    `keep_durable` (on recovery) leaves an agent where it is if that is a durable state.
    """

    impartial = True

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

    def lower(self, low: k.Lowering) -> None:
        b = k.build
        assert low.self_id is not None
        array, agent = low.control[low.self_id.sort], b.number(low.self_id.index)
        initial = [number for number, state in enumerate(self.agent.states) if state.initial]
        moves: k.Expr = b.TRUE
        if self.keep_durable:
            states = len(self.agent.states)
            durable = b.words_of(sum(1 << at for at, state in enumerate(self.agent.states) if state.durable), states)
            moves = b.negation(k.sets.in_words(durable, low.share(low.read(array, agent), "state")))
        with low.branch(moves, chooses=len(initial) > 1):
            state: k.Expr = b.number(initial[0])
            if len(initial) > 1:
                local = low.fresh(k.IntType(0, len(self.agent.states) - 1), "state")
                options = b.words_of(sum(1 << number for number in initial), len(self.agent.states))
                low.choose(local, k.ir.Between(0, len(self.agent.states) - 1), lambda: k.sets.in_words(options, local))
                state = local
            low.assign(array, agent, state)

    def chooses(self) -> bool:
        return sum(state.initial for state in self.agent.states) > 1


class Initialise(Statement):
    """Give a variable its initial value; `any` chooses among all of its type.

    An unknown constant that has been given a value is chosen all the same, so that runs are named alike with and
    without.
    """

    impartial = True

    variable: Variable

    def favours(self, model: Model) -> Iterable[str]:
        return () if model.settled_number(self.variable) is None else sorts_of(self.variable.type, model.spec)

    def execute(self, env: Env) -> None:
        if self.variable.ghost and self.variable not in env.model.kept:
            return
        domain = env.model.domain(self.variable.type_expr)
        cell = env.model.variable(self.variable, env.self_id if self.variable.owner else None)
        initial = self.variable.initial
        if not isinstance(initial, Expr):
            assert env.chooser is not None
            number = env.model.settled_number(self.variable)
            value = env.chooser.choose(Numbered(domain) if number is None else [(number, domain.value_at(number))])
        else:
            value = initial.evaluate(env)
            if self.variable.everywhere:
                assert isinstance(domain, MapDomain)
                value = domain.constant(value)
        why = domain.misfit(value)
        if why:
            raise EvaluationError(self.variable.span, f"the initial value does not fit '{self.variable.name}': {why}")
        env.cells[cell] = value

    def lower(self, low: k.Lowering) -> None:
        if self.variable.ghost and self.variable not in low.model.kept:
            return
        domain, initial = low.model.domain(self.variable.type_expr), self.variable.initial
        if isinstance(initial, Expr):
            inner = domain.value if self.variable.everywhere and isinstance(domain, MapDomain) else domain
            fits, value = k.fit(low, low.value(initial), inner)
            if inner is not domain:
                assert isinstance(domain, MapDomain)
                value = k.LowMap(domain.key, (low.share_all(value, "everywhere"),) * domain.key.size)
                fits = fits if domain.key.size else k.build.TRUE
            low.require(fits, self.variable.span, f"the initial value does not fit '{self.variable.name}'")
        else:
            value = k.any_of(low, domain, self.variable.name, low.model.settled_number(self.variable))
        owner = low.self_id.index if self.variable.owner and low.self_id else 0
        k.store(low, k.Location(low.variables[self.variable], k.build.number(owner)), value)

    def chooses(self) -> bool:
        return not isinstance(self.variable.initial, Expr)


class Initially(Statement):
    """`initially e`: only the initial states that satisfy `e`."""

    impartial = True

    condition: Expr

    def execute(self, env: Env) -> None:
        env.self_id = None
        if not self.condition.evaluate(env):
            raise BlockedError

    def lower(self, low: k.Lowering) -> None:
        low.self_id = None
        low.block_unless(low.condition(self.condition))
