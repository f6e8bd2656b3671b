"""What the tests of time ask of two engines at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from modelcheck.engines.base import Exploration, Request
from modelcheck.engines.interpreter import explore
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits


@pytest.fixture
def explored_twice(model_of: Callable[[str], Model]) -> Callable[[str], Exploration]:
    """What the reference search finds; the compiled one has found the same, runs included."""
    pytest.importorskip("llvmlite")
    from modelcheck.engines.compiled import explore as explore_compiled  # noqa: PLC0415 - it needs llvmlite

    def search(text: str) -> Exploration:
        model = model_of(text)
        found, fast = explore(model, Request(Limits())), explore_compiled(model, Request(Limits()))
        assert (found.distinct, found.depth) == (fast.distinct, fast.depth)
        assert found.verdicts == fast.verdicts
        return found

    return search
