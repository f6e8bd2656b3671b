"""Every rule of the kernel is checked."""

from __future__ import annotations

import pytest

from modelcheck.frozen import replace
from modelcheck.kernel import program as ir
from modelcheck.kernel.types import BOOL, INT_LIMIT, BitsType, IntType, KernelError, KernelType
from modelcheck.kernel.validate import validate

TRUE = ir.Const(1, BOOL)
NOTHING = ir.Const(0, BitsType(3))


def number(value: int, lo: int | None = None, hi: int | None = None) -> ir.Const:
    return ir.Const(value, IntType(value if lo is None else lo, value if hi is None else hi))


def with_body(program: ir.Program, *body: ir.Statement) -> ir.Program:
    return replace(program, actions=(ir.Action("act", "protocol", body),))


def with_array(program: ir.Program, kernel_type: KernelType, length: int) -> ir.Program:
    return replace(program, arrays=(*program.arrays, ir.Array("extra", kernel_type, length, "variable")))


def test_small_programs_are_valid(mutex: ir.Program, courier: ir.Program) -> None:
    validate(mutex)
    validate(courier)


PC = ir.Read(0, number(0), IntType(0, 2))
LOCK = ir.Read(1, number(0), BOOL)
I = ir.Local(20, IntType(0, 3), "i")  # noqa: E741 - the usual name


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        (I, "not in scope"),
        (ir.Let(I, number(4), I), "int\\[4,4\\] for local i"),
        (ir.Let(I, PC, ir.Local(20, IntType(0, 9), "i")), "not in scope"),
        (ir.Let(I, PC, ir.Let(I, PC, I)), "bound again"),
        (ir.Read(7, number(0), BOOL), "no array 7"),
        (ir.Read(0, number(2), IntType(0, 2)), "an index of pc"),
        (ir.Read(0, LOCK, IntType(0, 2)), "an index of pc"),
        (ir.Read(0, number(0), IntType(0, 3)), "declares int\\[0,3\\]"),
        (replace(PC, after=True), "no state behind"),
        (number(3, 0, 2), "3 is not of type"),
        (ir.Add(PC, PC, IntType(0, 3)), "operands give int\\[0,4\\]"),
        (ir.Add(PC, LOCK, IntType(0, 3)), "bool where an integer"),
        (ir.Mul(PC, number(-1), IntType(-1, 0)), "operands give int\\[-2,0\\]"),
        (ir.DivMod("div", PC, PC, IntType(0, 2)), "may be less than 1"),
        (ir.DivMod("mod", number(-1), number(3), IntType(0, 1)), "operands give int\\[0,2\\]"),
        (ir.Compare("<", LOCK, LOCK), "bool where an integer"),
        (ir.Compare("==", NOTHING, ir.Const(0, BitsType(4))), "bits\\[4\\] for the other side"),
        (ir.Not(PC), "for an operand"),
        (ir.AndOr("and", (LOCK, PC)), "for an operand"),
        (ir.Ite(PC, PC, PC, IntType(0, 2)), "for the condition"),
        (ir.Ite(LOCK, PC, LOCK, IntType(0, 2)), "bool where an integer"),
        (ir.Ite(LOCK, PC, number(5), IntType(0, 2)), "operands give int\\[0,5\\]"),
        (ir.BitTest(PC, PC), "a bit set is needed"),
        (ir.BitUpdate(NOTHING, PC, on=True, type=BitsType(2)), "for the result"),
        (ir.BitOp("or", NOTHING, ir.Const(0, BitsType(4)), BitsType(3)), "for the result"),
        (ir.Shift(PC, 1, BitsType(3)), "a bit set is needed"),
        (ir.Cast(NOTHING, IntType(0, 3)), "operands give int\\[0,7\\]"),
        (ir.Cast(PC, BitsType(1)), "a number read as bits"),
        (ir.Cast(ir.Const(0, BitsType(64)), IntType(0, INT_LIMIT - 1)), "too wide"),
        (ir.PopCount(NOTHING, IntType(0, 2)), "operands give int\\[0,3\\]"),
        (ir.Reduce("add", I, 0, 3, PC, IntType(0, 7)), "operands give int\\[0,8\\]"),
        (ir.Reduce("min", I, 1, 0, PC, IntType(0, 2)), "min of nothing"),
        (ir.Reduce("add", I, 0, 4, PC, IntType(0, 20)), "runs over"),
        (ir.Reduce("and", I, 0, 3, NOTHING, BitsType(3)), "and gives no bits"),
        (number(0, 0, INT_LIMIT), "too wide"),
    ],
)
def test_wrong_expression_is_found(mutex: ir.Program, expression: ir.Expr, message: str) -> None:
    bind = ir.Bind(ir.Local(21, expression.type, "value"), expression)
    with pytest.raises(KernelError, match=message):
        validate(with_body(mutex, bind))


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (ir.Assign(0, number(0), number(3)), "int\\[3,3\\] for pc"),
        (ir.Assign(0, number(2), number(0)), "an index of pc"),
        (ir.Assign(1, number(0), number(0)), "for lock"),
        (ir.Assign(5, number(0), number(0)), "no array 5"),
        (ir.If(PC, ()), "a predicate"),
        (ir.If(LOCK, (ir.Choose(I, ir.Between(0, 3), TRUE, TRUE),)), "inside an if"),
        (ir.Choose(I, ir.Between(0, 4), TRUE, TRUE), "from 0..4"),
        (ir.Choose(I, ir.Members(ir.Const(0, BitsType(5))), TRUE, TRUE), "from 0..4"),
        (ir.Choose(I, ir.Members(PC), TRUE, TRUE), "members of int"),
        (ir.Choose(I, ir.Slots(1), TRUE, TRUE), "is no bag"),
        (ir.Choose(ir.Local(20, BOOL, "i"), ir.Between(0, 1), TRUE, TRUE), "of type bool"),
        (ir.Choose(I, ir.Between(0, 1), TRUE, ir.Compare("==", I, PC)), "not in scope"),
        (ir.BagInsert(0, PC), "int\\[0,2\\] for a bag"),
        (ir.BagInsert(1, number(1)), "is no bag"),
        (ir.BagRemove(0, LOCK), "an integer is needed"),
        (ir.Halt("fail", 0), "not in the table"),
        (ir.Halt("cut", 0), "not in the table"),
    ],
)
def test_wrong_statement_is_found(mutex: ir.Program, statement: ir.Statement, message: str) -> None:
    with pytest.raises(KernelError, match=message):
        validate(with_body(mutex, statement))


