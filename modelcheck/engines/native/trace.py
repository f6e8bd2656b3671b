"""The canonical counterexample: the lexicographically least choice sequence among the shortest.

No parent links were kept. From the level of the answer back to the start, the states that lead to it in the fewest
steps are marked, one pass over each level; then the run is walked forward, taking the first choice into a marked state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from modelcheck.engines.native import slots
from modelcheck.engines.native.explorer import Explorer
from modelcheck.engines.native.findings import Target
from modelcheck.engines.native.paths import MOST_UNWATCHED, most_paths, portions
from modelcheck.frozen import replace
from modelcheck.jit.memory import WORD, Region, Words
from modelcheck.kernel.evaluate import (
    Digits,
    Fail,
    Next,
    Outcome,
    State,
    initial_states,
    outcomes,
    value_of_property,
)
from modelcheck.kernel.program import Property
from modelcheck.verdict import Choice, Run

_KINDS = {"state": slots.ASK_STATE, "step": slots.ASK_STEP, "error": slots.ASK_ERROR, "deadlock": slots.ASK_DEADLOCK}


ROOM_WORDS = 1 << 20
"""How much address space is taken at once for sets of states."""

LOOK_EVERY = 64
"""How many outcomes are computed between two looks at the clock."""


class TraceCutShort(Exception):  # noqa: N818 - no mistake
    """The time was up, or the user had enough, before the run was found."""


class TraceLost(Exception):  # noqa: N818 - no mistake
    """States that are not equal stand for one orbit, and none of those on the way was met again."""


class Tracer:
    """Finds the runs that a finished search has answers for: `targets`, by name."""

    def __init__(self, explorer: Explorer, targets: Mapping[str, Target]) -> None:
        self.explorer = explorer
        self.program = explorer.program
        self._properties = {prop.name: (index, prop) for index, prop in enumerate(self.program.properties)}
        # An error in the beginning itself needs no marks.
        self._numbers = {name: number for number, name in enumerate(one for one in targets if targets[one].level >= 0)}
        self.targets = targets
        self._goals = Words(slots.GOALS + len(self._numbers) * slots.GOAL_WORDS)
        self._regions: list[Region] = []
        self._state = Words(explorer.layout.words)
        self._is_slow = any(most_paths(self.program, action.body) > MOST_UNWATCHED for action in self.program.actions)
        self._marked: int | None = None
        self._sets: dict[tuple[str, int], tuple[int, int, int]] = {}
        self._next = self._free = 0

    def run_to(self, name: str) -> Run:
        """The run that answers a question: a property by name, `errors` or `deadlock`."""
        target = self.targets[name]
        if target.level < 0:
            return self._failing_start()
        if self._marked is None:
            self._marked = self._mark()
        goal = 1 << self._numbers[name]
        if not self._marked & goal:
            raise TraceCutShort
        self._gather(0, goal)
        digits, state = self._first()
        steps: list[Choice] = []
        for level in range(1, target.level + 1):
            self._gather(level, goal)
            choice, state = self._onward(state)
            steps.append(choice)
        if target.kind in {"step", "error"}:
            steps.append(self._last(state, self._properties.get(name, (0, None))[1]))
        return Run(digits, tuple(steps))

    def is_marked(self, name: str) -> bool:
        """Whether the states on the shortest runs to an answer are marked, for which there may be no time."""
        if self.targets[name].level < 0:
            return False
        if self._marked is None:
            self._marked = self._mark()
        return bool(self._marked & 1 << self._numbers[name])

    def enter(self, name: str, level: int) -> None:
        """Look at the states of a level that are marked for an answer. Each such set is made once, and kept."""
        goals = self._goals
        kept = self._sets.get((name, level))
        if kept is None:
            address = goals[slots.SET] = self._room_for(level)
            self._gather(level, 1 << self._numbers[name])
            kept = self._sets[name, level] = (address, goals[slots.SET_MASK], goals[slots.SET_COUNT])
        goals[slots.SET], goals[slots.SET_MASK], goals[slots.SET_COUNT] = kept

    def _room_for(self, level: int) -> int:
        """The address of room for a set of states of a level. Many sets share a region: a process has not many."""
        row = sum(self.explorer.store.row(level + 1)) - sum(self.explorer.store.row(level))
        words = max(slots.LEAST_SET, 1 << (row * 8 // 3).bit_length())
        if self._free < words:
            self._free = max(words, ROOM_WORDS)
            self._regions.append(Region(self._free))
            self._next = self._regions[-1].address
        address = self._next
        self._next, self._free = address + words * WORD, self._free - words
        return address

    def actions_into(self, state: State) -> Iterator[int]:
        """The actions, ascending, that lead from a state into the level that was entered."""
        action = self._first_action(state)
        while action is not None:
            yield action
            action = self._first_action(state, action + 1)

    def is_in(self, state: State) -> bool:
        """Whether a state, or the one that stands for it, is among those of the level that was entered."""
        return self._leads_on(state)

    # ---------------------------------------------------------------------------------------------------------- marks

    def _mark(self) -> int:
        """Mark the states on the shortest runs to the targets; returns for which of them there was time, a bit each.

        All in one pass over the levels; once the time is up, target after target, those that need the fewest first.
        """
        self._set_goals()
        shallow_first = sorted(self._numbers, key=lambda name: self.targets[name].level)
        one_by_one = self.explorer.watch.over is not None
        marked = 0
        for names in [[name] for name in shallow_first] if one_by_one else [shallow_first]:
            try:
                self._mark_for(names)
            except TraceCutShort:
                break
            marked |= sum(1 << self._numbers[name] for name in names)
        return marked

    def _set_goals(self) -> None:
        store, goals = self.explorer.store, self._goals
        # A set's load is at most three quarters.
        members = Region(max(slots.LEAST_SET, 1 << (store.stored() * 8 // 3).bit_length()))
        self._regions.append(members)
        goals[slots.GOAL_COUNT], goals[slots.SET] = len(self._numbers), members.address
        for name, number in self._numbers.items():
            marks = Region(store.workers << slots.MARKS_BITS)
            self._regions.append(marks)
            target, at = self.targets[name], slots.GOALS + number * slots.GOAL_WORDS
            goals[at + slots.GOAL_KIND] = _KINDS[target.kind]
            goals[at + slots.GOAL_BITS] = 1 << self._properties.get(name, (slots.ERROR_BIT, None))[0]
            goals[at + slots.GOAL_LEVEL] = target.level
            goals[at + slots.GOAL_MARKS] = marks.address

    def _mark_for(self, names: Sequence[str]) -> None:
        store, goals = self.explorer.store, self._goals
        goals[slots.WANTED] = sum(1 << self._numbers[name] for name in names)
        goals[slots.SET_COUNT] = 0
        left = 1 + max(self.targets[name].level for name in names)
        while left:
            (left,) = self._call([self.explorer.job("mark_down", 0, goals.address, left - 1)])
            if left:
                workers = range(store.workers)
                self._call([self.explorer.job("mark_part", worker, goals.address) for worker in workers])
                left -= 1
                self._gather(left, goals[slots.SOUGHT])

    def _call(self, jobs: list[Callable[[], object]]) -> list[int]:
        """Run compiled code that may take long."""
        explorer = self.explorer
        results = explorer.in_threads(jobs, explorer.watch.is_late)
        if explorer.store.ctx[slots.STOP]:
            # Told to end: what it did is not whole, whatever the watch says by now.
            raise TraceCutShort
        return [result for result in results if isinstance(result, int)]

    def _gather(self, level: int, wanted: int) -> None:
        """Make the set of a level's states that are marked for wanted goals."""
        store, call = self.explorer.store, self.explorer.machine.call["gather_level"]
        job = partial(call, store.ctx.address, self._goals.address, level, wanted)
        if sum(store.row(level + 1)) - sum(store.row(level)) > slots.SMALL_LEVEL:
            self._call([job])
        else:
            job()

    def _first_action(self, state: State, least: int = 0) -> int | None:
        """The least action, from `least` on, that leads from a state into the set."""
        self._state.fill(self.explorer.layout.pack(state))
        job = self.explorer.job("first_action", 0, self._goals.address, self._state.address, least)
        action = self._call([job])[0] if self._is_slow else int(str(job()))
        return action - 1 if action else None

    def _leads_on(self, state: State) -> bool:
        """Whether a state is in the set."""
        call, explorer = self.explorer.machine.call["find_marked"], self.explorer
        return bool(call(explorer.store.ctx.address, self._goals.address, explorer.packed(state)))

    def _lost(self, why: str) -> Exception:
        return AssertionError(why) if self.explorer.is_exact else TraceLost(why)

    def _look(self) -> None:
        if self.explorer.watch.is_late(self.explorer.store):
            raise TraceCutShort

    # ------------------------------------------------------------------------------------------------------- the walk

    def _starts(self) -> Iterator[tuple[Digits, Outcome]]:
        for portion in portions(self.program, self.program.initial):
            yield from self._watched(initial_states(replace(self.program, initial=portion)))

    def _watched(self, found: Iterable[tuple[Digits, Outcome]]) -> Iterator[tuple[Digits, Outcome]]:
        """The outcomes of a portion, with a look at the clock before it and now and then."""
        self._look()
        for number, one in enumerate(found, 1):
            if number % LOOK_EVERY == 0:
                self._look()
            yield one

    def _first(self) -> tuple[Digits, State]:
        for digits, outcome in self._starts():
            if isinstance(outcome, Next) and self._leads_on(outcome.state):
                return digits, outcome.state
        raise self._lost("no initial state leads to the answer")

    def _steps(self, state: State, actions: Iterable[int]) -> Iterator[tuple[Choice, object]]:
        for action in actions:
            for portion in portions(self.program, self.program.actions[action].body):
                part = replace(self.program, actions=(replace(self.program.actions[action], body=portion),))
                for digits, outcome in self._watched(outcomes(part, 0, state)):
                    yield Choice(action, digits), outcome

    def _onward(self, state: State) -> tuple[Choice, State]:
        # Compiled code knows the action at once, and not by which choices it was taken.
        action = self._first_action(state)
        for choice, outcome in self._steps(state, () if action is None else (action,)):
            if isinstance(outcome, Next) and self._leads_on(outcome.state):
                return choice, outcome.state
        raise self._lost("no step leads to the answer")

    def _last(self, state: State, prop: Property | None) -> Choice:
        """The first step that violates a property of steps, or in which an evaluation fails."""
        for choice, outcome in self._steps(state, range(len(self.program.actions))):
            if prop is None:
                if isinstance(outcome, Fail) or (isinstance(outcome, Next) and self._undefined(state, outcome.state)):
                    return choice
            elif isinstance(outcome, Next) and value_of_property(self.program, prop, state, outcome.state) is False:
                return choice
        raise AssertionError("no step gives the answer")

    def _undefined(self, state: State, after: State) -> bool:
        return any(
            value_of_property(self.program, prop, state, after) is None
            for prop in self.program.properties
            if prop.is_of_steps
        ) or self._undefined_at(after)

    def _undefined_at(self, state: State) -> bool:
        # Of formulas, also the step that changes nothing has a value.
        return any(
            value_of_property(self.program, prop, state, state) is None
            for prop in self.program.properties
            if prop.kind != "transition"
        )

    def _failing_start(self) -> Run:
        for digits, outcome in self._starts():
            if isinstance(outcome, Fail):
                return Run(digits, ())
            if isinstance(outcome, Next) and self._undefined_at(outcome.state):
                return Run(digits, ())
        raise AssertionError("no start fails")
