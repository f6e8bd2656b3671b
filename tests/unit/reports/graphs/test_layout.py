"""The layout of graphs: nothing lies on anything else, and lines go where they should."""

from __future__ import annotations

from itertools import combinations, pairwise
from random import Random

import pytest

from modelcheck.reports.graphs.layout import Layout, Link, Size, laid_out
from modelcheck.reports.graphs.layout.crossings import crossings, ordered
from modelcheck.reports.graphs.layout.layers import layered

Rectangle = tuple[float, float, float, float]


def graph_of(seed: int) -> tuple[dict[str, Size], list[Link]]:
    """A random graph with cycles, parallel ways, nodes apart, labels and none."""
    random = Random(seed)  # noqa: S311 - a test's graph
    count = random.randint(1, 14)
    sizes = {f"n{i}": (random.uniform(20, 200), random.uniform(15, 90)) for i in range(count)}
    pairs = {(random.randrange(count), random.randrange(count)) for _ in range(random.randint(0, 2 * count))}
    links = [
        Link(f"n{a}", f"n{b}", (random.uniform(20, 220), random.uniform(10, 60)) if random.random() < 0.8 else None)
        for a, b in sorted(pairs)
        if a != b
    ]
    return sizes, links


def rectangles(sizes: dict[str, Size], links: list[Link], layout: Layout) -> list[Rectangle]:
    places = [(layout.nodes[key], size) for key, size in sizes.items()]
    for link, route in zip(links, layout.routes, strict=True):
        if link.label is not None:
            assert route.label is not None
            places.append((route.label, link.label))
    return [(x - w / 2, y - h / 2, x + w / 2, y + h / 2) for (x, y), (w, h) in places]


@pytest.mark.parametrize("seed", range(25))
def test_no_node_or_label_lies_on_another_or_outside(seed: int) -> None:
    sizes, links = graph_of(seed)
    layout = laid_out(sizes, links)
    found = rectangles(sizes, links, layout)
    for one, other in combinations(found, 2):
        across = min(one[2], other[2]) - max(one[0], other[0])
        down = min(one[3], other[3]) - max(one[1], other[1])
        assert across <= 0.001 or down <= 0.001
    for left, top, right, bottom in found:
        assert left >= -0.001
        assert top >= -0.001
        assert right <= layout.width + 0.001
        assert bottom <= layout.height + 0.001


@pytest.mark.parametrize("seed", range(25))
def test_lines_begin_at_their_source_end_at_their_target_and_cross_no_node(seed: int) -> None:
    sizes, links = graph_of(seed)
    layout = laid_out(sizes, links)
    for link, route in zip(links, layout.routes, strict=True):
        for key, (x, y) in ((link.source, route.points[0]), (link.target, route.points[-1])):
            (mid_x, mid_y), (width, height) = layout.nodes[key], sizes[key]
            assert abs(x - mid_x) <= width / 2
            assert abs(y - mid_y) == pytest.approx(height / 2)
        for (x, y), (to_x, to_y) in pairwise(route.points):
            # An upright stretch may pass beside nodes; one that goes aside stays between the layers.
            for key, (mid_x, mid_y) in layout.nodes.items():
                width, height = sizes[key]
                above = max(y, to_y) <= mid_y - height / 2 + 0.001
                below = min(y, to_y) >= mid_y + height / 2 - 0.001
                beside = max(x, to_x) <= mid_x - width / 2 or min(x, to_x) >= mid_x + width / 2
                assert above or below or beside


def test_links_go_down_but_those_that_close_a_cycle() -> None:
    sizes = dict.fromkeys(["a", "b", "c"], (50.0, 20.0))
    layout = laid_out(sizes, [Link("a", "b"), Link("b", "c"), Link("c", "a")])
    assert layout.nodes["a"][1] < layout.nodes["b"][1] < layout.nodes["c"][1]
    first, last = layout.routes[2].points[0], layout.routes[2].points[-1]
    assert first[1] > last[1]


def test_what_is_on_no_cycle_leads_down_in_whatever_order_it_is_listed() -> None:
    sizes = dict.fromkeys(["a", "c", "b"], (50.0, 20.0))
    layout = laid_out(sizes, [Link("a", "c"), Link("a", "b"), Link("b", "c")])
    assert layout.nodes["a"][1] < layout.nodes["b"][1] < layout.nodes["c"][1]


def test_a_graph_with_many_cycles_stays_low() -> None:
    places = [(i, j) for i in range(7) for j in range(7)]
    moves = [((i, j), (i + a, j + b)) for i, j in places for a, b in ((0, 1), (1, 0), (0, -1), (-1, 0))]
    links = [Link(str(one), str(other)) for one, other in moves if other in places]
    layers = layered(dict.fromkeys(map(str, places), (50.0, 20.0)), links)
    # Twelve moves from corner to corner, and a row for labels between each two.
    assert len(layers.rows) == 2 * 12 + 1


def test_what_leads_back_does_not_bend_what_leads_on() -> None:
    sizes = dict.fromkeys("abcd", (50.0, 20.0))
    layout = laid_out(sizes, [Link("a", "b"), Link("b", "c"), Link("c", "d"), Link("d", "a", (60.0, 20.0))])
    xs = [x for x, _ in layout.nodes.values()]
    assert max(xs) - min(xs) < 12


def test_lines_that_need_not_cross_do_not() -> None:
    # Listed so that the order of the nodes makes all of them cross.
    sizes = dict.fromkeys(["root", "a", "b", "c", "x", "y", "z"], (50.0, 20.0))
    links = [Link("root", key) for key in "abc"] + [Link("a", "z"), Link("b", "y"), Link("c", "x")]
    layers = layered(sizes, links)
    for row in layers.rows:
        row.sort()
    assert crossings(layers) == 3
    ordered(layers)
    assert crossings(layers) == 0


def test_a_chain_is_straight() -> None:
    sizes = {"a": (30.0, 20.0), "b": (90.0, 20.0), "c": (60.0, 20.0)}
    layout = laid_out(sizes, [Link("a", "b", (120.0, 20.0)), Link("b", "c")])
    assert len({round(x, 1) for x, _ in layout.nodes.values()}) == 1


def test_there_may_be_nothing_to_lay_out() -> None:
    assert laid_out({}, []).nodes == {}
