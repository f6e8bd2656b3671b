"""What a proof by induction rests on, each part as a formula that must have no model.

Whoever finds none for any of them knows without this engine that the invariant holds in every run of the transition
system that the formulas describe. k-induction as in Sheeran, Singh and Stålmarck (2000), the states before the last
step different from one another; for k = 1 it is the rule of Manna and Pnueli, The Temporal Logic of Reactive and
Concurrent Systems: Safety (1995), section 1.5: initiation, consecution, implication.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, pairwise

from modelcheck.counts import counted
from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.expressions import Scope, truth, unwatched
from modelcheck.engines.symbolic.smtlib import Assertion
from modelcheck.engines.symbolic.system import Moment, System, encode
from modelcheck.engines.symbolic.words import Term
from modelcheck.frozen import Frozen
from modelcheck.kernel import program as ir
from modelcheck.kernel.invariant import Fact, Invariant


class Obligation(Frozen, eq=False):
    """Assertions that must not be true at once; `meaning` says what follows from that."""

    name: str
    meaning: str
    assertions: tuple[Assertion, ...]


class Obligations:
    """The obligations of an invariant of a program. `goals` are facts that must follow from it."""

    def __init__(
        self,
        program: ir.Program,
        invariant: Invariant,
        goals: Sequence[Fact],
        watch: Callable[[], None] = unwatched,
    ) -> None:
        self.goals, self.k = goals, invariant.k
        self.types = [fact for fact in invariant.facts if fact.origin == "type"]
        self.facts = [fact for fact in invariant.facts if fact.origin != "type"]
        self.system: System = encode(program, watch)
        self.moments = [self.system.moment(number) for number in range(self.k + 1)]
        self.unsafe = self._unsafe()

    def all(self) -> Iterator[Obligation]:
        """All of them, always in the same order."""
        yield self._start()
        yield self._types()
        for steps in range(self.k):
            yield self._initiation(steps)
        yield self._consecution()
        yield self._safe_steps()
        yield self._implication()

    def _start(self) -> Obligation:
        initial, first = self.system.initial, self.moments[0]
        halts = words.conjunction([initial.exists, words.disjunction(self._halts(initial.fails, initial.cuts))])
        untyped = words.conjunction([self.system.starts(first), words.negation(self._typed(first))])
        what = "a beginning fails or exceeds a capacity, or state 0 is one and out of range"
        return Obligation(
            "start",
            "no beginning fails, exceeds a capacity or has a value out of range",
            (Assertion(what, words.disjunction([halts, untyped])),),
        )

    def _types(self) -> Obligation:
        here, after = self.moments[:2]
        return Obligation(
            "types",
            "steps keep values in range, and messages as they are stored",
            (
                self._in_range(here),
                self._step(here, after),
                Assertion("state 1 is out of range", words.negation(self._typed(after))),
            ),
        )

    def _initiation(self, steps: int) -> Obligation:
        moments = self.moments[: steps + 1]
        false = list(self._false(self.facts, moments))
        if steps < self.k - 1:
            false.append(self.system.at(self.unsafe, moments[-1]))
        return Obligation(
            "initiation" if self.k == 1 else f"initiation-{steps}",
            f"the invariant holds {_after(steps)}",
            (
                Assertion("state 0 is a beginning", self.system.starts(moments[0])),
                *self._steps(moments),
                Assertion(f"the invariant is false in state {steps}", words.disjunction(false)),
            ),
        )

    def _consecution(self) -> Obligation:
        *before, last = self.moments
        return Obligation(
            "consecution",
            f"if the invariant holds in {_in_a_row(self.k)}, it holds in the next",
            (
                *map(self._in_range, before),
                *self._steps(self.moments),
                *self._holding(before),
                *self._different(before),
                Assertion(
                    f"the invariant is false in state {last.number}",
                    words.disjunction(list(self._false(self.facts, self.moments))),
                ),
            ),
        )

    def _safe_steps(self) -> Obligation:
        moments = self.moments[:-1]
        return Obligation(
            "safe-steps",
            f"no step from {_in_a_row(self.k)} with the invariant fails or exceeds a capacity",
            (
                *map(self._in_range, moments),
                *self._steps(moments),
                *self._holding(moments),
                Assertion(
                    f"a step from state {moments[-1].number} fails or exceeds a capacity",
                    self.system.at(self.unsafe, moments[-1]),
                ),
            ),
        )

    def _implication(self) -> Obligation:
        moments = self.moments[: 2 if any(goal.of == "step" for goal in self.goals) else 1]
        return Obligation(
            "implication",
            "the properties follow from the invariant",
            (
                *map(self._in_range, moments),
                *self._steps(moments),
                *self._holding(moments),
                Assertion("a property is false", words.disjunction(list(self._false(self.goals, moments)))),
            ),
        )

    # ------------------------------------------------------------------------------------------------------------ parts

    def _unsafe(self) -> Term:
        """That the step selected fails or exceeds a capacity."""
        return self.system.somewhere(lambda path: words.disjunction(self._halts(path.fails, path.cuts)))

    def _halts(self, fails: Sequence[tuple[int, Term]], cuts: Sequence[tuple[int, Term]]) -> list[Term]:
        """What ends a path, but for the bound that a check declares: verdicts name that one."""
        declared = self.system.program.within is not None
        return [
            *(term for _, term in fails),
            *(term for code, term in cuts if not (declared and code == ir.DECLARED_BOUND)),
        ]

    def _holds(self, fact: Fact, here: Moment, after: Moment | None = None) -> Term:
        system = self.system
        next_state = system.next_state if fact.of == "step" else None
        term = truth(fact.holds, Scope(system.program, system.state, next_state, watch=system.watch))
        return system.at(term, here, after)

    def _false(self, facts: Sequence[Fact], moments: Sequence[Moment]) -> Iterator[Term]:
        """Where facts are false of the last of some moments, or of the step to it."""
        for fact in facts:
            if fact.of == "state":
                yield words.negation(self._holds(fact, moments[-1]))
            elif len(moments) > 1:
                yield words.negation(self._holds(fact, *moments[-2:]))

    def _holding(self, moments: Sequence[Moment]) -> Iterator[Assertion]:
        """That the facts hold in some states, and of the steps between them."""
        for fact in self.facts:
            if fact.of == "state":
                for moment in moments:
                    yield Assertion(f"{fact.name}, in state {moment.number}", self._holds(fact, moment))
            else:
                for here, after in pairwise(moments):
                    yield Assertion(f"{fact.name}, in the step to state {after.number}", self._holds(fact, here, after))

    def _typed(self, moment: Moment) -> Term:
        ranges = [words.in_range(cell) for cell in moment.cells]
        return words.conjunction([*ranges, *(self._holds(fact, moment) for fact in self.types)])

    def _in_range(self, moment: Moment) -> Assertion:
        return Assertion(f"state {moment.number} is in range", self._typed(moment))

    def _step(self, here: Moment, after: Moment) -> Assertion:
        return Assertion(
            f"a step leads from state {here.number} to state {after.number}", self.system.step(here, after)
        )

    def _steps(self, moments: Sequence[Moment]) -> Iterator[Assertion]:
        yield from (self._step(here, after) for here, after in pairwise(moments))

    def _different(self, moments: Sequence[Moment]) -> Iterator[Assertion]:
        for one, other in combinations(moments, 2):
            pairs = zip(one.cells, other.cells, strict=True)
            differ = words.disjunction([words.negation(mine.term == its.term) for mine, its in pairs])
            yield Assertion(f"states {one.number} and {other.number} differ", differ)


def _in_a_row(k: int) -> str:
    return "a state" if k == 1 else f"{k} states in a row"


def _after(steps: int) -> str:
    return "in the beginning" if steps == 0 else f"after {counted(steps, 'step')}"
