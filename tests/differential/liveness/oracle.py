"""Whether a graph has a fair run on which a formula is false, by means as plain as they are slow.

A *moment* of a run is a state, the edge by which the run leaves it, and the value of each until and release there. The
values determine each other, up to what the next moment must say (Clarke, Grumberg & Peled, "Model Checking", section
6.7). So all that a run must do again and again is to be at moments of some kind: at one where an until is false or
comes true, at one whose edge takes a class, at one that does not enable it. What is owed strongly is either never
enabled from some time on, or taken again and again: each set of classes is tried in the first role, and the moments
that enable them are left out. What then is asked of a run is asked of a strongly connected set of moments.

Nothing here is shared with the search: no automaton, no negation normal form, no recursion into components.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import combinations
from typing import NamedTuple, TypeVar

from modelcheck.ltl.formula import And, Atom, Constant, Formula, Not, Or, Release, Until, operands_of
from tests.differential.liveness.labelled import Labelled

Node = TypeVar("Node", bound=Hashable)


class Values(NamedTuple):
    """The untils and releases that are true, as a mask; which of them hold or not as they do at the next moment;
    which need not be put off for ever; and the value of the whole formula.
    """

    true: int
    as_next: int
    settled: int
    whole: bool


class Moment(NamedTuple):
    """A state that a run leaves by an edge, and what is true then."""

    state: int
    edge: int
    values: Values


class Closure:
    """The untils and releases of a formula, and the values they can have with a letter."""

    def __init__(self, formula: Formula) -> None:
        self.formula = formula
        self.parts = list(dict.fromkeys(_temporal(formula)))
        self._known: dict[int, list[Values]] = {}

    def values(self, letter: int) -> list[Values]:
        """All that is possible with a letter, whatever comes next."""
        if letter not in self._known:
            self._known[letter] = list(self._possible(letter))
        return self._known[letter]

    def _possible(self, letter: int) -> Iterator[Values]:
        for true in range(1 << len(self.parts)):
            as_next = settled = 0
            is_possible = True
            for number, part in enumerate(self.parts):
                left, right = self._value(part.left, letter, true), self._value(part.right, letter, true)
                value = bool(true >> number & 1)
                # An until is decided by its right side where that is true, else where the left is false.
                decided = right or not left if isinstance(part, Until) else not right or left
                is_possible = is_possible and (not decided or value == right)
                as_next |= (not decided) << number
                settled |= (value != isinstance(part, Until) or value == right) << number
            if is_possible:
                yield Values(true, as_next, settled, self._value(self.formula, letter, true))

    def _value(self, formula: Formula, letter: int, true: int) -> bool:
        match formula:
            case Constant(value=value):
                return value
            case Atom(index=index):
                return bool(letter >> index & 1)
            case Not(operand=operand):
                return not self._value(operand, letter, true)
            case And(operands=operands):
                return all(self._value(operand, letter, true) for operand in operands)
            case Or(operands=operands):
                return any(self._value(operand, letter, true) for operand in operands)
            case _:
                return bool(true >> self.parts.index(formula) & 1)


def has_violation(graph: Labelled, formula: Formula) -> bool:
    """Whether there is a fair run from an initial state on which the formula is false."""
    closure = Closure(formula)
    arrivals = _Arrivals(graph, closure)
    starts = [
        moment for state in range(graph.initial) for moment in arrivals.of_state(state) if not moment.values.whole
    ]
    reached = _reached(starts, arrivals.after)
    strong = sorted({key for moment in reached for key in graph.enabled(moment.state, "strong")})
    for size in range(len(strong) + 1):
        for never in combinations(strong, size):
            kept = {m for m in reached if not graph.enabled(m.state, "strong") & set(never)}
            for component in _components(kept, lambda m, kept=kept: [n for n in arrivals.after(m) if n in kept]):  # type: ignore[misc]
                if _is_fair(graph, closure, component):
                    return True
    return False


class _Arrivals:
    """The moments that can follow each other."""

    def __init__(self, graph: Labelled, closure: Closure) -> None:
        self._graph = graph
        self._of_state = [
            [
                Moment(state, edge, values)
                for edge in graph.numbers(state)
                if graph.edge(state, edge).target is not None
                for values in closure.values(graph.letter(state, edge))
            ]
            for state in range(len(graph.states))
        ]
        self._after: dict[tuple[int, int, int], list[Moment]] = {}

    def of_state(self, state: int) -> list[Moment]:
        return self._of_state[state]

    def after(self, moment: Moment) -> list[Moment]:
        target = self._graph.edge(moment.state, moment.edge).target
        assert target is not None
        asked = moment.values.as_next
        true = moment.values.true & asked
        key = (target, asked, true)
        if key not in self._after:
            self._after[key] = [m for m in self._of_state[target] if m.values.true & asked == true]
        return self._after[key]


def _is_fair(graph: Labelled, closure: Closure, component: Sequence[Moment]) -> bool:
    """Whether a run that is at all these moments again and again, and at no others, is fair and postpones nothing."""
    settled = 0
    for moment in component:
        settled |= moment.values.settled
    if settled != (1 << len(closure.parts)) - 1:
        return False
    taken = {graph.edge(moment.state, moment.edge).key for moment in component}
    always = set.intersection(*(graph.enabled(moment.state, "weak") for moment in component))
    sometimes = set[int]().union(*(graph.enabled(moment.state, "strong") for moment in component))
    return (always | sometimes) <= taken


def _temporal(formula: Formula) -> Iterator[Until | Release]:
    for operand in operands_of(formula):
        yield from _temporal(operand)
    if isinstance(formula, Until | Release):
        yield formula


def _reached(starts: Iterable[Node], after: Callable[[Node], Iterable[Node]]) -> set[Node]:
    found = set(starts)
    todo = list(found)
    while todo:
        fresh = [node for node in after(todo.pop()) if node not in found]
        found.update(fresh)
        todo += fresh
    return found


def _components(nodes: set[Node], after: Callable[[Node], list[Node]]) -> Iterator[list[Node]]:
    """The strongly connected components that have an edge: backwards, in the order in which a search forwards left
    (Kosaraju).
    """
    before: dict[Node, list[Node]] = {node: [] for node in nodes}
    for node in nodes:
        for following in after(node):
            before[following].append(node)
    placed: set[Node] = set()
    for root in reversed(_left(nodes, after)):
        if root not in placed:
            component = list(_reached([root], lambda n: [p for p in before[n] if p not in placed]))
            placed.update(component)
            if len(component) > 1 or root in after(root):
                yield component


def _left(nodes: set[Node], after: Callable[[Node], list[Node]]) -> list[Node]:
    """The nodes in the order in which a depth-first search leaves them."""
    order: list[Node] = []
    seen: set[Node] = set()
    for root in nodes:
        path = [] if root in seen else [(root, iter(after(root)))]
        seen.add(root)
        while path:
            node, rest = path[-1]
            following = next((n for n in rest if n not in seen), None)
            if following is None:
                order.append(node)
                path.pop()
            else:
                seen.add(following)
                path.append((following, iter(after(following))))
    return order
