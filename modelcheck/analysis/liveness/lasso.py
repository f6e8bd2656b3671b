"""A short fair run in a fair component: a way there, and a loop in it that owes nothing and sees all marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelcheck.analysis.liveness import slots
from modelcheck.frozen import Frozen
from modelcheck.graph.explored import label_of

if TYPE_CHECKING:
    from modelcheck.analysis.liveness.product import Product, Step

Edge = tuple[int, int]
"""A state's number, and the number of one of its edges; behind the last one is the step that changes nothing."""


class Lasso(Frozen):
    """A way from an initial state, and the loop at its end."""

    initial: int
    prefix: tuple[Edge, ...]
    loop: tuple[Edge, ...]


class _Need(Frozen):
    """What a loop lacks: one of some ways to mend it, each a kind and an argument of a search (see `slots`)."""

    ways: tuple[tuple[int, int], ...]


def lasso_of(product: Product, *, may_stutter: bool) -> Lasso:
    """A lasso through the nearest fair component of a product that has one. Raises `StoppedError`.

    `may_stutter`: the formula does not see steps that change nothing, so that they are left out where that is possible.
    """
    roots = [product.node(number, q) for number in range(product.graph.initial) for q in product.automaton.initial]
    prefix = product.seek(roots, 0, slots.TO_FAIR, 0)
    assert prefix is not None
    entry = product.found_node()
    loop = _loop(product, entry)
    first = prefix[0].node if prefix else entry
    if may_stutter:
        prefix = [step for step in prefix if not _is_idle(product, step)]
        loop = [step for step in loop if not _is_idle(product, step)] or loop[:1]
    edges = [tuple((product.parts(step.node)[0], step.edge) for step in steps) for steps in (prefix, loop)]
    return Lasso(product.parts(first)[0], edges[0], edges[1])


def _is_idle(product: Product, step: Step) -> bool:
    """Whether a step is the one that changes nothing."""
    return step.edge == product.graph.edge_count(product.parts(step.node)[0])


def _loop(product: Product, entry: int) -> list[Step]:
    """A loop at a node of a fair component: what it lacks is added one after another, each by a shortest way."""
    region = product.region(entry)
    loop: list[Step] = []
    while True:
        here = loop[-1].target if loop else entry
        closing = [] if loop and here == entry else product.seek([here], region, slots.TO_NODE, entry)
        assert closing is not None, "a component is strongly connected"
        need = _lacking(product, [*loop, *closing])
        if need is None:
            return [*loop, *closing]
        loop += _shortest(product, here, region, need)


def _shortest(product: Product, here: int, region: int, need: _Need) -> list[Step]:
    """A shortest way that mends what a loop lacks."""
    found: list[Step] | None = None
    for kind, argument in need.ways:
        # Only a shorter one is of use. Where the first is short the next would be sought through all the component.
        longest = slots.NONE if found is None else len(found) - 1
        way = product.seek([here], region, kind, argument, longest)
        if way is not None and (found is None or len(way) < len(found)):
            found = way
    assert found is not None, "a fair component has what a fair loop needs"
    return found


def _lacking(product: Product, loop: Sequence[Step]) -> _Need | None:
    """The first thing that keeps a loop from being fair, or from seeing all marks."""
    marks, taken = 0, set[int]()
    weak: set[int] | None = None
    strong: set[int] = set()
    for step in loop:
        edges = list(product.graph.edges(product.parts(step.node)[0]))
        labels = [label for edge in edges if (label := label_of(edge))]
        enabled = {(label - 1) // 3 for label in labels if (label - 1) % 3 == 1}
        weak = enabled if weak is None else weak & enabled
        strong |= {(label - 1) // 3 for label in labels if (label - 1) % 3 == 2}  # noqa: PLR2004 - owed strongly
        if step.edge < len(edges) and (label := label_of(edges[step.edge])):
            taken.add((label - 1) // 3)
        for edge, moves in product.moves_between(step.node, step.target):
            if edge == step.edge:
                for move in moves:
                    marks |= move.marks
    for mark in range(product.automaton.acceptance_sets):
        if not marks >> mark & 1:
            return _Need(((slots.TO_MARK, mark),))
    for key in sorted(strong - taken):
        return _Need(((slots.TO_CLASS, key),))
    for key in sorted((weak or set()) - taken):
        return _Need(((slots.TO_CLASS, key), (slots.TO_IDLE, key)))
    return None
