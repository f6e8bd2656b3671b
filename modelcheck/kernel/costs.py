"""How much work it is to try something, told beforehand: nodes to evaluate, at most."""

from __future__ import annotations

from typing import assert_never

from modelcheck.kernel import program as ir
from modelcheck.kernel.types import BitsType
from modelcheck.kernel.walk import children


def evaluations(expression: ir.Expr, known: dict[int, int] | None = None) -> int:
    """The nodes that are evaluated for the value of an expression; what is in a loop counts in each round."""
    known = {} if known is None else known
    found = known.get(id(expression))
    if found is None:
        found = 1 + sum(evaluations(child, known) for child in children(expression))
        if isinstance(expression, ir.Reduce):
            found = 1 + (expression.hi - expression.lo + 1) * found
        known[id(expression)] = found
    return found


def evaluations_of_paths(program: ir.Program, block: ir.Block) -> int:
    """The nodes that are evaluated on all paths of a block together."""
    total = 1
    for statement in reversed(block):
        match statement:
            case ir.Choose():
                asked = evaluations(statement.active) + evaluations(statement.condition)
                total = _values(program, statement) * (asked + total)
            case ir.If(condition, then, orelse):
                total += evaluations(condition)
                total += max(evaluations_of_paths(program, branch) for branch in (then, orelse))
            case ir.Bind(_, value) | ir.BagInsert(_, value) | ir.BagRemove(_, value):
                total += evaluations(value)
            case ir.Assign(_, index, value):
                total += evaluations(index) + evaluations(value)
    return total


def _values(program: ir.Program, choose: ir.Choose) -> int:
    """How many values there are to choose from, at most."""
    match choose.domain:
        case ir.Between(lo, hi):
            return max(0, hi - lo + 1)
        case ir.Members(bits):
            assert isinstance(bits.type, BitsType)
            return bits.type.width
        case ir.Slots(array):
            return program.arrays[array].length
        case _:
            assert_never(choose.domain)
