"""What a run says of its messages and of what depends on what."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from modelcheck.engines.base import Request
from modelcheck.engines.interpreter import explore
from modelcheck.ir.model import Model
from modelcheck.kernel.task import Limits
from modelcheck.semantics.replay import judge, replay
from modelcheck.semantics.trace import Trace
from modelcheck.verdict import Choice, Reached, Run, Violated

Build = Callable[..., Model]

RELAY = """
    network fifo
    message Hop(n: 0..3)
    shared var seen: 0..3 = 0
    agent First { initial state Run { step begin -> Done { send Hop(1) to Second } } final state Done }
    agent Second { initial state Run { on Hop(n) -> Done { send Hop(n + 1) to Third } } final state Done }
    agent Third {
      initial state Run { on Hop(n) -> Done { seen := n }  step alone when seen == 1 }
      final state Done
    }
    reachable end: seen == 2
    check "c" { expect end }
"""


def trace_of(model: Model, name: str) -> Trace:
    verdict = explore(model, Request(Limits())).verdicts[name]
    assert isinstance(verdict, Violated | Reached)
    return judge(model, verdict.run, model.spec.properties[name])


def test_a_message_joins_its_sending_and_its_receipt(model_of: Build) -> None:
    trace = trace_of(model_of(RELAY), "end")
    assert [(m.text, m.source, m.target, m.sent, m.received, m.lost) for m in trace.messages] == [
        ("Hop(n: 1)", "First", "Second", 1, (2,), None),
        ("Hop(n: 2)", "Second", "Third", 2, (3,), None),
    ]


def test_vector_clocks_grow_along_messages_only(model_of: Build) -> None:
    trace = trace_of(model_of(RELAY), "end")
    assert [step.clock for step in trace.steps] == [(1, 1, 1), (2, 1, 1), (2, 2, 1), (2, 2, 2)]
    assert [step.causes for step in trace.steps] == [(), (0,), (0, 1), (0, 2)]


COUNTERS = """
    shared var a: 0..2 = 0
    shared var b: 0..2 = 0
    agent Left { initial state Run { step raise when a < 2 { a += 1 } } }
    agent Right { initial state Run { step raise when b < 2 { b += 1 } } }
    reachable left: a == 2
    check "c" { allow deadlock expect left }
"""


def test_the_conclusion_goes_back_to_what_it_reads_only(model_of: Build) -> None:
    model = model_of(COUNTERS)
    left, right = (Choice(number, ()) for number in range(2))
    trace = judge(model, Run((), (right, left, right, left)), model.spec.properties["left"])
    assert trace.grounds == (4,)
    assert trace.causal_slice == {0, 2, 4}
    assert [step.clock for step in trace.steps] == [(1, 1), (1, 2), (2, 1), (1, 3), (3, 1)]


COPIES = """
    message M
    agent A { initial state S { step go -> T { send M to B } } final state T }
    agent B { var n: 0..2 = 0  final initial state S { on M { if n < 2 { n += 1 } } } }
    reachable twice: B[0].n == 2
    check "c" { network KIND  faults { duplicate up to 1 }  expect twice }
"""


@pytest.mark.parametrize("network", ["unordered", "fifo"])
def test_a_duplicate_is_a_copy_of_its_message(model_of: Build, network: str) -> None:
    trace = trace_of(model_of(COPIES.replace("KIND", network)), "twice")
    assert [(m.copy_of, m.lost, len(m.received)) for m in trace.messages] == [(None, None, 1), (0, None, 1)]


def test_a_soup_lets_one_message_be_received_twice(model_of: Build) -> None:
    text = COPIES.replace("KIND", "soup").replace("faults { duplicate up to 1 }", "")
    (message,) = trace_of(model_of(text), "twice").messages
    assert message.received == (2, 3)


def test_what_is_sent_to_an_agent_that_is_gone_is_lost_at_once(model_of: Build) -> None:
    text = """
        message M
        agent A { initial state S { step go when B[0] is crashed -> T { send M to B } } final state T }
        agent B { final initial state S { on M } }
        reachable sent: A[0] is T
        check "c" { allow deadlock  faults { crash B up to 1 }  expect sent }
    """
    trace = trace_of(model_of(text), "sent")
    (message,) = trace.messages
    assert message.sent == message.lost == 2
    assert [step.kind for step in trace.steps] == ["start", "crash", "step"]
    assert trace.steps[2].causes == (0, 1)


def test_who_crashes_learns_nothing_of_what_was_on_its_way(model_of: Build) -> None:
    text = """
        message M
        agent A { initial state S { step go -> T { send M to B } } final state T }
        agent B { final initial state S { on M } }
        reachable gone: A[0] is T and B[0] is crashed and size(messages M) == 0
        check "c" { faults { crash B up to 1 }  expect gone }
    """
    model = model_of(text)
    go, crash = (next(n for n, a in enumerate(model.actions) if a.name == name) for name in ("go", "crash"))
    trace = judge(model, Run((), (Choice(go, ()), Choice(crash, ()))), model.spec.properties["gone"])
    assert trace.messages[0].lost == 2
    assert trace.steps[2].clock == (1, 2)


BURST = """
    message M
    agent A { var n: 0..2 = 0  final initial state S { step go when n < 2 { n += 1  send M to B } } }
    agent B { var n: 0..1 = 0  final initial state S { on M when A[0].n == 2 and n == 0 { n := 1 } } }
    reachable end: B[0].n == 1
    check "c" { network KIND  expect end }
