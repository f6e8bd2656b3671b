"""Which locals an expression uses that it does not bind, and wrapping it in the bindings that it needs."""

from __future__ import annotations

from collections.abc import Sequence

from modelcheck.kernel import program as ir
from modelcheck.kernel.passes.simplify_nodes import simplified_node
from modelcheck.kernel.walk import children


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
            expression = simplified_node(ir.Let(local, value, expression))
        return expression