@pytest.mark.parametrize(
    ("kernel_type", "length"),
    [(BOOL, 0), (IntType(1, 0), 1), (IntType(0, INT_LIMIT), 1), (BitsType(0), 1), (BitsType(65), 1)],
)
def test_wrong_array_is_found(mutex: ir.Program, kernel_type: KernelType, length: int) -> None:
    with pytest.raises(KernelError, match="array extra"):
        validate(with_array(mutex, kernel_type, length))


def test_all_problems_are_listed(mutex: ir.Program) -> None:
    body = (ir.Assign(0, number(0), number(3)), ir.Halt("fail", 2))
    with pytest.raises(KernelError) as raised:
        validate(with_body(mutex, *body))
    assert len(str(raised.value).splitlines()) == 3


def test_binding_in_a_branch_ends_with_it(mutex: ir.Program) -> None:
    branch = ir.If(LOCK, (ir.Bind(I, PC),))
    with pytest.raises(KernelError, match="not in scope"):
        validate(with_body(mutex, branch, ir.Assign(0, number(0), I)))


def test_one_index_is_one_local(mutex: ir.Program) -> None:
    other = ir.Local(20, IntType(0, 5), "other")
    branch = ir.If(LOCK, (ir.Bind(I, PC),), (ir.Bind(other, PC),))
    with pytest.raises(KernelError, match="local 20 is"):
        validate(with_body(mutex, branch))


def test_step_is_seen_by_transition_properties_only(mutex: ir.Program) -> None:
    holds = ir.Compare("<=", PC, replace(PC, after=True))
    prop = ir.Property("grows", "transition", TRUE, holds)
    validate(replace(mutex, properties=(prop,)))
    with pytest.raises(KernelError, match="no state behind"):
        validate(replace(mutex, properties=(replace(prop, kind="invariant"),)))


def test_declared_bound_needs_a_name(mutex: ir.Program) -> None:
    with pytest.raises(KernelError, match="bound 0"):
        validate(replace(mutex, within=TRUE))


def test_comparison_narrows_the_branches_of_a_conditional(mutex: ir.Program) -> None:
    more = ir.Add(PC, number(1), IntType(1, 3))
    fits = ir.AndOr("and", (ir.Compare("<=", number(0), more), ir.Compare("<=", more, number(2))))
    validate(with_body(mutex, ir.Assign(0, number(0), ir.Ite(fits, more, number(0), IntType(0, 2)))))
    least = ir.Ite(ir.Compare("<", more, number(2)), more, number(2), IntType(1, 2))
    validate(with_body(mutex, ir.Assign(0, number(0), least)))
    negated = ir.Ite(ir.Not(ir.Compare("==", more, number(3))), more, number(0), IntType(0, 2))
    validate(with_body(mutex, ir.Assign(0, number(0), negated)))
    with pytest.raises(KernelError, match="operands give"):
        validate(with_body(mutex, ir.Assign(0, number(0), ir.Ite(LOCK, more, number(0), IntType(0, 2)))))
