"""What a body does, in which order, and which choices it has."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from modelcheck.ir.model import Model
from modelcheck.semantics.execute import Cut, Fail, Next, Path, State, action_paths, initial_paths
from modelcheck.semantics.rerun import describe
from modelcheck.semantics.show import cell_name, show_cell

Build = Callable[..., Model]

NODE = """
    message M(x: 0..9)
    agent Node {
      var n: 0..9 = 1
      var s: set of 0..9 = {}
      initial final state Run { %s }
      final state Done
    }
    check "c" { %s  expect 1 states }
"""


def start(model: Model) -> State:
    outcome = next(iter(initial_paths(model))).outcome
    assert isinstance(outcome, Next)
    return outcome.state


def steps(model: Model, state: State) -> list[Path]:
    return [path for action in range(len(model.actions)) for path in action_paths(model, state, action)]


def shown(model: Model, path: Path) -> dict[str, str]:
    assert isinstance(path.outcome, Next)
    pairs = zip(model.cells, path.outcome.state, strict=True)
    return {cell_name(cell, model): show_cell(cell, value, model) for cell, value in pairs}


def only(model: Model) -> dict[str, str]:
    (path,) = steps(model, start(model))
    return shown(model, path)


def test_a_later_statement_sees_what_an_earlier_one_assigned(model_of: Build) -> None:
    assert (
        only(model_of(NODE % ("step go { n := n + 1  n := n * 3  s += n  s := s union {n + 1} }", "")))["Node.s"]
        == "{6, 7}"
    )


def test_the_header_goes_to_its_state_before_the_body_runs(model_of: Build) -> None:
    text = NODE % ("step go -> Done { if self is Done { n := 9 } }", "")
    assert only(model_of(text))["Node.n"] == "9"


def test_a_guard_sees_the_state_before(model_of: Build) -> None:
    text = NODE % ("step go when self is Run and n == 1 -> Done { n := 2 }", "")
    assert only(model_of(text))["Node"] == "Done"


def test_let_is_evaluated_where_it_stands(model_of: Build) -> None:
    assert only(model_of(NODE % ("step go { let old = n  n := 7  s += old }", "")))["Node.s"] == "{1}"


def test_a_send_is_seen_at_once_and_received_later(model_of: Build) -> None:
    text = NODE % ("step go { send M(3) to self  s := {m.x for m in inbox M} }  on M(x) { n := x }", "")
    after = only(model_of(text))
    assert after["Node.s"] == "{3}"
    assert after["Node.n"] == "1"


def test_a_multicast_includes_the_sender_if_it_is_in_the_set(model_of: Build) -> None:
    text = NODE % ("step go when index(self) == 0 { send M(3) to Node }", "Node = 3  network fifo")
    model = model_of(text)
    (path,) = steps(model, start(model))
    assert isinstance(path.outcome, Next)
    network = model.networks[0]
    assert [packet.target.index for packet in network.show(path.outcome.state[network.cell])] == [0, 1, 2]


def test_all_handlers_of_a_message_are_alternatives(model_of: Build) -> None:
    handlers = "on M(x) { n := x }  on M(x) when x > 4 { n := 9 }  on M(_) -> Done"
    text = NODE % (f"step go when n == 1 {{ n := 0  send M(5) to self }}  {handlers}", "")
    model = model_of(text)
    (sent,) = steps(model, start(model))
    assert isinstance(sent.outcome, Next)
    after = [shown(model, path) for path in steps(model, sent.outcome.state)]
    assert [(s["Node"], s["Node.n"]) for s in after] == [("Run", "5"), ("Run", "9"), ("Done", "0")]


def test_a_message_without_a_handler_in_this_state_waits(model_of: Build) -> None:
    text = NODE % ("step go -> Done { send M(5) to self }  on M(x) { n := x }", "")
    model = model_of(text)
    (sent,) = steps(model, start(model))
    assert isinstance(sent.outcome, Next)
    assert steps(model, sent.outcome.state) == []


def test_choices_come_by_kind_id_transition_and_parameter_as_declared(model_of: Build) -> None:
    text = """
        agent B { initial final state Run { step b2(y in {1, 0}) { skip }  step b1 { skip } } }
        agent A { initial final state Run { step a1(x in A, y in {x}) { skip } } }
        check "c" { A = 2  faults { crash B up to 1 } expect 1 states }
    """
    model = model_of(text)
    found = []
    for index, action in enumerate(model.actions):
        found += [
            f"{action.actor} {describe(model, action, path)}" for path in action_paths(model, start(model), index)
        ]
    names = [line.replace("Id(sort=", "").replace("index=", "") for line in found]
    assert names == [
        "'B', 0) b2(y = 0)",
        "'B', 0) b2(y = 1)",
        "'B', 0) b1",
        "'A', 0) a1(x = A[0], y = A[0])",
        "'A', 0) a1(x = A[1], y = A[1])",
        "'A', 1) a1(x = A[0], y = A[0])",
        "'A', 1) a1(x = A[1], y = A[1])",
        "'B', 0) crashes",
    ]


@pytest.mark.parametrize(
    ("body", "digits"),
    [
        ("either { skip } or { skip }", [(0,), (1,)]),
        ("choose x in {7, 3} { skip }", [(3,), (7,)]),
        ("choose x in 0..3 when x % 2 == 1 { n := x }", [(1,), (3,)]),
        ("choose x in {1, 2} { either { n := x } or { skip } }", [(1, 0), (1, 1), (2, 0), (2, 1)]),
        ("n := any", [(x,) for x in range(10)]),
        ("if n == 2 { choose x in {1, 2} { skip } }", [()]),
    ],
)
def test_the_digits_of_choices_are_their_values(model_of: Build, body: str, digits: list[tuple[int, ...]]) -> None:
    model = model_of(NODE % (f"step go {{ {body} }}", ""))
    assert [path.digits for path in steps(model, start(model))] == digits


def test_a_parameter_over_nothing_is_no_transition(model_of: Build) -> None:
    model = model_of(NODE % ("step go(q in others) { skip }", ""))
    assert steps(model, start(model)) == []


@pytest.mark.parametrize(
    "body",
    ["choose x in others { skip }", "n := 10", "n := 1 / (n - 1)", "assert false", "s += 10", "send M(n + 9) to self"],
)
def test_what_cannot_be_done_is_an_error_and_disables_nothing(model_of: Build, body: str) -> None:
    model = model_of(NODE % (f"step go {{ {body} }}", ""))
    (path,) = steps(model, start(model))
    assert isinstance(path.outcome, Fail)


def test_a_full_network_ends_the_path(model_of: Build) -> None:
    text = NODE % ("step go { send M(1) to self  send M(2) to self }", "network fifo capacity 1")
    model = model_of(text)
    assert [type(path.outcome) for path in steps(model, start(model))] == [Cut]
    assert steps(model_of(text.replace("capacity 1", "capacity 1 blocks")), start(model)) == []


def test_beginnings_are_initial_states_and_values_in_the_order_of_declaration(model_of: Build) -> None:
    text = """
        shared var v: 0..1 = any
        agent Node { initial final state A { step go { skip } }  final state B  initial final state C }
        initially v == 1 or Node[0] is C
        check "c" { expect 1 states }
    """
    model = model_of(text)
    found = [(s["v"], s["Node"]) for s in (shown(model, path) for path in initial_paths(model))]
    assert sorted(found) == [("0", "C"), ("1", "A"), ("1", "C")]
    assert [path.digits for path in initial_paths(model)] == sorted(path.digits for path in initial_paths(model))


def test_at_start_runs_in_the_beginning(model_of: Build) -> None:
    text = "agent Node { var n: 0..9 = 1  initial final state Run { step go { skip } }  at start { n += 2 } }"
    model = model_of(text)
    (path,) = initial_paths(model)
    assert shown(model, path)["Node.n"] == "3"
