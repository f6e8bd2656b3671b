"""A deadline for what knows nothing of it."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Any

import pytest

import modelcheck
from modelcheck.pipeline.explore.deadline import Deadline, TimeUpError

PATIENT = Deadline(1000)
SECONDS = 0.05
LATER = 2 * SECONDS


def rest() -> None:
    """Calls a function of the package, as every evaluation does again and again."""
    PATIENT.look()


def goes_on(step: Callable[[], object]) -> None:
    """Takes steps for much longer than it may."""
    end = time.monotonic() + 2
    while time.monotonic() < end:
        step()
        rest()


def test_it_ends_what_knows_nothing_of_it() -> None:
    with pytest.raises(TimeUpError), Deadline(SECONDS).enforced():
        goes_on(bool)
    rest()


def test_it_is_kept_although_it_comes_while_garbage_is_collected() -> None:
    """An exception in a callback of the collector is lost: the next call that it makes is at its end."""

    def called(_phase: str, _facts: dict[str, int]) -> None:
        time.sleep(LATER)

    gc.callbacks.append(called)
    try:
        with pytest.raises(TimeUpError), Deadline(SECONDS).enforced():
            goes_on(lambda: gc.collect(0))
    finally:
        gc.callbacks.remove(called)


def test_it_is_kept_although_it_comes_before_a_generator_is_dropped() -> None:
    """An exception in what a generator does then is lost, also in one of the package."""
    package: dict[str, Any] = {"__name__": f"{modelcheck.__name__}.numbers"}
    exec("def numbers():\n    yield 0\n    yield 1", package)  # noqa: S102 - a generator as any

    def drop() -> None:
        begun = package["numbers"]()
        next(begun)
        time.sleep(LATER)

    with pytest.raises(TimeUpError), Deadline(SECONDS).enforced():
        goes_on(drop)
