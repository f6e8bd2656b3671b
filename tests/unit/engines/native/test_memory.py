"""What a search took is given back when nobody asks for it any more."""

from __future__ import annotations

import gc
from collections.abc import Callable
from weakref import ref

import pytest

pytest.importorskip("llvmlite")

from modelcheck.engines import compiled
from modelcheck.engines.base import Request
from modelcheck.engines.native.explorer import Explorer, Setting
from modelcheck.engines.native.watch import Watch
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits, Task

CROWDED = """
    message M(n: 0..11)
    agent A { var n: 0..12 = 0  initial state S { step go when n < 12 { send M(n) to B  n += 1 } } final state Z }
    agent B { final initial state T { on M(n) when n == 11 } }
    invariant few: forall a in A: a.n < 12
    check "c" { allow deadlock expect not few }
"""
"""Twelve messages in flight: more than there is room for at first."""


def test_a_search_is_dropped_without_a_collection_of_garbage_before_the_next_begins(
    model_of: Callable[..., Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[ref[Explorer]] = []

    class Counted(Explorer):
        def __init__(self, task: Task, setting: Setting, watch: Watch) -> None:
            assert [one for one in made if one() is not None] == []
            super().__init__(task, setting, watch)
            made.append(ref(self))

    monkeypatch.setattr(compiled, "Explorer", Counted)
    model = model_of(CROWDED)
    gc.disable()
    try:
        for _ in range(2):
            found = compiled.explore(model, Request(Limits()))
            assert found.verdicts["few"].run.choices  # type: ignore[union-attr]  # it is violated
            del found
    finally:
        gc.enable()
    assert len(made) == 4
