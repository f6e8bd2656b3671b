"""Reduction of an automaton by direct simulation.

State `t` simulates state `s` if each transition of `s` is dominated by one of `t`: with the same letters at least, the
same marks at least, and a target that simulates the other target. Then `t` accepts whatever `s` does. So of states that
simulate each other one is enough, and of the transitions of a state those that no other one dominates.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from modelcheck.frozen import replace
from modelcheck.ltl.automaton import Automaton, Transition
from modelcheck.ltl.trim import numbered

# For each state the mask of those that simulate it, itself among them.
Simulators = list[int]


def quotient(automaton: Automaton) -> Automaton:
    """One state for all that simulate each other, without dominated transitions."""
    simulators = _simulators(automaton.transitions)
    representative = [
        next(other for other in range(automaton.states) if mask >> other & simulators[other] >> state & 1)
        for state, mask in enumerate(simulators)
    ]
    rows = tuple(
        _undominated([replace(each, target=representative[each.target]) for each in row], simulators)
        for row in automaton.transitions
    )
    starts = dict.fromkeys(representative[state] for state in automaton.initial)
    kept = [start for start in starts if not any(simulators[start] >> other & 1 for other in starts if other != start)]
    return numbered(Automaton(tuple(kept), rows, automaton.acceptance_sets))


def more_deterministic(automaton: Automaton) -> Automaton:
    """With stricter guards: letters are left to a transition that is as good and asks for one literal more."""
    simulators = _simulators(automaton.transitions)
    return numbered(replace(automaton, transitions=tuple(_stricter(row, simulators) for row in automaton.transitions)))


def _simulators(rows: Sequence[Sequence[Transition]]) -> Simulators:
    """The greatest direct simulation: all pairs, less those that are found to be none."""
    simulators = [(1 << len(rows)) - 1 for _ in rows]
    changed = True
    while changed:
        changed = False
        for state, row in enumerate(rows):
            for other, answers in enumerate(rows):
                if simulators[state] >> other & 1 and not _answered(row, answers, simulators):
                    simulators[state] &= ~(1 << other)
                    changed = True
    return simulators


def _answered(row: Sequence[Transition], answers: Sequence[Transition], simulators: Simulators) -> bool:
    return all(any(_dominates(answer, transition, simulators) for answer in answers) for transition in row)


def _dominates(better: Transition, transition: Transition, simulators: Simulators) -> bool:
    return (
        not better.must & ~transition.must
        and not better.must_not & ~transition.must_not
        and _is_as_good(better, transition, simulators)
    )


def _is_as_good(better: Transition, transition: Transition, simulators: Simulators) -> bool:
    """Whether it is no worse to take `better` with a letter that admits both."""
    return not transition.marks & ~better.marks and bool(simulators[transition.target] >> better.target & 1)


def _undominated(row: Sequence[Transition], simulators: Simulators) -> tuple[Transition, ...]:
    kept: list[Transition] = []
    for transition in row:
        if not any(_dominates(better, transition, simulators) for better in kept):
            kept = [other for other in kept if not _dominates(transition, other, simulators)]
            kept.append(transition)
    return tuple(kept)


def _stricter(row: tuple[Transition, ...], simulators: Simulators) -> tuple[Transition, ...]:
    """Every letter that a transition loses is open to the one that it lost it to, so no two lose it to each other."""
    before: tuple[Transition, ...] = ()
    while row != before:
        before = row
        kept = list(row)
        for place, other in permutations(range(len(row)), 2):
            if _is_as_good(kept[other], kept[place], simulators):
                kept[place] = _without_one_literal_of(kept[other], kept[place])
        row = _undominated(kept, simulators)
    return row


def _without_one_literal_of(better: Transition, transition: Transition) -> Transition:
    """The transition, less the letters of `better` if that asks for exactly one literal more."""
    true = better.must & ~transition.must
    false = better.must_not & ~transition.must_not
    if true.bit_count() + false.bit_count() != 1:
        return transition
    return replace(transition, must=transition.must | false, must_not=transition.must_not | true)
