"""The evaluator and the exploration built on it."""

from __future__ import annotations

from typing import get_args

import pytest

from modelcheck.frozen import replace
from modelcheck.kernel import program as ir
from modelcheck.kernel.evaluate import (
    Cut,
    Fail,
    Next,
    evaluate,
    initial_states,
    outcomes,
    replay_digits,
    value_of_constant,
    value_of_property,
)
from modelcheck.kernel.explore import explore
from modelcheck.kernel.types import BOOL, BitsType, IntType, KernelError
from modelcheck.kernel.values import RULES

TRUE, FALSE = ir.Const(1, BOOL), ir.Const(0, BOOL)


def number(value: int) -> ir.Const:
    return ir.Const(value, IntType(value, value))


def with_body(program: ir.Program, *body: ir.Statement) -> ir.Program:
    return replace(program, actions=(ir.Action("act", "protocol", body),))


def test_mutex_reaches_eight_states_by_fourteen_transitions(mutex: ir.Program) -> None:
    explored = explore(mutex, 100)
    assert len(explored.states) == 8
    assert explored.transitions == 14
    assert explored.complete
    assert (explored.fails, explored.cuts, explored.deadlocks) == ((), (), ())
    assert all(value_of_property(mutex, mutex.properties[0], state) for state in explored.states)
    assert value_of_property(mutex, mutex.properties[0], (2, 2, 1)) is False


def test_states_come_in_order_of_their_distance(mutex: ir.Program) -> None:
    states = list(explore(mutex, 100).states.items())
    assert states[:3] == [((0, 0, 0), 0), ((1, 0, 0), 1), ((0, 1, 0), 1)]
    assert [depth for _, depth in states] == sorted(depth for _, depth in states)


def test_search_stops_at_the_limit(mutex: ir.Program) -> None:
    explored = explore(mutex, 3)
    assert len(explored.states) == 3
    assert not explored.complete


def test_stuck_state_is_a_deadlock_unless_it_rests(mutex: ir.Program) -> None:
    halted = replace(mutex, actions=(replace(mutex.actions[0], origin="protocol"),))
    assert explore(halted, 100).deadlocks == ((1, 1, 0),)
    assert explore(replace(halted, resting=TRUE), 100).deadlocks == ()


def test_fault_does_not_resolve_a_deadlock(mutex: ir.Program) -> None:
    fault = ir.Action("crash", "fault", ())
    stuck = explore(replace(mutex, actions=(mutex.actions[0], fault)), 100)
    assert stuck.deadlocks == ((1, 1, 0),)


def test_bag_stays_ascending_with_zeros_at_the_end(courier: ir.Program) -> None:
    assert replay_digits(courier, 0, (2, 4, 0, 0), (2,)) == Next((2, 3, 4, 0))
    assert replay_digits(courier, 0, (2, 3, 4, 0), (0,)) == Cut(0)


def test_slots_offer_each_value_once_and_remove_one_copy(courier: ir.Program) -> None:
    assert list(outcomes(courier, 1, (2, 2, 4, 0))) == [
        ((1,), Next((2, 4, 0, 0b0010))),
        ((3,), Next((2, 2, 0, 0b1000))),
    ]


def test_failure_ends_only_its_own_path(courier: ir.Program) -> None:
    assert list(outcomes(courier, 1, (2, 4, 0, 0b0010))) == [((1,), Fail(0)), ((3,), Next((2, 0, 0, 0b1010)))]


def test_removing_what_is_not_there_changes_nothing(courier: ir.Program) -> None:
    program = with_body(courier, ir.BagRemove(0, number(3)))
    assert replay_digits(program, 0, (2, 4, 0, 0), ()) == Next((2, 4, 0, 0))


def test_digits_ascend_lexicographically_and_skip_inactive_choices(mutex: ir.Program) -> None:
    first, second = ir.Local(10, IntType(0, 2), "i"), ir.Local(11, IntType(1, 2), "j")
    program = with_body(
        mutex,
        ir.Choose(first, ir.Between(0, 2), TRUE, TRUE),
        ir.Choose(second, ir.Between(1, 2), TRUE, ir.Compare("<", first, number(2))),
        ir.Assign(0, number(0), second),
    )
    taken = [digits for digits, _ in outcomes(program, 0, (0, 0, 0))]
    assert taken == [(0, 1), (0, 2), (1, 1), (1, 2), (2,)]
    assert replay_digits(program, 0, (0, 0, 0), (2,)) == Next((1, 0, 0))


def test_branches_do_not_see_each_others_stores(courier: ir.Program) -> None:
    local = ir.Local(10, IntType(0, 3), "m")
    seen = ir.Read(1, number(0), BitsType(4))
    program = with_body(
        courier,
        ir.Choose(local, ir.Members(ir.Const(0b1010, BitsType(4))), TRUE, TRUE),
        ir.Assign(1, number(0), ir.BitUpdate(seen, local, on=True, type=BitsType(4))),
    )
    assert [outcome for _, outcome in outcomes(program, 0, (0, 0, 0, 0))] == [
        Next((0, 0, 0, 0b0010)),
        Next((0, 0, 0, 0b1000)),
    ]


