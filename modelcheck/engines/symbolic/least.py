"""The least answer of a solver: the same whichever it finds first, and free of what does not matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import z3

from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.blocks import Digit
from modelcheck.engines.symbolic.solving import Solving, StoppedError
from modelcheck.engines.symbolic.words import Term, Word
from modelcheck.kernel.types import BOOL, BitsType, IntType, least


class Least:
    """Makes the answers of a solver the least that it allows, a word after the other. The solver is held to them.

    With `effort`, in the solver's own unit, a value for which it takes more is the least that was found with it. Each
    value that is given up halves the effort for those behind it, so that hard ones do not take it many times over.
    """

    def __init__(self, solving: Solving, solver: z3.Solver, effort: int | None = None) -> None:
        self._solving = solving
        self._solver = solver
        self._effort = effort

    def settle(self, wanted: Iterable[Word], model: z3.ModelRef) -> z3.ModelRef:
        """Give words, the first before the others, the least values that are allowed.

        `model` is one of the solver's; the answer is one with these values. Numbers and sets are compared as numbers.
        Raises what `Solving` raises.
        """
        for word in wanted:
            value, model = self.value(word, model)
            self._solver.add(words.compare("==", word, words.constant(value, word.type)))
        return model

    def digits(
        self, digits: Iterable[Digit], written: Callable[[Term], Term], model: z3.ModelRef
    ) -> tuple[tuple[int, ...], z3.ModelRef]:
        """The digits of the first path in the order of choices that is allowed, and a model that takes it.

        `model` is one of the solver's; `written` puts a term at its moment. Raises what `Solving` raises.
        """
        found = []
        for digit in digits:
            # Whether there is a choice depends on those before only, which are settled.
            if z3.is_true(model.eval(written(digit.there), model_completion=True)):
                word = Word(written(digit.digit.term), digit.digit.type)
                model = self.settle([word], model)
                found.append(value_in(model, word))
        return tuple(found), model

    def value(self, word: Word, model: z3.ModelRef) -> tuple[int, z3.ModelRef]:
        """The least value of a word that is allowed, with a model that has it; `model` is one of the solver's.

        Nothing is held to it. Where effort is limited, it is the least that was found. Raises what `Solving` raises.
        """
        lowest, highest = least(word.type), value_in(model, word)
        # Most words do not matter, or hardly: the least value of all is tried first.
        middle = lowest
        while lowest < highest:
            try:
                lower = self._model_with(_at_most(word, middle))
            except StoppedError as stopped:
                if stopped.why != "effort":
                    raise
                if self._effort is not None:
                    self._effort = max(1, self._effort // 2)
                return highest, model
            if lower is None:
                lowest = middle + 1
            else:
                model, highest = lower, value_in(lower, word)
            middle = (lowest + highest) // 2
        return lowest, model

    def _model_with(self, term: Term) -> z3.ModelRef | None:
        if self._effort is not None:
            self._solver.set("rlimit", self._effort)
        try:
            return self._solving.model_with(self._solver, term)
        finally:
            self._solver.set("rlimit", self._solving.steps)


def value_in(model: z3.ModelRef, word: Word) -> int:
    """The value of a word in a model."""
    term = model.eval(word.term, model_completion=True)
    return int(z3.is_true(term)) if word.type == BOOL else words.number_in(term, word.type)


def _at_most(word: Word, value: int) -> Term:
    if isinstance(word.type, IntType | BitsType):
        return words.compare("<=", word, words.constant(value, word.type))
    return words.negation(word.term) if value == 0 else words.TRUE
