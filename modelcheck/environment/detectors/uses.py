"""What a check asks of its failure detector."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelcheck.ir.constructs.detectors import Leader, Suspects
from modelcheck.ir.statement import walk_body

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Transition


def uses_of(model: Model) -> Iterator[Suspects | Leader]:
    """All questions to the detector in transitions and in what the check expects."""
    for expression in _expressions(model):
        yield from (part for part in expression.walk() if isinstance(part, Suspects | Leader))


def _expressions(model: Model) -> Iterator[Expr]:
    for agent in model.spec.agents.values():
        for transition in agent.behaviour:
            yield from _of_transition(transition)
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
