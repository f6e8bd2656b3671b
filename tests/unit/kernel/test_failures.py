"""Tests for failures are found in a block, and the block is cut behind the one that is asked for."""

from __future__ import annotations

from modelcheck.ir.lowered import build
from modelcheck.kernel import program as ir
from modelcheck.kernel.evaluate import Cut, Fail, outcomes
from modelcheck.kernel.failures import PASSED, failures_in, up_to
from modelcheck.kernel.types import IntType

ARRAYS = (ir.Array("x", IntType(0, 3), 1, "variable"),)
X = ir.Read(0, build.number(0), IntType(0, 3))


def is_x(value: int) -> ir.Expr:
    return ir.Compare("==", X, build.number(value))


BLOCK: ir.Block = (
    ir.If(is_x(0), (ir.Halt("fail", 0),)),
    ir.If(is_x(1), (ir.If(is_x(1), (ir.Halt("fail", 1),)), ir.Assign(0, build.number(0), build.number(3)))),
    ir.If(is_x(2), (ir.If(is_x(1), (ir.Halt("fail", 2),)), ir.Halt("fail", 3))),
    ir.If(is_x(3), (ir.Assign(0, build.number(0), build.number(2)), ir.Halt("fail", 4))),
)


def ends(code: int) -> list[object]:
    program = ir.Program(
        "p", ARRAYS, (), (ir.Action("a", "protocol", up_to(BLOCK, code)),), (), build.TRUE, None, (), ()
    )
    return [outcome for x in range(4) for _, outcome in outcomes(program, 0, (x,))]


def test_tests_for_failures_are_found_at_any_depth_those_for_several_at_once_apart() -> None:
    assert list(failures_in(BLOCK)) == [0, 1, 2, 3, 4]
    assert list(failures_in(BLOCK, alone=True)) == [0, 1, 4]


def test_a_block_is_cut_behind_the_test() -> None:
    assert ends(0) == [Fail(0), Cut(PASSED), Cut(PASSED), Cut(PASSED)]
    # In the branch alone; what goes another way goes on.
    assert ends(1) == [Fail(0), Fail(1), Fail(3), Fail(4)]


def test_a_failure_that_is_certain_is_never_passed() -> None:
    assert Cut(PASSED) not in ends(4)
    assert Fail(4) in ends(4)
