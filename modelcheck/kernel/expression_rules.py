"""The rules that every expression of a valid program obeys: scopes, types and intervals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

from modelcheck.frozen import Frozen, field, replace
from modelcheck.kernel import program as ir
from modelcheck.kernel.intervals import Computed, computed_interval
from modelcheck.kernel.types import (
    BOOL,
    INT_LIMIT,
    MAX_BITS,
    BitsType,
    BoolType,
    IntType,
    KernelType,
    accepts,
    fits,
)
from modelcheck.kernel.walk import children

MAX_CAST_BITS = 62
"""Wider bit sets do not fit between `-INT_LIMIT` and `INT_LIMIT` as a number."""


class Scope(Frozen):
    """Where an expression stands: the locals bound there by index, and whether there is a state behind the step."""

    place: str
    step: bool = False
    bound: Mapping[int, ir.Local] = field(default_factory=dict)

    def bind(self, local: ir.Local) -> Scope:
        """The scope with one more local."""
        return replace(self, bound={**self.bound, local.index: local})


def type_problem(kernel_type: KernelType) -> str | None:
    """What is wrong with a type as such."""
    match kernel_type:
        case BoolType():
            return None
        case IntType(lo, hi):
            return None if -INT_LIMIT < lo <= hi < INT_LIMIT else f"{kernel_type} is empty or too wide"
        case BitsType(width):
            # A set without possible members is a constant: the lowering leaves it out.
            return None if 1 <= width <= MAX_BITS else f"{kernel_type} is not 1 to {MAX_BITS} wide"
        case _:
            assert_never(kernel_type)


def expression_problems(program: ir.Program, expression: ir.Expr, scope: Scope) -> Iterator[str]:
    """Every broken rule in an expression and its operands, operands first."""
    match expression:
        case ir.Let(local, value, body):
            yield from expression_problems(program, value, scope)
            yield from binding_problems(local, scope)
            yield from expression_problems(program, body, scope.bind(local))
        case ir.Reduce(_, local, _, _, body):
            yield from binding_problems(local, scope)
            yield from expression_problems(program, body, scope.bind(local))
        case _:
            for operand in children(expression):
                yield from expression_problems(program, operand, scope)
    for problem in _node_problems(program, expression, scope):
        yield f"{scope.place}: {type(expression).__name__}: {problem}"


def binding_problems(local: ir.Local, scope: Scope) -> Iterator[str]:
    """What is wrong with binding a local here."""
    if local.index in scope.bound:
        yield f"{scope.place}: local {local.index} ({local.name}) is bound again in its own scope"
    problem = type_problem(local.type)
    if problem is not None:
        yield f"{scope.place}: local {local.name}: {problem}"


def _node_problems(program: ir.Program, expression: ir.Expr, scope: Scope) -> Iterator[str]:
    """The rules of one node, given that its operands have the types they declare."""
    problem = type_problem(expression.type)
    if problem is not None:
        yield problem
    match expression:
        case ir.Const(value, declared):
            if not fits(value, declared):
                yield f"{value} is not of type {declared}"
        case ir.Local(index, declared, name):
            if scope.bound.get(index) != expression:
                yield f"{name} (local {index}, {declared}) is not in scope"
        case ir.Read(array, index, declared, after):
            yield from element_problems(program, array, index)
            if after and not scope.step:
                yield "there is no state behind a step here"
            if 0 <= array < len(program.arrays) and declared != program.arrays[array].type:
                yield f"declares {declared}, the array is of type {program.arrays[array].type}"
        case ir.Let(local, value):
            yield from fit_problems(local.type, value, f"local {local.name}")
        case ir.Compare() | ir.Not() | ir.AndOr() | ir.BitTest() | ir.BitUpdate() | ir.BitOp() | ir.Shift():
            yield from _operand_problems(expression)
        case ir.Add() | ir.Mul() | ir.DivMod() | ir.Ite() | ir.Cast() | ir.PopCount() | ir.Reduce():
            wrong = list(_operand_problems(expression))
            yield from wrong
            if not wrong and isinstance(expression.type, IntType):
                yield from _interval_problems(expression, expression.type)
        case _:
            assert_never(expression)


def fit_problems(wanted: KernelType, value: ir.Expr, target: str) -> Iterator[str]:
    """What is wrong with a value for a place of a type."""
    if not accepts(wanted, value.type):
        yield f"a value of type {value.type} for {target} of type {wanted}"


def element_problems(program: ir.Program, array: int, index: ir.Expr) -> Iterator[str]:
    """What is wrong with an array and an index into it."""
    if not 0 <= array < len(program.arrays):
        yield f"there is no array {array}"
        return
    declaration = program.arrays[array]
    yield from fit_problems(IntType(0, declaration.length - 1), index, f"an index of {declaration.name}")


def _interval_problems(expression: Computed, declared: IntType) -> Iterator[str]:
    computed = computed_interval(expression)
    if not accepts(declared, computed):
        yield f"declares {declared}, the operands give {computed}"


def _operand_problems(
    expression: ir.Compare | ir.Not | ir.AndOr | ir.BitTest | ir.BitUpdate | ir.BitOp | ir.Shift | Computed,
) -> Iterator[str]:
    """Operands of the wrong kind of type, or a result that does not go with them."""
    match expression:
        case ir.Add(left, right) | ir.Mul(left, right):
            yield from integer_problems(expression, left, right)
        case ir.DivMod(_, left, right):
            yield from integer_problems(expression, left, right)
            if isinstance(right.type, IntType) and right.type.lo < 1:
                yield f"the divisor {right.type} may be less than 1"
        case ir.Compare(op, left, right):
            if op in ("==", "!=") and not isinstance(left.type, IntType):
                yield from fit_problems(left.type, right, "the other side")
            else:
                yield from integer_problems(left, right)
        case ir.Not(operand):
            yield from fit_problems(BOOL, operand, "an operand")
        case ir.AndOr(_, operands):
            for operand in operands:
                yield from fit_problems(BOOL, operand, "an operand")
        case ir.Ite(condition, then, orelse):
            yield from fit_problems(BOOL, condition, "the condition")
            if isinstance(expression.type, IntType):
                yield from integer_problems(then, orelse)
            else:
                yield from fit_problems(expression.type, then, "the result")
                yield from fit_problems(expression.type, orelse, "the result")
        case ir.Reduce():
            yield from _reduce_problems(expression)
        case _:
            yield from _bit_problems(expression)


def _reduce_problems(expression: ir.Reduce) -> Iterator[str]:
    lo, hi, body = expression.lo, expression.hi, expression.body
    if lo > hi and expression.op in ("min", "max"):
        yield f"{expression.op} of nothing"
    if lo <= hi and not accepts(expression.local.type, IntType(lo, hi)):
        yield f"local {expression.local.name} of type {expression.local.type} runs over {lo}..{hi}"
    if expression.op in ("add", "min", "max"):
        yield from integer_problems(expression, body)
    else:
        if isinstance(expression.type, IntType) or (expression.op == "and" and expression.type != BOOL):
            yield f"{expression.op} gives no {expression.type}"
        yield from fit_problems(expression.type, body, "the result")


def _bit_problems(expression: ir.BitsNode) -> Iterator[str]:
    match expression:
        case ir.BitTest(bits, index):
            yield from _bit_sets(bits)
            yield from integer_problems(index)
        case ir.BitUpdate(bits, index, _, declared):
            yield from _bit_sets(expression)
            yield from fit_problems(declared, bits, "the result")
            yield from integer_problems(index)
        case ir.BitOp(_, left, right, declared):
            yield from _bit_sets(expression)
            yield from fit_problems(declared, left, "the result")
            yield from fit_problems(declared, right, "the result")
        case ir.Shift(bits):
            yield from _bit_sets(expression, bits)
        case ir.PopCount(bits):
            yield from integer_problems(expression)
            yield from _bit_sets(bits)
        case ir.Cast(operand, BitsType(width) as declared):
            if width > MAX_CAST_BITS:
                yield f"{declared} is too wide to be a number"
            yield from fit_problems(IntType(0, (1 << width) - 1), operand, "a number read as bits")
        case ir.Cast(operand):
            yield from _bit_sets(operand)
            if isinstance(operand.type, BitsType) and operand.type.width > MAX_CAST_BITS:
                yield f"{operand.type} is too wide to be a number"
            yield from integer_problems(expression)
        case _:
            assert_never(expression)


def integer_problems(*expressions: ir.Expr) -> Iterator[str]:
    """Those of the expressions that are no integers."""
    for expression in expressions:
        if not isinstance(expression.type, IntType):
            yield f"{expression.type} where an integer is needed"


def _bit_sets(*expressions: ir.Expr) -> Iterator[str]:
    for expression in expressions:
        if not isinstance(expression.type, BitsType):
            yield f"{expression.type} where a bit set is needed"
