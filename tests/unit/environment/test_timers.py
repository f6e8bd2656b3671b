"""Timers and the tick: what they may do, what they may not, and where time cannot pass."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from modelcheck.engines.base import DEADLOCK, ERRORS, Exploration, Request
from modelcheck.engines.compiled import explore as explore_compiled
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits
from modelcheck.semantics.replay import judge
from modelcheck.verdict import Holds, Reached, Violated

Explored = Callable[..., Exploration]
Build = Callable[..., Model]
Said = Callable[..., list[str]]


@pytest.fixture
def explored(explored_twice: Explored) -> Explored:
    """Every search of this module is made by two engines."""
    return explored_twice


LAMP = """
    time discrete
    param P = 3
    agent Lamp {
      timer t
      var lit: bool = false
      at start { start t for P }
      initial state Run { on t expires { lit := not lit  start t for P } }
    }
    invariant i: true
    check "c" { expect i }
"""


def holds(found: Exploration, name: str) -> bool:
    return isinstance(found.verdicts[name], Holds)


def conclusion(model: Model, found: Exploration, name: str) -> tuple[str, tuple[str, ...]]:
    verdict = found.verdicts[name]
    assert isinstance(verdict, Violated)
    trace = judge(model, verdict.run, name)
    return trace.conclusion, trace.facts


def test_a_timer_counts_down_by_ticks_and_expires_at_zero(explored: Explored) -> None:
    # P, P - 1, …, 0, each lit and not: one cycle.
    found = explored(LAMP)
    assert (found.distinct, found.transitions) == (8, 8)
    assert holds(found, DEADLOCK)


def test_a_duration_of_0_expires_at_once(explored: Explored) -> None:
    found = explored(LAMP.replace("P = 3", "P = 0"))
    assert (found.distinct, found.transitions) == (2, 2)


@pytest.mark.parametrize("lamps", [2, 3])
def test_all_timers_count_down_together(explored: Explored, lamps: int) -> None:
    # With no time between, those that are due flip one by one: at 3, 2, 1 all are alike (two values of `lit`), then
    # any of them have flipped already.
    found = explored(LAMP.replace('check "c" {', f'check "c" {{ Lamp = {lamps}'))
    assert found.distinct == 2 * 3 + 2 * (2**lamps - 1)


def test_what_is_due_comes_before_the_next_tick(explored: Explored) -> None:
    text = """
        time discrete
        shared var first: bool = false
        agent Fast {
          timer t
          at start { start t for 2 }
          initial state Run { on t expires -> End { first := true } }
          final state End
        }
        agent Slow {
          timer t
          var beaten: bool = false
          at start { start t for %d }
          initial state Run { on t expires -> End { beaten := first } }
          final state End
        }
        invariant ordered: Slow[0] is End implies Slow[0].beaten
        check "c" { expect ordered }
    """
    assert holds(explored(text % 3), "ordered")
    # At the same moment either may be first.
    assert not holds(explored(text % 2), "ordered")


def test_steps_may_be_taken_at_any_moment(explored: Explored) -> None:
    text = """
        time discrete
        agent A {
          timer t
          at start { start t for 2 }
          initial state Run { step go -> End { stop t }  on t expires -> Late }
          final state Late
          final state End
        }
        reachable in_time: A[0] is End
        reachable late: A[0] is Late
        check "c" { expect in_time, late, 5 states }
    """
    found = explored(text)
    assert found.distinct == 5
    assert all(isinstance(found.verdicts[name], Reached) for name in ("in_time", "late"))


def test_starting_a_timer_again_forgets_what_was_left_of_it(explored: Explored) -> None:
    text = """
        time discrete
        agent A {
          timer t
          timer u
          var again: bool = false
          at start { start t for 2  start u for 1 }
          initial state Run {
            on u expires { start t for 2 }
            on t expires -> End
          }
          final state End
        }
        reachable ended: A[0] is End
        check "c" { expect ended }
    """
    # u: one tick, expires; t: two more ticks, expires.
    verdict = explored(text).verdicts["ended"]
    assert isinstance(verdict, Reached)
    assert len(verdict.run.choices) == 5


def test_a_set_of_durations_is_a_choice(explored: Explored) -> None:
    # Unlit with 2, 1, 0 or (from the other beginning) 1, 0 left, then lit with 2 or 1 left, and so on.
    text = LAMP.replace("P = 3", "P = 2").replace("start t for P }", "start t for {0, P} }")
    found = explored(text)
    assert (found.distinct, found.transitions) == (6, 8)


def test_a_due_timer_that_no_transition_serves_stops_time(explored: Explored, model_of: Build) -> None:
    text = """
        time discrete
        agent A {
          timer t
          at start { start t for 1 }
          initial final state Run { on t expires when false { skip } }
        }
        invariant i: true
        check "c" { expect i }
    """
    found = explored(text)
    told, facts = conclusion(model_of(text), found, DEADLOCK)
    assert "time cannot pass" in told
    assert facts == ("A.t has expired: `when false` is false",)
    # In a final state that is no deadlock, and there is none once the timer is served.
    assert holds(explored(text.replace("when false", "")), DEADLOCK)


def test_ticks_alone_keep_no_system_alive(explored: Explored, model_of: Build) -> None:
    text = """
        time discrete
        agent A { initial state Wait { step go when false { skip } } }
        agent Clock {
          timer t
          at start { start t for 2 }
          initial final state Run { on t expires { skip } }
        }
        invariant i: true
        check "c" { expect i }
    """
    found = explored(text)
    told, facts = conclusion(model_of(text), found, DEADLOCK)
    assert "nobody can take a step" in told
    assert facts == ("A waits in Wait, to go",)
    verdict = found.verdicts[DEADLOCK]
    assert isinstance(verdict, Violated)
    assert len(verdict.run.choices) == 3


CRASHING = """
    time discrete
    agent Node {
      timer t
      durable var starts: 0..2 = 0
      at start { if starts < 2 { starts += 1 }  start t for 1 }
      initial final state Run { on t expires { start t for 1 } }
    }
    agent Watch {
      timer t
      at start { start t for 1 }
      initial final state Run { on t expires -> Off }
      final state Off
    }
    invariant alive: forall p in Node: p is correct
    reachable off: Watch[0] is Off and Node[0] is crashed
    reachable again: Node[0].starts == 2 and Node[0] is correct
    check "c" { faults { crash Node up to 1 %s } expect alive, off, again }
