"""The judge: replays the choices of an engine on the model and confirms, or refuses, what the engine claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen
from modelcheck.ir.constructs.urgency import due, expired, is_urgent
from modelcheck.ir.expression import EvaluationError
from modelcheck.ir.written import written
from modelcheck.semantics.execute import Fail, Next, Path, State, action_paths, follow, holds, is_resting
from modelcheck.semantics.explain import explain
from modelcheck.semantics.show import cell_name, show_cell, show_id, show_packet, show_transition
from modelcheck.semantics.trace import Change, Step, Trace
from modelcheck.verdict import NOTHING

if TYPE_CHECKING:
    from modelcheck.ir.model import Action, Model
    from modelcheck.ir.spec import Property
    from modelcheck.verdict import Run


class EngineDisagreement(Exception):  # noqa: N818 - the name says what happened
    """An engine claims a run that is none, or a violation that is none: an internal error, never a counterexample."""


class Replayed(Frozen):
    """The states of a run; the last step may end in a failure instead of a state."""

    states: list[State]
    steps: list[Step]
    failure: Fail | None


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
    last = found.states[-1]
    before = found.states[-2] if len(found.states) > 1 else None
    if question.kind == "transition":
        if before is None:
            raise EngineDisagreement(f"no step violates '{question.name}'")
        value = holds(model, question.expression, before, last)
        facts = explain(model, question.expression, before, last)
    else:
        value = holds(model, question.expression, last)
        facts = explain(model, question.expression, last)
    if value != (question.kind == "reachable"):
        raise EngineDisagreement(f"the run does not answer '{question.name}'")
    word = "holds" if question.kind == "reachable" else "is false"
    text = written(question.expression.span)
    return Trace(tuple(found.steps), f"{question.name} {word} here: {text}", tuple(facts))


def replay(model: Model, run: Run) -> Trace:
    """A run step by step, whatever it shows. Raises `EngineDisagreement` if it is none."""
    found = replayed(model, run)
    failure = found.failure
    return Trace(tuple(found.steps), f"evaluation error: {failure.problem}" if failure else "", ())


def replayed(model: Model, run: Run) -> Replayed:
    """The states and steps of a run. Raises `EngineDisagreement` if it is none."""
    path = follow(model, None, None, run.initial)
    if path is None:
        raise EngineDisagreement("no run begins like this")
    found = Replayed([], [], None)
    if isinstance(path.outcome, Fail):
        start = Step(0, "", "start", fault=False, changes=(), state=(), outcome=path.outcome.problem)
        return Replayed([], [start], path.outcome)
    assert isinstance(path.outcome, Next)
    found.states.append(path.outcome.state)
    found.steps.append(Step(0, "", "start", fault=False, changes=(), state=_shown(model, path.outcome.state)))
    for number, choice in enumerate(run.choices, start=1):
        before = found.states[-1]
        if choice == NOTHING:
            found.states.append(before)
            shown = _shown(model, before)
            found.steps.append(Step(number, "nobody", "nothing happens", fault=False, changes=(), state=shown))
            continue
        step = follow(model, before, choice.action, choice.digits)
        if step is None or not isinstance(step.outcome, Next | Fail):
            raise EngineDisagreement(f"step {number} is not possible")
        action = model.actions[choice.action]
        actor = "environment" if action.actor is None else show_id(action.actor, model)
        label, fault = describe(model, action, step), action.origin == "fault"
        if isinstance(step.outcome, Fail):
            if number != len(run.choices):
                raise EngineDisagreement(f"step {number} fails, but the run goes on")
            shown = _shown(model, before)
            found.steps.append(Step(number, actor, label, fault, (), shown, outcome=step.outcome.problem))
            return Replayed(found.states, found.steps, step.outcome)
        after = step.outcome.state
        found.states.append(after)
        found.steps.append(Step(number, actor, label, fault, _changes(model, before, after), _shown(model, after)))
    return found


def _judge_errors(model: Model, replayed: Replayed) -> Trace:
    failure = replayed.failure
    if failure is None:
        failure = _failing_property(model, replayed)
    place = f"{failure.span}: {written(failure.span)}"
    return Trace(tuple(replayed.steps), f"evaluation error: {failure.problem}", (place,))


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
        return Trace(tuple(replayed.steps), conclusion, tuple(facts))
    stuck = []
    for agent in model.agents:
        status, state = model.status(agent), last[model.control(agent)]
        final = model.spec.agents[agent.sort].state(state).final
        if not final and (status is None or last[status] == "up"):
            stuck.append(f"{show_id(agent, model)} waits in {state}")
    conclusion = "deadlock: nobody can take a step, and not all live agents are in a final state"
    return Trace(tuple(replayed.steps), conclusion, tuple(stuck))


def describe(model: Model, action: Action, path: Path) -> str:
    """What a step did: `receives Vote(yes: true) from Participant[1]`, `decide(b = 1)`, `crashes`."""
    if action.label is not None:
        return action.label(model, path.names)
    assert action.transition is not None
    return show_transition(action.transition, path.names, model)


def _shown(model: Model, state: State) -> tuple[tuple[str, str], ...]:
    pairs = zip(model.cells, state, strict=True)
    return tuple((cell_name(cell, model), show_cell(cell, value, model)) for cell, value in pairs)


def _changes(model: Model, before: State, after: State) -> tuple[Change, ...]:
    changes = []
    for cell, old, new in zip(model.cells, before, after, strict=True):
        if old == new:
            continue
        if cell.network is None:
            changes.append(Change(cell_name(cell, model), show_cell(cell, old, model), show_cell(cell, new, model)))
            continue
        gone, come = cell.network.show(old), cell.network.show(new)
        for packet in list(gone):
            if packet in come:
                gone.remove(packet)
                come.remove(packet)
        left, joined = (", ".join(show_packet(p, model) for p in packets) for packets in (gone, come))
        changes.append(Change(cell_name(cell, model), left, joined, network=True))
    return tuple(changes)
