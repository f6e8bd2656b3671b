"""The states that the types of a program allow, whether a run leads there or not: what none of them has, and examples.

Whatever is true in none of these is true in no reachable state either. The converse does not hold, and a state found
here may even be one that stands for nothing, as not every bit pattern of the kernel does.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import z3

from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.blocks import Encoded, encode_block
from modelcheck.engines.symbolic.expressions import Scope, truth
from modelcheck.engines.symbolic.least import Least
from modelcheck.engines.symbolic.solving import Solving
from modelcheck.engines.symbolic.words import Term, Word
from modelcheck.kernel import program as ir
from modelcheck.kernel.passes.simplify_nodes import TRUE
from modelcheck.kernel.type_facts import ascending, bags_in
from modelcheck.kernel.types import least

State = tuple[int, ...]


class TypedStates:
    """All states of a program's arrays, or those with something. Every question raises what `Solving` raises."""

    def __init__(self, program: ir.Program, solving: Solving, within: ir.Expr = TRUE) -> None:
        self.program, self.solving = program, solving
        self.cells, self.after = self._unknown(""), self._unknown("'")
        self._within = [self.truth(within), truth(within, Scope(program, self.after))]
        self._blocks = 0

    def paths(self, block: ir.Block) -> Encoded:
        """All paths of a block, each from any state."""
        self._blocks += 1
        return encode_block(self.program, block, self.cells, f"{self._blocks} ", self.solving.look)

    def truth(self, expression: ir.Expr, *, of_steps: bool = False) -> Term:
        """That an expression is true: of a state, or of any two."""
        return truth(expression, Scope(self.program, self.cells, self.after if of_steps else None))

    def has(self, wanted: Term, block: ir.Block = ()) -> bool:
        """Whether there is a state with something; the arrays that the block treats as bags are as bags are."""
        if z3.is_false(wanted):
            return False
        return bool(self.solving.check(self._asked(wanted, block)) == z3.sat)

    def least(self, wanted: Term, block: ir.Block = ()) -> tuple[State, State] | None:
        """The least state with something, as for `has`, and the one behind the step; None if there is none.

        States are compared cell by cell, numbers and sets as numbers; cells that do not matter have their least value.
        """
        if z3.is_false(wanted):
            return None
        solver = self._asked(wanted, block)
        model = self._model(solver)
        if model is None:
            return None
        mentioned = _constants([wanted])
        mentioned |= {str(cell.term) for array in bags_in(block) for cell in self._slots(array)}
        found, minimal = [], Least(self.solving, solver)
        for cell in (*self.cells, *self.after):
            value = least(cell.type)
            if str(cell.term) in mentioned:
                value, model = minimal.value(cell, model)
                solver.add(cell.term == words.constant(value, cell.type).term)
            found.append(value)
        return tuple(found[: len(self.cells)]), tuple(found[len(self.cells) :])

    def _model(self, solver: z3.Solver) -> z3.ModelRef | None:
        return solver.model() if self.solving.check(solver) == z3.sat else None

    def _asked(self, wanted: Term, block: ir.Block) -> z3.Solver:
        solver = self.solving.solver()
        solver.add(wanted, *self._ranges, *self._within)
        for array in sorted(set(bags_in(block))):
            solver.add(*map(self.truth, ascending(self.program, array)))
        return solver

    @cached_property
    def _ranges(self) -> list[Term]:
        return [term for cell in (*self.cells, *self.after) if not z3.is_true(term := words.in_range(cell))]

    def _slots(self, array: int) -> Sequence[Word]:
        first = self.program.offsets[array]
        return self.cells[first : first + self.program.arrays[array].length]

    def _unknown(self, suffix: str) -> tuple[Word, ...]:
        arrays = enumerate(self.program.arrays)
        named = ((f"{number} {array.name}[{at}]", array) for number, array in arrays for at in range(array.length))
        return tuple(words.variable(f"{name}{suffix}", array.type) for name, array in named)


def _constants(terms: Sequence[Term]) -> set[str]:
    """The names of the unknowns in some terms."""
    found, seen, pending = set(), set(), list(terms)
    while pending:
        term = pending.pop()
        if term.get_id() in seen:
            continue
        seen.add(term.get_id())
        if term.num_args() == 0 and term.decl().kind() == z3.Z3_OP_UNINTERPRETED:
            found.add(str(term))
        pending.extend(term.children())
    return found
