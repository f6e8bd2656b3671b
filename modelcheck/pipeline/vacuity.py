"""Verdicts that mean less than they seem to: what never happened in any check of a specification.

Only complete searches tell. Where a search visited more states than are looked at here, what is not seen among them may
exist all the same; then nothing is said of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

from modelcheck.ir.constructs.logic import And, Implies
from modelcheck.ir.constructs.quantifiers import Quantified
from modelcheck.ir.constructs.steps import Next
from modelcheck.ir.constructs.temporal import Temporal, is_temporal
from modelcheck.ir.expression import BlockedError, Chooser, CutError, Env, EvaluationError, all_runs
from modelcheck.ir.statements.transitions import Guard, RequireState
from modelcheck.ir.types import BOOL
from modelcheck.semantics.execute import Next as NextState
from modelcheck.semantics.execute import State, action_paths, holds

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Action, Model
    from modelcheck.ir.spec import Property, Transition

MOST_STATES = 2000
"""A check with more states is looked at in so many of them."""

Stage = Literal["its state", "what it needs", "its guard"]
"""What a transition that is never taken lacks: its state is never reached, a message or a value of a parameter is never
there, or its guard is never true."""


def antecedents(prop: Property) -> list[Expr]:
    """The conditions under which a property says something, as predicates of states: what stands before `implies`."""
    return list(_antecedents(prop.expression, ()))


def _antecedents(expression: Expr, around: tuple[Quantified, ...]) -> Iterator[Expr]:
    match expression:
        case Quantified(_, _, "forall"):
            yield from _antecedents(expression.body, (*around, expression))
        case And():
            yield from _antecedents(expression.left, around)
            yield from _antecedents(expression.right, around)
        case Temporal(_, _, "always", (operand,)):
            yield from _antecedents(operand, around)
        case Implies() | Temporal(_, _, "leads to"):
            left = expression.left if isinstance(expression, Implies) else expression.operands[0]
            if not is_temporal(left) and not any(isinstance(part, Next) for part in left.walk()):
                yield _exists(left, around)


def _exists(condition: Expr, around: Sequence[Quantified]) -> Expr:
    for quantified in reversed(around):
        generators = quantified.generators
        condition = Quantified(condition.span, BOOL, "exists", generators, condition, quantified.total)
    return condition


def is_ever_true(model: Model, condition: Expr, states: Iterable[State]) -> bool:
    """Whether a condition holds in one of some states; one that cannot be evaluated counts as well."""
    for state in states:
        try:
            if holds(model, condition, state):
                return True
        except EvaluationError:
            return True
    return False


def furthest(model: Model, transition: Transition, states: Sequence[State]) -> Stage:
    """How far a transition that is never taken gets towards being taken in some states."""
    actions = [action for action in model.actions if action.transition is transition]
    best: Stage = "its state"
    for action in actions:
        for state in states:
            stage = _stage(model, action, state)
            if stage == "its guard":
                return stage
            best = stage if stage == "what it needs" else best
    return best


def _stage(model: Model, action: Action, state: State) -> Stage:
    """What is missing in one state, the last of the three for a choice that gets furthest."""
    reached: Stage = "its state"

    def run(chooser: Chooser) -> None:
        nonlocal reached
        env = Env(model, list(state), action.actor, chooser)
        with suppress(BlockedError, CutError, EvaluationError):
            for statement in action.body:
                if isinstance(statement, Guard):
                    reached = "its guard"
                statement.execute(env)
                if isinstance(statement, RequireState) and reached == "its state":
                    reached = "what it needs"

    for _ in all_runs(run):
        pass
    return reached


def held_by_the_bound(model: Model, properties: Sequence[Property], states: Sequence[State]) -> list[Property]:
    """The invariants that would be violated by a step from one of some states which the declared bound leaves out."""
    bound = model.bound
    assert bound is not None
    found: dict[str, Property] = {}
    model.bound = None
    try:
        for state in states:
            for after in _successors(model, state):
                with suppress(EvaluationError):
                    if not holds(model, bound, after):
                        found |= {p.name: p for p in properties if not holds(model, p.expression, after)}
    finally:
        model.bound = bound
    return list(found.values())


def _successors(model: Model, state: State) -> Iterator[State]:
    for number in range(len(model.actions)):
        for path in action_paths(model, state, number):
            if isinstance(path.outcome, NextState):
                yield path.outcome.state
