"""What the native engine says of an answer whose run is not there."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

pytest.importorskip("llvmlite")

from modelcheck.engines import compiled
from modelcheck.engines.native.findings import Target
from modelcheck.engines.native.trace import TraceLost
from modelcheck.verdict import Unknown


def tracer(over: str | None) -> Any:  # noqa: ANN401 - what the engine asks of a tracer
    def lost(name: str) -> None:
        raise TraceLost(name)

    return SimpleNamespace(run_to=lost, explorer=SimpleNamespace(watch=SimpleNamespace(over=over)))


def test_a_run_that_symmetry_lost_is_looked_for_again_while_there_is_time() -> None:
    with pytest.raises(TraceLost):
        compiled._answer(tracer(None), "apart", Target("state", 6), is_reached=False)


def test_a_run_that_symmetry_lost_is_told_of_once_the_time_is_up() -> None:
    verdict = cast("Unknown", compiled._answer(tracer("time"), "apart", Target("state", 6), is_reached=False))
    seen = "a violation was seen at depth 6, but the run to it was not made out"
    assert verdict == Unknown("the time limit was reached", seen)
