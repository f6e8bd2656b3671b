"""Native searches of small models, at the level of the kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

pytest.importorskip("llvmlite")

from modelcheck.engines.native.explorer import Explorer, Setting
from modelcheck.engines.native.watch import Watch
from modelcheck.ir.model import Model
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.kernel.task import Limits, Task
from modelcheck.lowering import lower

Build = Callable[..., Model]
Native = Callable[..., Explorer]

GRID = """
    shared var n: 0..99 = 0
    shared var m: 0..99 = 0
    agent Node { initial final state Run {
        step right when n < 99 { n += 1 }
        step rise when m < 99 { m += 1 }
        step jump when n == 50 and m == 50 { choose k in 0..20 { n := k  m := k + 1 } }
    } }
    invariant small: n + m < 150
    transition rises: next(n) >= n
    reachable corner: n == 99 and m == 99
    check "c" { bound n < 90 or m < 90  expect small, rises, corner }
"""
"""A bit less than ten thousand states; every kind of target, and a bound that is hit."""

DEEP = """
    shared var n: 0..%d = 0
    agent Node { initial final state Run { step climb when n < %d { n += 1 } } }
    invariant fine: n >= 0
    check "c" { expect fine }
"""


@pytest.fixture
def native(model_of: Build) -> Iterator[Native]:
    """A native search of the first check of a specification, not yet run."""
    with ExitStack() as stack:

        def build(text: str, setting: Setting | None = None, limits: Limits | None = None) -> Explorer:
            watch = stack.enter_context(Watch(limits or Limits()))
            program = simplify(lower(model_of(text)))
            return Explorer(Task(program, watch.limits), setting or Setting(), watch)

        yield build
