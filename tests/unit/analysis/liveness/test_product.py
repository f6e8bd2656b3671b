"""What is known of an automaton beside every graph."""

from __future__ import annotations

import inspect
import sys

import pytest

from modelcheck.analysis.liveness import code
from modelcheck.analysis.liveness.product import reached_everywhere
from modelcheck.ltl.automaton import Automaton, Transition

P, Q = 1, 2
MADE_WITH = ("analysis.liveness.slots", "analysis.liveness.ways", "graph.layout", "jit.translate", "jit.compile")


def automaton(*rows: tuple[Transition, ...]) -> Automaton:
    return Automaton((0,), rows, 1)


def move(target: int, must: int = 0, must_not: int = 0) -> Transition:
    return Transition(target, must, must_not, 0)


def test_what_always_waits_is_reached_everywhere_and_so_is_what_asks_for_as_much_again() -> None:
    assert reached_everywhere(automaton((move(0), move(1, P)), (move(1, P, Q),)), 0) == {0, 1}


def test_what_begins_only_where_something_is_true_is_not_reached_everywhere() -> None:
    assert reached_everywhere(automaton((move(0), move(1, P)), (move(1, 0, Q),)), 0) == {0}
    assert reached_everywhere(automaton((move(0), move(1, 0, Q)), (move(1, P),)), 0) == {0}
    assert reached_everywhere(automaton((move(0), move(1, P)), (move(1, P), move(1, Q))), 0) == {0}


def test_what_a_step_asks_for_may_not_be_there_where_nothing_changes() -> None:
    waits = automaton((move(0), move(1, P)), (move(1, P),))
    assert reached_everywhere(waits, P) == {0}
    assert reached_everywhere(waits, Q) == {0, 1}


def test_what_waits_only_sometimes_is_not_reached_everywhere() -> None:
    assert reached_everywhere(automaton((move(0, P), move(1)), (move(1),)), 0) == set()
    assert reached_everywhere(automaton((move(1),), (move(1),)), 0) == set()


def test_more_is_reached_from_what_is_reached() -> None:
    rows = ((move(0), move(1, P)), (move(1, P), move(2, P)), (move(2, P | Q),))
    assert reached_everywhere(automaton(*rows), 0) == {0, 1, 2}


def test_code_is_kept_under_a_key_of_what_it_was_made_with(monkeypatch: pytest.MonkeyPatch) -> None:
    compiler, keys = pytest.importorskip("modelcheck.jit.compile"), list[str]()
    source = inspect.getsource

    def refused(key: str, *_: object) -> object:
        keys.append(key)
        raise RuntimeError

    monkeypatch.setattr(compiler, "compile_cached", refused)
    for changed in (None, *(sys.modules[f"modelcheck.{name}"] for name in MADE_WITH)):
        monkeypatch.setattr(inspect, "getsource", lambda one, other=changed: source(one) + "#" * (one is other))
        with pytest.raises(RuntimeError):
            code.compiled_calls.__wrapped__()
    assert len(set(keys)) == 1 + len(MADE_WITH)
