"""Whether an invariant is inductive by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest.importorskip("z3")

from modelcheck.engines.base import NotKept, Request
from modelcheck.engines.inductive import inductive
from modelcheck.ir.model import Model
from modelcheck.kernel.evaluate import Next, evaluate, outcomes
from modelcheck.kernel.task import Limits
from modelcheck.lowering import lower_model
from modelcheck.pipeline import Options, load, verify_specs
from modelcheck.semantics.replay import judge_step
from modelcheck.semantics.rerun import EngineDisagreement
from modelcheck.source import Source
from modelcheck.verdict import Choice, Holds, Unknown, Violated
from tests.unit.engines.test_strengthened import all_states

Build = Callable[..., Model]

HOLDER = """
    shared var holder: Node = any
    shared var total: 0..7 = 0
    agent Node {
      var busy: bool = false
      final initial state Run {
        step take when holder == self { busy := true }
        step give when holder == self and busy { busy := false  choose n in Node { holder := n } }
        step add when busy { choose k in 2..3 { choose l in {0, 1, 3} { total := (total + k * l) % 8 } } }
        step wipe(k in 0..3) when k > 0 and busy { total := 2 * k }
        step more when total > 2 { choose k in 0..7 { total := k } }
      }
    }
    invariant one: forall p, q in Node: p.busy and q.busy implies p == q
    invariant own: forall p in Node: p.busy implies p == holder
    invariant none_busy: forall p in Node: not p.busy
    invariant always_one: exists p in Node: p.busy
    invariant not_last: total != 7 or Node[1].busy
    invariant even: total % 2 == 0 or holder == Node[0]
    invariant small: total < 4 or holder == Node[1]
    invariant zero: total == 0 or total == 3 or holder == Node[0]
    check "c" { Node = 2  expect one, own, none_busy, always_one, not_last, even, small, zero }
"""

MAIL = """
    message Ask(n: 0..1)
    agent A { var left: 0..1 = 1  final initial state S { step ask when left > 0 { left := 0  send Ask(1) to B } } }
    agent B { var seen: 0..1 = 1  final initial state S { on Ask(n) { seen := n } } }
    invariant seen: B[0].seen == 1
    invariant flying: forall m in messages Ask: m.n == 1
    invariant both: B[0].seen == 1 and forall m in messages Ask: m.n == 1
    check "c" { network NETWORK  expect seen, flying, both }
"""


def asked(model: Model, name: str) -> Holds | Violated | NotKept | Unknown:
    return inductive(model, name, Request(Limits(), deadlock=False))


def by_trying(model: Model, name: str) -> NotKept | None:
    """The first step from the least state that does not keep an invariant, by the evaluator of the kernel."""
    lowered = lower_model(model)
    program = lowered.program
    holds = next(prop.holds for prop in program.properties if prop.name == name)
    return next(
        (
            NotKept(lowered.codec.decode(state), Choice(action, digits))
            for state in sorted(all_states(program))
            if evaluate(program, holds, state)
            for action in range(len(program.actions))
            for digits, path in outcomes(program, action, state)
            if isinstance(path, Next) and not evaluate(program, holds, path.state)
        ),
        None,
    )


@pytest.mark.parametrize("name", ["one", "own", "none_busy", "not_last", "even", "small", "zero"])
def test_it_is_what_trying_every_state_says(name: str, model_of: Build) -> None:
    model = model_of(HOLDER)
    found, expected = asked(model, name), by_trying(model, name)
    assert isinstance(found, Holds) == (expected is None)
    if isinstance(found, NotKept):
        assert found == expected
        prop = next(prop for prop in model.properties if prop.name == name)
        trace = judge_step(model, found.state, found.choice, prop)
        assert trace.length == 1
        assert trace.conclusion.startswith(f"{name} is false here")


def test_it_must_hold_in_the_beginning(model_of: Build) -> None:
    found = asked(model_of(HOLDER), "always_one")
    assert isinstance(found, Violated)
    assert found.run.choices == ()


def test_a_beginning_in_which_it_cannot_be_evaluated_is_told() -> None:
    text = """protocol P
        shared var n: 0..3 = 0
        agent Node { final initial state Run { step raise when n < 3 { n := n + 1 } } }
        invariant split: 6 / n >= 1
        check "c" { expect not inductive split }
    """
    ((found, *_),) = (
        one.properties for spec in verify_specs([load(Source("p.mc", text))], Options()).specs for one in spec.checks
    )
    assert (found.verdict, found.ok, found.steps) == ("violated", True, 0)
    assert found.trace is not None
    assert found.trace.conclusion == "split cannot be evaluated here: division by zero"


@pytest.mark.parametrize("network", ["set", "soup", "unordered capacity 2", "fifo capacity 2"])
def test_messages_in_flight_are_any_that_can_be_sent(network: str, model_of: Build) -> None:
    """Of bits it is known which packets nobody sends; in a bag or a queue any packet is as good as another."""
    model = model_of(MAIL.replace("NETWORK", network))
    assert isinstance(asked(model, "flying"), Holds)
    assert isinstance(asked(model, "both"), Holds)
    assert isinstance(asked(model, "seen"), Holds if network in {"set", "soup"} else NotKept)


def test_as_many_messages_are_typed_as_the_language_has_room_for(model_of: Build) -> None:
    """Four are tried first, which break nothing."""
    text = """
        message M(n: 0..4)
        agent A { final initial state S { step ask(k in 0..4) { send M(k) to B } } }
        agent B { final initial state S { on M } }
        invariant few: size(messages M) <= 4
        check "c" { network unordered  expect few }
    """
    found = asked(model_of(text), "few")
    assert isinstance(found, NotKept)


MANY = """
    message M(n: 0..MOST)
    agent A { var k: 0..MOST = 0  final initial state S { step ask { send M(k) to B } step next_ { k := any } } }
    agent B { final initial state S { on M } }
    invariant valid: forall m in messages M: m.n >= 0
    check "c" { NETWORK  expect valid }