"""


@pytest.mark.parametrize("network", ["set", "soup"])
def test_what_a_network_absorbs_is_one_with_the_message_in_flight(model_of: Build, network: str) -> None:
    trace = trace_of(model_of(BURST.replace("KIND", network)), "end")
    assert [(m.same_as, m.received) for m in trace.messages] == [(None, (3,)), (0, ())]


def test_a_blocked_sender_waits_for_whoever_makes_room(model_of: Build) -> None:
    text = """
        message M
        agent A { var n: 0..2 = 0  final initial state S { step go when n < 2 { n += 1  send M to B } } }
        agent B { final initial state S { on M } }
        reachable end: A[0].n == 2
        check "c" { network fifo capacity 1 blocks  expect end }
    """
    trace = trace_of(model_of(text), "end")
    assert [step.kind for step in trace.steps] == ["start", "step", "receive", "step"]
    assert trace.steps[3].causes == (0, 1, 2) or trace.steps[3].causes == (1, 2)


def test_what_has_no_room_is_lost_and_not_what_was_there(model_of: Build) -> None:
    text = """
        message M(k: 0..1)
        agent A { var n: 0..2 = 0  final initial state S { step go when n < 2 { send M(0) to B  n += 1 } } }
        agent B { final initial state S { on M when A[0].n == 2 -> T } final state T }
        reachable end: B[0] is T
        check "c" { network fifo capacity 1 drops  expect end }
    """
    trace = trace_of(model_of(text), "end")
    assert [(m.sent, m.received, m.lost) for m in trace.messages] == [(1, (3,), None), (2, (), 2)]


def test_a_round_receives_what_the_round_before_sent(model_of: Build) -> None:
    text = """
        network rounds
        message M(n: 0..3)
        agent A {
          var n: 0..3 = 1
          initial state S { round when n < 3 { send M(n) to A  if size(inbox M) > 0 { n += 1 } } }
        }
        reachable end: A[0].n == 2
        check "c" { A = 2  allow deadlock  expect end }
    """
    trace = trace_of(model_of(text), "end")
    assert [step.kind for step in trace.steps] == ["start", "round", "round"]
    assert {(m.sent, m.received) for m in trace.messages} == {(1, (2,)), (2, ())}
    assert trace.steps[2].agents == ("A[0]", "A[1]")


def test_a_round_receives_nothing_from_the_other_side_of_a_partition(model_of: Build) -> None:
    text = """
        network rounds
        message M
        agent A {
          var heard: bool = false
          initial state S { round -> T { send M to others } }
          state T { round -> U { heard := size(inbox M) > 0 } }
          final state U
        }
        reachable apart: A[0].heard and not A[1].heard
        check "c" { A = 3  faults { partition A up to 1 }  allow deadlock  expect apart }
    """
    trace = trace_of(model_of(text), "apart")
    (at,) = (step.number for step in trace.steps if step.kind == "partition")
    last = trace.length
    assert at < last
    crossing = {"A[1]"}
    assert {(m.source, m.target) for m in trace.messages if m.lost == last} == {
        (m.source, m.target) for m in trace.messages if (m.source in crossing) != (m.target in crossing)
    }
    assert {(m.source, m.target) for m in trace.messages if m.received == (last,)} == {
        ("A[0]", "A[2]"),
        ("A[2]", "A[0]"),
    }


def steps_of(model: Model, *names: str) -> Run:
    """A run by the names of its actions, with the digits that follow them."""
    choices = []
    for name in names:
        word, *digits = name.split()
        number = next(number for number, action in enumerate(model.actions) if action.name == word)
        choices.append(Choice(number, tuple(map(int, digits))))
    return Run((), tuple(choices))


QUEUE = """
    message M(k: 0..2)
    agent A { var n: 0..2 = 0  final initial state S { step go when n < 2 { n += 1  send M(n) to B } } }
    agent B { final initial state S { on M(k) when k == 2 -> T  on M(k) when k == 1 } final state T }
    reachable end: B[0] is T
    check "c" { network fifo  allow deadlock  faults { duplicate up to 2  lose up to 3 }  expect end }
