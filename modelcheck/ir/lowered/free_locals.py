"""Which locals an expression uses that it does not bind, and wrapping it in the bindings that it needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from modelcheck.kernel import program as ir
from modelcheck.kernel.passes.simplify_nodes import simplified_node
from modelcheck.kernel.walk import children, with_children


class FreeLocals:
    """Remembers what it has found: expressions share operands."""

    def __init__(self) -> None:
        # The expression is kept so that its identity is not given to another.
        self._known: dict[int, tuple[ir.Expr, frozenset[int]]] = {}

    def of(self, expression: ir.Expr) -> frozenset[int]:
        """The indices of the locals that the expression uses."""
        known = self._known.get(id(expression))
        if known is not None:
            return known[1]
        if isinstance(expression, ir.Local):
            found = frozenset({expression.index})
        else:
            found = frozenset().union(*map(self.of, children(expression)))
            if isinstance(expression, ir.Let | ir.Reduce):
                found -= {expression.local.index}
        self._known[id(expression)] = (expression, found)
        return found

    def wrap(self, bindings: Sequence[tuple[ir.Local, ir.Expr]], expression: ir.Expr) -> ir.Expr:
        """The expression inside those of the bindings that it uses, directly or through others."""
        used = set(self.of(expression))
        needed = []
        for local, value in reversed(bindings):
            if local.index in used:
                used |= self.of(value)
                needed.append((local, value))
        for local, value in needed:
            expression = self._bound(local, value, expression)
        return expression

    def _bound(self, local: ir.Local, value: ir.Expr, expression: ir.Expr) -> ir.Expr:
        """The binding as far inside as it need not be computed twice: there it may never be needed."""
        match expression:
            case ir.AndOr(op, operands):
                return self._bound_in_operands(local, value, op, operands)
            case ir.Let() | ir.Ite() | ir.Not() | ir.Compare() | ir.BitTest():
                users = [operand for operand in children(expression) if local.index in self.of(operand)]
                if len(users) == 1:
                    (user,) = users
                    inner = self._bound(local, value, user)
                    return with_children(expression, lambda operand: inner if operand is user else operand)
        return simplified_node(ir.Let(local, value, expression))

    def _bound_in_operands(
        self, local: ir.Local, value: ir.Expr, op: Literal["and", "or"], operands: tuple[ir.Expr, ...]
    ) -> ir.Expr:
        """Operands before the first that uses the local may decide without it."""
        users = [position for position, operand in enumerate(operands) if local.index in self.of(operand)]
        first, last = users[0], users[-1]
        if first == last:
            inner = self._bound(local, value, operands[first])
            return ir.AndOr(op, (*operands[:first], inner, *operands[first + 1 :]))
        rest = ir.Let(local, value, ir.AndOr(op, operands[first:]))
        return ir.AndOr(op, (*operands[:first], rest)) if first else rest
