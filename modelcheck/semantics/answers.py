"""What answers a question: also the states and steps that no engine was asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir.expression import EvaluationError
from modelcheck.semantics.execute import Fail, Next, Path, State, action_paths, holds, is_resting

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Property


def is_by_step(question: Property | str) -> bool:
    """Whether steps answer, and not states: a property of steps, and `errors`."""
    return question == "errors" or (not isinstance(question, str) and question.kind == "transition")


def answers(model: Model, question: Property | str, state: State) -> bool:
    """Whether a state answers a question: a property of states, or `deadlock`."""
    if isinstance(question, str):
        own = (number for number, action in enumerate(model.actions) if action.origin != "fault")
        moves = any(True for number in own for _ in action_paths(model, state, number))
        return not moves and not is_resting(model, state)
    try:
        return holds(model, question.expression, state) == (question.kind == "reachable")
    except EvaluationError:
        return False


def answers_by(model: Model, question: Property | str, state: State | None, path: Path) -> bool:
    """Whether a step answers a question: it violates a property of steps, or an evaluation fails (`errors`).

    Without a state it is the beginning.
    """
    if isinstance(path.outcome, Fail):
        return question == "errors"
    if not isinstance(path.outcome, Next):
        return False
    after = path.outcome.state
    if isinstance(question, str):
        return _undefined(model, state, after)
    try:
        return state is not None and not holds(model, question.expression, state, after)
    except EvaluationError:
        return False


def _undefined(model: Model, state: State | None, after: State) -> bool:
    """Whether something that is asked has no value behind a step, or in the beginning."""
    try:
        for found in model.properties:
            if found.kind != "transition":
                holds(model, found.expression, after)
            elif state is not None:
                holds(model, found.expression, state, after)
        for atom in model.atoms:
            # Also the step that changes nothing has a value.
            for before in (after, *(() if state is None else (state,))):
                holds(model, atom, before, after)
    except EvaluationError:
        return True
    return False
