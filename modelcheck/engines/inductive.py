"""Whether an invariant is inductive by itself: true in the beginning, and kept by every step from every typed state."""

from __future__ import annotations

from collections.abc import Iterator

import z3

from modelcheck.engines.base import STOPPED, Request
from modelcheck.engines.solved import SolverSearch
from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.expressions import Scope, truth
from modelcheck.engines.symbolic.solving import Solving
from modelcheck.engines.symbolic.system import Moment, System, digits_in, encode, state_in
from modelcheck.engines.symbolic.words import Term
from modelcheck.frozen import Frozen
from modelcheck.ir.model import Model
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.kernel.possible_members import possible_members
from modelcheck.kernel.program import Property
from modelcheck.kernel.type_facts import type_facts
from modelcheck.kernel.types import BitsType
from modelcheck.lowering import LoweredModel
from modelcheck.semantics.execute import State
from modelcheck.verdict import Choice, Holds, Run, Unknown, Violated

MOST_TRIES = 50
"""How many states that stand for no state of the model are left out before it is given up."""


class NotKept(Frozen):
    """A step from a state in which the invariant holds to one in which it does not; the state may be unreachable."""

    state: State
    choice: Choice


def inductive(model: Model, name: str, request: Request) -> Holds | Violated | NotKept | Unknown:
    """Ask it of one invariant of a model.

    Typed are states in which all values are of their types, messages in flight are ones that can be sent, and there are
    no more of them than their network has room for. Raises `KeyboardInterrupt`.
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
        self.verdict = self._begun(system, solving, prop) or self._broken(system, solving, prop, lowered)
        if self.verdict is not None:
            return False
        if any(self._is_short(system, solving, prop, code) for code in lowered.room):
            return True
        self.verdict = Holds("inductive" if program.within is None else "inductive within the bound")
        return False

    def _begun(self, system: System, solving: Solving, prop: Property) -> Violated | None:
        """A beginning in which it is false."""
        first, solver = system.moment(0), solving.solver()
        solver.add(system.starts(first), system.at(_bad(system, prop), first))
        if solving.check(solver) == z3.unsat:
            return None
        digits = digits_in(solver.model(), system.initial.digits, lambda term: term)
        return Violated(Run(digits, ()))

    def _broken(
        self, system: System, solving: Solving, prop: Property, lowered: LoweredModel
    ) -> NotKept | Unknown | None:
        here, after = system.moment(0), system.moment(1)
        solver = solving.solver()
        solver.add(*_typed(system, prop), *map(words.in_range, after.cells), system.step(here, after))
        solver.add(system.at(_bad(system, prop), after))
        for _ in range(MOST_TRIES):
            if solving.check(solver) == z3.unsat:
                return None
            found = solver.model()
            values = tuple(state_in(found, here.cells))
            try:
                state = lowered.codec.decode(values)
            except LookupError:
                # It has what stands for nothing: a packet that cannot be, or none that its sender has.
                same = [w.term == words.constant(v, w.type).term for w, v in zip(here.cells, values, strict=True)]
                solver.add(words.negation(words.conjunction(same)))
                continue
            action = found.eval(here.action, model_completion=True).as_long()
            digits = digits_in(found, system.actions[action].digits, lambda term: system.at(term, here))
            return NotKept(state, Choice(action, digits))
        return Unknown("the steps that were found to break it are from no states of the model", "")

    def _is_short(self, system: System, solving: Solving, prop: Property, code: int) -> bool:
        """Whether a step needs more room."""
        here, solver = system.moment(0), solving.solver()
        initial = [words.conjunction([system.initial.exists, term]) for cut, term in system.initial.cuts if cut == code]
        solver.add(*_typed(system, prop))
        solver.add(words.disjunction([system.at(system.cut_by(code), here), *initial]))
        return bool(solving.check(solver) == z3.sat)

    def unanswered(self, name: str, kind: str) -> Unknown:
        return Unknown("", "")

    def reach(self) -> tuple[int, tuple[str, ...]]:
        return 0, ()


def _bad(system: System, prop: Property) -> Term:
    """That an invariant is false, or cannot be evaluated."""
    scope = Scope(system.program, system.state)
    return words.negation(words.conjunction([truth(prop.defined, scope), truth(prop.holds, scope)]))


def _typed(system: System, prop: Property) -> Iterator[Term]:
    """That a state is typed and satisfies the invariant, and the declared bound, if there is one."""
    here, program = system.moment(0), system.program
    scope = Scope(program, system.state)
    yield from map(words.in_range, here.cells)
    facts = [fact.holds for fact in type_facts(program)]
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
