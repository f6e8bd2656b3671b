"""Infinite runs: from the edges of a graph to choices, and the judge of those choices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from modelcheck.ir.expression import EvaluationError
from modelcheck.ir.statements.fairness import OWED, Class
from modelcheck.ltl import lasso as word
from modelcheck.semantics.due import hurry
from modelcheck.semantics.execute import Next, Path, State, action_paths, follow, holds, initial_paths
from modelcheck.semantics.fairness import Debts, facts_of
from modelcheck.semantics.rerun import EngineDisagreement, replayed
from modelcheck.verdict import NOTHING, Choice, Run

if TYPE_CHECKING:
    from modelcheck.ir.model import Model, TemporalProperty
    from modelcheck.ir.values import Id
    from modelcheck.semantics.trace import Trace

Edge = tuple[int, int]
"""A state's number and the number of one of its edges."""


def run_of(model: Model, initial: int, prefix: Sequence[Edge], loop: Sequence[Edge]) -> Run:
    """The run along edges that are numbered as paths are: by action and choices, those without a state left out.

    Behind the last edge of a state is the step that changes nothing.
    """
    starts = dict.fromkeys(path.outcome.state for path in initial_paths(model) if isinstance(path.outcome, Next))
    state = list(starts)[initial]
    first = next(path for path in initial_paths(model) if path.outcome == Next(state))
    choices = []
    for _, edge in (*prefix, *loop):
        choice, state = _edges(model, state)[edge]
        choices.append(choice)
    if set(choices[len(prefix) :]) == {NOTHING}:
        # It stays where it is.
        choices = choices[: len(prefix)]
    return Run(first.digits, tuple(choices), len(prefix))


def _edges(model: Model, state: State) -> list[tuple[Choice, State]]:
    found = [
        (Choice(number, path.digits), path.outcome.state)
        for number in range(len(model.actions))
        for path in action_paths(model, state, number)
        if isinstance(path.outcome, Next)
    ]
    dead = sum(not isinstance(path.outcome, Next) for path in _paths(model, state))
    # Edges that lead nowhere are numbered behind those that do, and before the step that changes nothing.
    return [*found, *[(NOTHING, state)] * (dead + 1)]


def _paths(model: Model, state: State) -> Iterator[Path]:
    for number in range(len(model.actions)):
        yield from action_paths(model, state, number)


def debts_of(model: Model, states: Sequence[State], choices: Sequence[Choice]) -> Debts:
    """The debts of a loop through `states` by `choices`, one from each."""
    always: set[Class] | None = None
    sometimes: set[Class] = set()
    taken: set[tuple[object, ...]] = set()
    for state, choice in zip(states, choices, strict=True):
        enabled = {owed for path in _paths(model, state) if (owed := path.names.get(OWED)) is not None}
        always = enabled if always is None else always & enabled
        sometimes |= enabled
        if choice != NOTHING:
            path = follow(model, state, choice.action, choice.digits)
            owed = None if path is None else path.names.get(OWED)
            if owed is not None:
                taken.add(owed[:-1])
    return Debts(frozenset(taken), frozenset(always or ()), frozenset(sometimes), _down(model, states, choices))


def _down(model: Model, states: Sequence[State], choices: Sequence[Choice]) -> frozenset[Id]:
    """Who may come back in every state of a loop, need not, and does not."""
    taken = {choice.action for choice in choices}
    return frozenset(
        action.actor
        for number, action in enumerate(model.actions)
        if (action.name, action.origin, action.transition) == ("recover", "fault", None)
        and action.actor is not None
        and number not in taken
        and all(any(action_paths(model, state, number)) for state in states)
    )


def can_be_judged(model: Model, run: Run) -> bool:
    """Whether all that formulas are about has a value along an infinite run."""
    states = replayed(model, run).states
    try:
        for before, after in pairwise((*states, states[-1])):
            _letter(model, before, after)
    except EvaluationError:
        return False
    return True


def judge_lasso(model: Model, run: Run, question: TemporalProperty) -> Trace:
    """Replay an infinite run and confirm that it is fair and violates a property.

    Raises `EngineDisagreement` if it does not.
    """
    loop = run.loop
    found = replayed(model, run)
    if loop is None or found.failure is not None or not 0 <= loop <= len(run.choices):
        raise EngineDisagreement("the run does not go on for ever")
    states, choices = found.states, run.choices
    if loop == len(choices):
        states, choices = [*states, states[-1]], (*choices, NOTHING)
    if states[-1] != states[loop]:
        raise EngineDisagreement("the run does not come back to where its loop begins")
    if word.holds(question.formula, [_letter(model, a, b) for a, b in pairwise(states)], loop):
        raise EngineDisagreement(f"the run does not violate '{question.property.name}'")
    debts = debts_of(model, states[loop:-1], choices[loop:])
    if debts.broken():
        raise EngineDisagreement("the run is not fair")
    conclusion = f"{question.property.name} is false on this run: {question.property.text}"
    facts = facts_of(model, debts)
    # A keyword, so no property of the specification is called so.
    if question.property.name == "time":
        facts.insert(0, hurry(model, states[loop:-1]))
    return found.trace(model, conclusion, facts, loop_start=loop)


def _letter(model: Model, before: State, after: State) -> int:
    return sum(1 << number for number, atom in enumerate(model.atoms) if holds(model, atom, before, after))
