"""k-induction: what holds in the first states of every run, and follows from k states in which it holds.

Sheeran, Singh and Stålmarck, Checking safety properties using induction and a SAT-solver (2000): the states of the
step differ from one another, which is asked for only where a run repeats one (Eén and Sörensson 2003). All claims are
assumed together; those that do not follow are taken out until the rest do (Houdini: Flanagan and Leino 2001).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise
from typing import Literal

import z3

from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.expressions import Scope, truth
from modelcheck.engines.symbolic.least_step import EFFORT, State, least_step
from modelcheck.engines.symbolic.solving import Solving
from modelcheck.engines.symbolic.system import Moment, System, digits_in, state_in
from modelcheck.engines.symbolic.words import Term
from modelcheck.frozen import Frozen
from modelcheck.kernel import program as ir
from modelcheck.kernel.type_facts import type_facts


class Claim(Frozen, eq=False):
    """Something that is to be proved: `bad` is true where it is false, over the system's own unknowns."""

    name: str
    of: Literal["state", "last step", "next step"]
    bad: Term


class Counterexample(Frozen):
    """A counterexample to induction: a step from a state in which all that was assumed holds; it may be unreachable.

    `after` is None where the step itself fails or is cut. `digits` are what the action chooses.
    """

    before: State
    action: int
    digits: tuple[int, ...]
    after: State | None


def counterexample(system: System, model: z3.ModelRef, here: Moment, after: Moment | None) -> Counterexample:
    """The step that a model takes."""
    action = model.eval(here.action, model_completion=True).as_long()
    digits = digits_in(model, system.actions[action].digits, lambda term: system.at(term, here))
    behind = None if after is None else tuple(state_in(model, after.cells))
    return Counterexample(tuple(state_in(model, here.cells)), action, digits, behind)


class _Broken(Frozen, eq=False):
    """A claim that does not follow from `k` states in a row.

    What is `known` was assumed of the next one as well, what is `before` was not.
    """

    claim: Claim
    k: int
    known: tuple[Claim, ...]
    before: tuple[Claim, ...]


