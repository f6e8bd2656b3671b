"""The states of a small check as a graph: each by what it has that its neighbours have not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import networkx as nx

from modelcheck.ir.statuses import UP
from modelcheck.reports.graphs.picture import Edge, Graph, Line, Node
from modelcheck.reports.shown import is_budget, packets, ranges, short_map

if TYPE_CHECKING:
    from modelcheck.semantics.states import Move, ShownState, StateGraph

_MOST_LINES = 8
"""Components of a state that are told; the others are told to who points at it."""
_START = "initial states"


def states_picture(name: str, graph: StateGraph) -> Graph:
    """States as nodes, all steps between two of them on one edge."""
    linked = nx.DiGraph()
    linked.add_nodes_from(range(len(graph.states)))
    moves: dict[tuple[int, int], list[Move]] = {}
    for move in graph.moves:
        linked.add_edge(move.source, move.target)
        moves.setdefault((move.source, move.target), []).append(move)
    nodes = [Node(_START, "", kind="start", whole="where runs begin")]
    edges: list[Edge] = []
    for number, state in enumerate(graph.states):
        if state.initial:
            edges.append(Edge(_START, _key(number)))
        beside = {*linked.predecessors(number), *linked.successors(number)} - {number}
        stays = tuple(_stays(move) for move in moves.get((number, number), ()))
        found = list(_differing(state, [graph.states[one] for one in sorted(beside)], graph.statuses))
        nodes.append(_node(number, state, found, stays))
    edges += [
        Edge(_key(source), _key(target), tuple(dict.fromkeys(map(_line, group))))
        for (source, target), group in moves.items()
        if source != target
    ]
    return Graph(name, tuple(nodes), tuple(edges), _legend(graph), f"{name}: {len(graph.states)} states")


def _key(number: int) -> str:
    return f"state {number}"


def _node(number: int, state: ShownState, found: list[str], stays: tuple[Line, ...]) -> Node:
    """`found` is what tells it from its neighbours, `stays` the steps that leave it as it is."""
    lines = [Line(name if name == "deadlock" else f"violates {name}", wrong=True) for name in state.violated]
    lines += [Line(f"fails: {problem}", wrong=True) for problem in state.failures]
    lines += [Line(f"is what {name} asks for") for name in state.reached]
    lines += [Line(f"… goes on beyond {bound}") for bound in state.cuts]
    told = found if len(found) <= _MOST_LINES else found[: _MOST_LINES - 1]
    lines += [Line(text) for text in told]
    if len(found) > len(told):
        lines.append(Line(f"… {len(found) - len(told)} more"))
    whole = "\n".join(f"{name} = {value}" for name, value in state.components if not is_budget(name))
    return Node(
        _key(number),
        f"#{number}",
        (*lines, *dict.fromkeys(stays)),
        violating=bool(state.violated or state.failures),
        whole=whole,
    )


def _differing(state: ShownState, beside: list[ShownState], statuses: frozenset[str]) -> Iterator[str]:
    """The components that are different in a neighbour, equal ones of several agents together; all without any."""
    groups: dict[tuple[str, str], list[str]] = {}
    for at, (name, value) in enumerate(state.components):
        if is_budget(name) or (beside and all(other.components[at][1] == value for other in beside)):
            continue
        kind = name.partition("[")[0] + name.partition("]")[2]
        groups.setdefault((kind, value), []).append(name)
    for (kind, value), names in groups.items():
        if kind.startswith("messages "):
            told = packets(value.removeprefix("{").removesuffix("}")) or ["nothing"]
            yield from (f"in flight: {packet}" for packet in told)
        elif value != UP or names[0] not in statuses:
            yield f"{', '.join(ranges(names))} = {short_map(value)}"


def _line(move: Move) -> Line:
    violated = "".join(f", violates {name}" for name in move.violated)
    return Line(f"{move.text}{violated}", fault=move.fault, wrong=bool(violated))


def _stays(move: Move) -> Line:
    line = _line(move)
    return Line(f"stays: {line.text}", fault=line.fault, wrong=line.wrong)


def _legend(graph: StateGraph) -> tuple[str, ...]:
    told = [
        ("# a state, by what differs in its neighbours; point at it for all of it", True),
        ("stays: a step that changes nothing", any(move.source == move.target for move in graph.moves)),
        ("dashed: a fault", any(move.fault for move in graph.moves)),
    ]
    failures = (f"fails at the start: {problem}" for problem in graph.failures)
    return (*failures, *(line for line, there in told if there))
