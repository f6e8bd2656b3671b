"""Verdicts: what may be said after which search."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from modelcheck.engines.base import DEADLOCK, ERRORS, Exploration
from modelcheck.kernel.task import Limits
from modelcheck.verdict import Holds, Reached, Unknown, Unreached, Violated

Explored = Callable[..., Exploration]

COUNTER = """
    shared var n: 0..20 = 0
    agent Node { initial final state Run { step climb when n < 20 { n += 1 } } }
    invariant small: n < 10
    invariant fine: n >= 0
    transition rises: next(n) > n
    reachable top: n == 20
    reachable beyond: n < 0
    check "c" { %s expect small, fine, rises, top, beyond }
"""
LIMITS = [Limits(states=5), Limits(depth=5), Limits(seconds=0.0)]


def test_a_complete_search_says_it(explored: Explored) -> None:
    found = explored(COUNTER % "")
    assert found.stopped is None
    assert found.distinct == 21
    assert isinstance(found.verdicts["small"], Violated)
    assert isinstance(found.verdicts["top"], Reached)
    for name in ("fine", "rises", DEADLOCK, ERRORS):
        assert found.verdicts[name] == Holds("exhaustive")
    assert found.verdicts["beyond"] == Unreached("exhaustive")


@pytest.mark.parametrize("limits", LIMITS)
def test_nothing_holds_after_a_limit(explored: Explored, limits: Limits) -> None:
    found = explored(COUNTER % "", limits=limits)
    assert found.stopped is not None
    assert not [verdict for verdict in found.verdicts.values() if isinstance(verdict, Holds | Unreached)]


def test_the_time_is_kept_within_one_step_with_many_choices(explored: Explored) -> None:
    text = """
        shared var n: 0..65535 = 0
        agent Node { initial final state Run { step go { choose k in 0..65535 { %s n := k } } } }
        invariant fine: true
        check "c" { allow deadlock  expect fine }
    """
    for blocked in ("", "choose l in 0..9 when l > 9 or k > 65535 { n := l }"):
        started = time.monotonic()
        found = explored(text % blocked, limits=Limits(seconds=0.3))
        assert time.monotonic() - started < 1.0
        assert found.stopped == "time"


def test_what_was_found_before_a_limit_is_found(explored: Explored) -> None:
    assert isinstance(explored(COUNTER % "", limits=Limits(depth=11)).verdicts["small"], Violated)


def test_a_depth_that_reaches_everything_is_still_a_limit(explored: Explored) -> None:
    assert isinstance(explored(COUNTER % "", limits=Limits(depth=20)).verdicts["fine"], Unknown)


def test_a_limit_that_is_not_reached_changes_nothing(explored: Explored) -> None:
    assert explored(COUNTER % "", limits=Limits(states=21, depth=21)).verdicts["fine"] == Holds("exhaustive")


def test_within_a_bound_is_said_so(explored: Explored) -> None:
    found = explored(COUNTER % "bound n <= 5")
    assert found.distinct == 6
    assert found.verdicts["small"] == Holds("within the bound")
    assert found.verdicts["top"] == Unreached("within the bound")
    assert found.verdicts[DEADLOCK] == Holds("within the bound")


def test_a_bound_that_cuts_nothing_off_is_exhaustive(explored: Explored) -> None:
    assert explored(COUNTER % "bound n <= 20").verdicts["fine"] == Holds("exhaustive")


def test_a_step_that_a_bound_cuts_off_is_enabled(explored: Explored) -> None:
    text = """
        shared var n: 0..3 = 0
        agent Node { initial state Run { step climb { n += 1 } } }
        check "c" { bound n <= 2  expect 3 states }
    """
    assert explored(text).verdicts[DEADLOCK] == Holds("within the bound")


def test_nothing_holds_after_a_capacity_was_hit(explored: Explored) -> None:
    text = """
        message M over unordered capacity 2
        agent Node { initial final state Run { step go { send M to self } } }
        invariant fine: true
        reachable never: false
        check "c" { expect fine, never }
    """
    found = explored(text)
    assert found.stopped is None
    assert len(found.bounds_hit) == 1
    for verdict in found.verdicts.values():
        assert isinstance(verdict, Unknown)
        assert "bound" in verdict.reason


def test_a_capacity_goes_before_a_bound(explored: Explored) -> None:
    text = """
        shared var n: 0..9 = 0
        message M over unordered capacity 2
        agent Node { initial final state Run { step go { send M to self }  step climb { n += 1 } } }
        invariant fine: true
        check "c" { bound n <= 2  expect fine }
    """
    assert isinstance(explored(text).verdicts["fine"], Unknown)


def test_nothing_holds_after_an_evaluation_error(explored: Explored) -> None:
    text = """
        shared var n: 0..3 = 0
        agent Node { initial final state Run { step climb { n += 1 } } }
        invariant fine: true
        check "c" { expect fine }
    """
    found = explored(text)
    assert isinstance(found.verdicts[ERRORS], Violated)
    assert isinstance(found.verdicts["fine"], Unknown)
    assert isinstance(found.verdicts[DEADLOCK], Unknown)


def test_a_property_that_fails_to_evaluate_is_an_error(explored: Explored) -> None:
    text = """
        shared var n: 0..3 = 3
        agent Node { initial final state Run { step down when n > 0 { n -= 1 } } }
        invariant fine: 3 / n > 0
        check "c" { expect fine }
    """
    found = explored(text)
    verdict = found.verdicts[ERRORS]
    assert isinstance(verdict, Violated)
    assert len(verdict.run.choices) == 3
    assert isinstance(found.verdicts["fine"], Unknown)


def test_counterexamples_are_shortest_and_least(explored: Explored) -> None:
    text = """
        shared var n: 0..9 = 0
        agent Node { initial final state Run { step climb { choose k in {3, 1, 2} { n := min(9, n + k) } } } }
        invariant small: n < 5
        check "c" { expect small }
    """
    verdict = explored(text).verdicts["small"]
    assert isinstance(verdict, Violated)
    assert [choice.digits for choice in verdict.run.choices] == [(2,), (3,)]


def test_only_what_is_final_may_rest(explored: Explored) -> None:
    text = "agent Node { initial %s state Run { step go -> End }  %s state End }"
    assert isinstance(explored(text % ("", "final")).verdicts[DEADLOCK], Holds)
    assert isinstance(explored(text % ("final", "")).verdicts[DEADLOCK], Violated)


def test_ghosts_that_nobody_reads_are_no_part_of_the_state(explored: Explored) -> None:
    text = """
        agent Node { ghost var n: 0..3 = 0  initial final state Run { step climb { n := min(3, n + 1) } } }
        invariant small: %s
        check "c" { expect small }
    """
    assert explored(text % "true").distinct == 1
    assert explored(text % "Node[0].n < 9").distinct == 4
