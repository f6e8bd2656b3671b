"""The explored graph does not depend on who explored it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

pytest.importorskip("llvmlite")

from modelcheck.engines.native.explorer import Explorer, Setting
from modelcheck.engines.native.graph import Graph, graph_of
from modelcheck.kernel.evaluate import Next, outcomes
from modelcheck.kernel.explore import explore
from modelcheck.kernel.task import Limits

from .conftest import DEEP, GRID

Native = Callable[..., Explorer]

CUT_AND_FAILED = """
    shared var n: 0..9 = 0
    agent Node { initial final state Run {
        step climb when n < 5 { n += 1 }
        step spread { choose k in 4..12 { n := k } }
        step stay { skip }
    } }
    invariant fine: true
    check "c" { bound n < 8  expect fine }
"""


def graph(explorer: Explorer) -> Graph:
    explorer.run()
    found = graph_of(explorer)
    assert found is not None
    return found


def edges(found: Graph) -> list[list[tuple[int, int | None]]]:
    return [list(found.successors(number)) for number in range(len(found))]


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_numbers_and_edges_are_those_of_a_sequential_search(native: Native, workers: int) -> None:
    explorer = native(GRID, Setting(workers, graph=True))
    found, slow = graph(explorer), explore(explorer.program, 20_000)
    numbers = {state: number for number, state in enumerate(slow.states)}
    assert [found.state(number) for number in range(len(found))] == list(numbers)
    for number in range(0, len(found), 97):
        expected = [
            numbers[outcome.state]
            for action in range(3)
            for _, outcome in outcomes(explorer.program, action, found.state(number))
            if isinstance(outcome, Next)
        ]
        assert [target for _, target in found.successors(number) if target is not None] == expected
    assert found.initial == range(1)


def test_the_whole_graph_is_the_same_for_any_workers_and_tables(native: Native) -> None:
    expected = edges(graph(native(GRID, Setting(graph=True))))
    for setting in (Setting(2, graph=True), Setting(8, graph=True, table_bits=4, capacity=32)):
        assert edges(graph(native(GRID, setting))) == expected


def test_states_that_several_workers_found_are_numbered_as_one_finds_them(native: Native) -> None:
    wide = """
        shared var m: 0..2 = 0
        shared var n: 0..65535 = 0
        agent Node { initial final state Run {
            step spread when m == 0 { m := 1  choose k in 0..65535 { n := k } }
            step turn when m == 1 { m := 2  n := 65535 - n }
        } }
        invariant fine: true
        check "c" { expect fine }
    """
    alone, together = native(wide, Setting(graph=True)), native(wide, Setting(2, graph=True))
    for _ in range(50):
        if min(together.store.counts()) > 0:
            break
        # On a busy machine one worker is through before the other begins.
        together = native(wide, Setting(2, graph=True))
    expected, found = graph(alone), graph(together)
    assert min(together.store.counts()) > 0
    for number in range(0, len(expected), 17):
        assert found.state(number) == expected.state(number)
        assert list(found.successors(number)) == list(expected.successors(number))


def test_paths_that_are_cut_or_fail_are_edges_without_a_target(native: Native) -> None:
    found = graph(native(CUT_AND_FAILED, Setting(graph=True)))
    # 4..7 are within the bound, 8 and 9 beyond it, 10..12 no numbers of that type.
    assert [target for _, target in found.successors(0)] == [1, 2, 3, 4, 5, 0, *[None] * 5]


SOMETIMES_CUT = """
    shared var m: 0..40 = 0
    shared var n: 0..40 = 0
    agent Node { initial final state Run {
        step climb { m += 1 }
        step jump { choose k in 1..3 { n += k } }
        step fall when m > n { m := n }
    } }
    invariant fine: true
    check "c" { bound m < 30 and n < 30  expect fine }
"""


@pytest.mark.parametrize("setting", [Setting(graph=True), Setting(2, graph=True), Setting(graph=True, capacity=32)])
def test_edges_of_states_expanded_together_are_told_apart(native: Native, setting: Setting) -> None:
    explorer = native(SOMETIMES_CUT, setting)
    found, cut = graph(explorer), 0
    for number in range(len(found)):
        expected, bare = list[int | None](), list[int | None]()
        for action in range(len(explorer.program.actions)):
            for _, outcome in outcomes(explorer.program, action, found.state(number)):
                if isinstance(outcome, Next):
                    expected.append(found.number_of(outcome.state))
                else:
                    bare.append(None)
        assert [target for _, target in found.successors(number)] == expected + bare
        cut += bool(bare)
    assert 50 < cut < len(found) - 50


def test_keeping_the_graph_changes_nothing_that_is_found(native: Native) -> None:
    assert native(GRID, Setting(2, graph=True)).run() == native(GRID).run()


def test_states_before_a_limit_are_not_expanded(native: Native) -> None:
    found = graph(native(DEEP % (100, 100), Setting(graph=True), Limits(depth=7)))
    assert [found.is_expanded(number) for number in range(len(found))] == [True] * 7 + [False]
    assert list(found.successors(7)) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_edges_count_against_the_budget(native: Native, workers: int) -> None:
    many = """
        shared var n: 0..4095 = 0
        agent Node { initial final state Run { step go { choose k in 0..4095 { n := k } } } }
        invariant fine: true
        check "c" { expect fine }
    """
    explorer = native(many, Setting(workers, graph=True, table_bits=4, capacity=4096))
    room = 32 << 20
    explorer._growth.budget = explorer.store.base_bytes + room
    assert explorer.run().stopped == "memory"
    used = explorer.store.memory_bytes() - explorer.store.base_bytes
    # Most of it, and not more.
    assert room // 2 < used <= room


def test_numbering_is_given_up_when_the_time_is_up(native: Native) -> None:
    explorer = native(GRID, Setting(graph=True))
    explorer.run()
    explorer.watch.is_interrupted = True
    assert explorer.watch.is_over(explorer.store)
    explorer.watch._over_since -= 1
    assert graph_of(explorer) is None


def test_levels_follow_each_other_in_the_numbering(native: Native) -> None:
    explorer = native(DEEP % (500, 500), Setting(8, graph=True))
    found = graph(explorer)
    assert all(list(found.successors(a)) == [(0, b)] for a, b in pairwise(range(len(found))))
