"""The native search finds the same whatever its workers, tables and hashes are like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("llvmlite")

from modelcheck.engines.native import machine, slots
from modelcheck.engines.native.explorer import Explorer, Setting
from modelcheck.engines.native.findings import Target
from modelcheck.engines.native.loops import table
from modelcheck.engines.native.trace import Tracer
from modelcheck.jit.memory import words_at
from modelcheck.kernel.explore import explore as explore_slowly

from .conftest import DEEP, GRID

Word = Any
ptr = Any
Native = Callable[..., Explorer]

TARGETS = {
    "small": Target("state", 150),
    "rises": Target("step", 100),
    "corner": None,
    "deadlock": None,
}


def hash_of(p: ptr) -> Word:  # noqa: ARG001 - every state is alike
    return 12345


def found_by(explorer: Explorer) -> object:
    """What a search found, with the runs to all targets."""
    found = explorer.run()
    tracer = Tracer(explorer, found.targets)
    runs = {name: tracer.run_to(name) for name in found.targets}
    return found, runs


def test_the_search_finds_what_the_evaluator_finds(native: Native) -> None:
    explorer = native(GRID)
    found, slow = explorer.run(), explore_slowly(explorer.program, 20_000)
    assert found.stopped is None
    assert (found.states, found.transitions) == (len(slow.states), slow.transitions)
    assert found.depth == max(slow.states.values())
    assert found.cuts == 1
    for name, target in TARGETS.items():
        assert found.targets.get(name) == target


SETTINGS = {
    "two workers": Setting(workers=2),
    "eight workers": Setting(workers=8),
    "a table of sixteen entries": Setting(table_bits=4, capacity=32),
    "eight workers on a table of sixteen entries": Setting(workers=8, table_bits=4, capacity=32),
    "a buffer that is too small": Setting(workers=2, capacity=1),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_search_does_not_depend_on(native: Native, name: str) -> None:
    assert found_by(native(GRID, SETTINGS[name])) == found_by(native(GRID))


@pytest.mark.parametrize(("workers", "is_narrow"), [(1, True), (4, True), (1, False)])
def test_a_search_does_not_depend_on_the_hash(
    native: Native, monkeypatch: pytest.MonkeyPatch, workers: int, *, is_narrow: bool
) -> None:
    text = GRID.replace("99", "30").replace("50", "15").replace("90", "25").replace("150", "45")
    if not is_narrow:
        text = text.replace("n: 0..30", f"n: 0..{(1 << 59) - 1}")
    expected = found_by(native(text))
    # The cache of objects must not give the code with the hash as it is.
    generator = machine._generator()
    monkeypatch.setattr(machine, "_generator", lambda: f"constant hash, {generator}")
    functions = tuple(hash_of if one.__name__ == "hash_of" else one for one in table.FUNCTIONS)
    monkeypatch.setattr(table, "FUNCTIONS", functions)
    explorer = native(text, Setting(workers=workers, table_bits=4, capacity=32))
    assert machine.is_narrow(explorer.layout) == is_narrow
    assert found_by(explorer) == expected
    store = explorer.store
    entries = words_at(store.ctx[slots.TABLE], 1 << store.table_bits)
    assert sum(entry != 0 for entry in entries) == store.stored()
    # One tag for all: that of the constant, or none, where the entries are the states.
    assert {entry >> slots.INDEX_BITS for entry in entries} == {0}


DOWN = """
    shared var n: 0..%d = %d
    shared var m: 0..%d = %d
    agent Node { initial final state Run {
        step lower when n > 0 { n -= 1 }
        step sink when n == 0 and m > 0 { m := 0 }
    } }
    reachable zero: n == 0 and m == 0
    check "c" { expect zero }
"""


@pytest.mark.parametrize(("most", "words"), [(3, 1), ((1 << 40) - 1, 2)])
def test_the_state_whose_words_are_zero_is_found(native: Native, most: int, words: int) -> None:
    # What remembers states is zero at first, and must not be taken for this one.
    explorer = native(DOWN % (most, 3, most, most))
    assert explorer.layout.words == words
    found = explorer.run()
    assert (found.states, found.transitions, found.depth) == (5, 4, 4)
    assert found.targets == {"zero": Target("state", 4)}


def test_many_small_levels_are_one_call(native: Native) -> None:
    explorer = native(DEEP % (60_000, 60_000))
    calls: list[str] = []
    work = explorer.machine.call["work_small"]

    def counted(*arguments: object) -> object:
        calls.append("work_small")
        return work(*arguments)

    explorer.machine.call["work_small"] = counted
    found = explorer.run()
    assert (found.states, found.depth, found.stopped) == (60_001, 60_000, None)
    # One call more for each time the table grew.
    assert len(calls) < 10