"""


@pytest.mark.parametrize(
    ("most", "network", "scope"),
    [
        # Of two messages there are copies where there is no room, which make no difference.
        (1, "network unordered", "inductive"),
        (79, "network unordered", "inductive within the room for messages"),
        (79, "network unordered bound A[0].k < 70", "inductive within the bound and the room for messages"),
        (79, "network unordered capacity 2", "inductive"),
        (1, "network fifo", "inductive within the room for messages"),
        (1, "network set", "inductive"),
        (79, "network set", "inductive within the room for messages"),
        (79, "network soup", "inductive"),
    ],
)
def test_the_room_of_the_checker_is_not_taken_for_that_of_the_network(
    most: int, network: str, scope: str, model_of: Build
) -> None:
    found = asked(model_of(MANY.replace("MOST", str(most)).replace("NETWORK", network)), "valid")
    assert isinstance(found, Holds)
    assert found.scope == scope


def test_no_more_messages_are_typed_than_a_declared_capacity(model_of: Build) -> None:
    text = """
        message M(n: 0..3)
        agent A { final initial state S { step ask(k in 0..3) when size(messages M) == 0 { send M(k) to B } } }
        agent B { final initial state S { on M } }
        invariant few: size(messages M) != 2
        check "c" { network set capacity 2  expect few }
    """
    assert asked(model_of(text), "few") == Holds("inductive")
    assert isinstance(asked(model_of(text.replace("capacity 2", "capacity 3")), "few"), NotKept)


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("send M to B  send M to B", "a bound was hit: more than 1 message in flight (unordered)"),
        ("n := n + 1", "an evaluation fails in the beginning"),
    ],
)
def test_beginnings_that_are_no_states_leave_it_open(start: str, reason: str, model_of: Build) -> None:
    text = f"""
        message M
        agent A {{ var n: 0..1 = 1  at start {{ {start} }}  final initial state S {{ step go {{ skip }} }} }}
        agent B {{ final initial state S {{ on M }} }}
        invariant small: A[0].n >= 0
        check "c" {{ network unordered capacity 1  expect small }}
    """
    found = asked(model_of(text), "small")
    assert isinstance(found, Unknown)
    assert found.reason == reason


def test_a_step_that_leaves_the_bound_breaks_nothing(model_of: Build) -> None:
    text = """
        shared var n: 0..9 = 0
        agent Node { final initial state Run { step raise when n < 9 { n := n + 1 } } }
        invariant small: n != 4
        check "c" { bound n <= 3  expect small }
    """
    assert asked(model_of(text), "small") == Holds("inductive within the bound")
    assert isinstance(asked(model_of(text.replace("n <= 3", "n <= 4")), "small"), NotKept)


def test_the_judge_confirms_the_step(model_of: Build) -> None:
    model = model_of(HOLDER)
    found = asked(model, "one")
    assert isinstance(found, NotKept)
    own = next(prop for prop in model.properties if prop.name == "none_busy")
    with pytest.raises(EngineDisagreement):
        judge_step(model, found.state, found.choice, own)


def test_no_time_leaves_it_open(model_of: Build) -> None:
    found = inductive(model_of(HOLDER), "own", Request(Limits(seconds=0), deadlock=False))
    assert isinstance(found, Unknown)
    assert found.reason == "the time limit was reached"


@pytest.mark.parametrize("network", ["set", "fifo capacity 2"])
def test_the_judge_takes_a_message_that_was_in_flight(network: str, model_of: Build) -> None:
    text = MAIL.replace("network NETWORK", f"network {network}  faults {{ corrupt up to 1 }}")
    model = model_of(text)
    found = asked(model, "seen")
    assert isinstance(found, NotKept)
    assert (
        judge_step(model, found.state, found.choice, model.spec.properties["seen"])
        .steps[1]
        .action.startswith("receives Ask")
    )
