"""From a formula to an automaton that accepts the words on which it holds."""

from __future__ import annotations

from collections.abc import Callable

from modelcheck.ltl.automaton import Automaton
from modelcheck.ltl.formula import Formula
from modelcheck.ltl.simplify import simplify
from modelcheck.ltl.simulation import more_deterministic, quotient
from modelcheck.ltl.tableau import Tableau, silent
from modelcheck.ltl.trim import trimmed

MAX_STATES = 1000
# Beyond this the tableau takes seconds.
MAX_TRANSITIONS = 20_000
# Simulation compares all transitions with each other.
MAX_COMPARED_TRANSITIONS = 500


def translate(formula: Formula, *, max_states: int = MAX_STATES, tick: Callable[[], None] = silent) -> Automaton:
    """An automaton for a formula, the same one for the same formula.

    `tick` is called now and then, so that it may raise an exception where there is no more time.
    Raises `AutomatonTooLargeError` if the formula needs more than `max_states` states or `MAX_TRANSITIONS` transitions
    before they are reduced.
    """
    automaton = trimmed(Tableau(simplify(formula), max_states, MAX_TRANSITIONS, tick).automaton())
    if sum(map(len, automaton.transitions)) > MAX_COMPARED_TRANSITIONS:
        return automaton
    while True:
        tick()
        smaller = trimmed(quotient(automaton))
        if smaller == automaton:
            return more_deterministic(automaton)
        automaton = smaller
