"""Cells that always hold the same, and those that nearly do."""

from __future__ import annotations

import pytest

from modelcheck.kernel import program as ir
from modelcheck.kernel.equal_cells import merge_equal_cells
from modelcheck.kernel.evaluate import Next, initial_states, outcomes
from modelcheck.kernel.layout import layout
from modelcheck.kernel.passes.simplify_nodes import number
from modelcheck.kernel.types import BOOL, BitsType, IntType, KernelError

BITS, COUNT = BitsType(6), IntType(0, 9)
SETS, COUNTS = range(2)
ARRAYS = (
    ir.Array("sets", BITS, 3, "network"),
    ir.Array("counts", COUNT, 2, "variable"),
)
TRUE = ir.Const(1, BOOL)
X, Y = ir.Local(1, IntType(0, 2), "x"), ir.Local(2, IntType(0, 9), "y")
CHOICE = ir.Choose(X, ir.Between(0, 2), TRUE, TRUE)


def read(array: int, at: int) -> ir.Read:
    return ir.Read(array, number(at), ARRAYS[array].type)


def plus(left: ir.Expr, constant: int) -> ir.Add:
    assert isinstance(left.type, IntType)
    return ir.Add(left, number(constant), IntType(left.type.lo + constant, left.type.hi + constant))


def put(at: int, member: ir.Expr) -> ir.If:
    """Put a number into a set, as the lowering does it."""
    change = ir.BitUpdate(read(SETS, at), member, True, BITS)  # noqa: FBT003 - it is put in
    return ir.If(ir.Not(ir.BitTest(read(SETS, at), member)), (ir.Assign(SETS, number(at), change),))


def with_one(at: int) -> ir.BitUpdate:
    """What a set holds, and a one."""
    return ir.BitUpdate(read(SETS, at), number(1), True, BITS)  # noqa: FBT003 - it is put in


def assign(at: int, value: ir.Expr) -> ir.Assign:
    return ir.Assign(COUNTS, number(at), value)


def merged(*bodies: ir.Block, initial: ir.Block = ()) -> tuple[ir.Program, dict[int, int]]:
    actions = tuple(ir.Action("act", "protocol", body) for body in bodies)
    return merge_equal_cells(ir.Program("cells", ARRAYS, initial, actions, (), TRUE, None, (), ()))


def test_what_is_put_into_all_sets_is_kept_once() -> None:
    packet = ir.Bind(Y, plus(X, 4))
    program, first = merged((CHOICE, put(0, X), packet, put(1, plus(Y, -4)), put(2, plus(Y, -4))))
    assert first == {1: 0, 2: 0, 4: 3}
    assert program.actions[0].body == (CHOICE, put(0, X))
    places = layout(program, None, first)
    assert places.cells[0] == places.cells[1] == places.cells[2] != places.cells[3]
    assert places.bits_used == 6 + 4
    assert places.unpack(places.pack((5, 5, 5, 2, 2))) == (5, 5, 5, 2, 2)
    with pytest.raises(KernelError, match="always equal"):
        places.pack((5, 5, 4, 2, 2))


APART: dict[str, tuple[ir.Block, ...]] = {
    "another number": ((CHOICE, put(0, X), put(1, plus(X, 1)), put(2, X)),),
    "one set is forgotten": ((CHOICE, put(0, X), put(2, X)),),
    "an action for each": ((CHOICE, put(0, X)), (CHOICE, put(1, X)), (CHOICE, put(2, X))),
    "a condition for one": ((CHOICE, put(0, X), ir.If(ir.Compare("==", X, number(1)), (put(1, X),)), put(2, X)),),
    "another way to one": (
        (CHOICE, put(0, X), put(2, X), ir.If(ir.Compare("==", X, number(1)), (put(1, X),), (put(1, number(2)),))),
    ),
    "a second action": (
        (CHOICE, put(0, X), put(1, X), put(2, X)),
        (put(0, number(1)), put(1, number(3)), put(2, number(1))),
    ),
    "the first alone": ((CHOICE, put(0, X)),),
    "conditions that differ": (
        (CHOICE, *(ir.If(ir.Compare("==", X, number(at)), (put(at, number(1)),)) for at in range(3))),
    ),
    "what another has, and more": (
        (ir.Assign(SETS, number(0), with_one(0)), ir.Assign(SETS, number(1), with_one(2))),
        (CHOICE, put(2, X)),
    ),
}


