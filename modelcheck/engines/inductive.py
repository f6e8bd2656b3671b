"""Whether an invariant is inductive by itself: true in the beginning, and kept by every step from every typed state."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial

import z3

from modelcheck.engines.base import STOPPED, NotKept, Request
from modelcheck.engines.solved import SolverSearch, is_state
from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.expressions import Scope, truth
from modelcheck.engines.symbolic.least import Least
from modelcheck.engines.symbolic.least_step import least_step
from modelcheck.engines.symbolic.solving import Solving
from modelcheck.engines.symbolic.system import Moment, System, encode
from modelcheck.engines.symbolic.words import Term
from modelcheck.ir.model import Model
from modelcheck.kernel.passes.simplify import simplified, simplify
from modelcheck.kernel.possible_members import possible_members
from modelcheck.kernel.program import DECLARED_BOUND, Program, Property
from modelcheck.kernel.type_facts import type_facts
from modelcheck.kernel.types import BitsType
from modelcheck.lowering import LoweredModel
from modelcheck.verdict import Choice, Holds, Run, Unknown, Violated


def inductive(model: Model, name: str, request: Request) -> Holds | Violated | NotKept | Unknown:
    """Ask it of one invariant of a model.

    Typed are states in which all values are of their types, messages in flight are ones that can be sent, and there are
    no more of them than a declared capacity. Steps that need more room than the language gives a network without one
    are left out, which the scope says, unless it can make no difference. Raises `KeyboardInterrupt`.
    """
    search = _Search(model, request, name=name)
    search.explored()
    if search.verdict is not None:
        return search.verdict
    if search.stopped == "interrupted":
        raise KeyboardInterrupt
    return Unknown(STOPPED[search.stopped], "neither a proof nor a step that breaks it was found")


class _Search(SolverSearch, kw_only=True):
    """One invariant."""

    name: str
    verdict: Holds | Violated | NotKept | Unknown | None = None

    def needs_more(self, solving: Solving, room: int) -> bool:
        lowered = self.lowered_with(room, solving)
        program = simplify(lowered.program, solving.look)
        system = encode(program, solving.look)
        prop = next(prop for prop in program.properties if prop.name == self.name)
        typed = list(_typed(system, prop, lowered))
        self.verdict = self._begun(system, solving, prop) or self._broken(system, solving, prop, lowered, typed)
        if self.verdict is not None:
            return False
        lost = self._lost(system, solving)
        short = [code for code in lowered.limits - lowered.ample if self._is_short(system, solving, typed, code)]
        if lowered.room.intersection({*lost, *short}):
            return True
        self.verdict = _left_open(lowered.program.bounds, lost) or _holding(program, is_short=bool(short))
        return False

    def _begun(self, system: System, solving: Solving, prop: Property) -> Violated | None:
        """A beginning in which it is false."""
        first, solver = system.moment(0), solving.solver()
        solver.add(system.starts(first), system.at(_bad(system, prop), first))
        if solving.check(solver) == z3.unsat:
            return None
        digits, _ = Least(solving, solver).digits(system.initial.digits, lambda term: term, solver.model())
        return Violated(Run(digits, ()))

    def _lost(self, system: System, solving: Solving) -> set[int | None]:
        """What beginnings end with instead of a state: the codes of capacities, None for an evaluation that fails."""
        initial, found = system.initial, set[int | None]()
        declared = set() if system.program.within is None else {DECLARED_BOUND}
        for code, term in [*initial.cuts, *((None, term) for _, term in initial.fails)]:
            solver = solving.solver()
            solver.add(words.conjunction([initial.exists, term]))
            if code not in declared | found and solving.check(solver) == z3.sat:
                found.add(code)
        return found

    def _broken(
        self, system: System, solving: Solving, prop: Property, lowered: LoweredModel, typed: Sequence[Term]
    ) -> NotKept | Unknown | None:
        here, after = system.moment(0), system.moment(1)
        solver = solving.solver()
        solver.add(*typed, *map(words.in_range, after.cells), system.step(here, after))
        solver.add(system.at(_bad(system, prop), after))
        return self._least_step(system, solving, solver, lowered) if solving.check(solver) == z3.sat else None

    def _least_step(
        self, system: System, solving: Solving, solver: z3.Solver, lowered: LoweredModel
    ) -> NotKept | Unknown:
        """The step from the least state, as lint takes it, of those that stand for states of the model."""
        least = least_step(system, solving, solver, system.moment(0), partial(is_state, lowered))
        if least is not None:
            return NotKept(lowered.codec.decode(least.state), Choice(least.action, least.digits))
        return Unknown("the steps that were found to break it are from no states of the model", "")

    def _is_short(self, system: System, solving: Solving, typed: Sequence[Term], code: int) -> bool:
        """Whether a step needs more room."""
        solver = solving.solver()
        solver.add(*typed, system.at(system.cut_by(code), system.moment(0)))
        return bool(solving.check(solver) == z3.sat)

    def unanswered(self, name: str, kind: str) -> Unknown:
        return Unknown("", "")

    def reach(self) -> tuple[int, tuple[str, ...]]:
        return 0, ()


def _left_open(bounds: Sequence[str], lost: Collection[int | None]) -> Unknown | None:
    """Why nothing is known where a beginning does not end with a state."""
    if None in lost:
        return Unknown("an evaluation fails in the beginning", "no step that breaks it was found")
    hit = sorted(bounds[code] for code in lost if code is not None)
    return Unknown(f"a bound was hit: {', '.join(hit)}", "no step that breaks it was found") if hit else None


def _holding(program: Program, *, is_short: bool) -> Holds:
    if program.within is None:
        return Holds("inductive within the room for messages" if is_short else "inductive")
    return Holds("inductive within the bound and the room for messages" if is_short else "inductive within the bound")


def _bad(system: System, prop: Property) -> Term:
    """That an invariant is false, or cannot be evaluated."""
    scope = Scope(system.program, system.state)
    return words.negation(words.conjunction([truth(prop.defined, scope), truth(prop.holds, scope)]))


def _typed(system: System, prop: Property, lowered: LoweredModel) -> Iterator[Term]:
    """That a state is typed and satisfies the invariant, and the declared bound and capacities, if there are any."""
    here, program = system.moment(0), system.program
    scope = Scope(program, system.state)
    yield from map(words.in_range, here.cells)
    facts = [simplified(lowered.within()), *(fact.holds for fact in type_facts(program))]
    facts += [] if program.within is None else [program.within]
    yield from (system.at(truth(fact, scope), here) for fact in facts)
    yield from _sent(system, here)
    yield words.negation(system.at(_bad(system, prop), here))


def _sent(system: System, here: Moment) -> Iterator[Term]:
    """That messages in flight are ones that can be sent, as far as the assignments tell."""
    program = system.program
    cells = zip(here.cells, possible_members(program), strict=True)
    roles = (array.role for array in program.arrays for _ in range(array.length))
    for (cell, members), role in zip(cells, roles, strict=True):
        if role == "network" and isinstance(cell.type, BitsType):
            other = words.constant(~members & (1 << cell.type.width) - 1, cell.type)
            yield (cell.term & other.term) == 0