class Induction:
    """The claims of a program. `proved` and `refuted` are told apart by `step`."""

    def __init__(self, system: System, solving: Solving, claims: list[Claim]) -> None:
        self.system, self.solving = system, solving
        self.claims = claims
        self.proved: list[Claim] = []
        self.refuted: dict[str, Counterexample] = {}
        self._broken: dict[str, _Broken] = {}
        scope = Scope(system.program, system.state)
        self.types = [truth(fact.holds, scope) for fact in solving.looking(type_facts(system.program))]
        """What is known of every state."""

    def step(self, k: int) -> None:
        """Prove what follows from `k` states in a row. Raises what `Solving` raises."""
        solver, moments = self._in_a_row(k + 1, self.proved)
        left = [claim for claim in self.claims if claim not in self.proved and claim.of != "next step"]
        kept = self._without_refuted(solver, moments, left)
        self.proved += kept
        # What a step does where it fails is asked of states of which all that is proved is known.
        for claim in [claim for claim in self.claims if claim not in self.proved and claim.of == "next step"]:
            if self._follows(claim, k):
                self.proved.append(claim)

    def make_least(self, name: str, is_state: Callable[[State], bool]) -> None:
        """Replace a counterexample by the least one, which shows no more than what matters, if there is one.

        Of the states behind it some are left out by `is_state`. Raises what `Solving` raises.
        """
        broken = self._broken[name]
        claim, leads = broken.claim, broken.claim.of != "next step"
        solver, moments = self._in_a_row(broken.k + leads, broken.known)
        for other in self.solving.looking(broken.before):
            *before, _ = self._bad_everywhere(other, moments)
            solver.add(*map(words.negation, before))
        solver.add(self.system.at(claim.bad, moments[-1]) if not leads else [*self._bad_everywhere(claim, moments)][-1])
        if leads:
            solver.add(*[_differ(one, other) for one, other in combinations(moments[:-1], 2)])
        here, after = (moments[-2], moments[-1]) if leads else (moments[-1], None)
        least = least_step(self.system, self.solving, solver, here, is_state, effort=EFFORT)
        if least is not None:
            self.refuted[name] = counterexample(self.system, least.model, here, after)

    def _in_a_row(self, count: int, known: Sequence[Claim]) -> tuple[z3.Solver, list[Moment]]:
        """So many states of which some claims are known, with the steps between them, and what a solver knows then."""
        moments = [self.system.moment(number) for number in range(count)]
        solver = self.solving.solver()
        for moment in moments:
            solver.add(*map(words.in_range, moment.cells), *self._known(moment))
        solver.add(*[self.system.step(here, after) for here, after in pairwise(moments)])
        for claim in self.solving.looking(known):
            solver.add(*[words.negation(term) for term in self._bad_everywhere(claim, moments)])
        return solver, moments

    def _bad_everywhere(self, claim: Claim, moments: list[Moment]) -> Iterator[Term]:
        """Where along the moments a claim could be false."""
        if claim.of == "state":
            yield from (self.system.at(claim.bad, moment) for moment in moments)
        elif claim.of == "last step":
            yield from (self.system.at(claim.bad, here, after) for here, after in pairwise(moments))

    def _without_refuted(self, solver: z3.Solver, moments: list[Moment], claims: list[Claim]) -> list[Claim]:
        """The claims that follow from one another, the greatest set of them."""
        kept = list(claims)
        while kept:
            solver.push()
            try:
                ends = []
                for claim in self.solving.looking(kept):
                    *before, last = self._bad_everywhere(claim, moments)
                    solver.add(*map(words.negation, before))
                    ends.append(last)
                solver.add(words.disjunction(ends))
                model = self._model_without_loop(solver, moments)
                if model is None:
                    return kept
                false = [
                    c for c, end in zip(kept, ends, strict=True) if z3.is_true(model.eval(end, model_completion=True))
                ]
            finally:
                solver.pop()
            assumed = tuple(kept)
            for claim in false:
                kept.remove(claim)
                self._broken[claim.name] = _Broken(claim, len(moments) - 1, tuple(self.proved), assumed)
                self.refuted[claim.name] = self._pair(model, moments[-2], moments[-1])
        return kept

    def _model_without_loop(self, solver: z3.Solver, moments: list[Moment]) -> z3.ModelRef | None:
        """A model in which no state comes twice. That they differ is asked for where they do not."""
        while self.solving.check(solver) == z3.sat:
            model = solver.model()
            states = [tuple(state_in(model, moment.cells)) for moment in moments[:-1]]
            same = [(a, b) for a, b in combinations(range(len(states)), 2) if states[a] == states[b]]
            if not same:
                return model
            for a, b in same:
                solver.add(_differ(moments[a], moments[b]))
        return None

    def _follows(self, claim: Claim, k: int) -> bool:
        """Whether no step from a state in which all that is proved holds, behind `k` - 1 such steps, is bad."""
        solver, moments = self._in_a_row(k, self.proved)
        solver.add(self.system.at(claim.bad, moments[-1]))
        if self.solving.check(solver) == z3.unsat:
            return True
        self._broken[claim.name] = _Broken(claim, k, tuple(self.proved), ())
        self.refuted[claim.name] = self._pair(solver.model(), moments[-1], None)
        return False

    def _known(self, moment: Moment) -> list[Term]:
        """What is so in a moment's state by construction."""
        return [self.system.at(term, moment) for term in self.solving.looking(self.types)]

    def _pair(self, model: z3.ModelRef, here: Moment, after: Moment | None) -> Counterexample:
        return counterexample(self.system, model, here, after)


def _differ(one: Moment, other: Moment) -> Term:
    pairs = zip(one.cells, other.cells, strict=True)
    return words.disjunction([words.negation(a.term == b.term) for a, b in pairs])


def claims_of(system: System, errors: str) -> list[Claim]:
    """What is to be proved of a program: its invariants, that nothing fails, and that no capacity is short."""
    claims = []
    undefined: list[tuple[Literal["state", "last step"], Term]] = []
    for prop in system.program.properties:
        undefined += system.undefined(prop)
        if prop.kind in {"invariant", "transition"}:
            claims.append(Claim(prop.name, "last step" if prop.is_of_steps else "state", system.wrong(prop)))
    claims += [Claim(errors, of, term) for of, term in undefined if not z3.is_false(term)]
    fails = system.somewhere(lambda path: words.disjunction([term for _, term in path.fails]))
    claims.append(Claim(errors, "next step", fails))
    codes = {code for action in system.actions for code, _ in action.cuts}
    if system.program.within is not None:
        codes.discard(ir.DECLARED_BOUND)
    claims += [Claim(cut_name(code), "next step", system.cut_by(code)) for code in sorted(codes)]
    return claims


def cut_name(code: int) -> str:
    """The name of the claim that a bound is not hit."""
    return f"bound {code}"