"""


def test_the_timers_of_a_crashed_agent_vanish(explored: Explored) -> None:
    found = explored(CRASHING % "")
    # Time passes without it, so the other agent's timer expires.
    assert isinstance(found.verdicts["off"], Reached)
    assert holds(found, DEADLOCK)


def test_a_recovered_agent_has_the_timers_that_it_starts(explored: Explored) -> None:
    assert isinstance(explored(CRASHING % "with recovery").verdicts["again"], Reached)
    # What is not started again is off, and stops no time.
    once = "if starts == 1 { start t for 1 } }\n"
    found = explored((CRASHING % "with recovery").replace("start t for 1 }\n", once, 1))
    assert isinstance(found.verdicts["again"], Reached)
    assert holds(found, DEADLOCK)


@pytest.mark.parametrize(
    ("duration", "code"),
    [
        ("1001", "MC322"),
        ("500 * 3", "MC322"),
        ("n + 1", ""),
        ("n..m", "MC322"),
        ("true", "MC301"),
        ("{}", "MC301"),
        ("1 / 0", "MC403"),
        ("size(A) * 2", ""),
        ("sum(p in A: 1)", "MC322"),
    ],
)
def test_a_duration_is_known_to_be_short(said_of: Said, duration: str, code: str) -> None:
    text = """
        time discrete
        agent A {
          timer t
          var n: 0..5 = 0
          var m: 0..2000 = 0
          initial final state Run { step go { start t for %s }  on t expires { skip } }
        }
        invariant i: true
        check "c" { expect i }
    """
    assert said_of(text % duration) == ([code] if code else [])


def test_a_negative_duration_is_an_error_with_a_trace(explored: Explored, model_of: Build) -> None:
    text = """
        time discrete
        agent A {
          timer t
          var n: 0..2 = 1
          initial state Run { step less when n > 0 { n -= 1 }  step go { start t for n - 1 }  on t expires { skip } }
        }
        invariant i: true
        check "c" { expect i }
    """
    found = explored(text)
    told, _ = conclusion(model_of(text), found, ERRORS)
    assert "less than 0 ticks" in told
    verdict = found.verdicts[ERRORS]
    assert isinstance(verdict, Violated)
    assert len(verdict.run.choices) == 2


def test_without_timers_no_time_passes(model_of: Build) -> None:
    text = """
        time discrete
        agent A { initial final state Run { step go { skip } } }
        invariant i: true
        check "c" { expect i }
    """
    assert [action.name for action in model_of(text).actions] == ["go"]


def test_both_engines_find_the_same(model_of: Build) -> None:
    for text in (LAMP.replace('check "c" {', 'check "c" { Lamp = 3'), CRASHING % "with recovery"):
        model = model_of(text)
        compiled = explore_compiled(model, Request(Limits()))
        assert compiled.distinct == _reference(model).distinct


def _reference(model: Model) -> Exploration:
    from modelcheck.engines.interpreter import explore  # noqa: PLC0415 - named like the other

    return explore(model, Request(Limits()))


def test_interchangeable_agents_stay_so_with_timers(model_of: Build) -> None:
    model = model_of(LAMP.replace('check "c" {', 'check "c" { Lamp = 3'))
    found = explore_compiled(model, Request(Limits()))
    assert found.distinct == 20
    assert found.explored is not None
    assert found.explored < found.distinct


def test_time_is_declared_once_and_before_timers(said_of: Said) -> None:
    agent = "agent A { timer t  initial final state S { on t expires { skip } } }"
    assert said_of(agent) == ["MC321"]
    assert said_of(f"time discrete time discrete {agent}") == ["MC202"]
