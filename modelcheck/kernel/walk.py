"""The direct operands of an expression, to read and to exchange: what every pass needs and none should spell out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import attrgetter, is_
from typing import Any, assert_never

from modelcheck.frozen import replace
from modelcheck.kernel import program as ir

_Change = Callable[[ir.Expr], ir.Expr]
_PAIR = attrgetter("left", "right")
_OPERANDS: dict[type[ir.Expr], Callable[[Any], tuple[ir.Expr, ...]]] = {
    ir.Const: lambda _: (),
    ir.Local: lambda _: (),
    ir.Read: lambda node: (node.index,),
    ir.Add: _PAIR,
    ir.Mul: _PAIR,
    ir.DivMod: _PAIR,
    ir.Compare: _PAIR,
    ir.BitOp: _PAIR,
    ir.Not: lambda node: (node.operand,),
    ir.Cast: lambda node: (node.operand,),
    ir.AndOr: attrgetter("operands"),
    ir.Ite: attrgetter("condition", "then", "orelse"),
    ir.Let: attrgetter("value", "body"),
    ir.BitTest: attrgetter("bits", "index"),
    ir.BitUpdate: attrgetter("bits", "index"),
    ir.Shift: lambda node: (node.bits,),
    ir.PopCount: lambda node: (node.bits,),
    ir.Reduce: lambda node: (node.body,),
}
"""A table and no `match`: every pass asks for the operands of every node, and is twice as fast with it."""


def children(expression: ir.Expr) -> tuple[ir.Expr, ...]:
    """The direct operands from left to right. A binder's local is not one of them."""
    return _OPERANDS[type(expression)](expression)


def _changed_pair(node: ir.Add | ir.Mul | ir.DivMod | ir.Compare | ir.BitOp, change: _Change) -> ir.Expr:
    left, right = change(node.left), change(node.right)
    return node if left is node.left and right is node.right else replace(node, left=left, right=right)


def _changed_operand(node: ir.Not | ir.Cast, change: _Change) -> ir.Expr:
    operand = change(node.operand)
    return node if operand is node.operand else replace(node, operand=operand)


def _changed_member(node: ir.BitTest | ir.BitUpdate, change: _Change) -> ir.Expr:
    bits, index = change(node.bits), change(node.index)
    return node if bits is node.bits and index is node.index else replace(node, bits=bits, index=index)


def _changed_bits(node: ir.Shift | ir.PopCount, change: _Change) -> ir.Expr:
    bits = change(node.bits)
    return node if bits is node.bits else replace(node, bits=bits)


def _changed_read(node: ir.Read, change: _Change) -> ir.Expr:
    index = change(node.index)
    return node if index is node.index else replace(node, index=index)


def _changed_and_or(node: ir.AndOr, change: _Change) -> ir.Expr:
    operands = tuple(map(change, node.operands))
    is_same = all(map(is_, operands, node.operands))
    return node if is_same else ir.AndOr(node.op, operands)


def _changed_ite(node: ir.Ite, change: _Change) -> ir.Expr:
    condition, then, orelse = change(node.condition), change(node.then), change(node.orelse)
    is_same = condition is node.condition and then is node.then and orelse is node.orelse
    return node if is_same else ir.Ite(condition, then, orelse, node.type)


def _changed_let(node: ir.Let, change: _Change) -> ir.Expr:
    value, body = change(node.value), change(node.body)
    return node if value is node.value and body is node.body else ir.Let(node.local, value, body)


def _changed_reduce(node: ir.Reduce, change: _Change) -> ir.Expr:
    body = change(node.body)
    return node if body is node.body else replace(node, body=body)


_CHANGED: dict[type[ir.Expr], Callable[[Any, _Change], ir.Expr]] = {
    ir.Const: lambda node, _: node,
    ir.Local: lambda node, _: node,
    ir.Read: _changed_read,
    ir.Add: _changed_pair,
    ir.Mul: _changed_pair,
    ir.DivMod: _changed_pair,
    ir.Compare: _changed_pair,
    ir.BitOp: _changed_pair,
    ir.Not: _changed_operand,
    ir.Cast: _changed_operand,
    ir.AndOr: _changed_and_or,
    ir.Ite: _changed_ite,
    ir.Let: _changed_let,
    ir.BitTest: _changed_member,
    ir.BitUpdate: _changed_member,
    ir.Shift: _changed_bits,
    ir.PopCount: _changed_bits,
    ir.Reduce: _changed_reduce,
}


