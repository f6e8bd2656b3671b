"""Explicit breadth-first search on the reference interpreter.

States are expanded first in, first out and choices taken in order, so the run to a state is the lexicographically least
among the shortest, and with it every counterexample.
"""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct, field

from modelcheck.engines.base import DEADLOCK, ERRORS, Exploration, Request, Sample, Stop, spread
from modelcheck.engines.process import Watch
from modelcheck.engines.recorder import Recorder
from modelcheck.engines.verdicts import Extent, unanswered
from modelcheck.graph.ways import OutOfTimeError
from modelcheck.ir.expression import EvaluationError
from modelcheck.semantics.execute import (
    BEYOND_THE_BOUND,
    Cut,
    Fail,
    Next,
    action_paths,
    holds,
    initial_paths,
    is_resting,
)
from modelcheck.verdict import Choice, Reached, Run, Verdict, Violated

if TYPE_CHECKING:
    from modelcheck.graph.ways import Ways
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Property
    from modelcheck.semantics.execute import Path, State


EARLY = 12
"""A search that may take a limited effort asks itself whether that will be enough from this part of it on."""


class _Over(Exception):  # noqa: N818 - no mistake
    """A limit was reached, perhaps within an expansion."""

    def __init__(self, stop: Stop) -> None:
        self.stop = stop
        super().__init__(stop)


class _Search(Struct):
    """A search in progress. States are numbered as found; `parents` and `choices` are how each was found first."""

    model: Model
    request: Request
    watch: Watch
    numbers: dict[State, int] = field(default_factory=dict)
    parents: list[int] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    starts: dict[int, tuple[int, ...]] = field(default_factory=dict)
    depths: list[int] = field(default_factory=list)
    found: dict[str, Verdict] = field(default_factory=dict)
    cuts: dict[str, None] = field(default_factory=dict)
    transitions: int = 0
    tried: int = 0
    depth: int = 0
    fired: list[int] = field(default_factory=list)
    queue: deque[State] = field(default_factory=deque)
    recorder: Recorder | None = None
    """Takes the graph down, where something is asked about infinite runs."""

    def tick(self) -> None:
        """Look at the limits. Raises `_Over`."""
        self.tried += 1
        if self.request.effort is not None and self.tried > self.request.effort:
            raise _Over("effort")
        stop = self.watch.look(len(self.numbers), self.depth)
        if stop is not None:
            raise _Over(stop)

    def is_too_much(self) -> bool:
        """Whether the states that wait would take the effort twice over, if they took what states took so far."""
        effort, expanded = self.request.effort, len(self.numbers) - len(self.queue)
        if effort is None or self.tried * EARLY < effort:
            return False
        return self.tried * len(self.queue) > 2 * effort * expanded

    def run_to(self, number: int, *last: Choice) -> Run:
        """The run by which a state was found, with further steps behind it."""
        steps: list[Choice] = []
        while number not in self.starts:
            steps.append(self.choices[number])
            number = self.parents[number]
        return Run(self.starts[number], (*reversed(steps), *last))

    def report(self, name: str, verdict: Verdict) -> None:
        """Keep the first, and so the shortest, answer to a question."""
        self.found.setdefault(name, verdict)

    def add(self, state: State, parent: int, choice: Choice | None, start: tuple[int, ...]) -> None:
        """Number a state if it is new, look at the properties of states, and queue it."""
        if state in self.numbers:
            return
        number = self.numbers[state] = len(self.parents)
        self.parents.append(parent)
        self.choices.append(choice or Choice(-1, ()))
        if choice is None:
            self.starts[number] = start
        self.depths.append(0 if choice is None else self.depths[parent] + 1)
        self.queue.append(state)
        for property_ in self.model.properties:
            if property_.kind != "transition" and self.is_open(property_):
                self._look_at(property_, state, number)
        if self.recorder is not None:
            try:
                self.recorder.add_state(state)
            except EvaluationError:
                self.report(ERRORS, Violated(self.run_to(number)))

    def is_open(self, property_: Property) -> bool:
        """Whether a property must still be evaluated: also one that is answered may fail to evaluate elsewhere."""
        return property_.name not in self.found or ERRORS not in self.found

    def _look_at(self, property_: Property, state: State, number: int) -> None:
        try:
            value = holds(self.model, property_.expression, state)
        except EvaluationError:
            self.report(ERRORS, Violated(self.run_to(number)))
            return
        if property_.kind == "invariant" and not value:
            self.report(property_.name, Violated(self.run_to(number)))
        elif property_.kind == "reachable" and value:
            self.report(property_.name, Reached(self.run_to(number)))

    def expand(self, state: State) -> None:
        """Take every step from a state."""
        number = self.numbers[state]
        moved = False
        edges: list[tuple[Path, int | None, int]] = []
        for index, action in enumerate(self.model.actions):
            for path in action_paths(self.model, state, index, self.tick):
                moved = moved or action.origin != "fault"
                self._take(state, number, index, path)
                if self.recorder is not None:
                    edges.append(self._edge(state, number, index, path))
        if self.recorder is not None:
            self.recorder.add_edges(number, edges)
        if self.request.deadlock and not moved and DEADLOCK not in self.found and not is_resting(self.model, state):
            self.report(DEADLOCK, Violated(self.run_to(number)))

    def _take(self, state: State, number: int, action: int, path: Path) -> None:
        choice = Choice(action, path.digits)
        match path.outcome:
            case Next(after):
                self.transitions += 1
                self.fired[action] += 1
                for property_ in self.model.properties:
                    if property_.kind == "transition" and self.is_open(property_):
                        self._look_behind(property_, state, after, number, choice)
                self.add(after, number, choice, ())
            case Fail():
                if ERRORS not in self.found:
                    self.report(ERRORS, Violated(self.run_to(number, choice)))
            case Cut(bound):
                self.cuts[bound] = None

    def _edge(self, state: State, number: int, action: int, path: Path) -> tuple[Path, int | None, int]:
        """What is taken down of a path."""
        assert self.recorder is not None
        if not isinstance(path.outcome, Next):
            return path, None, 0
        steps, error = self.recorder.step_values(state, path.outcome.state)
        if error is not None:
            self.report(ERRORS, Violated(self.run_to(number, Choice(action, path.digits))))
        return path, self.numbers[path.outcome.state], steps

    def _look_behind(self, property_: Property, state: State, after: State, number: int, choice: Choice) -> None:
        try:
            value = holds(self.model, property_.expression, state, after)
        except EvaluationError:
            self.report(ERRORS, Violated(self.run_to(number, choice)))
            return
        if not value:
            self.report(property_.name, Violated(self.run_to(number, choice)))


