"""Bounded model checking: runs of 0, 1, 2, … steps as one formula that grows.

Biere, Cimatti, Clarke and Zhu, Symbolic model checking without BDDs (1999); one solver for all depths as in Eén and
Sörensson, Temporal induction by incremental SAT solving (2003).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Literal

import z3

from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.least import Least
from modelcheck.engines.symbolic.solving import Solving
from modelcheck.engines.symbolic.system import Moment, System, digits_in, encode, state_in
from modelcheck.engines.symbolic.words import Term, Word
from modelcheck.frozen import Frozen
from modelcheck.kernel import program as ir
from modelcheck.verdict import Choice, Run

DEADLOCK = "deadlock"
ERRORS = "errors"


EFFORT = 16_000_000
"""How much a solver may do for one choice of the first run, in its own unit: a few seconds. Most take hardly any of it,
but how much depends on what was asked of Z3 before in the same process."""


class Found(Frozen):
    """The run to an answer, of `depth` steps."""

    run: Run
    depth: int


class Question(Frozen, eq=False):
    """Something that can be asked of the last state of a run, the step to it or a step from it."""

    name: str
    of: Literal["state", "last step", "next step"]
    term: Term
    """What answers it, over the system's own unknowns."""


class Bounded:
    """One check by bounded model checking. `answers` and `cuts` grow with `depth`, the steps that were looked at.

    `cuts` are the bounds that cut runs of up to `depth` steps, by code.
    """

    def __init__(
        self,
        program: ir.Program,
        solving: Solving,
        *,
        deadlock: bool,
        most: int | None = None,
        takes_first: bool = True,
    ) -> None:
        self.program = program
        self.solving = solving
        self.answers: dict[str, Found] = {}
        self.cuts: set[int] = set()
        self.depth = -1
        self.system: System = encode(program, solving.look)
        self.moments = [self.system.moment(0)]
        self.solver = solving.solver()
        self.open = list(self._questions())
        self.asks_for_deadlock = deadlock
        self.most = most
        """The steps of the longest runs, behind which nothing is asked; None: a step from each state is asked for."""
        self.takes_first = takes_first
        """Whether an answer is the first run in the order of choices, as an explicit search finds it, or just any."""
        self.moves: list[Term] = []
        """Conditions under which some step is possible, found so far."""

    def _questions(self) -> Iterator[Question]:
        system = self.system
        for prop in self.program.properties:
            if not prop.is_atom:
                yield Question(prop.name, "last step" if prop.is_of_steps else "state", system.wrong(prop))
            # A part of a formula answers nothing by itself, but its evaluation may fail.
            for of, term in system.undefined(prop):
                yield Question(ERRORS, of, term)
        fails = system.somewhere(lambda path: words.disjunction([term for _, term in path.fails]))
        yield Question(ERRORS, "next step", fails)

    def start(self) -> None:
        """Look at the beginnings of runs. Raises what `Solving` raises."""
        initial = self.system.initial
        fails = words.conjunction([initial.exists, words.disjunction([term for _, term in initial.fails])])
        model = self._model_of(fails)
        if model is not None:
            digits = digits_in(model, initial.digits, lambda term: term)
            self.answers[ERRORS] = Found(Run(digits, ()), 0)
        for code, term in initial.cuts:
            self._note_cut(code, words.conjunction([initial.exists, term]))
        self.solver.add(self.system.starts(self.moments[0]))
        self.has_start = self.solving.check(self.solver) == z3.sat

    def deepen(self) -> bool:
        """Look at runs of one step more; False if there are none. Raises what `Solving` raises."""
        if self.depth >= 0:
            here, after = self.moments[-1], self.system.moment(self.depth + 1)
            self.solver.add(self.system.step(here, after))
            self.moments.append(after)
            if self.solving.check(self.solver) == z3.unsat:
                return False
        self.depth += 1
        self.ask()
        if self.depth != self.most:
            self._ask_cuts()
        return True

    def goes_on(self) -> bool:
        """Whether some run is longer than those that were looked at, or would be if it did not fail or hit a capacity.

        A step behind the last that the declared bound leaves out is none. Raises what `Solving` raises.
        """
        last, code = self.moments[-1], ir.DECLARED_BOUND
        beyond = self.system.cut_by(code) if self.program.within is not None else words.FALSE
        some = words.conjunction([self.system.somewhere(lambda _: words.TRUE), words.negation(beyond)])
        if self._model_of(self.system.at(some, last)) is not None:
            return True
        self._note_cut(code, self.system.at(beyond, last))
        return False

    def ask(self) -> None:
        """Ask what has no answer yet of the runs of this length. Raises what `Solving` raises."""
        self._ask_all()
        if self.asks_for_deadlock and DEADLOCK not in self.answers:
            self._ask_deadlock()

    @property
    def is_settled(self) -> bool:
        """Whether every question has an answer."""
        wanted = {question.name for question in self.open} | ({DEADLOCK} if self.asks_for_deadlock else set())
        return wanted <= self.answers.keys()

    # ----------------------------------------------------------------------------------------------------- questions

    def _ask_all(self) -> None:
        last = self.moments[-1]
        for question in self.open:
            if question.name in self.answers or z3.is_false(question.term):
                continue
            if question.of == "next step" and self.depth == self.most:
                continue
            if question.of == "last step":
                if self.depth == 0:
                    continue
                term = self.system.at(question.term, self.moments[-2], last)
            else:
                term = self.system.at(question.term, last)
            self._answer(question.name, term, fails=question.of == "next step")

    def _answer(self, name: str, term: Term, *, fails: bool) -> None:
        """Note the first of the runs of this length for which a term is true; `fails`: with a step from its end."""
        if z3.is_false(term):
            return
        self.solver.push()
        try:
            self.solver.add(term)
            if self.solving.check(self.solver) == z3.sat:
                model = self.solver.model()
                # Any run is an answer, if there is no time to find the first.
                self.answers[name] = Found(self._run(model, further=fails), self.depth + fails)
                if self.takes_first:
                    self.answers[name] = Found(self._first_run(model, further=fails)[0], self.depth + fails)
        finally:
            self.solver.pop()

    def _first_run(self, model: z3.ModelRef, *, further: bool = False) -> tuple[Run, z3.ModelRef]:
        """The first run that the solver allows in the order of choices, as an explicit search finds it, and its model.

        Choices for which that takes too much effort are those of the model.
        """
        system, least = self.system, Least(self.solving, self.solver, EFFORT)
        initial, model = least.digits(system.initial.digits, lambda term: term, model)
        choices = []
        for moment in self.moments if further else self.moments[:-1]:
            model = least.settle([Word(moment.action, system.selector.type)], model)
            action = model.eval(moment.action, model_completion=True).as_long()
            written = partial(system.at, here=moment)
            digits, model = least.digits(system.actions[action].digits, written, model)
            choices.append(Choice(action, digits))
        return Run(initial, tuple(choices)), model

    def _model_of(self, term: Term) -> z3.ModelRef | None:
        """A run of this length for which a term is true."""
        return None if z3.is_false(term) else self.solving.model_with(self.solver, term)

    def _run(self, model: z3.ModelRef, *, further: bool = False) -> Run:
        """The run that a model describes; `further`: with the step from its last state."""
        system = self.system
        initial = digits_in(model, system.initial.digits, lambda term: term)
        steps = self.moments if further else self.moments[:-1]
        return Run(initial, tuple(self._choice(model, moment) for moment in steps))

    def _choice(self, model: z3.ModelRef, moment: Moment) -> Choice:
        action = model.eval(moment.action, model_completion=True).as_long()
        digits = self.system.actions[action].digits
        return Choice(action, digits_in(model, digits, lambda term: self.system.at(term, moment)))

    # ------------------------------------------------------------------------------------------- deadlock and bounds

    def _ask_deadlock(self) -> None:
        """Look for a state from which nothing is possible, by guessing one and refuting it with a step.

        A step that is possible from the guess shows that all states are none from which the same choices are possible,
        so there are as many guesses as there are choices at most.
        """
        system, last = self.system, self.moments[-1]
        guesses = self.solver
        guesses.push()
        try:
            guesses.add(words.negation(system.at(system.resting(), last)))
            guesses.add(*[words.negation(system.at(move, last)) for move in self.moves])
            while self.solving.check(guesses) == z3.sat:
                model = guesses.model()
                move = self._move_from(tuple(state_in(model, last.cells)))
                if move is None:
                    self.answers[DEADLOCK] = Found(self._run(model), self.depth)
                    if not self.takes_first:
                        return
                    # The first of all guesses that are left may be none, and then there is another first.
                    guesses.push()
                    run, model = self._first_run(model)
                    guesses.pop()
                    move = self._move_from(tuple(state_in(model, last.cells)))
                    if move is None:
                        self.answers[DEADLOCK] = Found(run, self.depth)
                        return
                self.moves.append(move)
                guesses.add(words.negation(system.at(move, last)))
        finally:
            guesses.pop()

    def _move_from(self, state: tuple[int, ...]) -> Term | None:
        """The condition under which a step is possible that is possible from a state, or None if none is."""
        system = self.system
        solver = self.solving.solver()
        solver.add(*[w.term == words.constant(v, w.type).term for w, v in zip(system.state, state, strict=True)])
        for action, encoded in zip(self.program.actions, system.actions, strict=True):
            if action.origin == "fault" or z3.is_false(encoded.exists):
                continue
            solver.push()
            solver.add(encoded.exists)
            if self.solving.check(solver) == z3.sat:
                model = solver.model()
                chosen = [(w.term, model.eval(w.term, model_completion=True)) for w in encoded.unknowns]
                return z3.simplify(z3.substitute(encoded.exists, *chosen))
            solver.pop()
        return None

    def _ask_cuts(self) -> None:
        last = self.moments[-1]
        codes = {code for action in self.system.actions for code, _ in action.cuts} - self.cuts
        for code in sorted(codes):
            self._note_cut(code, self.system.at(self.system.cut_by(code), last))

    def _note_cut(self, code: int, term: Term) -> None:
        if code not in self.cuts and self._model_of(term) is not None:
            self.cuts.add(code)
