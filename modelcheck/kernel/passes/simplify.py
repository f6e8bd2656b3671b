"""Constant folding and the simplifications that follow from it.

Rewrites one node at a time, operands first, and never makes an operand's interval wider, so the declared types of the
nodes above stay right. A binding to a constant gives way to the constant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import assert_never

from modelcheck.frozen import replace
from modelcheck.kernel import program as ir
from modelcheck.kernel.passes.simplify_nodes import FALSE, number, simplified_node
from modelcheck.kernel.types import least
from modelcheck.kernel.walk import with_children

Constants = Mapping[int, ir.Const]
"""The locals whose value is known, by index."""


def simplify(program: ir.Program, look: Callable[[], None] = lambda: None) -> ir.Program:
    """The program with its expressions simplified, branches that are not taken and unreachable statements left out.

    `look` is called now and then, and may raise.
    """
    actions = []
    for action in program.actions:
        look()
        actions.append(replace(action, body=_block(action.body)))
    return replace(
        program,
        initial=_block(program.initial),
        actions=tuple(actions),
        properties=tuple(
            replace(prop, defined=simplified(prop.defined), holds=simplified(prop.holds)) for prop in program.properties
        ),
        resting=simplified(program.resting),
        within=None if program.within is None else simplified(program.within),
    )


def simplified(expression: ir.Expr, known: Constants = MappingProxyType({})) -> ir.Expr:
    """An expression of the same value, whose interval is at most as wide."""
    match expression:
        case ir.Local(index):
            return known.get(index) or simplified_node(expression)
        case ir.Let(local, value, body):
            value = simplified(value, known)
            if isinstance(value, ir.Const):
                return simplified(body, {**known, local.index: value})
            return simplified_node(ir.Let(local, value, simplified(body, _forgetting(local, known))))
        case ir.Reduce(_, local, lo, hi, body) if lo == hi:
            return simplified(body, {**known, local.index: number(lo)})
        case ir.Reduce(_, local, _, _, body):
            return simplified_node(replace(expression, body=simplified(body, _forgetting(local, known))))
        case _:
            return simplified_node(with_children(expression, lambda operand: simplified(operand, known)))


def _forgetting(local: ir.Local, known: Constants) -> Constants:
    """What is known where a local is bound anew: an index may serve several scopes that do not overlap."""
    if local.index not in known:
        return known
    return {index: value for index, value in known.items() if index != local.index}


def _block(block: ir.Block, known: Constants = MappingProxyType({})) -> ir.Block:
    result: list[ir.Statement] = []
    pending = list(reversed(block))
    while pending:
        statement = pending.pop()
        match statement:
            case ir.Bind(local, value):
                value = simplified(value, known)
                known = _forgetting(local, known)
                if isinstance(value, ir.Const):
                    known = {**known, local.index: value}
                else:
                    result.append(ir.Bind(local, value))
            case ir.If(condition, then, orelse):
                condition = simplified(condition, known)
                if isinstance(condition, ir.Const):
                    pending.extend(reversed(then if condition.value else orelse))
                else:
                    result.extend(_conditional(condition, _block(then, known), _block(orelse, known)))
            case ir.Choose(local, domain, condition, active, digit, ascends):
                active = simplified(active, known)
                domain = ir.Members(simplified(domain.bits, known)) if isinstance(domain, ir.Members) else domain
                known = _forgetting(local, known)
                if active == FALSE:
                    known = {**known, local.index: number(least(local.type))}
                else:
                    condition = simplified(condition, known)
                    digit = None if digit is None else simplified(digit, known)
                    digit = None if digit == local else digit
                    result.append(ir.Choose(local, domain, condition, active, digit, ascends))
            case ir.Assign(array, index, value):
                result.append(ir.Assign(array, simplified(index, known), simplified(value, known)))
            case ir.BagInsert() | ir.BagRemove():
                result.append(replace(statement, value=simplified(statement.value, known)))
            case ir.Owed(class_number):
                result.append(ir.Owed(simplified(class_number, known)))
            case ir.Halt():
                # What follows is never run.
                return (*result, statement)
            case _:
                assert_never(statement)
    return tuple(result)


def _conditional(condition: ir.Expr, then: ir.Block, orelse: ir.Block) -> Iterator[ir.Statement]:
    if then:
        yield ir.If(condition, then, orelse)
    elif orelse:
        yield ir.If(simplified_node(ir.Not(condition)), orelse)
