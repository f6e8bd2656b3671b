"""Every deliberate mistake in the search for fair runs is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from modelcheck.analysis.liveness import components, reaching, ways
from tests.differential.liveness.mutants import MUTANTS, Mutant
from tests.differential.liveness.test_search import case, require_right


class EndlessError(Exception):
    """A search does not end."""


ENOUGH = 1000
"""Graphs: the rarest mistake shows in one of some hundred."""
MOST_LOOKS = 2000
"""How often a search looks whether it is to end: a mistake may keep it from ending."""
SIGNS = (AssertionError, StopIteration, IndexError, ValueError, EndlessError)
"""How a mistake shows."""


def end_what_does_not_end(patch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let each search raise after a while; returns what to call before the next one."""
    looks = 0

    def look(_ctx: object, _slot: int) -> int:
        nonlocal looks
        looks += 1
        if looks > MOST_LOOKS:
            raise EndlessError
        return 0

    def begin() -> None:
        nonlocal looks
        looks = 0

    for module in (components, reaching, ways):
        patch.setattr(module, "load_acquire", look)
    return begin


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_graphs_show_the_mistake(mutant: Mutant, monkeypatch: pytest.MonkeyPatch) -> None:
    if mutant.shown_by is not None:
        assert require_right(mutant.shown_by, mutant.shown_with)
    begin = end_what_does_not_end(monkeypatch)
    mutant.apply(monkeypatch)
    for graph, formula in [(mutant.shown_by, mutant.shown_with)] if mutant.shown_by else map(case, range(ENOUGH)):
        begin()
        try:
            require_right(graph, formula)
        except SIGNS:
            return
    pytest.fail("no graph shows it")
