"""From a formula to an automaton that accepts the words on which it holds."""

from __future__ import annotations

from modelcheck.ltl.automaton import Automaton
from modelcheck.ltl.formula import Formula
from modelcheck.ltl.simplify import simplify
from modelcheck.ltl.simulation import more_deterministic, quotient
from modelcheck.ltl.tableau import Tableau
from modelcheck.ltl.trim import trimmed

MAX_STATES = 1000
# Beyond this the tableau takes seconds.
MAX_TRANSITIONS = 20_000
# Simulation compares all transitions with each other.
MAX_COMPARED_TRANSITIONS = 500


def translate(formula: Formula, *, max_states: int = MAX_STATES) -> Automaton:
    """An automaton for a formula, the same one for the same formula.

    Raises `AutomatonTooLargeError` if the formula needs more than `max_states` states or `MAX_TRANSITIONS` transitions
    before they are reduced.
    """
    automaton = trimmed(Tableau(simplify(formula), max_states, MAX_TRANSITIONS).automaton())
    if sum(map(len, automaton.transitions)) > MAX_COMPARED_TRANSITIONS:
        return automaton
    while True:
        smaller = trimmed(quotient(automaton))
        if smaller == automaton:
            return more_deterministic(automaton)
        automaton = smaller
