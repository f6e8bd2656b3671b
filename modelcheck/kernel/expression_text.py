"""Kernel expressions as infix text with minimal parentheses."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import assert_never

from modelcheck.frozen import Frozen
from modelcheck.kernel import program as ir
from modelcheck.kernel.types import BitsType, BoolType, IntType, KernelType


class _Level(IntEnum):
    """How tightly a construct binds its operands; a looser one inside a tighter one takes parentheses."""

    OPEN = 0  # `if`, `let`: everything to the right belongs to them
    OR = 1
    AND = 2
    NOT = 3
    COMPARE = 4
    SET = 5
    SUM = 6
    PRODUCT = 7
    NEGATIVE = 8
    ATOM = 9


_REDUCTIONS = {"and": "all", "or": "any", "add": "sum", "min": "min", "max": "max"}
_SET_OPERATORS = {"or": "|", "and": "&", "andnot": "\\"}


class ExpressionText(Frozen):
    """Prints expressions of one program. `names` holds the locals' names by index."""

    program: ir.Program
    names: Mapping[int, str]

    def of(self, expression: ir.Expr) -> str:
        """The text of an expression, without parentheses around it."""
        return self._at(expression, _Level.OPEN)

    def element(self, array: int, index: ir.Expr, *, after: bool = False) -> str:
        """An element of an array; the bare name if the array has only one."""
        declaration = self.program.arrays[array]
        name = f"{declaration.name}'" if after else declaration.name
        return name if declaration.length == 1 else f"{name}[{self.of(index)}]"

    def _at(self, expression: ir.Expr, least: _Level) -> str:
        text, level = self._text(expression)
        return text if level >= least else f"({text})"

    def _text(self, expression: ir.Expr) -> tuple[str, _Level]:
        match expression:
            case ir.Const(value, kernel_type):
                return _literal(value, kernel_type)
            case ir.Local(index, _, name):
                return self.names.get(index, name), _Level.ATOM
            case ir.Read(array, index, _, after):
                return self.element(array, index, after=after), _Level.ATOM
            case ir.Add() | ir.Mul() | ir.DivMod():
                return self._arithmetic(expression)
            case ir.Compare(op, left, right):
                return self._infix(left, op, right, _Level.COMPARE)
            case ir.Not(operand):
                return f"not {self._at(operand, _Level.NOT)}", _Level.NOT
            case ir.AndOr(op, operands):
                return self._connected(op, operands)
            case ir.Ite(condition, then, orelse):
                first = f"if {self._at(condition, _Level.OR)} then {self._at(then, _Level.OR)}"
                return f"{first} else {self.of(orelse)}", _Level.OPEN
            case ir.Let(local, value, body):
                return f"let {self.of(local)} = {self._at(value, _Level.OR)} in {self.of(body)}", _Level.OPEN
            case ir.Reduce(op, local, lo, hi, body):
                word = "union" if isinstance(expression.type, BitsType) else _REDUCTIONS[op]
                return f"{word}({self.of(local)} in {lo}..{hi}: {self.of(body)})", _Level.ATOM
            case ir.BitTest() | ir.BitUpdate() | ir.BitOp() | ir.Shift() | ir.Cast() | ir.PopCount():
                return self._bits(expression)
            case _:
                assert_never(expression)

    def _infix(self, left: ir.Expr, op: str, right: ir.Expr, level: _Level) -> tuple[str, _Level]:
        """A binary operator; both operands must bind tighter, so that only the callers decide what associates."""
        tighter = _Level(level + 1)
        return f"{self._at(left, tighter)} {op} {self._at(right, tighter)}", level

    def _connected(self, op: str, operands: tuple[ir.Expr, ...]) -> tuple[str, _Level]:
        if not operands:
            return ("true" if op == "and" else "false"), _Level.ATOM
        if len(operands) == 1:
            return self._text(operands[0])
        level = _Level.AND if op == "and" else _Level.OR
        return f" {op} ".join(self._at(operand, _Level(level + 1)) for operand in operands), level

    def _arithmetic(self, expression: ir.Add | ir.Mul | ir.DivMod) -> tuple[str, _Level]:
        match expression:
            case ir.Add(left, right):
                subtracted = self._subtracted(right)
                operator = "+" if subtracted is None else "-"
                operand = self._at(right, _Level.PRODUCT) if subtracted is None else subtracted
                return f"{self._at(left, _Level.SUM)} {operator} {operand}", _Level.SUM
            case ir.Mul(left, right):
                for factor, other in ((left, right), (right, left)):
                    if isinstance(factor, ir.Const) and factor.value == -1:
                        return f"-{self._at(other, _Level.ATOM)}", _Level.NEGATIVE
                return f"{self._at(left, _Level.PRODUCT)} * {self._at(right, _Level.NEGATIVE)}", _Level.PRODUCT
            case ir.DivMod(op, left, right):
                return f"{self._at(left, _Level.PRODUCT)} {op} {self._at(right, _Level.NEGATIVE)}", _Level.PRODUCT
            case _:
                assert_never(expression)

    def _subtracted(self, operand: ir.Expr) -> str | None:
        """What a sum with this right operand subtracts, None if it adds."""
        match operand:
            case ir.Const(value) if value < 0:
                return str(-value)
            case ir.Mul(ir.Const(-1), other) | ir.Mul(other, ir.Const(-1)):
                return self._at(other, _Level.PRODUCT)
            case _:
                return None

    def _bits(self, expression: ir.BitsNode) -> tuple[str, _Level]:
        match expression:
            case ir.BitTest(bits, index):
                return self._infix(index, "in", bits, _Level.COMPARE)
            case ir.BitUpdate(bits, index, on):
                word = "with" if on else "without"
                return f"{self._at(bits, _Level.SET)} {word} bit {self._at(index, _Level.SUM)}", _Level.SET
            case ir.BitOp(op, left, right):
                return self._infix(left, _SET_OPERATORS[op], right, _Level.SET)
            case ir.Shift(bits, amount, bits_type):
                moved = (
                    self.of(bits) if amount == 0 else f"{self.of(bits)}, {'up' if amount > 0 else 'down'} {abs(amount)}"
                )
                return f"{bits_type}({moved})", _Level.ATOM
            case ir.Cast(operand, cast_type):
                word = "int" if isinstance(cast_type, IntType) else str(cast_type)
                return f"{word}({self.of(operand)})", _Level.ATOM
            case ir.PopCount(bits):
                return f"count({self.of(bits)})", _Level.ATOM
            case _:
                assert_never(expression)


def _literal(value: int, kernel_type: KernelType) -> tuple[str, _Level]:
    match kernel_type:
        case BoolType():
            return ("true" if value else "false"), _Level.ATOM
        case IntType():
            return str(value), _Level.NEGATIVE if value < 0 else _Level.ATOM
        case BitsType():
            members = (str(number) for number in range(value.bit_length()) if value >> number & 1)
            return "{" + ", ".join(members) + "}", _Level.ATOM
        case _:
            assert_never(kernel_type)
