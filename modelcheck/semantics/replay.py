"""The judge: replays the choices of an engine on the model and confirms, or refuses, what the engine claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir.constructs.urgency import due, expired, is_urgent
from modelcheck.ir.expression import EvaluationError
from modelcheck.ir.happenings import Watch
from modelcheck.ir.written import written
from modelcheck.semantics.execute import Fail, action_paths, holds, is_resting
from modelcheck.semantics.explain import explain
from modelcheck.semantics.rerun import EngineDisagreement, Replayed, replayed
from modelcheck.semantics.show import show_id, show_packet

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Property
    from modelcheck.semantics.trace import Trace
    from modelcheck.verdict import Run


def judge(model: Model, run: Run, question: Property | str) -> Trace:
    """Replay a run and confirm that it answers a question: a property, `errors` or `deadlock`.

    Raises `EngineDisagreement` if it does not.
    """
    found = replayed(model, run)
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
    watches, last = (Watch(), Watch()), len(found.states) - 1
    state, after = looked_at[0], looked_at[1] if len(looked_at) > 1 else None
    value = holds(model, question.expression, state, after, watches)
    facts = explain(model, question.expression, state, after)
    if value != (question.kind == "reachable"):
        raise EngineDisagreement(f"the run does not answer '{question.name}'")
    word = "holds" if question.kind == "reachable" else "is false"
    text = written(question.expression.span)
    grounds = {last} if question.kind == "transition" else set()
    for back, watch in zip(range(len(looked_at)), watches, strict=False):
        grounds.update(found.dependencies.grounds(watch, last + 1 - len(looked_at) + back))
    return found.trace(model, f"{question.name} {word} here: {text}", facts, grounds=grounds)


def replay(model: Model, run: Run) -> Trace:
    """A run step by step, whatever it shows. Raises `EngineDisagreement` if it is none."""
    found = replayed(model, run)
    failure = found.failure
    return found.trace(model, f"evaluation error: {failure.problem}" if failure else "")


def _judge_errors(model: Model, replayed: Replayed) -> Trace:
    failure = replayed.failure
    if failure is None:
        failure = _failing_property(model, replayed)
    place = f"{failure.span}: {written(failure.span)}"
    return replayed.trace(model, f"evaluation error: {failure.problem}", (place,), grounds=(len(replayed.steps) - 1,))


def _failing_property(model: Model, replayed: Replayed) -> Fail:
    last = replayed.states[-1]
    looked_at = [(p.expression, p.kind == "transition") for p in model.properties]
    looked_at += [(atom, atom.is_of_steps) for atom in model.atoms]
    for expression, is_of_steps in looked_at:
        try:
            if not is_of_steps:
                holds(model, expression, last)
            elif len(replayed.states) > 1:
                holds(model, expression, replayed.states[-2], last)
            if expression in model.atoms:
                # Of formulas, also the step that changes nothing has a value.
                holds(model, expression, last, last)
        except EvaluationError as error:
            return Fail(error.span, error.problem)
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
        facts = [f"{show_id(agent, model)}.{timer.name} has expired" for agent, timer in expired(model, last)]
        facts += [f"{show_packet(packet, model)} is due" for packet in due(model, last)]
        conclusion = "time cannot pass: what is due comes first, and nobody can serve it"
        return replayed.trace(model, conclusion, facts)
    stuck = []
    for agent in model.agents:
        status, state = model.status(agent), last[model.control(agent)]
        final = model.spec.agents[agent.sort].state(state).final
        if not final and (status is None or last[status] == "up"):
            stuck.append(f"{show_id(agent, model)} waits in {state}")
    conclusion = "deadlock: nobody can take a step, and not all live agents are in a final state"
    return replayed.trace(model, conclusion, stuck)
