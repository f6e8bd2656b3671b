"""Breadth-first exploration with the Python evaluator: the yardstick for engines and passes, not an engine itself."""

from __future__ import annotations

from collections import deque

from msgspec import Struct

from modelcheck.frozen import Frozen, field
from modelcheck.kernel.evaluate import Cut, Digits, Fail, Next, Outcome, State, evaluate, initial_states, outcomes
from modelcheck.kernel.program import Program


class Ending(Frozen):
    """A path without a successor. `state` and `action` are None for a path through the initial block.

    `code` indexes `Program.fails` or `Program.bounds`.
    """

    state: State | None
    action: int | None
    digits: Digits
    code: int


class Explored(Frozen):
    """What a search found, everything in the order of discovery.

    `states` gives the least number of steps from an initial state. `transitions` counts the outcomes that are states,
    known ones and self-loops included, states left out for lack of room not; initial states are not transitions.
    """

    states: dict[State, int]
    transitions: int
    fails: tuple[Ending, ...]
    cuts: tuple[Ending, ...]
    deadlocks: tuple[State, ...]
    complete: bool


def explore(program: Program, max_states: int) -> Explored:
    """Explore in first-in, first-out order until nothing is new, or there is a new state but no room for it."""
    search = _Search(program, max_states)
    for digits, outcome in initial_states(program):
        search.record(Ending(None, None, digits, 0), outcome, depth=0)
    while search.queue and search.complete:
        search.expand(search.queue.popleft())
    return Explored(
        search.states,
        search.transitions,
        tuple(search.fails),
        tuple(search.cuts),
        tuple(search.deadlocks),
        search.complete,
    )


class _Search(Struct):
    program: Program
    max_states: int
    states: dict[State, int] = field(default_factory=dict)
    queue: deque[State] = field(default_factory=deque)
    transitions: int = 0
    fails: list[Ending] = field(default_factory=list)
    cuts: list[Ending] = field(default_factory=list)
    deadlocks: list[State] = field(default_factory=list)
    complete: bool = True

    def expand(self, state: State) -> None:
        stuck = True
        for index, action in enumerate(self.program.actions):
            for digits, outcome in outcomes(self.program, index, state):
                # A fault that could still happen is no way out of a deadlock.
                stuck = stuck and action.origin == "fault"
                self.record(Ending(state, index, digits, 0), outcome, depth=self.states[state] + 1)
                if not self.complete:
                    return
        if stuck and not evaluate(self.program, self.program.resting, state):
            self.deadlocks.append(state)

    def record(self, path: Ending, outcome: Outcome, *, depth: int) -> None:
        match outcome:
            case Fail(code):
                self.fails.append(Ending(path.state, path.action, path.digits, code))
            case Cut(bound):
                self.cuts.append(Ending(path.state, path.action, path.digits, bound))
            case Next(state):
                self.reach(state, depth)
                self.transitions += self.complete and path.state is not None

    def reach(self, state: State, depth: int) -> None:
        if state in self.states:
            return
        if len(self.states) == self.max_states:
            self.complete = False
            return
        self.states[state] = depth
        self.queue.append(state)
