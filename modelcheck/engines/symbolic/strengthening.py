"""Claims that are inductive together with lemmas, which are asked for where a counterexample to induction needs one.

Every lemma is held against the beginnings of runs, and owed as soon as something follows from it: then it has to
follow, too. What cannot be kept goes, and what followed from it is asked again (Houdini: Flanagan and Leino 2001).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Literal

import z3

from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.expressions import Scope, truth
from modelcheck.engines.symbolic.induction import Claim, Counterexample, counterexample
from modelcheck.engines.symbolic.least_step import EFFORT, State, least_step
from modelcheck.engines.symbolic.solving import Solving
from modelcheck.engines.symbolic.system import System
from modelcheck.engines.symbolic.words import Term
from modelcheck.frozen import Frozen
from modelcheck.kernel.program import Expr
from modelcheck.kernel.type_facts import type_facts


class Lemma(Frozen, eq=False):
    """A candidate, as an expression of states, with its text; one that the language cannot say has a name.

    The text of a `formula` is a term of SMT-LIB.
    """

    text: str
    holds: Expr
    name: str = ""
    origin: Literal["lemma", "formula"] = "lemma"


Source = Callable[[State], Iterable[Lemma]]
"""Gives lemmas that a state does not satisfy, the best first; none that it gave before."""


class Strengthening:
    """Claims of a program and the `lemmas` they rest on: what `run` leaves in them is proved, the rest `refuted`.

    `offered` are lemmas to begin with.
    """

    def __init__(self, system: System, solving: Solving, claims: list[Claim], offered: Sequence[Lemma]) -> None:
        self.system, self.solving = system, solving
        self.claims = list(claims)
        self.lemmas: list[Lemma] = []
        self.refuted: dict[str, Counterexample] = {}
        self._offered = offered
        self._broken: dict[str, tuple[Claim, tuple[Claim | Lemma, ...]]] = {}
        """The claims refuted, and what was assumed then."""
        self._here, self._after = system.moment(0), system.moment(1)
        self._numbers = count()
        self._start = solving.solver()
        self._start.add(system.starts(self._here))
        # A path that fails or is cut leads nowhere, so that a step into the next state is asked for apart.
        self._state, self._step = solving.solver(), solving.solver()
        scope = Scope(system.program, system.state)
        facts = solving.looking(type_facts(system.program))
        known = [system.at(truth(fact.holds, scope), self._here) for fact in facts]
        for solver in (self._state, self._step):
            solver.add(*map(words.in_range, self._here.cells), *known)
        self._step.add(*map(words.in_range, self._after.cells), system.step(self._here, self._after))
        self._assumed: dict[Claim | Lemma, Term] = {}
        self._bad: dict[Claim | Lemma, Term] = {}
        self._rests: dict[Claim | Lemma, list[Claim | Lemma]] = {}
        """What something was found to follow from."""
        self._goals: dict[Claim | Lemma, Term] = {}

    def run(self, source: Source) -> None:
        """Look for lemmas until all that is left follows. Raises what `Solving` raises."""
        for claim in self.solving.looking(self.claims):
            self._enter(claim, claim.bad, claim.of == "state")
        self.lemmas += [lemma for lemma in self._offered if self._is_entered(lemma)]
        while (found := self._counterexample()) is not None:
            pair, violated = found
            lemma = next((one for one in source(pair.before) if self._is_entered(one)), None)
            if lemma is not None:
                self.lemmas.append(lemma)
                continue
            assumed: tuple[Claim | Lemma, ...] = (*self.claims, *self.lemmas)
            for one in violated:
                self._leave(one)
                if isinstance(one, Claim):
                    self._broken[one.name] = (one, assumed)
                    self.refuted[one.name] = pair
        owed = self._owed(self.claims)
        self.lemmas = [lemma for lemma in self.lemmas if lemma in owed]

    def make_least(self, name: str, is_state: Callable[[State], bool]) -> None:
        """As `Induction.make_least`. Raises what `Solving` raises."""
        one, assumed = self._broken[name]
        solver = self._solver(one)
        after = self._after if solver is self._step else None
        solver.push()
        try:
            solver.add(*[self._assumed[each] for each in assumed if each in self._assumed], self._bad[one])
            least = least_step(self.system, self.solving, solver, self._here, is_state, effort=EFFORT)
            if least is not None:
                self.refuted[name] = counterexample(self.system, least.model, self._here, after)
        finally:
            solver.pop()

    def rests_on(self, name: str) -> list[Lemma]:
        """Of the lemmas those that the claims of this name rest on, also by way of other claims."""
        owed = self._owed([claim for claim in self.claims if claim.name == name])
        return [lemma for lemma in self.lemmas if lemma in owed]

    def _is_entered(self, lemma: Lemma) -> bool:
        """Whether a lemma holds where runs begin; then it is known to the solvers."""
        self.solving.look()
        bad = words.negation(truth(lemma.holds, Scope(self.system.program, self.system.state)))
        self._start.push()
        self._start.add(self.system.at(bad, self._here))
        starts = bool(self.solving.check(self._start) == z3.unsat)
        self._start.pop()
        if starts:
            self._enter(lemma, bad, is_of_states=True)
        return starts

    def _enter(self, one: Claim | Lemma, bad: Term, is_of_states: bool) -> None:  # noqa: FBT001 - private
        """Make it known to the solvers under a name of its own, by which it can be assumed."""
        name = z3.Bool(f"assumed {next(self._numbers)}")
        here, after = self.system.at(bad, self._here), self.system.at(bad, self._here, self._after)
        if is_of_states:
            self._assumed[one] = name
            self._state.add(words.implication(name, words.negation(here)))
            self._step.add(words.implication(name, words.negation(here)))
            after = self.system.at(bad, self._after)
        self._bad[one] = after if is_of_states or (isinstance(one, Claim) and one.of == "last step") else here

    def _leave(self, one: Claim | Lemma) -> None:
        """Take it out. What followed from it is to be asked again."""
        if isinstance(one, Lemma):
            self.lemmas.remove(one)
        else:
            self.claims.remove(one)
        self._rests = {other: used for other, used in self._rests.items() if other is not one and one not in used}

    def _owed(self, claims: Sequence[Claim]) -> list[Claim | Lemma]:
        """Some claims, and what they are known to rest on, and this in turn."""
        owed: list[Claim | Lemma] = list(claims)
        for one in owed:
            # The list grows while it is gone through.
            owed += [used for used in self._rests.get(one, ()) if used not in owed]
        return owed

    def _counterexample(self) -> tuple[Counterexample, list[Claim | Lemma]] | None:
        """A step from a state in which all is as claimed to one in which something owed is not, and all that is not."""
        while True:
            owed = self._owed(self.claims)
            one = next((one for one in owed if one not in self._rests), None)
            if one is None:
                return None
            # Rather from what has to be shown anyway than from whatever was found.
            if not self._follows(one, owed) and not self._follows(one, [*self.claims, *self.lemmas]):
                return self._violation(one)

    def _follows(self, one: Claim | Lemma, known: Sequence[Claim | Lemma]) -> bool:
        """Whether something cannot be violated where all that is known was so before; then it is noted why."""
        solver = self._solver(one)
        if one not in self._goals:
            self._goals[one] = z3.Bool(f"goal {next(self._numbers)}")
            solver.add(words.implication(self._goals[one], self._bad[one]))
        names = {str(self._assumed[each]): each for each in known if each in self._assumed}
        if self.solving.check(solver, *[self._assumed[each] for each in names.values()], self._goals[one]) == z3.sat:
            return False
        self._rests[one] = [names[str(name)] for name in solver.unsat_core() if str(name) in names]
        return True

    def _violation(self, one: Claim | Lemma) -> tuple[Counterexample, list[Claim | Lemma]]:
        """What the solver found."""
        solver = self._solver(one)
        model, leads = solver.model(), solver is self._step
        everything: list[Claim | Lemma] = [*self.claims, *self.lemmas]
        asked = [other for other in everything if self._solver(other) is solver]
        violated = [other for other in asked if z3.is_true(model.eval(self._bad[other], model_completion=True))]
        return counterexample(self.system, model, self._here, self._after if leads else None), violated

    def _solver(self, one: Claim | Lemma) -> z3.Solver:
        return self._step if isinstance(one, Lemma) or one.of != "next step" else self._state
