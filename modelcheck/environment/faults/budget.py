"""Budgets: how often a fault may strike, counted in the state over the whole kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir import lowered as k
from modelcheck.ir.domains import IntDomain
from modelcheck.ir.expression import BlockedError, Env
from modelcheck.ir.model import Cell
from modelcheck.ir.statement import Statement

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import FaultDecl


class Spend(Statement):
    """Use up one of a fault's budget; the path does not exist where none is left."""

    impartial = True

    cell: int
    budget: int

    def execute(self, env: Env) -> None:
        if env.cells[self.cell] >= self.budget:
            raise BlockedError
        env.cells[self.cell] += 1

    def lower(self, low: k.Lowering) -> None:
        b, array = k.build, low.cells[self.cell]
        used = low.share(low.read(array, b.number(0)), "used")
        low.block_unless(b.less(used, b.number(self.budget)))
        low.assign(array, b.number(0), b.clamped(low.share(b.add(used, b.number(1)), "used"), 0, self.budget))


def spending(model: Model, fault: FaultDecl, budget: int | None) -> tuple[Statement, ...]:
    """The statement that counts a fault with a cell of its own; nothing for an unlimited one."""
    if budget is None:
        return ()
    name = f"faults used: {fault.name}"
    cell = Cell(name, "budget", None, IntDomain(0, budget), show=name)
    base = model.add_cells(("budget", fault), [cell])
    return (Spend(fault.span, base, budget),)
