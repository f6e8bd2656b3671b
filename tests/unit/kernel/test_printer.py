"""The kernel as text."""

from __future__ import annotations

import pytest

from modelcheck.frozen import replace
from modelcheck.kernel import program as ir
from modelcheck.kernel.expression_text import ExpressionText
from modelcheck.kernel.printer import print_program
from modelcheck.kernel.types import BOOL, BitsType, IntType

COURIER = """\
program courier

network net[3]: int[0,4]
variable seen: bits[4]

initial:
    skip

action send (protocol):
    choose m in 0..3
    if net[2] != 0:
        cut 'capacity of net'
    insert m + 1 into net

action deliver (network):
    choose m in slots net
    if m in seen:
        fail 'delivered twice'
    remove m + 1 from net
    seen := seen with bit m

transition kept: seen == seen'
    defined where count(seen) == 4

resting: count(seen) == 4

within: not count(seen) == 4
"""


def test_program_prints_as_it_always_has(courier: ir.Program) -> None:
    resting = ir.Compare("==", ir.PopCount(ir.Read(1, number(0), BitsType(4)), IntType(0, 4)), number(4))
    prop = ir.Property("kept", "transition", resting, ir.Compare("==", SEEN, replace(SEEN, after=True)))
    assert print_program(replace(courier, properties=(prop,), resting=resting, within=ir.Not(resting))) == COURIER


def number(value: int) -> ir.Const:
    return ir.Const(value, IntType(value, value))


WIDE = IntType(-99, 99)
X, Y, Z = (ir.Local(index, WIDE, name) for index, name in enumerate("xyz"))
SEEN = ir.Read(1, number(0), BitsType(4))


def add(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    return ir.Add(left, right, WIDE)


def times(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    return ir.Mul(left, right, WIDE)


def less(left: ir.Expr, right: ir.Expr) -> ir.Expr:
    return ir.Compare("<", left, right)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (add(add(X, Y), Z), "x + y + z"),
        (add(X, add(Y, Z)), "x + (y + z)"),
        (add(X, times(number(-1), Y)), "x - y"),
        (add(X, times(add(Y, Z), number(-1))), "x - (y + z)"),
        (add(X, number(-3)), "x - 3"),
        (times(number(-1), add(X, Y)), "-(x + y)"),
        (times(add(X, Y), number(-2)), "(x + y) * -2"),
        (times(X, times(Y, Z)), "x * (y * z)"),
        (ir.DivMod("mod", add(X, number(1)), number(3), WIDE), "(x + 1) mod 3"),
        (ir.Not(ir.AndOr("or", (less(X, Y), less(Y, Z)))), "not (x < y or y < z)"),
        (
            ir.AndOr("and", (ir.Not(less(X, Y)), ir.AndOr("or", (less(X, Y), less(Y, Z))))),
            "not x < y and (x < y or y < z)",
        ),
        (ir.AndOr("and", ()), "true"),
        (ir.Compare("==", less(X, Y), less(Y, Z)), "(x < y) == (y < z)"),
        (ir.Compare("!=", ir.Const(1, BOOL), less(X, Y)), "true != (x < y)"),
        (add(ir.Ite(less(X, Y), X, Y, WIDE), Z), "(if x < y then x else y) + z"),
        (ir.Let(X, Y, add(X, X)), "let x = y in x + x"),
        (ir.Reduce("add", X, 0, 3, add(X, Y), WIDE), "sum(x in 0..3: x + y)"),
        (ir.BitTest(ir.BitOp("andnot", SEEN, ir.Const(0b101, BitsType(4)), BitsType(4)), X), "x in seen \\ {0, 2}"),
        (ir.BitUpdate(SEEN, add(X, number(1)), on=False, type=BitsType(4)), "seen without bit x + 1"),
        (ir.Shift(SEEN, -1, BitsType(3)), "bits[3](seen, down 1)"),
        (ir.Cast(SEEN, IntType(0, 15)), "int(seen)"),
        (ir.Read(0, add(X, number(1)), IntType(0, 4), after=True), "net'[x + 1]"),
    ],
)
def test_expression_has_minimal_parentheses(courier: ir.Program, expression: ir.Expr, text: str) -> None:
    assert ExpressionText(courier, {}).of(expression) == text


def test_absent_else_and_empty_blocks_are_clear(mutex: ir.Program) -> None:
    lines = print_program(mutex).splitlines()
    assert "    skip" in lines
    assert not any("else:" in line for line in lines)


def test_locals_of_one_name_are_told_apart_within_an_action(mutex: ir.Program) -> None:
    body = (ir.Bind(X, number(1)), ir.Bind(replace(Y, name="x"), X), ir.Bind(replace(Z, name="lock"), X))
    text = print_program(replace(mutex, initial=body))
    assert "let x_0 = 1\n    let x_1 = x_0\n    let lock_2 = x_0" in text