def explore(model: Model, request: Request) -> Exploration:
    """Explore all reachable states, up to the limits, and judge every property of the model."""
    assert request.saving is None, "nothing is kept that a later run could go on from"
    recorder = Recorder(model) if model.is_fair else None
    search = _Search(model, request, Watch(request), fired=[0] * len(model.actions), recorder=recorder)
    try:
        stopped = _explore(search)
    except _Over as over:
        stopped = over.stop
    except KeyboardInterrupt:
        stopped = "interrupted"
    return Exploration(
        _verdicts(search, stopped),
        len(search.numbers),
        len(search.numbers),
        search.transitions,
        search.depth,
        tuple(search.fired),
        tuple(sorted(search.cuts)),
        stopped,
        graph=None if recorder is None else recorder.graph(len(search.starts)),
        states=lambda most: Sample(spread(list(search.numbers), most)),
        ways=partial(_ways, search) if request.ways else None,
    )


def _ways(search: _Search, name: str) -> Ways | None:
    """The shortest runs to an answer. Raises `OutOfTimeError` where a limit is reached before they are known."""
    verdict = search.found.get(name)
    # An evaluation that fails in the beginning itself is no matter of ways.
    if not isinstance(verdict, Violated | Reached) or (name == ERRORS and not verdict.run.choices):
        return None
    from modelcheck.engines.interpreted_ways import InterpretedWays  # noqa: PLC0415 - seldom asked

    levels: list[list[State]] = []
    for state, depth in zip(search.numbers, search.depths, strict=True):
        if depth == len(levels):
            levels.append([])
        levels[depth].append(state)
    question = next((p for p in search.model.properties if p.name == name), name)

    def look() -> None:
        if search.watch.look(len(search.numbers), search.depth) is not None:
            raise OutOfTimeError

    return InterpretedWays(search.model, levels, question, len(verdict.run.choices), look)


def _explore(search: _Search) -> Stop | None:
    limits = search.request.limits
    search.tick()
    for path in initial_paths(search.model, search.tick):
        match path.outcome:
            case Next(state):
                search.add(state, -1, None, path.digits)
            case Fail():
                search.report(ERRORS, Violated(Run(path.digits, ())))
            case Cut(bound):
                search.cuts[bound] = None
    level = -1
    while search.queue:
        state = search.queue.popleft()
        search.depth = search.depths[search.numbers[state]]
        if search.depth != level:
            # Limits act between levels, here as in compiled code, so that what is left out does not hang on the order.
            level = search.depth
            if limits.depth is not None and level >= limits.depth:
                return "depth"
            if limits.states is not None and len(search.numbers) > limits.states:
                return "states"
            if not search.request.until.isdisjoint(search.found):
                return "answered"
        search.tick()
        search.expand(state)
        if search.is_too_much():
            return "effort"
    return None


def _verdicts(search: _Search, stopped: Stop | None) -> dict[str, Verdict]:
    """The answers found, and for the rest what the search allows to be said."""
    capacities = tuple(bound for bound in sorted(search.cuts) if bound != BEYOND_THE_BOUND)
    extent = Extent(
        len(search.numbers), search.depth, stopped, capacities, BEYOND_THE_BOUND in search.cuts, ERRORS in search.found
    )
    wanted = [(p.name, p.kind) for p in search.model.properties] + [(ERRORS, "invariant")]
    wanted += [(DEADLOCK, "invariant")] if search.request.deadlock else []
    return {name: search.found.get(name) or unanswered(name, kind, extent) for name, kind in wanted}
