"""Bounded model checking: what it finds, and what it does not claim."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable

import pytest

pytest.importorskip("z3")

from modelcheck.diagnostics import InputError
from modelcheck.engines import induction
from modelcheck.engines.base import DEADLOCK, ERRORS, Exploration, Request
from modelcheck.engines.bounded import explore
from modelcheck.engines.symbolic.solving import Solving
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits
from modelcheck.pipeline.verify import Options, load, verify_specs
from modelcheck.reports.report import CheckReport
from modelcheck.semantics.replay import judge
from modelcheck.source import Source
from modelcheck.verdict import Holds, Reached, Unknown, Violated

Build = Callable[..., Model]

LARGE = """
    shared var n: 0..4294967295 = 1
    agent Node {
      final initial state Run {
        step leap when n < 1000000000 { n := 3 * n }
        step hop when n < 4000000000 { n := n + 1000003 }
      }
    }
    invariant low: n < 27000000
    invariant never: n != 2
    reachable exact: n == 9 * (1 + 3 * 1000003)
    check "c" { expect low, never, exact }
"""


def test_data_may_be_larger_than_what_can_be_enumerated(model_of: Build) -> None:
    model = model_of(LARGE)
    found = explore(model, Request(Limits(depth=6)))
    low, exact = found.verdicts["low"], found.verdicts["exact"]
    assert isinstance(low, Violated)
    assert judge(model, low.run, model.spec.properties["low"]).length == 4
    assert isinstance(exact, Reached)
    assert judge(model, exact.run, model.spec.properties["exact"]).length == 5
    assert found.verdicts["never"] == Unknown("longer runs were not looked at", "no violation to depth 6")


COUNTER = """
    shared var n: 0..5 = 0
    agent Node {
      initial state Run { step raise when n < 5 { n += 1 }  step end when n == 3 -> Stuck }
      state Stuck
    }
    transition slow: next(n) <= n + 1
    invariant small: n < 5
    check "c" { expect slow, small, deadlock }
"""


def test_deadlock_is_found_at_its_shortest(model_of: Build) -> None:
    model = model_of(COUNTER)
    found = explore(model, Request(Limits(depth=8)))
    stuck = found.verdicts[DEADLOCK]
    assert isinstance(stuck, Violated)
    assert judge(model, stuck.run, DEADLOCK).length == 4
    small = found.verdicts["small"]
    assert isinstance(small, Violated)
    assert len(small.run.choices) == 5
    # No run is longer.
    assert found.verdicts["slow"] == Holds("exhaustive")


VOTES = """protocol Votes
    message Ask
    message Yes
    agent C {
      var n: 0..1 = 0
      initial state I { step go -> W { send Ask to P } }
      state W { on Yes { n += 1 }  step end when n == 1 -> D }
      final state D {}
    }
    agent P { final initial state I { on Ask -> V { send Yes to C } }  final state V {} }
    invariant few: C[0].n <= 1
    transition rises: C[0].n <= next(C[0].n)
    reachable done: C[0] is D
    reachable early: C[0] is D and C[0].n < 1
    temporal ends: eventually C[0] is D
    check "c" { expect few, rises, done, not early, ends, 5 states }
