"""Automata accept the lassos on which their formula holds, and are as small as they should be."""

from __future__ import annotations

import pytest

from modelcheck.frozen import replace
from modelcheck.ltl.automaton import Automaton, Transition
from modelcheck.ltl.formula import (
    FALSE,
    TRUE,
    Atom,
    Formula,
    always,
    conjunction,
    disjunction,
    eventually,
    leads_to,
    negation,
    release,
    until,
)
from modelcheck.ltl.lasso import holds
from modelcheck.ltl.simplify import simplify
from modelcheck.ltl.tableau import AutomatonTooLargeError, Tableau
from modelcheck.ltl.translate import translate
from tests.unit.ltl.acceptance import accepts
from tests.unit.ltl.chance import all_lassos, seeded, some_formula, some_lasso

P, Q, R = (Atom(index) for index in range(3))


def served(agents: int) -> Formula:
    """Each agent that asks is served."""
    return conjunction(leads_to(Atom(agent), Atom(agents + agent)) for agent in range(agents))


# States, transitions and acceptance sets, worked out by hand.
SIZES = [
    (TRUE, 1, 1, 0),
    (FALSE, 0, 0, 0),
    (P, 2, 2, 0),
    (always(P), 1, 1, 0),
    (always(negation(P)), 1, 1, 0),
    (eventually(P), 2, 3, 1),
    (until(P, Q), 2, 3, 1),
    (release(P, Q), 2, 3, 0),
    (always(eventually(P)), 1, 2, 1),
    (eventually(always(P)), 2, 3, 1),
    (leads_to(P, Q), 2, 5, 1),
    (negation(leads_to(P, Q)), 2, 3, 1),
    (conjunction([always(eventually(P)), always(eventually(Q))]), 1, 4, 2),
    (disjunction([always(eventually(P)), always(eventually(Q))]), 1, 3, 1),
    (conjunction([eventually(always(P)), always(eventually(Q))]), 2, 4, 1),
    (eventually(conjunction([P, eventually(Q)])), 3, 6, 1),
    (until(P, until(Q, R)), 3, 6, 1),
    (always(disjunction([negation(P), until(Q, R)])), 2, 5, 1),
    (conjunction([until(P, Q), always(negation(P))]), 2, 2, 0),
    (conjunction([always(eventually(Atom(agent))) for agent in range(6)]), 1, 64, 6),
    (negation(conjunction([always(eventually(Atom(agent))) for agent in range(9)])), 10, 19, 1),
    (negation(served(9)), 10, 19, 1),
    (served(2), 4, 25, 2),
]


@pytest.mark.parametrize(("formula", "states", "transitions", "sets"), SIZES, ids=lambda value: str(value)[:30])
def test_sizes(formula: Formula, states: int, transitions: int, sets: int) -> None:
    automaton = translate(formula)
    assert (automaton.states, sum(map(len, automaton.transitions)), automaton.acceptance_sets) == (
        states,
        transitions,
        sets,
    )


def test_an_automaton_written_out() -> None:
    expected = Automaton(
        (0,),
        ((Transition(0, 0, 0, 0), Transition(1, 0b1, 0b10, 0)), (Transition(1, 0, 0b10, 1),)),
        1,
    )
    assert translate(negation(leads_to(P, Q))) == expected
    assert [expected.transitions[0][1].admits(letter) for letter in range(4)] == [False, True, False, False]
    assert expected.all_marks == 1


@pytest.mark.parametrize("case", SIZES, ids=lambda case: str(case[0])[:30])
def test_usual_formulas_accept_exactly_the_lassos_they_hold_on(case: tuple[Formula, int, int, int]) -> None:
    formula = case[0]
    automaton = translate(formula)
    lassos = [lasso for length in (1, 2) for lasso in all_lassos(3, length)]
    for letters, loop in lassos:
        assert accepts(automaton, letters, loop) is holds(formula, letters, loop), (letters, loop)


def test_random_automata_accept_the_lassos_their_formula_holds_on() -> None:
    dice = seeded(7)
    for _ in range(1200):
        formula = some_formula(dice, 4)
        automaton = translate(formula)
        for _ in range(3):
            letters, loop = some_lasso(dice)
            assert accepts(automaton, letters, loop) is holds(formula, letters, loop), (str(formula), letters, loop)


def test_a_word_is_accepted_for_a_formula_or_for_its_negation_but_not_both() -> None:
    dice = seeded(8)
    for _ in range(250):
        formula = some_formula(dice, 3)
        both = translate(formula), translate(negation(formula))
        letters, loop = some_lasso(dice)
        assert sorted(accepts(automaton, letters, loop) for automaton in both) == [False, True], str(formula)


def test_the_tableau_of_a_formula_as_it_stands_accepts_the_same() -> None:
    dice = seeded(9)
    for _ in range(250):
        formula = simplify(some_formula(dice, 3))
        unreduced = Tableau(formula, 1000, 1000).automaton()
        assert unreduced.states >= translate(formula).states
        letters, loop = some_lasso(dice)
        assert accepts(unreduced, letters, loop) is holds(formula, letters, loop), str(formula)


def test_the_same_formula_has_the_same_automaton_however_it_is_written() -> None:
    parts = [until(P, Q), always(eventually(R)), negation(Q)]
    assert translate(conjunction(parts)) == translate(conjunction(reversed(parts)))


def test_states_are_numbered_as_first_found() -> None:
    dice = seeded(10)
    for _ in range(200):
        automaton = translate(some_formula(dice, 4))
        found = list(dict.fromkeys(automaton.initial))
        for row in automaton.transitions:
            found += [target for target in dict.fromkeys(each.target for each in row) if target not in found]
        assert found == list(range(automaton.states))


def test_every_state_is_on_an_accepting_run_and_every_transition_can_be_taken() -> None:
    dice = seeded(12)
    for _ in range(200):
        formula = some_formula(dice, 4)
        automaton = translate(formula)
        assert not any(each.must & each.must_not for row in automaton.transitions for each in row), str(formula)
        unguarded = tuple(tuple(replace(each, must=0, must_not=0) for each in row) for row in automaton.transitions)
        for state in range(automaton.states):
            assert accepts(Automaton((state,), unguarded, automaton.acceptance_sets), [0], 0), str(formula)


def test_acceptance_sets_are_shared_by_components() -> None:
    # One component waits for two things, the other for one: two sets do.
    formula = disjunction([conjunction([always(eventually(P)), always(eventually(Q))]), always(eventually(R))])
    assert translate(formula).acceptance_sets == 2


@pytest.mark.parametrize(
    ("formula", "limit"),
    [
        (served(9), "1,024 transitions of one state"),
        (conjunction(always(eventually(Atom(agent))) for agent in range(20)), "1,024 transitions of one state"),
        (conjunction(until(Atom(agent), Atom(agent + 10)) for agent in range(10)), "1,000 states"),
        (conjunction(until(Atom(agent), Atom(agent + 7)) for agent in range(7)), "300 transitions"),
    ],
)
def test_large_automata_are_refused(formula: Formula, limit: str) -> None:
    with pytest.raises(AutomatonTooLargeError, match=f"more than {limit}$"):
        Tableau(simplify(formula), max_states=1000, max_transitions=300).automaton()


def test_the_caller_says_how_many_states_may_be() -> None:
    assert translate(served(4), max_states=16).states == 16
    with pytest.raises(AutomatonTooLargeError, match="15 states"):
        translate(served(4), max_states=15)
