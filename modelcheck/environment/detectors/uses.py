"""What a check asks of its failure detector."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelcheck.ir.constructs.atoms import ConstRead, Literal, ParamRead
from modelcheck.ir.constructs.detectors import Leader, Suspects
from modelcheck.ir.constructs.logic import And, Iff, IfThenElse, Implies, Not, Or
from modelcheck.ir.statement import walk_body

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Transition


_SETTLED = And | ConstRead | Iff | Implies | Literal | Not | Or | ParamRead
"""What a condition is made of that has one value in a whole check, and none of which can fail."""


def uses_of(model: Model) -> Iterator[Suspects | Leader]:
    """All questions to the detector in transitions, as far as parameters allow them, and in what the check expects."""
    for expression in _in_transitions(model):
        yield from (part for part in _reached(expression, model) if isinstance(part, Suspects | Leader))
    for expression in _in_claims(model):
        yield from (part for part in expression.walk() if isinstance(part, Suspects | Leader))


def _reached(expression: Expr, model: Model) -> Iterator[Expr]:
    """An expression and what is below it, without what parameters and constants say is never evaluated."""
    yield expression
    for child in _operands(expression, model):
        yield from _reached(child, model)


def _operands(expression: Expr, model: Model) -> Iterator[Expr]:
    if isinstance(expression, And | Implies) and _settled(expression.left, model) is False:
        return iter((expression.left,))
    if isinstance(expression, Or) and _settled(expression.left, model) is True:
        return iter((expression.left,))
    if isinstance(expression, IfThenElse) and (chosen := _settled(expression.condition, model)) is not None:
        return iter((expression.then if chosen else expression.orelse,))
    return expression.children()


def _settled(condition: Expr, model: Model) -> bool | None:
    """The value of a condition that is the same in every state; None of one that may not be."""
    if all(isinstance(part, _SETTLED) for part in condition.walk()):
        return bool(model.constant(condition))
    return None


def _in_transitions(model: Model) -> Iterator[Expr]:
    for agent in model.spec.agents.values():
        for transition in agent.behaviour:
            yield from _of_transition(transition)


def _in_claims(model: Model) -> Iterator[Expr]:
    yield from (prop.expression for prop in (*model.properties, *(temporal.property for temporal in model.temporal)))
    yield from model.spec.initially
    for message in model.spec.messages.values():
        yield from message.forgeable.values()
    if model.bound is not None:
        yield model.bound


def _of_transition(transition: Transition) -> Iterator[Expr]:
    yield from (parameter.domain for parameter in transition.parameters)
    yield from (condition for condition in (transition.guard, transition.fair_when) if condition is not None)
    for statement in walk_body(transition.body):
        yield from statement.expressions()
