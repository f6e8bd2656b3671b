"""Which layer everything is in: links go down, but those that would close a cycle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import networkx as nx
from msgspec import Struct

from modelcheck.frozen import Frozen

Size = tuple[float, float]
"""Width and height."""

_NOTHING: Size = (0.0, 0.0)
_SPAN = 2
"""Layers from a node to the next one down: the one between is for labels."""


class Link(Frozen):
    """From node to node, never the same. `label` is the size of its label, with the room that it wants around it."""

    source: str
    target: str
    label: Size | None = None


class Item(Frozen):
    """What a layer holds: a node (`link` -1), or a point of a link, which is its label if it has a size."""

    name: str
    link: int
    size: Size


class Layers(Struct, eq=False):
    """The graph with a point of each link in every layer that it crosses: all edges lead to the next layer.

    `items` by name in `graph`, whose edges carry a `weight`: how much they want to be straight. `chains` has the names
    along each link from the top to the bottom, `upwards` the numbers of the links that lead up.
    """

    graph: nx.DiGraph
    items: dict[str, Item]
    rows: list[list[str]]
    chains: list[list[str]]
    upwards: frozenset[int]


def layered(sizes: dict[str, Size], links: Sequence[Link]) -> Layers:
    """Put nodes and links into layers; layers are in no particular order yet."""
    upwards = frozenset(_closing(sizes, links))
    ranks = _ranks(sizes, links, upwards)
    items = {_node(key): Item(_node(key), -1, size) for key, size in sizes.items()}
    rows: list[list[str]] = [[] for _ in range(max(ranks.values(), default=0) + 1)]
    for key, rank in ranks.items():
        rows[rank].append(_node(key))
    graph = nx.DiGraph()
    graph.add_nodes_from(items)
    chains = []
    for number, link in enumerate(links):
        top, bottom = (link.target, link.source) if number in upwards else (link.source, link.target)
        middle = (ranks[top] + ranks[bottom]) // 2
        middle += 1 - middle % _SPAN
        chain = [_node(top)]
        for rank in range(ranks[top] + 1, ranks[bottom]):
            size = link.label if rank == middle and link.label is not None else _NOTHING
            item = Item(f"link {number} {rank}", number, size)
            items[item.name] = item
            rows[rank].append(item.name)
            chain.append(item.name)
        chain.append(_node(bottom))
        chains.append(chain)
        for upper, lower in pairwise(chain):
            points = (items[upper].link >= 0) + (items[lower].link >= 0)
            # What leads back must not bend what leads on.
            graph.add_edge(upper, lower, weight=(1, 2, 8)[points] if points == _SPAN or number not in upwards else 0.2)
    return Layers(graph, items, rows, chains, upwards)


def _node(key: str) -> str:
    return f"node {key}"


def _closing(sizes: dict[str, Size], links: Sequence[Link]) -> Iterator[int]:
    """The links that are to lead up: of those on cycles the ones that lead to what a walk in breadth meets earlier.

    What is on no cycle leads down. Breadth rather than depth, because it keeps a graph of states low.
    """
    graph = nx.DiGraph()
    graph.add_nodes_from(sizes)
    graph.add_edges_from((link.source, link.target) for link in links)
    part = {key: number for number, keys in enumerate(nx.strongly_connected_components(graph)) for key in keys}
    met: dict[str, int] = {}
    for root in sizes:
        if root not in met:
            for key in (root, *(below for _, below in nx.bfs_edges(graph, root))):
                met.setdefault(key, len(met))
    for number, link in enumerate(links):
        if part[link.source] == part[link.target] and met[link.target] < met[link.source]:
            yield number


def _ranks(sizes: dict[str, Size], links: Sequence[Link], upwards: frozenset[int]) -> dict[str, int]:
    """As high as can be, and what nothing leads to directly above what it leads to."""
    graph = nx.DiGraph()
    graph.add_nodes_from(sizes)
    for number, link in enumerate(links):
        graph.add_edge(*((link.target, link.source) if number in upwards else (link.source, link.target)))
    order = list(nx.lexicographical_topological_sort(graph, key=list(sizes).index))
    ranks: dict[str, int] = {}
    for key in order:
        ranks[key] = max((ranks[above] + _SPAN for above in graph.predecessors(key)), default=0)
    for key in order:
        below = [ranks[one] for one in graph.successors(key)]
        if below and not any(True for _ in graph.predecessors(key)):
            ranks[key] = min(below) - _SPAN
    return {key: ranks[key] for key in sizes}
