"""A program as text for people: stable, with infix operators and as few parentheses as are clear."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import assert_never

from modelcheck.kernel import program as ir
from modelcheck.kernel.expression_text import ExpressionText
from modelcheck.kernel.walk import locals_of, locals_of_block

_INDENT = "    "
_TRUE = ir.AndOr("and", ())


def print_program(program: ir.Program) -> str:
    """The whole program, ending in a newline."""
    sections = [
        [f"program {program.name}"],
        [_array(array) for array in program.arrays],
        ["initial:", *_body(program, program.initial)],
        *([f"action {action.name} ({action.origin}):", *_body(program, action.body)] for action in program.actions),
        [line for prop in program.properties for line in _property(program, prop)],
        [f"resting: {_predicate(program, program.resting)}"],
        [] if program.within is None else [f"within: {_predicate(program, program.within)}"],
    ]
    return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"


def _names(program: ir.Program, bound: Iterable[ir.Local]) -> dict[int, str]:
    """A distinct name for every local: its own, or one with its index if another local or an array has the same."""
    names = {local.index: local.name for local in bound}
    taken = Counter([*names.values(), *(array.name for array in program.arrays)])
    return {index: name if taken[name] == 1 else f"{name}_{index}" for index, name in names.items()}


def _body(program: ir.Program, block: ir.Block) -> Iterator[str]:
    text = ExpressionText(program, _names(program, locals_of_block(block)))
    return _indented(_block(program, block, text))


def _predicate(program: ir.Program, expression: ir.Expr) -> str:
    return ExpressionText(program, _names(program, locals_of(expression))).of(expression)


def _array(array: ir.Array) -> str:
    extent = "" if array.length == 1 else f"[{array.length}]"
    owner = "" if array.owner is None else f" of {array.owner}"
    return f"{array.role} {array.name}{extent}: {array.type}{owner}"


def _property(program: ir.Program, prop: ir.Property) -> Iterator[str]:
    yield f"{prop.kind} {prop.name}: {_predicate(program, prop.holds)}"
    if not _is_true(prop.defined):
        yield f"{_INDENT}defined where {_predicate(program, prop.defined)}"


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (_INDENT + line for line in lines)


def _block(program: ir.Program, block: ir.Block, text: ExpressionText) -> Iterator[str]:
    if not block:
        yield "skip"
    for statement in block:
        yield from _statement(program, statement, text)


def _statement(program: ir.Program, statement: ir.Statement, text: ExpressionText) -> Iterator[str]:
    match statement:
        case ir.Assign(array, index, value):
            yield f"{text.element(array, index)} := {text.of(value)}"
        case ir.Bind(local, value):
            yield f"let {text.of(local)} = {text.of(value)}"
        case ir.If(condition, then, orelse):
            yield f"if {text.of(condition)}:"
            yield from _indented(_block(program, then, text))
            if orelse:
                yield "else:"
                yield from _indented(_block(program, orelse, text))
        case ir.Choose(local, domain, condition, active, digit):
            when = "" if _is_true(condition) else f" when {text.of(condition)}"
            only = "" if _is_true(active) else f" only if {text.of(active)}"
            as_digit = "" if digit is None else f" as {text.of(digit)}"
            yield f"choose {text.of(local)} in {_domain(program, domain, text)}{as_digit}{when}{only}"
        case ir.BagInsert(array, value):
            yield f"insert {text.of(value)} into {program.arrays[array].name}"
        case ir.BagRemove(array, value):
            yield f"remove {text.of(value)} from {program.arrays[array].name}"
        case ir.Owed(number):
            yield f"owed {text.of(number)}"
        case ir.Halt():
            yield _halt(program, statement)
        case _:
            assert_never(statement)


def _domain(program: ir.Program, domain: ir.Between | ir.Members | ir.Slots, text: ExpressionText) -> str:
    match domain:
        case ir.Between(lo, hi):
            return f"{lo}..{hi}"
        case ir.Members(bits):
            return f"bits {text.of(bits)}"
        case ir.Slots(array):
            return f"slots {program.arrays[array].name}"
        case _:
            assert_never(domain)


def _halt(program: ir.Program, halt: ir.Halt) -> str:
    match halt.outcome:
        case "fail":
            return f"fail {program.fails[halt.code]!r}"
        case "cut":
            return f"cut {program.bounds[halt.code]!r}"
        case "block":
            return "block"
        case _:
            assert_never(halt.outcome)


def _is_true(expression: ir.Expr) -> bool:
    return expression == _TRUE or (isinstance(expression, ir.Const) and expression.value == 1)
