"""Short runs that refute values of unknown constants, found by bounded model checking of all values at once."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence

from modelcheck.engines.base import DEADLOCK, Effort
from modelcheck.engines.process import budget_bytes
from modelcheck.engines.solved import FIRST_ROOM, lowered_for_runs
from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.blocks import Digit
from modelcheck.engines.symbolic.bounded import Bounded, Found
from modelcheck.engines.symbolic.solving import Solving, StoppedError
from modelcheck.engines.symbolic.words import Term
from modelcheck.frozen import replace
from modelcheck.ir.model import Model
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.kernel.task import Limits

EFFORT = Effort(steps=10_000_000, terms=3000)
"""What a solver may do: large models take it longer to begin than an explicit search takes to end."""

Values = tuple[int, ...]
"""The numbers of the values of some unknown constants."""


class ShortRuns:
    """The runs of a model that answer one of the questions `asked`, for values that are still `open`.

    `places` are those of the constants in question among all unknown ones, which are what a run chooses first.
    Whoever takes a run excludes its values, and those of which he knows by other means.
    """

    def __init__(self, model: Model, asked: frozenset[str], places: Sequence[int], open_: Sequence[Values]) -> None:
        self.model, self.asked, self.places = model, asked, tuple(places)
        self.open = dict.fromkeys(open_)
        self.is_too_large = False
        """Whether the model was too much to be written out."""
        self._bounded: Bounded | None = None

    def exclude(self, values: Values) -> None:
        """Have no more runs for these values."""
        self.open.pop(values, None)
        if self._bounded is not None:
            self._bounded.solver.add(words.negation(self._are(self._bounded, values)))

    def runs(self, limits: Limits, depth: int) -> Iterator[tuple[str, Found]]:
        """Shortest runs of up to `depth` steps, by what they answer, until a limit is reached.

        Of a run of n steps it is known that no shorter one refutes its values, nor others that are open.
        Raises `KeyboardInterrupt`.
        """
        limits = replace(limits, memory_bytes=budget_bytes(limits))
        try:
            with Solving(limits, time.monotonic(), EFFORT) as solving:
                room = FIRST_ROOM
                while (yield from self._runs(solving, room, depth)):
                    room *= 2
        except StoppedError as stopped:
            if stopped.why == "interrupted":
                raise KeyboardInterrupt from None
            self.is_too_large = stopped.why == "effort" and self._bounded is None

    def _runs(self, solving: Solving, room: int, depth: int) -> Generator[tuple[str, Found], None, bool]:
        """Search with room for so many messages; whether some run needs more."""
        lowered = lowered_for_runs(self.model, room)
        bounded = Bounded(
            simplify(lowered.program), solving, deadlock=DEADLOCK in self.asked, most=depth, takes_first=False
        )
        bounded.open = [question for question in bounded.open if question.name in self.asked]
        bounded.start()
        # That the beginning itself fails was asked of all values together, once.
        bounded.answers.clear()
        self._bounded = bounded
        bounded.solver.add(self._among_open(bounded))
        while self.open and bounded.depth < depth and bounded.deepen():
            if bounded.cuts & lowered.room:
                return True
            while bounded.answers and self.open:
                before = len(self.open)
                yield min(bounded.answers.items(), key=lambda answer: (answer[1].depth, answer[0]))
                assert len(self.open) < before, "the same run would be found again"
                bounded.answers.clear()
                bounded.ask()
        return False

    def _among_open(self, bounded: Bounded) -> Term:
        chosen = self._digits(bounded)
        each = [sorted({values[at] for values in self.open}) for at in range(len(self.places))]
        terms = [
            words.disjunction([_is(digit, number) for number in numbers])
            for digit, numbers in zip(chosen, each, strict=True)
        ]
        total = 1
        for numbers in each:
            total *= len(numbers)
        if total > len(self.open):
            terms.append(words.disjunction([self._are(bounded, values) for values in self.open]))
        return words.conjunction(terms)

    def _are(self, bounded: Bounded, values: Values) -> Term:
        digits = self._digits(bounded)
        return words.conjunction([_is(digit, number) for digit, number in zip(digits, values, strict=True)])

    def _digits(self, bounded: Bounded) -> list[Digit]:
        return [bounded.system.initial.digits[place] for place in self.places]


def _is(digit: Digit, number: int) -> Term:
    return words.compare("==", digit.digit, words.constant(number, digit.digit.type))
