"""A program's functions and the loops are compiled apart, and exchanged for better code apart."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("llvmlite")

from llvmlite.binding import ffi

from modelcheck.engines.native import machine
from modelcheck.engines.native.explorer import Setting
from modelcheck.jit import compile as jit
from tests.unit.engines.native.conftest import DEEP, GRID, Native

OTHER = GRID.replace("99", "98")
"""Another program of the same shape."""


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """What is compiled from here on, by its first exported function; the cache of objects is empty.

    A search never begins to compile better code of its own accord.
    """
    monkeypatch.setattr(machine, "WORTH_SECONDS", float("inf"))
    monkeypatch.setenv("MODELCHECK_CACHE_DIR", str(tmp_path))
    found: list[str] = []
    compile_ = jit._Machine.compile

    def noting(self: jit._Machine, text: str, exported: Sequence[str]) -> bytes:
        found.append(exported[0])
        return compile_(self, text, exported)

    monkeypatch.setattr(jit._Machine, "compile", noting)
    return found


def test_programs_of_one_shape_share_the_loops(native: Native, compiled: list[str]) -> None:
    native(GRID)
    assert compiled == ["expand", "work"]
    native(OTHER)
    assert compiled == ["expand", "work", "expand"]
    native(OTHER)
    assert compiled == ["expand", "work", "expand"]


def test_programs_of_another_shape_have_loops_of_their_own(native: Native, compiled: list[str]) -> None:
    native(GRID)
    native(DEEP % (9, 9))
    native(GRID, Setting(graph=True))
    assert compiled == 3 * ["expand", "work"]


@pytest.mark.parametrize("parts", [(0,), (1,), (0, 1)], ids=["the program", "the loops", "both"])
def test_better_code_of_a_part_finds_the_same(native: Native, compiled: list[str], parts: tuple[int, ...]) -> None:
    explorer = native(GRID)
    expected = explorer.run()
    again = native(GRID)
    assert not again.machine.wants_upgrade(0)
    for part in parts:
        tiers = again.machine._tiers[part]
        assert not tiers.is_best
        tiers._compile()
    while not again.machine.wants_upgrade(0):
        time.sleep(0.001)
    again.machine.upgrade()
    assert [tiers.is_best for tiers in again.machine._tiers] == [part in parts for part in range(2)]
    assert again.run() == expected
    assert len(compiled) == 2 + len(parts)


def test_what_takes_long_to_optimise_is_optimised_for_long_searches_only(
    native: Native, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "WORTH_SECONDS", 0.1)
    monkeypatch.setattr(jit, "OPTIMISING_SECONDS", 0.001)
    explorer = native(GRID)
    begun: list[int] = []
    monkeypatch.setattr(jit.Tiers, "improve", lambda tiers: begun.append(len(tiers.image)))
    small, large = sorted(len(tiers.image) for tiers in explorer.machine._tiers)
    for searched, expected in ((0, []), (small + 1, [small]), (large - 1, [small]), (large + 1, [small, large])):
        begun.clear()
        too_late = 0.001 * small - 1e-9
        assert not explorer.machine.wants_upgrade(0.001 * searched * machine.WORTH_SHARE, too_late)
        assert begun == []
        assert not explorer.machine.wants_upgrade(0.001 * searched * machine.WORTH_SHARE)
        assert sorted(begun) == expected
    assert compiled == ["expand", "work"]


@contextmanager
def llvm_at_work() -> Iterator[None]:
    """Another thread is inside LLVM, and nobody else gets in. After a second it comes out, so that no test hangs."""
    inside, done = threading.Event(), threading.Event()

    def work() -> None:
        with ffi.lib._lock:
            inside.set()
            done.wait(1)

    thread = threading.Thread(target=work)
    thread.start()
    inside.wait()
    try:
        yield
        assert thread.is_alive(), "somebody waited for it"
    finally:
        done.set()
        thread.join()


def test_nobody_who_searches_waits_for_what_is_compiled_in_the_background(native: Native, compiled: list[str]) -> None:
    explorer, other = native(GRID), native(GRID)
    expected = other.run()
    explorer.machine._tiers[0]._compile()
    assert compiled == ["expand", "work", "expand"]
    with llvm_at_work():
        assert not explorer.machine.wants_upgrade(0)
        assert explorer.run() == expected
        # What it was made of is given back.
        del other
        gc.collect()
    while not explorer.machine.wants_upgrade(0):
        time.sleep(0.001)
    explorer.machine.upgrade()
    assert explorer.machine._tiers[0].is_best