"""


def verified(text: str, depth: int) -> CheckReport:
    limits = Limits(depth=depth)
    (spec,) = verify_specs([load(Source("some.mc", text))], Options(engine="bounded", limits=limits)).specs
    assert spec.warnings == ()
    return spec.checks[0]


def test_where_no_run_is_longer_all_that_needs_no_more_is_known() -> None:
    report = verified(VOTES, 4)
    words = {one.name: one.verdict for one in report.properties}
    known = {"few": "holds", "rises": "holds", "done": "reached", "early": "unreached", "deadlock": "holds"}
    assert words == known | {"errors": "holds", "ends": "unknown", "5 states": "unknown"}
    assert report.complete
    assert report.tried == ("all runs, which have up to 4 steps",)
    # Whoever allows longer ones learns the same.
    assert [one.verdict for one in verified(VOTES, 5).properties] == [one.verdict for one in report.properties]


def test_where_a_run_is_longer_nothing_holds() -> None:
    report = verified(VOTES, 3)
    assert {one.verdict for one in report.properties} == {"unknown"}
    assert not report.complete


def raised(step: str, check: str) -> str:
    """A number that a step raises; with `:=` only as far as its range goes."""
    return f"""
        message M
        shared var n: 0..{2 if ":=" in step else 9} = 0
        agent Node {{ final initial state Run {{ step raise {step} }} }}
        invariant small: n < 9
        check "c" {{ {check}  expect small }}
    """


@pytest.mark.parametrize(
    ("step", "check", "found"),
    [
        ("when n < 2 { n += 1 }", "", Holds("exhaustive")),
        ("{ n += 1 }", "bound n < 3", Holds("within the bound")),
        # Behind the last step, one that fails and one for which there is no room are steps.
        ("{ n := n + 1 }", "", Unknown("longer runs were not looked at", "no violation to depth 2")),
        ("{ n += 1  send M to Node }", "network unordered capacity 2", None),
    ],
)
def test_a_run_ends_where_no_step_is_possible(
    model_of: Build, step: str, check: str, found: Holds | Unknown | None
) -> None:
    unknown = Unknown("longer runs were not looked at", "no violation to depth 2")
    assert explore(model_of(raised(step, check)), Request(Limits(depth=2))).verdicts["small"] == (found or unknown)


@pytest.mark.parametrize(
    ("step", "check", "reason"),
    [
        ("{ n := n + 1 }", "", "an evaluation error cut off part of the behaviour"),
        (
            "{ n += 1  send M to Node }",
            "network unordered capacity 2",
            "a bound was hit: more than 2 messages in flight (unordered)",
        ),
    ],
)
def test_what_cut_a_run_off_is_told(model_of: Build, step: str, check: str, reason: str) -> None:
    found = explore(model_of(raised(step, check)), Request(Limits(depth=3)))
    assert found.verdicts["small"] == Unknown(reason, "no violation to depth 2")


def test_a_check_in_which_nothing_happens_has_runs() -> None:
    """They are not taken for none: that would be a mistake of the specification."""
    text = 'protocol Still\nshared var n: 0..5 = any\ninvariant low: n < 9\ncheck "c" { expect low }'
    found = {one.name: one.verdict for one in verified(text, 0).properties}
    assert found["low"] == "holds"


def test_a_fault_that_could_strike_is_no_way_out_of_a_deadlock(model_of: Build) -> None:
    model = model_of(COUNTER.replace('check "c" {', 'check "c" { faults { crash Node up to 1 } '))
    stuck = explore(model, Request(Limits(depth=4))).verdicts[DEADLOCK]
    assert isinstance(stuck, Violated)
    assert judge(model, stuck.run, DEADLOCK).length == 4


def test_an_evaluation_that_fails_is_the_end_of_a_run(model_of: Build) -> None:
    text = """
        shared var n: 0..5 = 0
        agent Node { initial state Run { step raise { n += 2 } } }
        invariant fine: 6 / n >= 1
        check "c" { expect fine }
    """
    model = model_of(text)
    errors = explore(model, Request(Limits(depth=4))).verdicts[ERRORS]
    assert isinstance(errors, Violated)
    assert judge(model, errors.run, ERRORS).length == 0


def test_no_step_is_taken_behind_the_last(model_of: Build) -> None:
    """Neither one that fails nor one that is cut: the runs looked at are as long as was asked for."""
    text = """
        shared var n: 0..2 = 1
        agent Node { initial state Run { step raise { n := n + 1 } } }
        invariant fine: n >= 0
        check "c" { expect fine }
    """
    short, long = (explore(model_of(text), Request(Limits(depth=depth))) for depth in (1, 2))
    assert isinstance(short.verdicts[ERRORS], Unknown)
    errors = long.verdicts[ERRORS]
    assert isinstance(errors, Violated)
    assert len(errors.run.choices) == 2


def test_a_part_of_a_formula_may_fail(model_of: Build) -> None:
    text = """
        shared var n: 0..5 = 2
        agent Node { final initial state Run { step lower when n > 0 { n := n - 1 } } }
        temporal far: always (6 / n >= 1)
        check "c" { expect far }
    """
    model = model_of(text)
    errors = explore(model, Request(Limits(depth=4))).verdicts[ERRORS]
    assert isinstance(errors, Violated)
    assert judge(model, errors.run, ERRORS).length == 2


def test_a_run_that_needs_more_room_gets_it(model_of: Build) -> None:
    text = """
        message M
        agent A { var n: 0..9 = 0  final initial state S { step go when n < 9 { n += 1  send M to B } } }
        agent B { final initial state S { on M } }
        reachable six: A[0].n == 6
        check "c" { expect six }
    """
    found = explore(model_of(text), Request(Limits(depth=6), deadlock=False))
    assert isinstance(found.verdicts["six"], Reached)
    assert found.bounds_hit == ()


@pytest.mark.parametrize("network", ["unordered", "unordered capacity 6", "fifo", "set"])
def test_equal_messages_get_room_too(model_of: Build, network: str) -> None:
    text = """
        message M(x: 0..1)
        agent A { var n: 0..9 = 0  final initial state S { step go when n < 9 { n += 1  send M(0) to B } } }
        agent B { var n: 0..9 = 0  final initial state S { on M(x) when n < 9 { n += 1 } } }
        reachable got: B[0].n == 3 and A[0].n == 3
        invariant little: B[0].n + 3 >= A[0].n
        check "c" { network NETWORK  expect got, little }
    """
    found = explore(model_of(text.replace("NETWORK", network)), Request(Limits(depth=6), deadlock=False))
    assert isinstance(found.verdicts["got"], Reached)
    assert found.bounds_hit == ()
    little = found.verdicts["little"]
    assert isinstance(little, Violated)
    assert len(little.run.choices) == 4


@pytest.mark.parametrize("network", ["unordered", "fifo", "set"])
def test_fields_of_messages_may_be_large(network: str) -> None:
    """Numbers are compared as if they never began again at 0. To divide by 7 would take a solver minutes."""
    text = """protocol Numbers
        message Data(s: 0..4294967295, k: 0..6)
        agent Sender {
          var s: 0..4294967295 = any
          var k: 0..6 = 0
          final initial state S {
            step go when k < 6 { k += 1  s := (s + 1) % 4294967296  send Data(s, k) to Receiver }
          }
        }
        agent Receiver {
          var s: 0..4294967295 = 0
          var k: 0..6 = 0
          final initial state S {
            on Data(t, i) when k == 0 or t > s { s := t  k := i }
            on Data(t, i) when k > 0 and t <= s { if i > k { k := 0 } }
          }
        }
        transition kept: forall r in Receiver: r.k > 0 implies next(r.k) > 0
        check "c" { network NETWORK  expect not kept }
    """
    spec = load(Source("numbers.mc", text.replace("NETWORK", network)))
    report = verify_specs([spec], Options(engine="bounded", limits=Limits(depth=5, seconds=30)))
    found = {each.name: each for each in report.specs[0].checks[0].properties}
    assert (found["kept"].verdict, found["kept"].steps) == ("violated", 4)


def test_a_declared_capacity_is_told(model_of: Build) -> None:
    text = """
        message M
        agent A { initial state S { step go { send M to B } } }
        agent B { final initial state S { on M } }
        invariant fine: A[0] is S
        check "c" { network unordered capacity 2  expect fine }
    """
    found = explore(model_of(text), Request(Limits(depth=4)))
    assert found.bounds_hit == ("more than 2 messages in flight (unordered)",)
    assert isinstance(found.verdicts["fine"], Unknown)


def test_no_start_is_no_run(model_of: Build) -> None:
    model = model_of('shared var n: 0..5 = any initially n > 5 invariant fine: n == 0\ncheck "c" { expect fine }')
    found = explore(model, Request(Limits(depth=4)))
    assert found.verdicts["fine"] == Holds("exhaustive")
    assert found.stopped is None


def test_the_limit_on_time_is_kept(model_of: Build) -> None:
    hard = """
        shared var a: 0..4294967295 = 0
        shared var b: 0..60000 = any
        agent Node {
          final initial state Run { step go { a := (a * 3 + b) % 4294967291  b := (b * a) % 4294967291 } }
        }
        invariant never: not (a == 123456789 and b == 987654321 and a * b % 1000003 == 77777)
        check "c" { expect never }
    """
    began = time.monotonic()
    found = explore(model_of(hard), Request(Limits(depth=40, seconds=2.0)))
    assert time.monotonic() - began < 2.0 * 1.1 + 2
    assert found.stopped == "time"
    assert isinstance(found.verdicts["never"], Unknown)


def test_any_value_is_an_unknown_where_nobody_tries_them_all() -> None:
    text = """protocol Large
    shared var n: 0..4294967295 = any
    shared var m: 0..4294967295 = 0
    agent Node {
      final initial state Run { step go when m == 0 and n < 2000000000 { m := 2 * n }  step again { n := any } }
    }
    invariant even: m % 2 == 0
    invariant low: m < 3000000000
    check "c" { expect even, not low in 1 steps }
    """
    spec = load(Source("large.mc", text))
    with pytest.raises(InputError, match="MC405"):
        verify_specs([spec], Options())
    for engine, verdict in (("bounded", "unknown"), ("induction", "holds")):
        found = {p.name: p for p in verify_specs([spec], Options(engine=engine)).specs[0].checks[0].properties}
        assert found["even"].verdict == verdict
        assert found["low"].ok
        assert found["low"].steps == 1


WIDE = """
    agent Node {
      var m: map Node -> 0..9 = all 0
      final initial state Run {
        step go(i in Node) when exists a, b, c in Node: a.m[b] + b.m[c] == c.m[a] + m[i] { m[i] := 1 }
      }
    }
    invariant never: forall a, b, c in Node: a.m[b] + b.m[c] < 19
    check "c" { Node = 12  expect never }
