"""The canonical counterexample: the lexicographically least choice sequence among the shortest.

No parent links were kept. From the level of the answer back to the start, the states that lead to it in the fewest
steps are marked, one pass over each level; then the run is walked forward, taking the first choice into a marked state.
"""

from __future__ import annotations

from collections.abc import Iterator

from modelcheck.engines.native import slots
from modelcheck.engines.native.explorer import Explorer
from modelcheck.engines.native.findings import Target
from modelcheck.engines.native.memory import Region, words_at
from modelcheck.engines.native.module import ERROR_BIT
from modelcheck.kernel.evaluate import Fail, Next, State, initial_states, outcomes, value_of_property
from modelcheck.kernel.program import Property
from modelcheck.verdict import Choice, Run

_KINDS = {"state": slots.ASK_STATE, "step": slots.ASK_STEP, "error": slots.ASK_ERROR, "deadlock": slots.ASK_DEADLOCK}


LOOK_EVERY = 64
"""How many outcomes are computed between two looks at the clock."""


class TraceCutShort(Exception):  # noqa: N818 - no mistake
    """The time was up, or the user had enough, before the run was found."""


class TraceLost(Exception):  # noqa: N818 - no mistake
    """States that are not equal stand for one orbit, and none of those on the way was met again."""


class Tracer:
    """Finds the runs that a finished search has answers for."""

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        self.program = explorer.program

    def run_to(self, name: str, target: Target) -> Run:
        """The run that answers a question: a property by name, `errors` or `deadlock`."""
        properties = {prop.name: (index, prop) for index, prop in enumerate(self.program.properties)}
        index, prop = properties.get(name, (ERROR_BIT, None))
        if target.level < 0:
            return self._failing_start()
        marks = self._marks(target, 1 << index)
        digits, state = self._first(marks)
        steps: list[Choice] = []
        for level in range(target.level):
            choice, state = self._onward(state, level + 1, marks)
            steps.append(choice)
        if target.kind in {"step", "error"}:
            steps.append(self._last(state, prop))
        return Run(digits, tuple(steps))

    def _marks(self, target: Target, bits: int) -> Region:
        explorer = self.explorer
        marks = Region(explorer.store.workers << slots.MARKS_BITS)
        if not explorer.index_table():
            raise TraceCutShort
        job = explorer.job("mark_runs", 0, marks.address, target.level, _KINDS[target.kind], bits)
        explorer.in_threads([job], explorer.watch.is_late)
        self._look()
        return marks

    def _lost(self, why: str) -> Exception:
        return AssertionError(why) if self.explorer.is_exact else TraceLost(why)

    def _look(self) -> None:
        if self.explorer.watch.is_late(self.explorer.store):
            raise TraceCutShort

    def _is_marked(self, state: State, level: int, marks: Region) -> bool:
        explorer, index = self.explorer, self.explorer.index_of(state)
        if index is None:
            return False
        worker, place = index >> slots.PLACE_BITS, index & slots.PLACE
        if not explorer.store.row(level)[worker] <= place < explorer.store.row(level + 1)[worker]:
            return False
        word = words_at(marks.address + 8 * ((worker << slots.MARKS_BITS) | (place >> 6)), 1)[0]
        return bool(word >> (place & 63) & 1)

    def _first(self, marks: Region) -> tuple[tuple[int, ...], State]:
        for number, (digits, outcome) in enumerate(initial_states(self.program)):
            if number % LOOK_EVERY == 0:
                self._look()
            if isinstance(outcome, Next) and self._is_marked(outcome.state, 0, marks):
                return digits, outcome.state
        raise self._lost("no initial state leads to the answer")

    def _steps(self, state: State) -> Iterator[tuple[Choice, object]]:
        for action in range(len(self.program.actions)):
            for number, (digits, outcome) in enumerate(outcomes(self.program, action, state)):
                if number % LOOK_EVERY == 0:
                    self._look()
                yield Choice(action, digits), outcome

    def _onward(self, state: State, level: int, marks: Region) -> tuple[Choice, State]:
        for choice, outcome in self._steps(state):
            if isinstance(outcome, Next) and self._is_marked(outcome.state, level, marks):
                return choice, outcome.state
        raise self._lost("no step leads to the answer")

    def _last(self, state: State, prop: Property | None) -> Choice:
        """The first step that violates a property of steps, or in which an evaluation fails."""
        for choice, outcome in self._steps(state):
            if prop is None:
                if isinstance(outcome, Fail) or (isinstance(outcome, Next) and self._undefined(state, outcome.state)):
                    return choice
            elif isinstance(outcome, Next) and value_of_property(self.program, prop, state, outcome.state) is False:
                return choice
        raise AssertionError("no step gives the answer")

    def _undefined(self, state: State, after: State) -> bool:
        for prop in self.program.properties:
            value = (
                value_of_property(self.program, prop, state, after)
                if prop.kind == "transition"
                else value_of_property(self.program, prop, after)
            )
            if value is None:
                return True
        return False

    def _failing_start(self) -> Run:
        for digits, outcome in initial_states(self.program):
            if isinstance(outcome, Fail):
                return Run(digits, ())
            if isinstance(outcome, Next) and any(
                prop.kind != "transition" and value_of_property(self.program, prop, outcome.state) is None
                for prop in self.program.properties
            ):
                return Run(digits, ())
        raise AssertionError("no start fails")
