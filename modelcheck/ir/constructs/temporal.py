"""Temporal operators: what a formula says of the states and steps still to come.

A formula is no expression with a value in a state. The environment takes it apart into an LTL formula over `Instance`s,
its parts without temporal operators; quantifiers, definitions and `if` around them are written out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from modelcheck.frozen import Frozen, replace
from modelcheck.ir import lowered as k
from modelcheck.ir.constructs.atoms import DefinitionCall, LocalRead
from modelcheck.ir.constructs.logic import And, Iff, IfThenElse, Implies, Not, Or, check_reach_over_until
from modelcheck.ir.constructs.quantifiers import Quantified
from modelcheck.ir.constructs.steps import Next
from modelcheck.ir.expression import Env, Expr
from modelcheck.ir.types import BOOL, INT, Type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelcheck.ir.scope import Scope
    from modelcheck.ir.values import Value
    from modelcheck.syntax import Node

Operator = Literal["always", "eventually", "until", "leads to"]


class Temporal(Expr):
    """`always e`, `eventually e`, `a until b` (b comes) and `a leads to b [within n]` (after each a, b comes)."""

    impartial = True

    op: Operator
    operands: tuple[Expr, ...]
    within: Expr | None = None

    def evaluate(self, env: Env) -> Value:
        raise AssertionError("a temporal formula has no value in a state")


class Binding(Frozen):
    """A name with the value that it has throughout a run."""

    name: str
    type: Type
    value: Value


class Instance(Expr):
    """A part of a formula without temporal operators, the names around it given values."""

    impartial = True

    bindings: tuple[Binding, ...]
    body: Expr

    def evaluate(self, env: Env) -> Value:
        env.locals.update((binding.name, binding.value) for binding in self.bindings)
        return self.body.evaluate(env)

    def lower(self, low: k.Lowering) -> k.Lowered:
        around = low.names
        low.names = {**around, **{b.name: k.constant(b.value, b.type, low.model) for b in self.bindings}}
        try:
            return low.value(self.body)
        finally:
            low.names = around

    def children(self) -> Iterator[Expr]:
        yield self.body

    @property
    def is_of_steps(self) -> bool:
        """Whether it looks behind a step."""
        return any(isinstance(part, Next) for part in self.body.walk())


def is_temporal(expression: Expr) -> bool:
    """Whether an expression is a formula: a temporal operator stands in it."""
    return any(isinstance(part, Temporal) for part in expression.walk())


def formulas(expression: Expr) -> tuple[Expr, ...]:
    """The operands of a formula that may be formulas themselves."""
    match expression:
        case Temporal(_, _, _, operands):
            return operands
        case And() | Or() | Implies() | Iff():
            return expression.left, expression.right
        case Not():
            return (expression.operand,)
        case IfThenElse():
            return expression.then, expression.orelse
        case Quantified() | DefinitionCall():
            return (expression.body,)
        case _:
            return ()


def check_formula(expression: Expr, scope: Scope) -> None:
    """Record an error for each temporal operator in a place where only values can stand."""
    inner = formulas(expression)
    for child in expression.children():
        if child in inner:
            check_formula(child, scope)
        else:
            for part in child.walk():
                if isinstance(part, Temporal):
                    problem = f"'{part.op}' cannot stand here: it has no value in a state"
                    help_ = "temporal operators combine with not, and, or, implies, iff, if, forall, exists"
                    scope.error("MC330", part.span, problem, help_)
                    break


def check_temporal(node: Node, scope: Scope) -> Expr:
    """`always`, `eventually`, `until`, `leads to`."""
    rule = node.rule.removesuffix("_o")
    op: Operator = "leads to" if rule == "leads_to" else rule  # type: ignore[assignment]  # the grammar's names
    if scope.place != "temporal":
        problem = f"'{op}' is about a whole run, and cannot stand here"
        scope.error("MC205", node, problem, "write a `temporal` property")
    if op in {"always", "eventually"}:
        check_reach_over_until(node, op, scope)
    parts = node.present()
    within = None
    if parts[-1].rule == "within":
        within = replace(scope, place="constant").check_as(parts[-1].child(0), INT, "the number of ticks")
        if scope.spec.timed is None:
            scope.error("MC321", node, "a deadline needs a model of time", "write `time discrete` at the beginning")
        parts = parts[:-1]
    operands = tuple(
        scope.condition(part, f"each side of '{op}'" if len(parts) > 1 else f"what follows '{op}'") for part in parts
    )
    return Temporal(scope.span(node), BOOL, op, operands, within)


def check_deadlines(expression: Expr, scope: Scope) -> None:
    """Record an error where a property about deadlines is no `and` or `forall` of them."""
    parts = [part for part in expression.walk() if isinstance(part, Temporal)]
    if all(part.within is None for part in parts):
        return
    match expression:
        case Temporal(_, _, _, operands, within) if within is not None and not any(map(_is_no_state, operands)):
            return
        case And():
            check_deadlines(expression.left, scope)
            check_deadlines(expression.right, scope)
        case Quantified(_, _, "forall") | DefinitionCall():
            check_deadlines(expression.body, scope)
        case _:
            problem = "`leads to … within …` cannot stand inside this"
            help_ = "it combines with `and` and `forall` only, and its sides are about one state each"
            scope.error("MC324", expression.span, problem, help_)


def _is_no_state(operand: Expr) -> bool:
    return any(isinstance(part, Temporal | Next) for part in operand.walk())


def reads_names(expression: Expr) -> set[str]:
    """The names bound around an expression that it reads; names never hide one another."""
    return {part.name for part in expression.walk() if isinstance(part, LocalRead)}


def is_of_infinite_runs(formula: Expr) -> bool:
    """Whether only a run without end can violate a temporal formula: a deadline is missed by a finite run."""
    return not any(isinstance(p, Temporal) and p.within is not None for p in formula.walk())