"""


def test_a_place_in_a_queue_depends_on_who_filled_it_and_who_emptied_it(model_of: Build) -> None:
    """The digit of a loss counts from the head, so that what stands before it must have been sent."""
    model = model_of(QUEUE)
    # M(1), its copy, M(2): the copy is lost, and then a copy of M(2) is made at the place behind M(1).
    copy = steps_of(model, "go", "duplicate 16", "go", "lose 17", "duplicate 17")
    trace = replay(model, copy)
    assert trace.steps[4].causes == (1, 2)
    assert trace.steps[5].causes == (1, 3, 4)
    assert [(m.copy_of, m.lost) for m in trace.messages] == [(None, None), (0, 4), (None, None), (2, None)]


def test_the_message_that_is_lost_is_the_one_at_its_place(model_of: Build) -> None:
    trace = replay(model_of(QUEUE), steps_of(model_of(QUEUE), "go", "go", "duplicate 16", "lose 18"))
    assert [m.lost for m in trace.messages] == [None, None, 4]
    trace = replay(model_of(QUEUE), steps_of(model_of(QUEUE), "go", "go", "duplicate 16", "lose 16"))
    assert [m.lost for m in trace.messages] == [4, None, None]


def test_what_is_changed_into_a_message_that_was_there_depends_on_its_loss(model_of: Build) -> None:
    text = """
        message M(k: 0..1)
        agent A { final initial state S { step one { send M(1) to B } } }
        agent C { final initial state S { step two { send M(0) to B } } }
        agent B { final initial state S { on M(k) } }
        reachable end: exists m in messages M: m.k == 1
        check "c" { network set  faults { lose up to 1  corrupt up to 2 }  expect end }
    """
    model = model_of(text)
    # 0 and 1 are M(0) and M(1) from A: M(1) becomes M(0), which is lost, and another M(1) does so again.
    trace = replay(model, steps_of(model, "one", "corrupt 1 0", "lose 0", "one", "corrupt 1 0"))
    assert trace.steps[5].causes == (3, 4)


def test_whoever_looks_at_messages_depends_on_all_transfers_that_were_before(model_of: Build) -> None:
    text = """
        message M
        message N
        agent A { var n: 0..2 = 0  final initial state S {
          step go when n < 2 { n += 1  send M to B }
          step other { send N to B }
        } }
        agent B { final initial state S { on M  on N } }
        agent C { var seen: 0..2 = 0  final initial state S { step look { seen := size(messages M) } } }
        agent D { var seen: 0..2 = 0  final initial state S { step gaze { seen := size(messages M) } } }
        reachable end: size(messages M) == 2
        check "c" { expect end }
    """
    model = model_of(text)
    trace = replay(model, steps_of(model, "go", "look", "other", "go", "look", "gaze"))
    assert [step.causes for step in trace.steps[2:]] == [(0, 1), (0, 1), (0, 1, 3), (0, 2, 4), (0, 1, 4)]


def test_an_error_in_a_property_goes_back_to_what_it_read(model_of: Build) -> None:
    text = """
        agent A { var n: 1..3 = 1  final initial state S { step down when n < 3 { n += 1 } } }
        agent B { var m: 0..1 = 0  final initial state S { step grow when m == 0 { m := 1 } } }
        invariant defined: 6 / (3 - A[0].n) > 0
        check "c" { expect defined }
    """
    model = model_of(text)
    trace = judge(model, steps_of(model, "down", "grow", "down"), "errors")
    assert trace.causal_slice == {0, 1, 3}
    trace = judge(model, steps_of(model, "down", "down", "grow"), "errors")
    assert trace.causal_slice == {0, 1, 2}
