"""An invariant that a solver found, as lemmas: what a proof can be made from, and people can read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import z3

from modelcheck.engines.decoding.clauses import MOST_CLAUSES, TooManyError, clauses_of
from modelcheck.engines.decoding.formula_text import written
from modelcheck.engines.decoding.formulas import UnreadableError, read
from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.expressions import Scope, truth
from modelcheck.engines.symbolic.solving import Solving
from modelcheck.engines.symbolic.strengthening import Lemma
from modelcheck.engines.symbolic.system import System
from modelcheck.engines.symbolic.words import Term
from modelcheck.kernel.type_facts import type_facts


class UntoldError(Exception):
    """An invariant cannot be told; the message says why."""


class Told:
    """The lemmas of one program that formulas over its cells come to."""

    def __init__(self, system: System, solving: Solving) -> None:
        self.system, self.solving = system, solving
        scope = Scope(system.program, system.state)
        self._typed = solving.solver()
        self._typed.add(*map(words.in_range, system.state))
        self._typed.add(*(truth(fact.holds, scope) for fact in solving.looking(type_facts(system.program))))

    def lemmas(self, invariant: Term) -> list[Lemma]:
        """Lemmas that are true together where the invariant is, in all states that the types allow.

        Raises `UntoldError`, and what `Solving` raises.
        """
        try:
            clauses = clauses_of(invariant)
        except TooManyError:
            raise UntoldError(f"it has more than {MOST_CLAUSES} parts") from None
        try:
            return list(self._formulas(clauses))
        except UnreadableError as error:
            raise UntoldError(str(error)) from None

    def _formulas(self, clauses: Sequence[Term]) -> Iterator[Lemma]:
        """Each clause as a term of SMT-LIB."""
        for number, clause in enumerate(self.solving.looking(clauses), 1):
            text = written(clause)
            lemma = Lemma(text, read(text, self.system.program), f"formula {number}", "formula")
            if not self.is_same(clause, self.term_of(lemma)):
                raise UnreadableError("it could not be written down as it is")
            yield lemma

    def term_of(self, lemma: Lemma) -> Term:
        """What a lemma says of the cells."""
        return truth(lemma.holds, Scope(self.system.program, self.system.state, watch=self.system.watch))

    def is_same(self, one: Term, other: Term) -> bool:
        """Whether two conditions are true in the same of all states that the types allow."""
        self._typed.push()
        self._typed.add(one != other)
        same = bool(self.solving.check(self._typed) == z3.unsat)
        self._typed.pop()
        return same