def with_children(expression: ir.Expr, change: Callable[[ir.Expr], ir.Expr]) -> ir.Expr:
    """The expression with every direct operand changed, its declared type kept: itself where none is another."""
    return _CHANGED[type(expression)](expression, change)


def free_locals(expression: ir.Expr) -> frozenset[ir.Local]:
    """The locals that an expression uses and does not bind itself."""
    match expression:
        case ir.Local():
            return frozenset({expression})
        case ir.Let(local, value, body):
            return free_locals(value) | (free_locals(body) - {local})
        case ir.Reduce(_, local, _, _, body):
            return free_locals(body) - {local}
        case _:
            return frozenset[ir.Local]().union(*map(free_locals, children(expression)))


def reads_state(expression: ir.Expr) -> bool:
    """Whether an expression reads the state, so that its locals alone do not tell its value."""
    return isinstance(expression, ir.Read) or any(map(reads_state, children(expression)))


def renamed(expression: ir.Expr, name: Callable[[ir.Local], ir.Local]) -> ir.Expr:
    """The expression with every local exchanged, the free ones and those that it binds."""
    match expression:
        case ir.Local():
            return name(expression)
        case ir.Let(local, value, body):
            return ir.Let(name(local), renamed(value, name), renamed(body, name))
        case ir.Reduce(_, local, _, _, body):
            return replace(expression, local=name(local), body=renamed(body, name))
        case _:
            return with_children(expression, lambda operand: renamed(operand, name))


def map_program(
    program: ir.Program,
    change: Callable[[ir.Expr], ir.Expr],
    bound: Callable[[ir.Local, ir.Expr], None] = lambda _local, _value: None,
) -> ir.Program:
    """The program with every outermost expression changed, in the order of the text.

    `bound` is told what statements bind, before what is in the scope of it is changed.
    """

    def block(statements: ir.Block) -> ir.Block:
        return tuple(map(statement, statements))

    def statement(found: ir.Statement) -> ir.Statement:
        match found:
            case ir.Assign(array, index, value):
                return ir.Assign(array, change(index), change(value))
            case ir.Bind(local, value):
                value = change(value)
                bound(local, value)
                return ir.Bind(local, value)
            case ir.If(condition, then, orelse):
                return ir.If(change(condition), block(then), block(orelse))
            case ir.Choose(local, domain, condition, active, digit):
                domain = ir.Members(change(domain.bits)) if isinstance(domain, ir.Members) else domain
                digit = None if digit is None else change(digit)
                return ir.Choose(local, domain, change(condition), change(active), digit, found.ascends)
            case ir.BagInsert() | ir.BagRemove():
                return replace(found, value=change(found.value))
            case ir.Owed(number):
                return ir.Owed(change(number))
            case ir.Halt():
                return found
            case _:
                assert_never(found)

    return replace(
        program,
        initial=block(program.initial),
        actions=tuple(replace(action, body=block(action.body)) for action in program.actions),
        properties=tuple(
            replace(prop, defined=change(prop.defined), holds=change(prop.holds)) for prop in program.properties
        ),
        resting=change(program.resting),
        within=None if program.within is None else change(program.within),
    )


def expressions_of(statement: ir.Statement) -> tuple[ir.Expr, ...]:
    """The expressions of a statement itself, without its branches, in the order of the text."""
    match statement:
        case ir.Assign(_, index, value):
            return index, value
        case ir.Choose(_, domain, condition, active, digit):
            bits = (domain.bits,) if isinstance(domain, ir.Members) else ()
            return *bits, condition, active, *(() if digit is None else (digit,))
        case ir.Bind(_, value) | ir.BagInsert(_, value) | ir.BagRemove(_, value) | ir.If(value) | ir.Owed(value):
            return (value,)
        case ir.Halt():
            return ()
        case _:
            assert_never(statement)


def locals_of_block(block: ir.Block) -> Iterator[ir.Local]:
    """Every local that a block binds, in its expressions too, in the order of the text; some may repeat."""
    for statement in block:
        if isinstance(statement, ir.Bind | ir.Choose):
            yield statement.local
        for expression in expressions_of(statement):
            yield from locals_of(expression)
        if isinstance(statement, ir.If):
            yield from locals_of_block(statement.then)
            yield from locals_of_block(statement.orelse)


def locals_of(expression: ir.Expr) -> Iterator[ir.Local]:
    """Every local that an expression binds, in the order of the text; some may repeat."""
    pending = [expression]
    while pending:
        current = pending.pop()
        if isinstance(current, ir.Let | ir.Reduce):
            yield current.local
        pending.extend(reversed(children(current)))
