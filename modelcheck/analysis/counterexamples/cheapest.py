"""Of all shortest runs to an answer one with the fewest faults, or the fewest changes of actor.

Dijkstra, A note on two problems in connexion with graphs (1959), over the states on shortest runs. Of equal cost, the
run whose choices come first is found first: so it does not hang on the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from modelcheck.frozen import Frozen
from modelcheck.ir.statuses import BYZANTINE
from modelcheck.semantics.answers import answers_by
from modelcheck.semantics.execute import Next, Path, State, action_paths, initial_paths
from modelcheck.verdict import Choice, Run

if TYPE_CHECKING:
    from modelcheck.graph.ways import Ways
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Property

Order = Literal["faults", "switches"]

_Steps = tuple[tuple[int, ...], ...]
"""The digits of the start, then of each step the action and its digits."""

MOST_STATES = 50_000
"""How many states are expanded before the search gives up: each takes a millisecond or so."""


LONGEST = 2000
"""Runs of more steps are not compared."""

MOST_KEPT = 20_000_000
"""How many steps all runs that wait may have together before the search gives up: each takes a word of memory."""


class Cheapest(Frozen):
    """A run, and what it costs."""

    run: Run
    cost: int


class TooManyError(Exception):
    """There are too many states on shortest runs, or there was no time for them."""


def cost_of(model: Model, run: Run, order: Order) -> int:
    """The faults of a run, Byzantine agents among them, or how often another actor goes on."""
    if order == "faults":
        path = next(path for path in initial_paths(model) if path.digits == run.initial)
        return _at_start(model, path) + sum(model.actions[c.action].origin == "fault" for c in run.choices)
    actors = [actor_of(model, choice.action) for choice in run.choices]
    return sum(one != other for one, other in pairwise(actors))


def actor_of(model: Model, action: int) -> object:
    """Who takes a step: an agent, or the environment."""
    return model.actions[action].actor or "environment"


def cheapest(
    model: Model, ways: Ways, question: Property | str, order: Order, is_over: Callable[[], bool]
) -> Cheapest | None:
    """The first of the cheapest among the shortest runs; None if the ways do not tell one.

    Raises `TooManyError`.
    """
    if ways.level > LONGEST:
        raise TooManyError
    search = _Search(model, ways, question, order)
    for number, found in enumerate(search.run()):
        if found is not None:
            return found
        if number >= MOST_STATES or search.kept > MOST_KEPT or is_over():
            raise TooManyError
    return None


class _Search:
    """Runs by cost, and those of equal cost by their choices."""

    def __init__(self, model: Model, ways: Ways, question: Property | str, order: Order) -> None:
        self.model, self.ways, self.question, self.order = model, ways, question, order
        self.heap: list[tuple[int, _Steps, State | None, object]] = []
        self.seen: set[tuple[int, State, object]] = set()
        self.kept = 0

    def run(self) -> Iterator[Cheapest | None]:
        """Expand one state after the other, until a run is found."""
        for path in initial_paths(self.model):
            if isinstance(path.outcome, Next) and self.ways.leads_on(0, path.outcome.state):
                cost = _at_start(self.model, path) if self.order == "faults" else 0
                heappush(self.heap, (cost, (path.digits,), path.outcome.state, None))
                self.kept += 1
        while self.heap:
            cost, steps, state, last = heappop(self.heap)
            level = len(steps) - 1
            self.kept -= len(steps)
            if state is None or (level == self.ways.level and not self.ways.by_step):
                yield Cheapest(Run(steps[0], tuple(Choice(action, tuple(d)) for action, *d in steps[1:])), cost)
                return
            # Who acted matters only where that costs something.
            key = (level, state, last if self.order == "switches" else None)
            if key not in self.seen:
                self.seen.add(key)
                self._expand(cost, steps, state, last)
                yield None

    def _expand(self, cost: int, steps: _Steps, state: State, last: object) -> None:
        level = len(steps) - 1
        is_last = level == self.ways.level
        for action in range(len(self.model.actions)) if is_last else self.ways.actions(level, state):
            for path in action_paths(self.model, state, action):
                if is_last:
                    goes_on, after = answers_by(self.model, self.question, state, path), None
                else:
                    after = path.outcome.state if isinstance(path.outcome, Next) else None
                    goes_on = after is not None and self.ways.leads_on(level + 1, after)
                if goes_on:
                    actor = actor_of(self.model, action)
                    step = (action, *path.digits)
                    heappush(self.heap, (cost + self._cost(action, actor, last), (*steps, step), after, actor))
                    self.kept += level + 2

    def _cost(self, action: int, actor: object, last: object) -> int:
        if self.order == "faults":
            return int(self.model.actions[action].origin == "fault")
        return int(last is not None and actor != last)


def _at_start(model: Model, path: Path) -> int:
    """How many agents are Byzantine from the start."""
    assert isinstance(path.outcome, Next)
    statuses = (model.status(agent) for agent in model.agents)
    return sum(cell is not None and path.outcome.state[cell] == BYZANTINE for cell in statuses)
