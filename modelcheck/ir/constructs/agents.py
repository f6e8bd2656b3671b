"""Looking at agents: their control state, variables, numbers, whether they have crashed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from modelcheck.ir import lowered as k
from modelcheck.ir.constructs.atoms import Invalid, VariableRead
from modelcheck.ir.domains import IdDomain
from modelcheck.ir.expression import Env, EvaluationError, Expr
from modelcheck.ir.statuses import has_status, is_crashed, is_up, lower_status
from modelcheck.ir.types import BOOL, INT, UNKNOWN, IdT, UnknownT
from modelcheck.ir.values import Id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from modelcheck.ir.model import Model
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.values import Value
    from modelcheck.syntax import Node


class InState(Expr):
    """`p is A | B`."""

    impartial = True

    agent: Expr
    states: frozenset[str]

    def evaluate(self, env: Env) -> Value:
        # As `Model.control` has it: here the judge spends much of its time.
        return env.cells[env.model.control_cells[self.agent.evaluate(env)]] in self.states

    def lower(self, low: k.Lowering) -> k.Lowered:
        assert isinstance(self.agent.type, IdT)
        kind, agent = self.agent.type.sort, low.index(self.agent)
        states = low.model.spec.agents[kind].states
        if kind not in low.control:
            return k.LowBool(k.build.FALSE)
        wanted = k.build.words_of(
            sum(1 << at for at, state in enumerate(states) if state.name in self.states), len(states)
        )
        return k.LowBool(k.sets.in_words(wanted, low.read(low.control[kind], agent.expr)))


_TESTS = {"crashed": is_crashed, "correct": is_up}


class HasStatus(Expr):
    """`p is crashed` and `p is correct` (neither crashed nor Byzantine)."""

    impartial = True

    agent: Expr
    status: Literal["crashed", "correct"]

    def evaluate(self, env: Env) -> Value:
        return has_status(env.model, env.cells, self.agent.evaluate(env), _TESTS[self.status])

    def lower(self, low: k.Lowering) -> k.Lowered:
        assert isinstance(self.agent.type, IdT)
        agent = low.index(self.agent)
        return k.LowBool(lower_status(low, self.agent.type.sort, agent.expr, _TESTS[self.status]))


class IdAt(Expr):
    """`Kind[i]`; an error outside 0..size-1."""

    sort: str
    index: Expr

    def favours(self, model: Model) -> Iterable[str]:
        return (self.sort,)

    def can_fail(self) -> bool:
        return True

    def evaluate(self, env: Env) -> Value:
        index, size = self.index.evaluate(env), env.model.sizes[self.sort]
        if not 0 <= index < size:
            raise EvaluationError(self.span, f"there is no {self.sort}[{index}]: {self.sort} has {size}")
        return Id(self.sort, index)

    def lower(self, low: k.Lowering) -> k.Lowered:
        index, size = low.share(low.number(self.index), "index"), low.model.sizes[self.sort]
        low.require(
            k.build.within(index, 0, size - 1), self.span, f"there is no such {self.sort}: {self.sort} has {size}"
        )
        return k.LowIndex(k.build.clamped(index, 0, max(0, size - 1)), IdDomain(self.sort, size))


class IndexOf(Expr):
    """`index(p)`: the number of an id in its sort, from 0."""

    operand: Expr

    def favours(self, model: Model) -> Iterable[str]:
        type_ = self.operand.type
        return (type_.sort,) if isinstance(type_, IdT) else model.sizes

    def evaluate(self, env: Env) -> Value:
        return self.operand.evaluate(env).index

    def lower(self, low: k.Lowering) -> k.Lowered:
        return k.LowInt(low.index(self.operand).expr)


def check_is(node: Node, scope: Scope) -> Expr:
    """`p is A | B`, `p is crashed`, `p is correct`; the two kinds of test may be mixed."""
    from modelcheck.ir.constructs.logic import Or  # noqa: PLC0415 - they need one another

    agent, span = scope.check(node.child(0)), scope.span(node)
    kind = agent.type.sort if isinstance(agent.type, IdT) and agent.type.sort in scope.agents else None
    if kind is None:
        if isinstance(agent.type, UnknownT):
            scope.untyped(agent)
        else:
            scope.error("MC301", agent.span, f"'is' asks for the state of an agent, but this is {agent.type}")
        return Invalid(span, BOOL)
    if scope.place in {"constant", "parameter", "initial"}:
        scope.error("MC205", node, "the state of an agent cannot be read here", "only parameters and constants can")
        return Invalid(span, BOOL)
    tests: list[Expr] = []
    states: set[str] = set()
    for name in node.present()[1:]:
        if name.text in {"crashed", "correct"}:
            tests.append(HasStatus(span, BOOL, agent, cast("Literal['crashed', 'correct']", name.text)))
        elif name.text in scope.agents[kind].states:
            states.add(name.text)
        else:
            scope.unknown(f"state of {kind} called", name.text, name, scope.agents[kind].states)
    if states:
        tests.insert(0, InState(span, BOOL, agent, frozenset(states)))
    if not tests:
        return Invalid(span, BOOL)
    result = tests[0]
    for test in tests[1:]:
        result = Or(span, BOOL, result, test)
    return result


def check_variable(node: Node, agent: Expr, name: str, scope: Scope) -> Expr | None:
    """`p.x`, or None for an unknown variable."""
    assert isinstance(agent.type, IdT)
    names = scope.agents.get(agent.type.sort)
    if names is None or name not in names.variables:
        return None
    if scope.place in {"constant", "parameter", "initial"}:
        scope.error("MC205", node, f"the variable '{name}' cannot be read here", "only parameters and constants can")
    variable = names.variables[name]
    return VariableRead(scope.span(node), variable.type, variable, agent)


def check_id_at(node: Node, sort: str, scope: Scope) -> Expr:
    """`Kind[i]`."""
    index = scope.check_as(node.child(1), INT, f"the number of a {sort}")
    if scope.place == "parameter":
        scope.error("MC205", node, f"the size of {sort} is not known yet here", "parameters are set before sizes are")
    return IdAt(scope.span(node), IdT(sort), sort, index)


def check_index_of(node: Node, operand: Expr, scope: Scope) -> Expr:
    """`index(p)`."""
    if not isinstance(operand.type, IdT | UnknownT):
        scope.error("MC301", operand.span, f"index() needs an id, but this is {operand.type}")
        return Invalid(scope.span(node), UNKNOWN)
    return IndexOf(scope.span(node), INT, operand)
