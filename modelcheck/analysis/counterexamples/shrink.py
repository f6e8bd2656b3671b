"""Making a run that was found by chance shorter, without a search: what is left out is tried.

First its loops, then all that its conclusion does not depend on, then parts, smaller and smaller, down to single
steps (Zeller and Hildebrandt, Simplifying and isolating failure-inducing input, 2002). What is left need not be a
shortest run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from modelcheck.frozen import field, replace
from modelcheck.semantics.answers import answers, answers_by, is_by_step
from modelcheck.semantics.execute import Next, State, follow
from modelcheck.semantics.replay import judge
from modelcheck.verdict import Choice, Run

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Property

MOST_STEPS = 100_000
"""How many steps are taken again before it is left at that: some seconds."""


def shrunk(model: Model, run: Run, question: Property | str, is_over: Callable[[], bool]) -> tuple[Run, bool]:
    """The run without what can be left out, and whether no single step more can be."""
    trial = _Trial(model, question, run.initial, is_over)
    choices = trial.without_loops(run.choices)
    while True:
        before = len(choices)
        choices = trial.sliced(choices)
        choices = trial.reduced(choices)
        if len(choices) == before or trial.is_spent():
            return replace(run, choices=choices), not trial.is_spent()


class _Trial(Struct):
    """Tries runs that begin alike."""

    model: Model
    question: Property | str
    start: tuple[int, ...]
    is_over: Callable[[], bool]
    taken: int = 0
    known: dict[tuple[Choice, ...], bool] = field(default_factory=dict)

    def is_spent(self) -> bool:
        return self.taken > MOST_STEPS or self.is_over()

    def shows(self, choices: tuple[Choice, ...]) -> bool:
        """Whether some choices are a run that answers the question at its end."""
        if choices not in self.known:
            self.known[choices] = self._shows(choices)
        return self.known[choices]

    def _shows(self, choices: tuple[Choice, ...]) -> bool:
        path = follow(self.model, None, None, self.start)
        state: State | None = None
        for choice in choices:
            if path is None or not isinstance(path.outcome, Next):
                return False
            self.taken += 1
            state = path.outcome.state
            path = follow(self.model, state, choice.action, choice.digits)
        if path is None:
            return False
        if is_by_step(self.question):
            return answers_by(self.model, self.question, state, path)
        return isinstance(path.outcome, Next) and answers(self.model, self.question, path.outcome.state)

    def without_loops(self, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        """The run without the steps between two equal states, which lead nowhere."""
        path = follow(self.model, None, None, self.start)
        states: list[State] = []
        for choice in choices:
            assert path is not None
            assert isinstance(path.outcome, Next)
            states.append(path.outcome.state)
            path = follow(self.model, states[-1], choice.action, choice.digits)
        last = {state: number for number, state in enumerate(states)}
        kept: list[Choice] = []
        number = 0
        while number < len(choices):
            number = last[states[number]]
            kept.append(choices[number])
            number += 1
        return tuple(kept) if self.shows(tuple(kept)) else choices

    def sliced(self, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        """The run without what its conclusion does not depend on, if that is one."""
        kept = judge(self.model, Run(self.start, choices), self.question).causal_slice
        found = tuple(choice for number, choice in enumerate(choices, 1) if number in kept)
        return found if self.shows(found) else choices

    def reduced(self, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        """Leave out parts, halves first, as long as the rest is a run."""
        size = max(1, len(choices) // 2)
        while choices and not self.is_spent():
            shorter = self._without_a_part(choices, size)
            if shorter is not None:
                choices = shorter
            elif size == 1:
                break
            else:
                size //= 2
        return choices

    def _without_a_part(self, choices: tuple[Choice, ...], size: int) -> tuple[Choice, ...] | None:
        # From the end: what comes late has fewer steps that depend on it.
        for begin in reversed(range(0, len(choices), size)):
            rest = (*choices[:begin], *choices[begin + size :])
            if self.shows(rest):
                return rest
            if self.is_spent():
                return None
        return None
