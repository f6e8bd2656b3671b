"""Conditions taken apart and put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from modelcheck.ir.constructs.agents import HasStatus, InState
from modelcheck.ir.constructs.atoms import LocalRead, VariableRead
from modelcheck.ir.constructs.detectors import Leader, Suspects
from modelcheck.ir.constructs.logic import And, Not
from modelcheck.ir.constructs.messages import InFlight
from modelcheck.ir.expression import Expr
from modelcheck.ir.types import BOOL

VARYING = (HasStatus, InFlight, InState, Leader, LocalRead, Suspects, VariableRead)
"""What reads a state or a name; parameters and constants are the same in all states of a check."""


def conjuncts(condition: Expr) -> Iterator[Expr]:
    """What has to be true, in the order of the text."""
    if isinstance(condition, And):
        yield from conjuncts(condition.left)
        yield from conjuncts(condition.right)
    else:
        yield condition


def joined(conditions: Sequence[Expr]) -> Expr:
    """All of some conditions, of which there is one at least."""
    first, *rest = conditions
    for other in rest:
        first = And(first.span, BOOL, first, other)
    return first


def denied(condition: Expr) -> Expr:
    """That a condition is false."""
    return Not(condition.span, BOOL, condition)


def varies(condition: Expr) -> bool:
    """Whether a condition depends on more than parameters and constants."""
    return any(isinstance(part, VARYING) for part in condition.walk())
