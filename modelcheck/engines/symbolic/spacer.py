"""Property-directed reachability by Z3's Spacer, whose answer is checked before it is believed.

Komuravelli, Gurfinkel and Chaki, SMT-based model checking for recursive programs (2014). What it gives is an invariant;
that it holds in the beginning, that steps keep it and that it excludes what must not be are three questions to an
ordinary solver.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import z3

from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.expressions import Scope, truth
from modelcheck.engines.symbolic.induction import Claim
from modelcheck.engines.symbolic.solving import Solving, StoppedError
from modelcheck.engines.symbolic.system import System
from modelcheck.engines.symbolic.words import Term
from modelcheck.kernel.type_facts import type_facts

Invariant = Callable[[Sequence[Term]], Term]
"""An invariant of the values of the cells."""


class Spacer:
    """The claims of a program, proved all at once."""

    def __init__(self, system: System, solving: Solving) -> None:
        self.system, self.solving = system, solving
        self.invariant: Term | None = None
        """What was found and proved to be inductive, over the system's own cells."""
        self._here, self._after = system.moment(0), system.moment(1)
        scope = Scope(system.program, system.state)
        facts = solving.looking(type_facts(system.program))
        self._known = [system.at(truth(fact.holds, scope), self._here) for fact in facts]

    def proves(self, claims: Sequence[Claim]) -> bool:
        """Whether no run violates any of the claims. Raises what `Solving` raises; False where some run does."""
        found = self._invariant(claims)
        if found is None or not self._is_invariant(found, claims):
            return False
        self.invariant = found([word.term for word in self.system.state])
        return True

    def _invariant(self, claims: Sequence[Claim]) -> Invariant | None:
        search = z3.Fixedpoint()
        search.set(engine="spacer")
        here, after = [w.term for w in self._here.cells], [w.term for w in self._after.cells]
        reached = z3.Function("reached", *(term.sort() for term in here), z3.BoolSort())
        bad = z3.Function("bad", z3.BoolSort())
        search.register_relation(reached, bad)
        unknowns = [*here, *after, self._here.action, *self._here.unknowns]
        search.declare_var(*unknowns, *(word.term for word in self.system.initial.unknowns))
        ranges = [words.in_range(cell) for cell in (*self._here.cells, *self._after.cells)]
        step = self.system.step(self._here, self._after)
        search.rule(reached(*here), [self.system.starts(self._here)])
        search.rule(reached(*after), [reached(*here), step, *ranges, *self._known])
        for claim in self.solving.looking(claims):
            search.rule(bad(), [reached(*here), self._violated(claim)])
        if self._asked(search, bad()) != z3.unsat:
            return None
        return _definition(search.get_answer(), reached)

    def _violated(self, claim: Claim) -> Term:
        """That a claim is false in a state, or on a step from it."""
        term = self.system.at(claim.bad, self._here, self._after)
        if claim.of != "last step":
            return term
        return words.conjunction([self.system.step(self._here, self._after), term])

    def _asked(self, search: z3.Fixedpoint, question: Term) -> z3.CheckSatResult:
        self.solving.look()
        left = self.solving.seconds_left
        if left is not None:
            # Rounded up: an end before the time is up would be taken for Ctrl-C.
            search.set(timeout=int(1000 * left) + 1)
        try:
            with self.solving.within_memory():
                found = search.query(question)
        except z3.Z3Exception as error:
            if "canceled" not in str(error):
                raise
            found = z3.unknown
        if found == z3.unknown:
            self.solving.look()
            raise StoppedError("time" if left is not None and self.solving.seconds_left == 0 else "interrupted")
        return found

    # ------------------------------------------------------------------------------------------------------- checked

    def _is_invariant(self, found: Invariant, claims: Sequence[Claim]) -> bool:
        """The three questions: it holds in the beginning, steps keep it, and with it nothing is violated."""
        here, after = [w.term for w in self._here.cells], [w.term for w in self._after.cells]
        ranges = [*map(words.in_range, self._here.cells), *self._known]
        step = [*map(words.in_range, self._after.cells), self.system.step(self._here, self._after)]
        bad = words.disjunction([self._violated(claim) for claim in claims])
        questions = [
            [self.system.starts(self._here), words.negation(found(here))],
            [*ranges, found(here), *step, words.negation(found(after))],
            [*ranges, found(here), bad],
        ]
        return all(self._is_impossible(question) for question in questions)

    def _is_impossible(self, terms: Sequence[Term]) -> bool:
        # What Spacer gives may say that some choice exists.
        solver = z3.SolverFor("BV") if _has_quantifiers(terms) else self.solving.solver()
        solver.add(*terms)
        return bool(self.solving.check(solver) == z3.unsat)


def _has_quantifiers(terms: Sequence[Term]) -> bool:
    goal = z3.Goal()
    goal.add(*terms)
    return bool(z3.Probe("has-quantifiers")(goal))


def _definition(answer: Term, relation: z3.FuncDeclRef) -> Invariant | None:
    """What an answer says of a relation: `forall x: relation(x) == …` is among its parts."""
    parts = answer.children() if z3.is_and(answer) else [answer]
    for part in parts:
        if not z3.is_quantifier(part) or not z3.is_eq(part.body()):
            continue
        left, right = part.body().children()
        if z3.is_app(left) and left.decl().eq(relation):
            places = [z3.get_var_index(argument) for argument in left.children()]
            return lambda cells: z3.substitute_vars(right, *(cells[places.index(at)] for at in range(len(places))))
    return None
