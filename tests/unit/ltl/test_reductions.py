"""What reduces automata keeps what they accept, also of automata that no formula has."""

from __future__ import annotations

from random import Random

import pytest

from modelcheck.ltl.automaton import Automaton, Transition
from modelcheck.ltl.simulation import more_deterministic, quotient
from modelcheck.ltl.trim import trimmed
from tests.unit.ltl.acceptance import accepts
from tests.unit.ltl.chance import seeded, some_lasso

P, Q = 1, 2


def test_random_automata_accept_the_same_reduced() -> None:
    dice = seeded(13)
    for _ in range(600):
        automaton = _some_automaton(dice)
        trim = trimmed(automaton)
        small = quotient(trim)
        reduced = [trim, quotient(automaton), more_deterministic(automaton), small, more_deterministic(trimmed(small))]
        assert trim.states <= automaton.states
        assert trim.acceptance_sets <= max(automaton.acceptance_sets, 1)
        for _ in range(3):
            letters, loop = some_lasso(dice, 2)
            expected = accepts(automaton, letters, loop)
            assert [accepts(each, letters, loop) for each in reduced] == [expected] * 5, (automaton, letters, loop)


def test_of_equal_acceptance_sets_one_stays() -> None:
    automaton = Automaton((0,), ((Transition(0, 0, P, 0), Transition(0, P, 0, 0b11)),), 2)
    assert trimmed(automaton) == Automaton((0,), ((Transition(0, 0, P, 0), Transition(0, P, 0, 0b1)),), 1)


def test_a_set_that_another_one_implies_goes() -> None:
    row = (Transition(0, 0, P, 0b01), Transition(0, P, 0, 0b11), Transition(0, 0, Q, 0))
    assert trimmed(Automaton((0,), (row,), 2)).transitions[0][0].marks == 0
    assert trimmed(Automaton((0,), (row,), 2)).transitions[0][1].marks == 1


def test_marks_stand_inside_accepting_components_only() -> None:
    rejecting = (Transition(0, 0, 0, 0b01), Transition(1, 0, 0, 0b11))
    accepting = (Transition(1, P, 0, 0b11), Transition(1, 0, P, 0b10), Transition(2, 0, 0, 0b11))
    last = (Transition(2, 0, 0, 0b11),)
    expected = (
        (Transition(0, 0, 0, 0), Transition(1, 0, 0, 0)),
        (Transition(1, P, 0, 1), Transition(1, 0, P, 0), Transition(2, 0, 0, 0)),
        (Transition(2, 0, 0, 1),),
    )
    assert trimmed(Automaton((0,), (rejecting, accepting, last), 2)) == Automaton((0,), expected, 1)


@pytest.mark.parametrize("starts", [(0, 1), (1, 0)])
def test_an_initial_state_that_another_one_simulates_goes(starts: tuple[int, int]) -> None:
    rows = ((Transition(0, P, 0, 0),), (Transition(1, 0, 0, 0),))
    assert quotient(Automaton(starts, rows, 0)) == Automaton((0,), ((Transition(0, 0, 0, 0),),), 0)


def test_states_that_simulate_each_other_become_one() -> None:
    rows = ((Transition(1, P, 0, 1), Transition(0, 0, 0, 0)), (Transition(0, P, 0, 1), Transition(1, 0, 0, 0)))
    merged = ((Transition(0, P, 0, 1), Transition(0, 0, 0, 0)),)
    assert quotient(Automaton((0,), rows, 1)) == Automaton((0,), merged, 1)


def test_a_transition_leaves_letters_to_a_better_one() -> None:
    row = (Transition(0, P, 0, 1), Transition(0, 0, 0, 0), Transition(0, P, Q, 0))
    expected = (Transition(0, P, 0, 1), Transition(0, 0, P, 0))
    assert more_deterministic(Automaton((0,), (row,), 1)) == Automaton((0,), (expected,), 1)


def _some_automaton(dice: Random) -> Automaton:
    states, sets = dice.randrange(1, 6), dice.randrange(3)
    rows = tuple(
        tuple(_some_transition(dice, states, sets) for _ in range(dice.choice([0, 1, 2, 2, 3, 4])))
        for _ in range(states)
    )
    return Automaton(tuple(dice.randrange(states) for _ in range(dice.randrange(1, 3))), rows, sets)


def _some_transition(dice: Random, states: int, sets: int) -> Transition:
    literals = [dice.choice([(0, 0), (0, 0), (1 << atom, 0), (0, 1 << atom)]) for atom in range(2)]
    must, must_not = (sum(side) for side in zip(*literals, strict=True))
    return Transition(dice.randrange(states), must, must_not, dice.randrange(1 << sets))