def test_choice_without_candidates_has_no_outcome(mutex: ir.Program) -> None:
    program = with_body(mutex, ir.Choose(ir.Local(10, IntType(0, 1), "i"), ir.Between(0, 1), FALSE, TRUE))
    assert list(outcomes(program, 0, (0, 0, 0))) == []


def test_unknown_digits_are_rejected(mutex: ir.Program) -> None:
    with pytest.raises(KernelError, match="no path"):
        replay_digits(mutex, 0, (0, 0, 0), (7,))


def test_state_outside_the_bound_is_cut(mutex: ir.Program) -> None:
    within = ir.Compare("==", ir.Read(0, number(1), IntType(0, 2)), number(0))
    program = replace(mutex, within=within, bounds=("idle",))
    assert replay_digits(program, 0, (0, 0, 0), (1,)) == Cut(0)
    start = replace(program, initial=(ir.Assign(0, number(1), number(1)),))
    assert list(initial_states(start)) == [((), Cut(0))]
    assert explore(start, 10).cuts[0].state is None


def test_property_is_undefined_where_it_cannot_be_evaluated(mutex: ir.Program) -> None:
    prop = replace(mutex.properties[0], defined=FALSE)
    assert value_of_property(mutex, prop, (0, 0, 0)) is None


def test_transition_property_reads_behind_the_step(mutex: ir.Program) -> None:
    before = ir.Read(0, number(0), IntType(0, 2))
    grows = ir.Compare("<", before, replace(before, after=True))
    assert evaluate(mutex, grows, (0, 0, 0), (1, 0, 0)) == 1
    with pytest.raises(KernelError, match="no step"):
        evaluate(mutex, grows, (0, 0, 0))


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (ir.Assign(0, number(0), number(3)), "3 stored"),
        (ir.Assign(0, number(2), number(1)), "index outside"),
        (ir.Assign(0, number(0), ir.Local(9, IntType(0, 2), "x")), "out of scope"),
        (ir.Assign(0, number(0), ir.Add(number(1), number(1), IntType(0, 1))), "not of type"),
    ],
)
def test_wrong_lowering_is_caught(mutex: ir.Program, statement: ir.Statement, message: str) -> None:
    with pytest.raises(KernelError, match=message):
        list(outcomes(with_body(mutex, statement), 0, (0, 0, 0)))


@pytest.mark.parametrize(
    ("state", "message"), [((1, 2, 3, 0), "full bag"), ((2, 1, 0, 0), "not ascending"), ((0, 1, 0, 0), "not ascending")]
)
def test_wrong_use_of_a_bag_is_caught(courier: ir.Program, state: tuple[int, ...], message: str) -> None:
    with pytest.raises(KernelError, match=message):
        list(outcomes(with_body(courier, ir.BagInsert(0, number(1))), 0, state))


def test_division_rounds_down() -> None:
    assert value_of_constant(ir.DivMod("div", number(-7), number(2), IntType(-4, -4))) == -4
    assert value_of_constant(ir.DivMod("mod", number(-7), number(2), IntType(0, 1))) == 1


@pytest.mark.parametrize(("index", "member"), [(-1, 0), (0, 1), (1, 0), (3, 0), (64, 0)])
def test_numbers_outside_a_bit_set_are_no_members_and_not_updated(index: int, member: int) -> None:
    bits = ir.Const(0b001, BitsType(3))
    assert value_of_constant(ir.BitTest(bits, number(index))) == member
    if not 0 <= index < 3:
        assert value_of_constant(ir.BitUpdate(bits, number(index), on=True, type=BitsType(3))) == 1


@pytest.mark.parametrize(("amount", "width", "result"), [(1, 3, 0b010), (-1, 3, 0b010), (0, 2, 0b01), (2, 5, 0b10100)])
def test_shift_drops_what_leaves_the_width(amount: int, width: int, result: int) -> None:
    assert value_of_constant(ir.Shift(ir.Const(0b101, BitsType(3)), amount, BitsType(width))) == result


def test_reduce_of_nothing_is_neutral() -> None:
    local = ir.Local(0, IntType(0, 0), "i")
    assert value_of_constant(ir.Reduce("and", local, 0, -1, FALSE, BOOL)) == 1
    assert value_of_constant(ir.Reduce("or", local, 0, -1, TRUE, BOOL)) == 0
    assert value_of_constant(ir.Reduce("add", local, 0, -1, number(3), IntType(0, 0))) == 0


def test_every_kind_of_expression_is_evaluated() -> None:
    assert set(RULES) == {*get_args(ir.Expr)}
