"""The direct operands of an expression, to read and to exchange: what every pass needs and none should spell out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import assert_never

from modelcheck.kernel import program as ir


def children(expression: ir.Expr) -> tuple[ir.Expr, ...]:
    """The direct operands from left to right. A binder's local is not one of them."""
    match expression:
        case ir.Const() | ir.Local():
            return ()
        case ir.Read():
            return (expression.index,)
        case ir.Add() | ir.Mul() | ir.DivMod() | ir.Compare() | ir.BitOp():
            return (expression.left, expression.right)
        case ir.Not() | ir.Cast():
            return (expression.operand,)
        case ir.AndOr():
            return expression.operands
        case ir.Ite():
            return (expression.condition, expression.then, expression.orelse)
        case ir.Let():
            return (expression.value, expression.body)
        case ir.BitTest() | ir.BitUpdate():
            return (expression.bits, expression.index)
        case ir.Shift() | ir.PopCount():
            return (expression.bits,)
        case ir.Reduce():
            return (expression.body,)
        case _:
            assert_never(expression)


def with_children(expression: ir.Expr, change: Callable[[ir.Expr], ir.Expr]) -> ir.Expr:
    """The expression with every direct operand changed, its declared type kept."""
    match expression:
        case ir.Const() | ir.Local():
            return expression
        case ir.Read():
            return replace(expression, index=change(expression.index))
        case ir.Add() | ir.Mul() | ir.DivMod() | ir.Compare() | ir.BitOp():
            return replace(expression, left=change(expression.left), right=change(expression.right))
        case ir.Not() | ir.Cast():
            return replace(expression, operand=change(expression.operand))
        case ir.AndOr():
            return replace(expression, operands=tuple(change(operand) for operand in expression.operands))
        case ir.Ite(condition, then, orelse):
            return replace(expression, condition=change(condition), then=change(then), orelse=change(orelse))
        case ir.Let():
            return replace(expression, value=change(expression.value), body=change(expression.body))
        case ir.BitTest() | ir.BitUpdate():
            return replace(expression, bits=change(expression.bits), index=change(expression.index))
        case ir.Shift() | ir.PopCount():
            return replace(expression, bits=change(expression.bits))
        case ir.Reduce():
            return replace(expression, body=change(expression.body))
        case _:
            assert_never(expression)


def locals_of_block(block: ir.Block) -> Iterator[ir.Local]:
    """Every local that a block binds, in its expressions too, in the order of the text; some may repeat."""
    for statement in block:
        match statement:
            case ir.Assign(_, index, value):
                yield from locals_of(index)
                yield from locals_of(value)
            case ir.Bind(local, value):
                yield local
                yield from locals_of(value)
            case ir.If(condition, then, orelse):
                yield from locals_of(condition)
                yield from locals_of_block(then)
                yield from locals_of_block(orelse)
            case ir.Choose(local, domain, condition, active, digit):
                yield local
                if isinstance(domain, ir.Members):
                    yield from locals_of(domain.bits)
                yield from locals_of(condition)
                yield from locals_of(active)
                if digit is not None:
                    yield from locals_of(digit)
            case ir.BagInsert(_, value) | ir.BagRemove(_, value):
                yield from locals_of(value)
            case ir.Halt():
                pass
            case _:
                assert_never(statement)


def locals_of(expression: ir.Expr) -> Iterator[ir.Local]:
    """Every local that an expression binds, in the order of the text; some may repeat."""
    pending = [expression]
    while pending:
        current = pending.pop()
        if isinstance(current, ir.Let | ir.Reduce):
            yield current.local
        pending.extend(reversed(children(current)))
