"""Runs to an answer that differ in what is done, not only in who does it, in which order and with which values.

Two runs differ if neither takes all the steps of the other, or more: steps of a kind of agent, transition by
transition, each as often. So a run with a detour is no other one, and there are finitely many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from modelcheck.analysis.counterexamples.alike import Key, Orbits, orbits_of
from modelcheck.frozen import Frozen, field
from modelcheck.graph.ways import OutOfTimeError, Ways
from modelcheck.semantics.answers import answers, answers_by, is_by_step
from modelcheck.semantics.execute import Cut, Next, State, action_paths, initial_paths
from modelcheck.verdict import Choice, Run

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Property

MOST_PATHS = 100_000
"""How many ways to take a step are tried, blocked ones among them: some seconds."""

Steps = tuple[int, ...]
"""How often each sort of step is taken."""


class Different(Frozen):
    """Runs that differ from the first one and from one another, the shortest first."""

    runs: tuple[Run, ...]
    length: int | None
    """There are no others of up to so many steps; None: none at all."""
    is_cut: bool
    """Whether a bound left something out."""


class Limit(Frozen):
    """How many runs are wanted beside the first, how long they may be, and whether the time is up.

    `symmetry`: one state may stand for those that differ in the names of interchangeable ids only.
    """

    runs: int
    depth: int | None
    is_over: Callable[[], bool]
    symmetry: bool = True


class Sorts:
    """The sorts of steps of a model: by the kind of the actor, the action and the place where it is written."""

    def __init__(self, model: Model) -> None:
        keys = [
            (
                None if action.actor is None else action.actor.sort,
                action.name,
                None if action.transition is None else action.transition.span.start,
            )
            for action in model.actions
        ]
        known = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        self.count = len(known)
        self._of = [known[key] for key in keys]

    def steps(self, choices: Sequence[Choice]) -> Steps:
        """How often each sort is taken."""
        taken = [0] * self.count
        for choice in choices:
            taken[self._of[choice.action]] += 1
        return tuple(taken)

    def with_step(self, steps: Steps, action: int) -> Steps:
        """One step more."""
        own = self._of[action]
        return (*steps[:own], steps[own] + 1, *steps[own + 1 :])


def different(model: Model, ways: Ways | None, question: Property | str, first: Run, limit: Limit) -> Different:
    """Runs to an answer that differ from a first and shortest one, as many as are wanted if there are so many.

    Those as short as it are found among the states on shortest runs, wherever these are known.
    """
    sorts = Sorts(model)
    # Whether a formula's value is defined is asked of ids one by one.
    orbits = orbits_of(model) if limit.symmetry and not (question == "errors" and model.atoms) else None
    known, found, sure = [sorts.steps(first.choices)], list[Run](), len(first.choices) - 1
    if ways is not None:
        shortest = _Search(model, question, sorts, limit, known, ways, orbits)
        try:
            found += shortest.run(limit.runs)
        except OutOfTimeError:
            return Different((), sure, is_cut=False)
        if len(found) == limit.runs:
            return Different(tuple(found), sure, shortest.is_cut)
        sure += shortest.complete is None
    search = _Search(model, question, sorts, limit, known, None, orbits)
    found += search.run(limit.runs - len(found))
    complete = None if search.complete is None else max(search.complete, sure)
    if complete is not None and len(found) < limit.runs:
        # Of the last length that was begun, only some were seen.
        found = [run for run in found if len(run.choices) <= complete]
    return Different(tuple(found), complete, search.is_cut)


class _Node(Frozen, eq=False):
    """A run up to a state: its last step, and the node before."""

    state: State
    steps: Steps
    choice: Choice | None
    start: tuple[int, ...]
    before: _Node | None

    def run(self, *last: Choice) -> Run:
        choices, node = list(last), self
        while node.choice is not None:
            choices.insert(0, node.choice)
            assert node.before is not None
            node = node.before
        return Run(self.start, tuple(choices))


class _Search(Struct):
    """A search by length, and by choices among equal lengths, with the least steps to each state.

    A run to a state is left if another to it, or to one that is alike, takes no more of any sort of step: what it would
    lead to, that one does. Of runs that take the same, the one that is left is not the first.
    """

    model: Model
    question: Property | str
    sorts: Sorts
    limit: Limit
    known: list[Steps]
    """What the runs found so far take: a run that takes as much is none."""
    ways: Ways | None
    orbits: Orbits | None
    reached: dict[State | Key, list[Steps]] = field(default_factory=dict)
    tried: int = 0
    is_cut: bool = False
    complete: int | None = None
    """Set where the search ends early: there are no others of up to so many steps."""

    def run(self, wanted: int) -> list[Run]:
        """As many runs as are wanted, or fewer."""
        found: list[Run] = []
        level, nodes = 0, self._starts()
        while nodes and len(found) < wanted:
            following: list[_Node] = []
            for node in nodes:
                if not is_by_step(self.question) and answers(self.model, self.question, node.state):
                    if not self._is_known(node.steps):
                        self.known.append(node.steps)
                        found.append(node.run())
                elif level != self.limit.depth and not self._is_known(node.steps):
                    found += self._expand(level, node, following)
                if len(found) >= wanted or self.tried > MOST_PATHS or self.limit.is_over():
                    self.complete = level - (not is_by_step(self.question))
                    return found[:wanted]
            if level == self.limit.depth:
                self.complete = level
            level, nodes = level + 1, following
        return found

    def _starts(self) -> list[_Node]:
        nothing = (0,) * self.sorts.count
        starts = (
            _Node(path.outcome.state, nothing, None, path.digits, None)
            for path in initial_paths(self.model)
            if isinstance(path.outcome, Next) and self._goes_on(0, path.outcome.state)
        )
        return [node for node in starts if self._is_new(node)]

    def _expand(self, level: int, node: _Node, following: list[_Node]) -> Iterator[Run]:
        """Take each step from a node: the nodes behind join those that follow, the runs that end are returned."""
        if self.ways is not None and level == self.ways.level and not self.ways.by_step:
            return
        is_last = self.ways is not None and level == self.ways.level
        every = range(len(self.model.actions))
        for action in every if self.ways is None or is_last else self.ways.actions(level, node.state):
            for path in action_paths(self.model, node.state, action, self._tick):
                self.is_cut = self.is_cut or isinstance(path.outcome, Cut)
                steps = self.sorts.with_step(node.steps, action)
                choice = Choice(action, path.digits)
                if is_by_step(self.question) and answers_by(self.model, self.question, node.state, path):
                    if not self._is_known(steps):
                        self.known.append(steps)
                        yield node.run(choice)
                elif not is_last and isinstance(path.outcome, Next) and self._goes_on(level + 1, path.outcome.state):
                    after = _Node(path.outcome.state, steps, choice, node.start, node)
                    if not self._is_known(steps) and self._is_new(after):
                        following.append(after)

    def _tick(self) -> None:
        self.tried += 1

    def _goes_on(self, level: int, state: State) -> bool:
        return self.ways is None or self.ways.leads_on(level, state)

    def _is_known(self, steps: Steps) -> bool:
        return any(_covers(steps, other) for other in self.known)

    def _is_new(self, node: _Node) -> bool:
        """Whether no run to the state takes as few steps; then none that takes more is of use any longer."""
        others = self.reached.setdefault(node.state if self.orbits is None else self.orbits.key(node.state), [])
        if any(_covers(node.steps, other) for other in others):
            return False
        others.append(node.steps)
        return True


def _covers(steps: Steps, other: Steps) -> bool:
    """Whether some steps are as many of each sort as others, or more."""
    return all(mine >= its for mine, its in zip(steps, other, strict=True))
