"""Which actions can be tried message by message: those that do nothing where there is no message for them."""

from __future__ import annotations

import pytest

pytest.importorskip("llvmlite")

from modelcheck.engines.native.deliveries import deliveries
from modelcheck.kernel import program as ir
from modelcheck.kernel.types import BOOL, IntType

TRUE = ir.Const(1, BOOL)
SLOT = IntType(0, 9)
COUNTER, BAG = 0, 1
MESSAGE = ir.Local(0, IntType(0, 8), "m")


def number(value: int) -> ir.Const:
    return ir.Const(value, IntType(value, value))


def program(*body: ir.Statement) -> ir.Program:
    arrays = (ir.Array("counter", IntType(0, 3), 1, "variable"), ir.Array("bag", SLOT, 4, "network"))
    action = ir.Action("take", "protocol", body)
    return ir.Program("P", arrays, (), (action,), (), TRUE, None, (), ())


def pick(condition: ir.Expr = TRUE, active: ir.Expr = TRUE) -> ir.Choose:
    return ir.Choose(MESSAGE, ir.Slots(BAG), condition, active)


def when(*then: ir.Statement) -> ir.If:
    return ir.If(ir.Compare("==", ir.Read(COUNTER, number(0), IntType(0, 3)), number(3)), then)


def test_bounds_of_a_condition_are_those_of_the_message() -> None:
    between = ir.AndOr("and", (ir.Compare("<=", number(2), MESSAGE), ir.Compare("<", MESSAGE, number(5))))
    (found,) = deliveries(program(pick(between))).values()
    assert (found.array, found.lo, found.hi) == (BAG, 2, 4)
    either = ir.AndOr("or", (ir.Compare("<=", number(2), MESSAGE), ir.Compare("<", MESSAGE, number(5))))
    (found,) = deliveries(program(pick(either))).values()
    assert (found.lo, found.hi) == (0, 8)


@pytest.mark.parametrize(
    "before",
    [
        when(ir.Halt("block")),
        when(when(ir.Halt("block"))),
        ir.Assign(COUNTER, number(0), number(1)),
        ir.Bind(ir.Local(1, IntType(1, 1), "x"), number(1)),
    ],
)
def test_a_delivery_may_be_blocked_or_count_before_it_takes_its_message(before: ir.Statement) -> None:
    assert 0 in deliveries(program(before, pick()))


@pytest.mark.parametrize(
    "before",
    [
        when(ir.Halt("fail", 0)),
        when(ir.Halt("cut", 0)),
        when(when(ir.Halt("fail", 0))),
        when(ir.BagInsert(BAG, number(1))),
        ir.BagRemove(BAG, number(1)),
        ir.Assign(BAG, number(0), number(1)),
    ],
)
def test_an_action_with_an_outcome_before_its_message_is_tried_without_one(before: ir.Statement) -> None:
    assert deliveries(program(before, pick())) == {}


def test_an_action_that_may_do_without_a_message_is_tried_without_one() -> None:
    active = ir.Compare("==", ir.Read(COUNTER, number(0), IntType(0, 3)), number(3))
    assert deliveries(program(pick(active=active))) == {}
