"""What the lowering promises besides meaning: rooms, texts of bounds and errors, refusals, states there and back."""

from __future__ import annotations

import pytest

from modelcheck.diagnostics import InputError
from modelcheck.environment.instantiate import instantiate
from modelcheck.ir.lowered import NoRoomError
from modelcheck.ir.model import Model
from modelcheck.kernel import program as ir
from modelcheck.kernel.evaluate import Cut, Fail, initial_states, outcomes
from modelcheck.kernel.explore import explore
from modelcheck.kernel.validate import validate
from modelcheck.lowering import lower, lower_model
from modelcheck.pipeline.verify import load
from modelcheck.semantics.execute import Next, action_paths, initial_paths
from modelcheck.source import Source


def model(text: str) -> Model:
    spec = load(Source("spec.mc", f"protocol P\n{text}"))
    return instantiate(spec, spec.checks[0], list(spec.properties.values()))


FLOOD = """
message M
agent A { initial state S { step go { send M to A } } }
invariant i: true
check "c" { CHECK expect i }
"""


@pytest.mark.parametrize(("network", "states"), [("unordered", 4), ("fifo", 3)])
def test_room_of_an_undeclared_capacity_is_a_parameter_and_reported(network: str, states: int) -> None:
    lowered = lower_model(model(FLOOD.replace("CHECK", f"network {network}")), in_flight=3, in_queue=2)
    found = explore(lowered.program, 100)
    assert len(found.states) == states
    (bound,) = {ending.code for ending in found.cuts}
    assert lowered.room == {bound}
    assert lowered.program.bounds[bound].startswith(f"more than {states - 1} messages in")


@pytest.mark.parametrize("network", ["unordered", "fifo"])
def test_a_declared_capacity_is_no_matter_of_room(network: str) -> None:
    lowered = lower_model(model(FLOOD.replace("CHECK", f"network {network} capacity 5")), in_flight=3, in_queue=2)
    found = explore(lowered.program, 100)
    assert len(found.states) == 6
    assert found.cuts
    assert lowered.room == frozenset()


@pytest.mark.parametrize(
    ("network", "fields", "room"), [("unordered", "", 3), ("unordered", "(n: 0..99999)", 3), ("fifo", "", 2)]
)
def test_what_there_is_no_room_for_is_not_encoded(network: str, fields: str, room: int) -> None:
    """It would run into what is stored behind it, the other queue or the budget."""
    flood = FLOOD.replace("CHECK", f"A = 2 network {network} faults {{ lose up to 1 }}").replace("to A ", "to others ")
    flood = flood.replace("message M", f"message M{fields}").replace("send M", f"send M{'(7)' if fields else ''}")
    found = model(flood)
    (start,) = (path.outcome.state for path in initial_paths(found) if isinstance(path.outcome, Next))
    states = [start]
    for _ in range(room + 1):
        (after,) = (path.outcome.state for path in action_paths(found, states[-1], 0) if isinstance(path.outcome, Next))
        states.append(after)
    lowered = lower_model(found, in_flight=3, in_queue=2)
    for state in states[:-1]:
        assert lowered.codec.decode(lowered.codec.encode(state)) == state
    with pytest.raises(NoRoomError):
        lowered.codec.encode(states[-1])
    with pytest.raises(NoRoomError):
        lower_model(found, in_flight=room, in_queue=room, copies=room).codec.encode(states[-1])


def test_a_soup_needs_no_room() -> None:
    lowered = lower_model(model(FLOOD.replace("CHECK", "network soup")), in_flight=1)
    assert len(explore(lowered.program, 100).states) == 2
    assert lowered.program.bounds == ()


def test_arrays_of_agents_have_an_element_for_each_and_name_their_kind() -> None:
    text = """
    record R { a: 0..3, s: set of bool }
    shared var total: 0..9 = 0
    agent A { var r: R = R(a: 0, s: {})  var m: map bool -> option A = all none  initial state S }
    invariant i: true
    check "c" { A = 3 faults { crash A up to 1 } expect i }
    """
    arrays = [(array.name, str(array.type), array.length, array.owner) for array in lower(model(text)).arrays]
    assert arrays == [
        ("total", "int[0,9]", 1, None),
        ("A state", "int[0,0]", 3, "A"),
        ("A.r.a", "int[0,3]", 3, "A"),
        ("A.r.s", "bits[2]", 3, "A"),
        ("A.m there", "bool", 6, "A"),
        ("A.m", "int[0,2]", 6, "A"),
        ("A status", "int[0,1]", 3, "A"),
        ("faults used: crash A", "int[0,1]", 1, None),
    ]


