"""Which states of a search are looked at later is no matter of chance, whoever found them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("llvmlite")

from modelcheck.engines import compiled
from modelcheck.engines.base import Request
from modelcheck.engines.native.explorer import Explorer
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits

WIDE = """
    shared var a: 0..59 = any
    shared var b: 0..79 = any
    shared var c: 0..2 = 0
    agent Node { initial final state Run { step go when c < 2 { choose k in 0..9 { b := k  c += 1 } } } }
    invariant fine: a + b + c < 999
    check "c" { allow deadlock expect fine }
"""
"""Thousands of states to begin with, which all workers expand, and more that some of them find."""


@pytest.fixture
def sampled(model_of: Callable[..., Model], monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Any]]:
    """Samples the states of a search in which one worker is late wherever several work."""
    job = Explorer.job

    def sample(text: str, most: int, workers: int, late: int = 0) -> list[Any]:
        def wait(explorer: Explorer, name: str, worker: int, *more: object) -> Callable[[], object]:
            work = job(explorer, name, worker, *more)

            def run() -> object:
                if (name, worker) == ("work", late):
                    time.sleep(0.05)
                return work()

            return run

        monkeypatch.setattr(Explorer, "job", wait)
        states = compiled.explore(model_of(text), Request(Limits(), workers=workers, audit=0)).states
        assert states is not None
        return states(most).all

    return sample


@pytest.mark.parametrize("most", [40, 10_000])
def test_states_are_sampled_alike_whoever_was_quicker(sampled: Callable[..., list[Any]], most: int) -> None:
    alone, first = sampled(WIDE, most, 1), sampled(WIDE, most, 2)
    assert len(first) == len(alone) == min(most, 4800 + 2 * 600)
    assert first == sampled(WIDE, most, 2, 1) == sampled(WIDE, most, 3, 2)
    if most > len(first):
        assert set(first) == set(alone)


def test_states_that_one_worker_found_lie_in_its_order(sampled: Callable[..., list[Any]]) -> None:
    text = WIDE.replace("0..59", "0..9")
    assert sampled(text, 40, 1) == sampled(text, 40, 2)