@pytest.mark.parametrize("name", APART)
def test_a_set_that_gets_something_else_has_a_place_of_its_own(name: str) -> None:
    _, first = merged(*APART[name])
    assert 1 not in first


def test_a_set_that_begins_otherwise_has_a_place_of_its_own() -> None:
    body = (put(0, number(1)), put(1, number(1)), put(2, number(1)))
    _, first = merged(body, initial=(put(0, number(3)), put(1, number(4)), put(2, number(3))))
    assert first == {2: 0, 4: 3}


def test_a_branch_that_ends_the_path_tells_nothing() -> None:
    stop = ir.If(ir.Compare("==", X, number(1)), (put(1, number(5)), ir.Halt("block")))
    _, first = merged((CHOICE, put(0, X), stop, put(1, X), put(2, X)))
    assert first == {1: 0, 2: 0, 4: 3}


def test_cells_that_are_changed_one_after_the_other_are_equal_between_the_steps_only() -> None:
    """The second is read while it differs: the first cannot stand for it."""
    up = [assign(at, plus(read(COUNTS, at), 1)) for at in range(2)]
    between = ir.If(ir.Compare("==", read(COUNTS, 1), number(4)), (ir.Halt("block"),))
    assert merged((between, *up))[1] == {1: 0, 2: 0, 4: 3}
    assert merged((*up, between))[1] == {1: 0, 2: 0, 4: 3}
    assert merged((up[0], between, up[1]))[1] == {1: 0, 2: 0}


def test_what_serves_only_what_is_left_out_may_read_in_between() -> None:
    twice = ir.Bind(Y, plus(read(COUNTS, 1), 1))
    program, first = merged((assign(0, plus(read(COUNTS, 0), 1)), twice, assign(1, Y)))
    assert first[4] == 3
    assert program.actions[0].body == (assign(0, plus(read(COUNTS, 0), 1)),)


def test_an_index_that_is_not_known_keeps_an_array_as_it_is() -> None:
    _, first = merged((CHOICE, ir.Assign(COUNTS, ir.DivMod("div", X, number(2), IntType(0, 1)), number(1))))
    assert first == {1: 0, 2: 0}


def test_the_slots_of_a_bag_are_never_merged() -> None:
    array = ir.Array("bag", IntType(0, 3), 2, "network")
    body = (ir.BagInsert(0, number(1)), ir.BagInsert(0, number(1)))
    program = ir.Program("bag", (array,), (), (ir.Action("act", "protocol", body),), (), TRUE, None, (), ())
    assert merge_equal_cells(program) == (program, {})


def test_a_cell_that_is_passed_on_to_the_first_is_none_of_its_class() -> None:
    """They end equal, but the first gets what the second was given before."""
    _, first = merged((assign(1, plus(read(COUNTS, 0), 1)), assign(0, read(COUNTS, 1))))
    assert 4 not in first


def test_cells_of_a_class_hold_the_same_wherever_a_run_comes() -> None:
    """Against the evaluator, with a program that merges some cells and not others."""
    body = (CHOICE, put(0, X), put(1, plus(X, 1)), put(2, X), assign(0, X), assign(1, X))
    program = ir.Program("cells", ARRAYS, (), (ir.Action("act", "protocol", body),), (), TRUE, None, (), ())
    _, first = merge_equal_cells(program)
    assert first == {2: 0, 4: 3}
    states = {outcome.state for _, outcome in initial_states(program) if isinstance(outcome, Next)}
    for _ in range(4):
        found = {
            outcome.state for state in states for _, outcome in outcomes(program, 0, state) if isinstance(outcome, Next)
        }
        assert all(state[cell] == state[other] for state in found for cell, other in first.items())
        states |= found
    assert len(states) > 5
