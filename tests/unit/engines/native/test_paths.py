"""The paths of all portions are those of the whole, in its order."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import chain

import pytest

pytest.importorskip("llvmlite")

from modelcheck.engines.native.explorer import Explorer
from modelcheck.engines.native.findings import Target
from modelcheck.engines.native.paths import most_paths, portions
from modelcheck.engines.native.trace import TraceCutShort, Tracer
from modelcheck.frozen import replace
from modelcheck.ir.model import Model
from modelcheck.kernel.evaluate import Next, initial_states, outcomes
from modelcheck.lowering import lower

CHOICES = """
    shared var n: 0..5 = any
    shared var m: 0..7 = any
    shared var s: set of 0..3 = {}
    agent Node { initial final state Run {
        step pick(k in 0..6) when k != 3 { choose j in 0..9 when j > k { n := j / 2  m := k } }
        step either_way {
            if n > 2 { choose i in 0..5 when i != m { m := i } }
            choose j in 0..4 { s := s union {j % 4} }
        }
        step among(x in s) when x < n { choose j in 0..3 { m := j + x } }
    } }
    initially n + m != 4
    invariant fine: n < 9
    check "c" { allow deadlock expect fine }
"""


@pytest.mark.parametrize("most", [1, 3, 8, 50, 1000])
def test_portions_have_the_paths_of_the_whole(model_of: Callable[..., Model], most: int) -> None:
    program = lower(model_of(CHOICES))
    whole = list(initial_states(program))
    parts = list(portions(program, program.initial, most))
    assert (len(parts) == 1) == (most_paths(program, program.initial) <= most)
    assert list(chain.from_iterable(initial_states(replace(program, initial=part)) for part in parts)) == whole
    states = [outcome.state for _, outcome in whole if isinstance(outcome, Next)][::9]
    states += [
        outcome.state for state in states for _, outcome in outcomes(program, 1, state) if isinstance(outcome, Next)
    ]
    for number, action in enumerate(program.actions):
        parts = list(portions(program, action.body, most))
        programs = [replace(program, actions=(replace(action, body=part),)) for part in parts]
        for state in states[::7]:
            found = list(chain.from_iterable(outcomes(one, 0, state) for one in programs))
            assert found == list(outcomes(program, number, state))


def test_portions_are_as_small_as_is_asked(model_of: Callable[..., Model]) -> None:
    program = lower(model_of(CHOICES))
    for most in (1, 3, 8, 50):
        assert max(most_paths(program, part) for part in portions(program, program.initial, most)) <= most


def test_the_time_for_a_run_is_kept_where_no_start_is_one(native: Callable[..., Explorer]) -> None:
    explorer = native("""
        shared var a: 0..3999 = any
        shared var b: 0..3999 = any
        agent Node { initial final state Run { step rest { skip } } }
        initially a + b > 7997
        invariant fine: true
        check "c" { expect fine }
    """)
    began = time.monotonic()
    explorer.watch.over, explorer.watch._over_since = "time", began + 0.1
    tracer = Tracer(explorer, {"fine": Target("state", 0)})
    with pytest.raises(TraceCutShort):
        tracer._failing_start()
    assert time.monotonic() - began < 1
