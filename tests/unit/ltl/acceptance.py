"""Whether an automaton accepts a lasso: by the product of both, written for clarity."""

from __future__ import annotations

from collections.abc import Sequence

from modelcheck.ltl.automaton import Automaton

# State of the automaton and position in the word.
Node = tuple[int, int]
Edge = tuple[Node, Node, int]


def accepts(automaton: Automaton, letters: Sequence[int], loop: int) -> bool:
    """Whether there is a run that takes transitions of each acceptance set again and again."""
    edges = _product(automaton, letters, loop)
    reached = _closure({(state, 0) for state in automaton.initial}, edges)
    return any(_is_on_accepting_cycle(node, edges, automaton.all_marks) for node in reached)


def _product(automaton: Automaton, letters: Sequence[int], loop: int) -> list[Edge]:
    return [
        (
            (state, position),
            (transition.target, position + 1 if position + 1 < len(letters) else loop),
            transition.marks,
        )
        for state, row in enumerate(automaton.transitions)
        for position, letter in enumerate(letters)
        for transition in row
        if transition.admits(letter)
    ]


def _closure(nodes: set[Node], edges: list[Edge]) -> set[Node]:
    following: dict[Node, set[Node]] = {}
    for source, target, _ in edges:
        following.setdefault(source, set()).add(target)
    reached, todo = set(nodes), list(nodes)
    while todo:
        fresh = following.get(todo.pop(), set()) - reached
        reached |= fresh
        todo += fresh
    return reached


def _is_on_accepting_cycle(node: Node, edges: list[Edge], all_marks: int) -> bool:
    """Whether the edges of the node's strongly connected component have all marks between them."""
    ahead = _closure({node}, edges)
    behind = _closure({node}, [(target, source, marks) for source, target, marks in edges])
    component = ahead & behind
    inside = [marks for source, target, marks in edges if source in component and target in component]
    seen = 0
    for marks in inside:
        seen |= marks
    return bool(inside) and seen == all_marks