def test_an_error_has_the_place_and_problem_of_the_judge() -> None:
    text = (
        'agent A { var x: 0..1 = 0 initial state S { step go { x += 2 } } }\ninvariant i: true\ncheck "c" { expect i }'
    )
    program = lower(model(text))
    ((_, start),) = initial_states(program)
    assert not isinstance(start, Fail | Cut)
    ((digits, outcome),) = outcomes(program, 0, start.state)
    assert digits == ()
    assert isinstance(outcome, Fail)
    assert program.fails[outcome.code] == "spec.mc:2:55: the value does not fit 'x'"


def test_choices_of_a_body_stand_in_the_outermost_list() -> None:
    text = """
    agent A {
      var x: 0..9 = 0
      initial state S {
        step go { if x < 5 { either { choose n in 0..3 { x := n } } or { x := 9 } } else { x := any } }
      }
    }
    invariant i: true
    check "c" { expect i }
    """
    program = lower(model(text))
    validate(program)
    chosen = [statement for statement in program.actions[0].body if isinstance(statement, ir.Choose)]
    assert len(chosen) == 3


def test_a_bound_that_cannot_be_evaluated_is_an_error_of_the_step() -> None:
    text = """
    agent A { var x: 0..3 = 2 initial final state S { step down when x > 0 { x -= 1 } } }
    invariant i: true
    check "c" { bound forall a in A: 6 / a.x < 9 expect i }
    """
    program = lower(model(text))
    found = explore(program, 10)
    assert len(found.states) == 2
    assert [program.fails[ending.code] for ending in found.fails] == ["spec.mc:5:38: division by zero"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("var s: set of 0..5000 = {}", "step go { s := {x + 1 for x in s} }"),
        ("var x: 0..1000000000 = 0", "step go { x := x * x * x }"),
        ("var x: 0..1 = 0", "step go { x := size({y in 0..9999: y > x}) }"),
        ("var s: set of 0..70 = {}", "step go { s := any }"),
    ],
)
def test_what_the_kernel_cannot_hold_is_refused(text: str, problem: str) -> None:
    whole = f'agent A {{ {text} initial state S {{ {problem} }} }}\ninvariant i: true\ncheck "c" {{ expect i }}'
    with pytest.raises(InputError) as error:
        lower(model(whole))
    assert [found.code for found in error.value.diagnostics] == ["MC405"]
    assert error.value.diagnostics[0].span is not None


def test_a_range_that_is_only_asked_for_membership_may_be_wide() -> None:
    text = """
    agent A { var x: 0..3 = 0 initial state S { step go when x in 0..60000 { x := 1 } } }
    invariant i: true
    check "c" { expect i }
    """
    assert len(explore(lower(model(text)), 10).states) == 2


def test_ghosts_that_no_expectation_reads_have_no_array() -> None:
    text = """
    message M(ghost n: 0..3)
    agent A { ghost var g: 0..3 = 0 initial state S { step go { g += 1  send M(g) to A }  on M(n) { g := n } } }
    invariant i: true
    check "c" { network unordered capacity 1 blocks expect i }
    """
    program = lower(model(text))
    assert [array.name for array in program.arrays] == ["A state", "messages (unordered)"]
    assert len(explore(program, 10).states) == 2


def test_states_are_the_same_there_and_back() -> None:
    text = """
    message M(n: 0..3)
    agent A {
      var q: seq of 0..3 max 2 = [1]
      var o: option bool = any
      initial state S { step go(n in 0..2) { send M(n) to A  q := [n] } }
    }
    invariant i: true
    check "c" { A = 2 network fifo capacity 2 expect i }
    """
    lowered = lower_model(model(text))
    for state in explore(lowered.program, 60).states:
        assert lowered.codec.encode(lowered.codec.decode(state)) == state
