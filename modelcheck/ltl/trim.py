"""An automaton without the states and acceptance sets that it does not need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from modelcheck.frozen import replace
from modelcheck.ltl.automaton import Automaton, Transition

Rows = Sequence[Sequence[Transition]]


def trimmed(automaton: Automaton) -> Automaton:
    """Without states that are on no accepting run, and with as few acceptance sets as the components need."""
    rows = automaton.transitions
    reach = _reachability(rows)
    components = _components(reach)
    needed: dict[int, list[int]] = {}
    for component in dict.fromkeys(filter(None, components)):
        inside = [transition.marks for transition in _inside(rows, component)]
        if _union(inside) == automaton.all_marks:
            needed[component] = _needed_sets(inside, automaton.acceptance_sets)
    accepting = _union(needed)
    live = [bool(mask & accepting) for mask in reach]
    rejecting = any(live[state] and component and component not in needed for state, component in enumerate(components))
    sets = max([*map(len, needed.values()), int(rejecting)], default=0)
    marked = tuple(
        tuple(
            replace(transition, marks=_marks(transition, components[state], needed, sets))
            for transition in row
            if live[transition.target]
        )
        for state, row in enumerate(rows)
    )
    return numbered(Automaton(tuple(state for state in automaton.initial if live[state]), marked, sets))


def numbered(automaton: Automaton) -> Automaton:
    """The states that can be reached, in the order of a breadth-first search."""
    order = list(dict.fromkeys(automaton.initial))
    number = {state: position for position, state in enumerate(order)}
    starts = tuple(number.values())
    for state in order:
        for transition in automaton.transitions[state]:
            if transition.target not in number:
                number[transition.target] = len(order)
                order.append(transition.target)
    rows = (
        tuple(replace(transition, target=number[transition.target]) for transition in automaton.transitions[state])
        for state in order
    )
    return Automaton(starts, tuple(rows), automaton.acceptance_sets)


def _reachability(rows: Rows) -> list[int]:
    """For each state the mask of the states that one or more steps lead to."""
    reach = [_union(1 << transition.target for transition in row) for row in rows]
    for through in range(len(rows)):
        for state in range(len(rows)):
            if reach[state] >> through & 1:
                reach[state] |= reach[through]
    return reach


def _components(reach: Sequence[int]) -> list[int]:
    """For each state the mask of its strongly connected component: 0 if it is on no cycle."""
    states = range(len(reach))
    return [
        _union(1 << other for other in states if mask >> other & reach[other] >> state & 1)
        for state, mask in enumerate(reach)
    ]


def _inside(rows: Rows, component: int) -> Iterable[Transition]:
    for state, row in enumerate(rows):
        if component >> state & 1:
            yield from (transition for transition in row if component >> transition.target & 1)


def _needed_sets(inside: Sequence[int], sets: int) -> list[int]:
    """The acceptance sets of a component that matter in it, by the marks of the transitions inside.

    A set has nothing to say if all transitions are in it, or if all those of another set are, because whoever takes
    that one's again and again takes its own.
    """
    members = [
        _union(1 << place for place, marks in enumerate(inside) if marks >> number & 1) for number in range(sets)
    ]
    everything = (1 << len(inside)) - 1

    def has_nothing_to_say(number: int) -> bool:
        mine = members[number]
        return mine == everything or any(
            other & mine == other and (other != mine or position < number) for position, other in enumerate(members)
        )

    return [number for number in range(sets) if not has_nothing_to_say(number)]


def _marks(transition: Transition, component: int, needed: dict[int, list[int]], sets: int) -> int:
    """The new marks: none where no cycle passes, or no accepting one."""
    if component not in needed or not component >> transition.target & 1:
        return 0
    kept = needed[component]
    return _union(
        1 << position for position in range(sets) if position >= len(kept) or transition.marks >> kept[position] & 1
    )


def _union(masks: Iterable[int]) -> int:
    union = 0
    for mask in masks:
        union |= mask
    return union
