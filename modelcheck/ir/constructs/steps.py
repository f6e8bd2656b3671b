"""Looking behind a step, in transition properties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir import lowered as k
from modelcheck.ir.expression import Env, Expr

if TYPE_CHECKING:
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.values import Value
    from modelcheck.syntax import Node


class Next(Expr):
    """`next(e)`: the value of `e` in the state behind the step."""

    impartial = True

    operand: Expr

    def evaluate(self, env: Env) -> Value:
        assert env.after is not None
        env.cells, env.after = env.after, env.cells
        try:
            return self.operand.evaluate(env)
        finally:
            env.cells, env.after = env.after, env.cells

    def lower(self, low: k.Lowering) -> k.Lowered:
        low.after = not low.after
        try:
            return low.value(self.operand)
        finally:
            low.after = not low.after


def check_next(node: Node, operand: Expr, scope: Scope) -> Expr:
    """`next(e)`."""
    if scope.place not in {"step", "temporal"}:
        problem = "next() looks behind a step"
        scope.error("MC205", node, problem, "it stands in `transition` and `temporal` properties only")
    elif any(isinstance(part, Next) for part in operand.walk()):
        scope.error("MC205", node, "next() inside next()", "a step has two states, no third")
    return Next(scope.span(node), operand.type, operand)
