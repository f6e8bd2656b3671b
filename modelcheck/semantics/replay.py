"""The judge: replays the choices of an engine on the model and confirms, or refuses, what the engine claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir.constructs.urgency import is_urgent
from modelcheck.ir.expression import EvaluationError
from modelcheck.ir.happenings import Watch
from modelcheck.ir.written import written
from modelcheck.semantics.due import unserved
from modelcheck.semantics.execute import Fail, action_paths, holds, is_resting
from modelcheck.semantics.explain import explain
from modelcheck.semantics.rerun import EngineDisagreement, Replayed, replayed
from modelcheck.semantics.waiting import waiting
from modelcheck.verdict import Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Property
    from modelcheck.semantics.execute import State
    from modelcheck.semantics.trace import Trace
    from modelcheck.verdict import Choice


def judge(model: Model, run: Run, question: Property | str, start: State | None = None) -> Trace:
    """Replay a run, or one from some state, and confirm that it answers a question: a property, `errors` or `deadlock`.

    Raises `EngineDisagreement` if it does not.
    """
    found = replayed(model, run, start)
    if question == "errors":
        return _judge_errors(model, found)
    if found.failure is not None:
        raise EngineDisagreement(f"the run ends in an evaluation error: {found.failure.problem}")
    if question == "deadlock":
        return _judge_deadlock(model, found)
    assert not isinstance(question, str)
    looked_at = found.states[-2:] if question.kind == "transition" else found.states[-1:]
    if question.kind == "transition" and len(looked_at) == 1:
        raise EngineDisagreement(f"no step violates '{question.name}'")
    watches = (Watch(), Watch())
    state, after = looked_at[0], looked_at[1] if len(looked_at) > 1 else None
    value = holds(model, question.expression, state, after, watches)
    facts = explain(model, question.expression, state, after)
    if value != (question.kind == "reachable"):
        told = "true" if value else "false"
        where = "of its last step" if question.kind == "transition" else "at its end"
        raise EngineDisagreement(f"'{question.name}' is {told} {where}")
    word = "holds" if question.kind == "reachable" else "is false"
    text = written(question.expression.span)
    last = len(found.states) - 1
    grounds = _grounds(found, watches, (last,) if len(looked_at) == 1 else (last - 1, last))
    return found.trace(model, f"{question.name} {word} here: {text}", facts, grounds=grounds)


def judge_beginning(model: Model, run: Run, invariant: Property) -> Trace:
    """Confirm that an invariant is false, or cannot be evaluated, in the beginning that a run without steps is.

    Raises `EngineDisagreement` if it does not.
    """
    try:
        return judge(model, run, invariant)
    except EvaluationError as error:
        return replayed(model, run).trace(model, f"{invariant.name} cannot be evaluated here: {error.problem}")


def judge_step(model: Model, state: State, choice: Choice, invariant: Property) -> Trace:
    """Take one step from a state, and confirm that an invariant holds before it and not behind it.

    Raises `EngineDisagreement` if it does not.
    """
    found = replayed(model, Run((), (choice,)), state)
    if found.failure is not None or not holds(model, invariant.expression, state):
        raise EngineDisagreement(f"the step does not start where '{invariant.name}' holds")
    after, text = found.states[-1], written(invariant.expression.span)
    try:
        if holds(model, invariant.expression, after):
            raise EngineDisagreement(f"the step keeps '{invariant.name}'")
    except EvaluationError as error:
        return found.trace(model, f"{invariant.name} cannot be evaluated here: {error.problem}")
    facts = explain(model, invariant.expression, after)
    return found.trace(model, f"{invariant.name} is false here: {text}", facts)


def _grounds(found: Replayed, watches: tuple[Watch, Watch], numbers: Sequence[int]) -> set[int]:
    """What an evaluation depends on directly: one in a state of a run, or in a state and the one behind it."""
    grounds = {numbers[-1]} if len(set(numbers)) > 1 else set()
    return grounds.union(*map(found.dependencies.grounds, watches, numbers))


def replay(model: Model, run: Run) -> Trace:
    """A run step by step, whatever it shows. Raises `EngineDisagreement` if it is none."""
    found = replayed(model, run)
    failure = found.failure
    return found.trace(model, f"evaluation error: {failure.problem}" if failure else "")


def _judge_errors(model: Model, replayed: Replayed) -> Trace:
    failure, grounds = replayed.failure, {len(replayed.steps) - 1}
    if failure is None:
        failure, grounds = _failing_property(model, replayed)
    place = f"{failure.span}: {written(failure.span)}"
    return replayed.trace(model, f"evaluation error: {failure.problem}", (place,), grounds=grounds)


def _failing_property(model: Model, replayed: Replayed) -> tuple[Fail, set[int]]:
    """The first evaluation that fails at the end of a run, and what it depends on directly."""
    states, last = replayed.states, len(replayed.states) - 1
    asked: list[tuple[Expr, tuple[int, ...]]] = []
    looked_at: list[tuple[Expr, bool]] = [(p.expression, p.kind == "transition") for p in model.properties]
    looked_at += [(atom, atom.is_of_steps) for atom in model.atoms]
    for expression, is_of_steps in looked_at:
        if not is_of_steps:
            asked.append((expression, (last,)))
        elif last:
            asked.append((expression, (last - 1, last)))
        if expression in model.atoms:
            # Of formulas, also the step that changes nothing has a value.
            asked.append((expression, (last, last)))
    for expression, numbers in asked:
        watches, after = (Watch(), Watch()), states[last] if len(numbers) > 1 else None
        try:
            holds(model, expression, states[numbers[0]], after, watches)
        except EvaluationError as error:
            return Fail(error.span, error.problem), _grounds(replayed, watches, numbers)
    raise EngineDisagreement("no evaluation fails at the end of the run")


def _judge_deadlock(model: Model, replayed: Replayed) -> Trace:
    last = replayed.states[-1]
    moves = any(
        next(action_paths(model, last, index), None) is not None
        for index, action in enumerate(model.actions)
        if action.origin != "fault"
    )
    if moves or is_resting(model, last):
        raise EngineDisagreement("the run does not end in a deadlock")
    if is_urgent(model, last):
        conclusion = "time cannot pass: what is due comes first, and nobody can serve it"
        return replayed.trace(model, conclusion, tuple(unserved(model, last)))
    conclusion = "deadlock: nobody can take a step, and not all live agents are in a final state"
    return replayed.trace(model, conclusion, tuple(waiting(model, last)))
