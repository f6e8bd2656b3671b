"""The simplification of one expression node whose operands are simple already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from modelcheck.kernel import program as ir
from modelcheck.kernel.evaluate import value_of_constant
from modelcheck.kernel.intervals import decided, opposite
from modelcheck.kernel.types import BOOL, BitsType, IntType
from modelcheck.kernel.walk import children

TRUE = ir.Const(1, BOOL)
FALSE = ir.Const(0, BOOL)


def number(value: int) -> ir.Const:
    """An integer constant with the tightest type."""
    return ir.Const(value, IntType(value, value))


def simplified_node(expression: ir.Expr) -> ir.Expr:
    """An equal expression, the node itself if there is nothing to simplify."""
    kind = type(expression)
    if kind is ir.Const:
        return expression
    if kind is not ir.Read:
        # Asked of every node that is made, hence no `all`.
        for operand in (operands := children(expression)):
            if type(operand) is not ir.Const:
                break
        else:
            if operands:
                return _constant(expression, value_of_constant(expression))
    type_ = expression.type
    if type(type_) is IntType and type_.lo == type_.hi:
        return number(type_.lo)
    rule = _RULES.get(kind)
    return expression if rule is None else rule(expression)


def _constant(expression: ir.Expr, value: int) -> ir.Const:
    return number(value) if isinstance(expression.type, IntType) else ir.Const(value, expression.type)


def _is(expression: ir.Expr, value: int) -> bool:
    return isinstance(expression, ir.Const) and expression.value == value


def _outside(bits: ir.Expr, index: ir.Expr) -> bool:
    """Whether an index never lies in 0..width-1."""
    assert isinstance(index.type, IntType)
    assert isinstance(bits.type, BitsType)
    return index.type.hi < 0 or index.type.lo >= bits.type.width


def _arithmetic(expression: ir.Add | ir.Mul | ir.DivMod) -> ir.Expr:
    match expression:
        case ir.Add(ir.Const() as constant, other, declared) | ir.Mul(ir.Const() as constant, other, declared):
            # The constant goes to the right, where the rules below look for it.
            return _arithmetic(type(expression)(other, constant, declared))
        case ir.Add(ir.Add(inner, ir.Const(first)), ir.Const(second), declared):
            return inner if first + second == 0 else ir.Add(inner, number(first + second), declared)
        case ir.Add(left, ir.Const(0)) | ir.Mul(left, ir.Const(1)) | ir.DivMod("div", left, ir.Const(1)):
            return left
        case ir.Mul(_, ir.Const(0)) | ir.DivMod("mod", _, ir.Const(1)):
            return number(0)
        case ir.DivMod("mod", left, ir.Const(divisor)):
            return _remainder(expression, left, divisor)
        case _:
            return expression


def _remainder(expression: ir.DivMod, left: ir.Expr, divisor: int) -> ir.Expr:
    """A remainder as a difference, if the whole interval has one quotient."""
    assert isinstance(left.type, IntType)
    lo, hi = left.type.lo, left.type.hi
    offset = -(lo // divisor) * divisor
    if hi + offset >= divisor:
        return expression
    return _arithmetic(ir.Add(left, number(offset), IntType(lo + offset, hi + offset)))


def _comparison(expression: ir.Compare) -> ir.Expr:
    if expression.left == expression.right:
        return TRUE if expression.op in ("==", "<=") else FALSE
    if isinstance(expression.left.type, IntType):
        known = decided(expression)
        return expression if known is None else ir.Const(int(known), BOOL)
    for constant, other in ((expression.left, expression.right), (expression.right, expression.left)):
        if isinstance(constant, ir.Const) and constant.type == BOOL:
            same = constant.value == (expression.op == "==")
            return other if same else simplified_node(ir.Not(other))
    return expression


def _negation(expression: ir.Not) -> ir.Expr:
    match operand := expression.operand:
        case ir.Not(inner):
            return inner
        case ir.Compare():
            return opposite(operand)
        case _:
            return expression


def _connection(expression: ir.AndOr) -> ir.Expr:
    op = expression.op
    neutral, absorbing = (TRUE, FALSE) if op == "and" else (FALSE, TRUE)
    flat: list[ir.Expr] = []
    for operand in expression.operands:
        if isinstance(operand, ir.AndOr) and operand.op == op:
            flat.extend(operand.operands)
        elif operand != neutral:
            flat.append(operand)
    if absorbing in flat:
        return absorbing
    if not flat:
        return neutral
    return flat[0] if len(flat) == 1 else ir.AndOr("and" if op == "and" else "or", tuple(flat))


def _let(expression: ir.Let) -> ir.Expr:
    value, body = expression.value, expression.body
    return value if body == expression.local else body if isinstance(body, ir.Const) else expression


def _reduction(expression: ir.Reduce) -> ir.Expr:
    return _constant(expression, value_of_constant(expression)) if expression.lo > expression.hi else expression


def _bit_test(expression: ir.BitTest) -> ir.Expr:
    return FALSE if _is(expression.bits, 0) or _outside(expression.bits, expression.index) else expression


def _choice(expression: ir.Ite) -> ir.Expr:
    match expression:
        case ir.Ite(ir.Const(value), then, orelse):
            return then if value else orelse
        case ir.Ite(condition, then, orelse) if then == TRUE and orelse == FALSE:
            return condition
        case ir.Ite(condition, then, orelse) if then == FALSE and orelse == TRUE:
            return simplified_node(ir.Not(condition))
        case ir.Ite(_, then, orelse) if then == orelse:
            return then
        case _:
            return expression


def _bits(expression: ir.BitOp | ir.Shift) -> ir.Expr:
    match expression:
        case ir.Shift(bits, 0, declared) if bits.type == declared:
            return bits
        case ir.BitOp("or" | "andnot", left, right) if _is(right, 0):
            return left
        case ir.BitOp("or", left, right) if _is(left, 0):
            return right
        case ir.BitOp("and" | "andnot", left, right) if _is(left, 0) or _is(right, 0):
            return ir.Const(0, expression.type)
        case _:
            return expression


# A table and no `match`, as in `kernel.walk`. What is not in it stays as it is.
_RULES: dict[type[ir.Expr], Callable[[Any], ir.Expr]] = {
    ir.Add: _arithmetic,
    ir.Mul: _arithmetic,
    ir.DivMod: _arithmetic,
    ir.Compare: _comparison,
    ir.Not: _negation,
    ir.AndOr: _connection,
    ir.Ite: _choice,
    ir.Let: _let,
    ir.Reduce: _reduction,
    ir.BitTest: _bit_test,
    ir.BitOp: _bits,
    ir.Shift: _bits,
}
