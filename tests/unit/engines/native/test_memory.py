"""What a search took is given back when nobody asks for it any more."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from errno import ENOMEM
from typing import NoReturn
from weakref import ref

import pytest

pytest.importorskip("llvmlite")

from modelcheck.diagnostics import InputError
from modelcheck.engines import compiled
from modelcheck.engines.base import Request
from modelcheck.engines.native import store
from modelcheck.engines.native.explorer import Explorer, Setting
from modelcheck.engines.native.trace import TraceLost, Tracer
from modelcheck.engines.native.watch import Watch
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits, Task
from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.source import Source
from modelcheck.verdict import Run

CROWDED = """
    message M(n: 0..11)
    agent A { var n: 0..12 = 0  initial state S { step go when n < 12 { send M(n) to B  n += 1 } } final state Z }
    agent B { final initial state T { on M(n) when n == 11 } }
    invariant few: forall a in A: a.n < 12
    check "c" { allow deadlock expect not few }
"""
"""Twelve messages in flight: more than there is room for at first."""


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[ref[Explorer]]]:
    """The searches that were made, of which each began when those before it were gone, without a collection."""
    made: list[ref[Explorer]] = []

    class Counted(Explorer):
        def __init__(self, task: Task, setting: Setting, watch: Watch) -> None:
            assert [one for one in made if one() is not None] == []
            super().__init__(task, setting, watch)
            made.append(ref(self))

    monkeypatch.setattr(compiled, "Explorer", Counted)
    gc.disable()
    yield made
    gc.enable()


def test_a_search_is_dropped_before_the_next_begins(model_of: Callable[..., Model], made: list[ref[Explorer]]) -> None:
    model = model_of(CROWDED)
    for _ in range(2):
        found = compiled.explore(model, Request(Limits()))
        assert found.verdicts["few"].run.choices  # type: ignore[union-attr]  # it is violated
        del found
    assert len(made) == 4


@pytest.mark.parametrize("expected", ["not few", "not soon"])
def test_the_search_of_a_check_is_dropped_before_that_of_the_next_begins(
    made: list[ref[Explorer]], expected: str
) -> None:
    checks = "".join(f'check "{name}" {{ allow deadlock expect {expected} }}' for name in "de")
    text = f"protocol Crowded{CROWDED}temporal soon: eventually B[0].x == 1 {checks}"
    spec = load(Source("crowded.mc", text.replace("agent B {", "agent B { var x: 0..1 = 0")))
    assert verify_specs([spec], Options(engine="native")).ok
    assert len(made) == 6


def test_a_search_of_orbits_is_dropped_before_that_of_all_states_begins(
    model_of: Callable[..., Model], made: list[ref[Explorer]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_to = Tracer.run_to

    def lost(tracer: Tracer, name: str) -> Run:
        if tracer.explorer.symmetry is not None:
            raise TraceLost
        return run_to(tracer, name)

    monkeypatch.setattr(Tracer, "run_to", lost)
    found = compiled.explore(
        model_of(CROWDED.replace("allow", "A = 2 allow").replace("0..11", "0..1")), Request(Limits())
    )
    assert found.reductions == (f"no symmetry: {compiled.NO_RUN}",)
    assert len(made) == 2


def test_where_the_system_gives_no_memory_the_engine_says_so(
    model_of: Callable[..., Model], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> NoReturn:
        raise OSError(ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(store, "Region", refused)
    with pytest.raises(InputError, match="gets no memory from the system: Cannot allocate memory"):
        compiled.explore(model_of(CROWDED), Request(Limits()))
