"""Arithmetic and comparison. Numbers are exact while computing; a range is checked where a value is stored or bound."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, cast

from modelcheck.ir import lowered as k
from modelcheck.ir.constructs.sequences import check_concatenation
from modelcheck.ir.expression import Env, EvaluationError, Expr
from modelcheck.ir.types import BOOL, INT, IntT, SeqT, SetT, UnknownT, join

if TYPE_CHECKING:
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.values import Value
    from modelcheck.syntax import Node


class Arithmetic(Expr):
    """`+`, `-`, `*`; `/` rounds down and `%` has the sign of its right operand, as in Python."""

    impartial = True

    op: Literal["+", "-", "*", "/", "%"]
    left: Expr
    right: Expr

    def can_fail(self) -> bool:
        return self.op in {"/", "%"}

    def evaluate(self, env: Env) -> Value:
        left, right = self.left.evaluate(env), self.right.evaluate(env)
        if self.op == "+":
            return left + right
        if self.op == "-":
            return left - right
        if self.op == "*":
            return left * right
        if right == 0:
            raise EvaluationError(self.span, "division by zero")
        return left // right if self.op == "/" else left % right

    def lower(self, low: k.Lowering) -> k.Lowered:
        left, right = low.number(self.left), low.number(self.right)
        match self.op:
            case "+":
                return k.LowInt(k.build.add(left, right))
            case "-":
                return k.LowInt(k.build.subtract(left, right))
            case "*":
                return k.LowInt(k.build.multiply(left, right))
            case "/" | "%":
                right = low.share(right, "divisor")
                low.require(k.build.differ(right, k.build.number(0)), self.span, "division by zero")
                return k.LowInt(k.build.floor_division(self.op, low.share(left, "dividend"), right))


class Negate(Expr):
    """`-a`."""

    impartial = True

    operand: Expr

    def evaluate(self, env: Env) -> Value:
        return -self.operand.evaluate(env)

    def lower(self, low: k.Lowering) -> k.Lowered:
        return k.LowInt(k.build.negate(low.number(self.operand)))


_COMPARISONS: dict[str, Callable[[Value, Value], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Compare(Expr):
    """`==` and `!=` on any two values of one type, `<`, `<=`, `>`, `>=` on numbers."""

    impartial = True

    op: Literal["==", "!=", "<", "<=", ">", ">="]
    left: Expr
    right: Expr

    def evaluate(self, env: Env) -> Value:
        left, right = self.left.evaluate(env), self.right.evaluate(env)
        return _COMPARISONS[self.op](left, right)

    def lower(self, low: k.Lowering) -> k.Lowered:
        if self.op in {"==", "!="}:
            same = k.equal(low, low.value(self.left), low.value(self.right))
            return k.LowBool(same if self.op == "==" else k.build.negation(same))
        left, right = low.number(self.left), low.number(self.right)
        if self.op in {">", ">="}:
            left, right = right, left
        return k.LowBool((k.build.less if self.op in {"<", ">"} else k.build.at_most)(left, right))


class Extremum(Expr):
    """`min(a, b, …)` and `max(a, b, …)`."""

    impartial = True

    op: Literal["min", "max"]
    operands: tuple[Expr, ...]

    def evaluate(self, env: Env) -> Value:
        values = [operand.evaluate(env) for operand in self.operands]
        return min(values) if self.op == "min" else max(values)

    def lower(self, low: k.Lowering) -> k.Lowered:
        first, *rest = (low.share(low.number(operand), self.op) for operand in self.operands)
        for other in rest:
            smaller = k.build.at_most(first, other)
            first = k.build.ite(smaller, first, other) if self.op == "min" else k.build.ite(smaller, other, first)
            first = low.share(first, self.op)
        return k.LowInt(first)


def check_arithmetic(node: Node, scope: Scope) -> Expr:
    """`+` (also of sequences), `-`, `*`, `/`, `%`."""
    parts = node.present()
    op = {"plus": "+", "minus": "-"}.get(node.rule) or parts[1].text
    left, right = scope.check(parts[0]), scope.check(parts[-1])
    if op == "+" and (isinstance(left.type, SeqT) or isinstance(right.type, SeqT)):
        return check_concatenation(node, left, right, scope)
    for side in (left, right):
        if not isinstance(side.type, IntT | UnknownT):
            hint = ""
            if op in "+-" and isinstance(side.type, SetT):
                hint = f"for sets write {'union' if op == '+' else 'minus'}"
            scope.error("MC301", side.span, f"'{op}' needs numbers, but this is {side.type}", hint)
    return Arithmetic(scope.span(node), INT, cast("Literal['+', '-', '*', '/', '%']", op), left, right)


def check_negate(node: Node, scope: Scope) -> Expr:
    """Unary minus."""
    return Negate(scope.span(node), INT, scope.check_as(node.child(0), INT, "what follows '-'"))


def check_compare(node: Node, scope: Scope) -> Expr:
    """The six comparisons."""
    left, right = scope.check(node.child(0)), scope.check(node.child(2))
    op = cast("Literal['==', '!=', '<', '<=', '>', '>=']", node.child(1).child(0).text)
    if op in {"==", "!="}:
        if join(left.type, right.type) is None:
            hint = "compare with some(…)" if str(left.type) == f"option {right.type}" else ""
            hint = hint or ("use o.value or some(…)" if str(right.type) == f"option {left.type}" else "")
            scope.error("MC303", node, f"'{op}' compares {left.type} with {right.type}", hint)
    else:
        for side in (left, right):
            hint = "ids have no order: compare index(p) with index(q)" if str(side.type) in scope.agents else ""
            if not isinstance(side.type, IntT | UnknownT):
                scope.error("MC301", side.span, f"'{op}' needs numbers, but this is {side.type}", hint)
    return Compare(scope.span(node), BOOL, op, left, right)


def check_extremum(node: Node, scope: Scope) -> Expr:
    """`min(a, b)` and `max(a, b)`."""
    op = cast("Literal['min', 'max']", node.child(0).child(0).text)
    operands = tuple(scope.check_as(child, INT, f"each argument of '{op}'") for child in node.present()[1:])
    return Extremum(scope.span(node), INT, op, operands)
