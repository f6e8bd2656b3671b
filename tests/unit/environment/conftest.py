"""What tests of the environment ask of two engines at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from modelcheck.engines.base import Exploration, Request
from modelcheck.engines.interpreter import explore
from modelcheck.environment.instantiate import Overrides
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits


@pytest.fixture
def explored_twice(model_of: Callable[..., Model]) -> Callable[..., Exploration]:
    """What the reference search finds; the compiled one has found the same, runs included."""
    pytest.importorskip("llvmlite")
    from modelcheck.engines.compiled import explore as explore_compiled  # noqa: PLC0415 - it needs llvmlite

    def search(text: str, overrides: Overrides | None = None) -> Exploration:
        model = model_of(text, overrides)
        found, fast = explore(model, Request(Limits())), explore_compiled(model, Request(Limits()))
        assert (found.distinct, found.depth) == (fast.distinct, fast.depth)
        assert found.verdicts == fast.verdicts
        return found

    return search
