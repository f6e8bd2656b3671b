"""A choice may record another number than its local's: one that grows with it."""

from __future__ import annotations

import pytest

from modelcheck.frozen import replace
from modelcheck.kernel import program as ir
from modelcheck.kernel.evaluate import Next, initial_states
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.kernel.printer import print_program
from modelcheck.kernel.types import BOOL, IntType, KernelError
from modelcheck.kernel.validate import validate

TRUE = ir.Const(1, BOOL)
ZERO = ir.Const(0, IntType(0, 0))
LOCAL = ir.Local(0, IntType(0, 3), "n")


def _program(digit: ir.Expr | None) -> ir.Program:
    choose = ir.Choose(LOCAL, ir.Between(1, 3), TRUE, TRUE, digit)
    return ir.Program(
        name="digits",
        arrays=(ir.Array("x", IntType(0, 3), 1, "variable"),),
        initial=(choose, ir.Assign(0, ZERO, LOCAL)),
        actions=(),
        properties=(),
        resting=TRUE,
        within=None,
        fails=(),
        bounds=(),
    )


def _times(factor: int, lo: int, hi: int) -> ir.Expr:
    return ir.Mul(LOCAL, ir.Const(factor, IntType(factor, factor)), IntType(lo, hi))


def test_the_digit_is_recorded_and_the_local_is_bound() -> None:
    program = _program(_times(10, 0, 30))
    validate(program)
    for version in (program, simplify(program)):
        paths = list(initial_states(version))
        assert paths == [((10,), Next((1,))), ((20,), Next((2,))), ((30,), Next((3,)))]


def test_digits_that_do_not_ascend_are_a_bug_of_the_lowering() -> None:
    with pytest.raises(KernelError, match="do not ascend"):
        list(initial_states(_program(_times(-1, -3, 0))))


def test_a_digit_is_a_number_in_the_scope_of_the_local() -> None:
    with pytest.raises(KernelError, match="integer is needed"):
        validate(_program(ir.Compare("==", LOCAL, ZERO)))
    with pytest.raises(KernelError, match="not in scope"):
        validate(_program(ir.Local(7, IntType(0, 1), "other")))


def test_the_digit_is_printed_and_simplified() -> None:
    one = ir.Const(1, IntType(1, 1))
    assert "choose n in 1..3 as n * 10" in print_program(_program(_times(10, 0, 30)))
    program = simplify(_program(ir.Mul(LOCAL, one, IntType(0, 3))))
    assert program == replace(program, initial=(ir.Choose(LOCAL, ir.Between(1, 3), TRUE, TRUE), program.initial[1]))
