"""Claims that are inductive together with lemmas, which are asked for where a counterexample to induction needs one.

Every lemma is held against the beginnings of runs and assumed for the state before a step only together with the
obligation to hold behind it. What cannot be kept goes (Houdini: Flanagan and Leino 2001), lemmas before claims.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import count
from typing import Literal

import z3

from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.expressions import Scope, truth
from modelcheck.engines.symbolic.induction import Claim, Counterexample, State, counterexample
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
    """Claims of a program and the `lemmas` found for them: what `run` leaves in them is proved, the rest `refuted`.

    `offered` are lemmas to begin with.
    """

    def __init__(self, system: System, solving: Solving, claims: list[Claim], offered: Sequence[Lemma]) -> None:
        self.system, self.solving = system, solving
        self.claims = list(claims)
        self.lemmas: list[Lemma] = []
        self.refuted: dict[str, Counterexample] = {}
        self.uses: dict[Claim | Lemma, list[Claim | Lemma]] = {}
        """What each follows from, as far as `needed` asked."""
        self._offered = offered
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
            for one in violated:
                if isinstance(one, Lemma):
                    self.lemmas.remove(one)
                else:
                    self.claims.remove(one)
                    self.refuted[one.name] = pair

    def needed(self) -> list[Lemma]:
        """Those of the lemmas that the claims rest on, and that these rest on in turn: they need no others."""
        names = {str(name): one for one, name in self._assumed.items()}
        found: list[Lemma] = []
        open_: list[Claim | Lemma] = list(self.claims)
        for one in open_:
            solver = self._step if isinstance(one, Lemma) or one.of != "next step" else self._state
            assert not self._is_possible(solver, [one])
            used = self.uses[one] = [names[str(name)] for name in solver.unsat_core() if str(name) in names]
            new = [lemma for lemma in self.lemmas if lemma in used and lemma not in found]
            found += new
            # The list grows while it is gone through.
            open_ += new
        return [lemma for lemma in self.lemmas if lemma in found]

    def rests_on(self, name: str) -> list[Lemma]:
        """Of the needed lemmas those that the claims of this name rest on, also by way of other claims."""
        open_: list[Claim | Lemma] = [one for one in self.claims if one.name == name]
        for one in open_:
            # The list grows while it is gone through.
            open_ += [other for other in self.uses.get(one, ()) if other not in open_]
        return [lemma for lemma in self.lemmas if lemma in open_]

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

    def _counterexample(self) -> tuple[Counterexample, list[Claim | Lemma]] | None:
        """A step from a state in which all is as claimed to one in which it is not, and what is not."""
        everything: list[Claim | Lemma] = [*self.claims, *self.lemmas]
        ahead = [one for one in everything if isinstance(one, Lemma) or one.of != "next step"]
        return self._asked(self._step, ahead, leads=True) or self._asked(
            self._state, [one for one in everything if one not in ahead], leads=False
        )

    def _asked(
        self, solver: z3.Solver, asked: Sequence[Claim | Lemma], *, leads: bool
    ) -> tuple[Counterexample, list[Claim | Lemma]] | None:
        if not self._is_possible(solver, asked):
            return None
        model = solver.model()
        violated = [one for one in asked if z3.is_true(model.eval(self._bad[one], model_completion=True))]
        return counterexample(self.system, model, self._here, self._after if leads else None), violated

    def _is_possible(self, solver: z3.Solver, asked: Sequence[Claim | Lemma]) -> bool:
        """Whether some of this can be violated where all that is claimed was so before."""
        if not asked:
            return False
        goal = z3.Bool(f"goal {next(self._numbers)}")
        solver.add(words.implication(goal, words.disjunction([self._bad[one] for one in asked])))
        assumed = [self._assumed[one] for one in (*self.claims, *self.lemmas) if one in self._assumed]
        return bool(self.solving.check(solver, *assumed, goal) == z3.sat)