"""


def test_no_run_is_said_to_be_looked_at_where_none_was(model_of: Build) -> None:
    assert explore(model_of(LARGE), Request(Limits(seconds=0))).tried == ("beginnings of runs",)
    assert explore(model_of(LARGE), Request(Limits(depth=0))).tried == ("runs of up to 0 steps",)


@pytest.mark.parametrize("explore", [explore, induction.explore])
def test_the_limit_on_time_is_kept_within_one_action(explore: Callable[..., Exploration], model_of: Build) -> None:
    """To write its terms down takes many seconds, before anything is solved."""
    model = model_of(WIDE)
    began = time.monotonic()
    found = explore(model, Request(Limits(depth=2, seconds=0.3)))
    assert time.monotonic() - began < 1.0
    assert found.stopped == "time"
    assert found.verdicts["never"] == Unknown("the time limit was reached", "no run was looked at to its end")


@pytest.mark.parametrize("explore", [explore, induction.explore])
def test_terms_may_take_all_the_memory(explore: Callable[..., Exploration], model_of: Build) -> None:
    found = explore(model_of(WIDE), Request(Limits(depth=2, memory_bytes=1)))
    assert found.stopped == "memory"
    assert found.verdicts["never"] == Unknown("the memory budget was used up", "no run was looked at to its end")


@pytest.mark.parametrize("explore", [explore, induction.explore])
def test_an_interrupt_while_terms_are_written_down_is_a_limit(
    explore: Callable[..., Exploration], model_of: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = iter([False] * 20)
    look = Solving.look

    def interrupted(solving: Solving) -> None:
        if next(looked, None) is None:
            signal.raise_signal(signal.SIGINT)
        look(solving)

    monkeypatch.setattr(Solving, "look", interrupted)
    found = explore(model_of(WIDE), Request(Limits(depth=2)))
    assert found.stopped == "interrupted"
    assert isinstance(found.verdicts["never"], Unknown)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
