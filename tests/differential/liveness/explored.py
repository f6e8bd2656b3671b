"""The graph of a model as a test explores it, for the oracle: with the judge, without any engine."""

from __future__ import annotations

from dataclasses import dataclass, field

from modelcheck.ir.expression import EvaluationError
from modelcheck.ir.model import Model
from modelcheck.ir.statements.fairness import OWED, Class
from modelcheck.semantics import execute as judge
from tests.differential.liveness.labelled import Edge, Labelled, State


class TooLargeError(Exception):
    """There are more states than a test looks at."""


@dataclass
class Exploration:
    """States in the order of a breadth-first search.

    `left_out`: a bound was hit, or a step failed. `unclear`: what a formula is about has no value somewhere.
    """

    model: Model
    most: int
    numbers: dict[judge.State, int] = field(default_factory=dict)
    keys: dict[tuple[object, ...], int] = field(default_factory=dict)
    left_out: bool = False
    unclear: bool = False

    def graph(self) -> Labelled:
        """Raises `TooLargeError`."""
        for path in judge.initial_paths(self.model):
            self._target(path)
        initial = len(self.numbers)
        edges = list[tuple[Edge, ...]]()
        while len(edges) < len(self.numbers):
            edges.append(self._edges(list(self.numbers)[len(edges)]))
        states = (State(self._atoms(state, state), row) for state, row in zip(self.numbers, edges, strict=True))
        of_steps = tuple(atom.is_of_steps for atom in self.model.atoms)
        return Labelled(tuple(states), initial, of_steps, len(self.keys))

    def _edges(self, state: judge.State) -> tuple[Edge, ...]:
        found = [
            self._edge(state, path)
            for action in range(len(self.model.actions))
            for path in judge.action_paths(self.model, state, action)
        ]
        return tuple(sorted(found, key=lambda edge: edge.target is None))

    def _edge(self, state: judge.State, path: judge.Path) -> Edge:
        target = self._target(path)
        steps = 0
        if isinstance(path.outcome, judge.Next):
            # Of those that look at a state only, the state itself tells.
            steps = self._atoms(state, path.outcome.state)
            steps &= sum(1 << number for number, atom in enumerate(self.model.atoms) if atom.is_of_steps)
        owed = path.names.get(OWED)
        if owed is None:
            return Edge(target, steps=steps)
        assert isinstance(owed, Class)
        key = self.keys.setdefault((owed.what, owed.actor, owed.values), len(self.keys))
        return Edge(target, key, owed.strength, steps)

    def _target(self, path: judge.Path) -> int | None:
        match path.outcome:
            case judge.Next(state):
                if len(self.numbers) > self.most:
                    raise TooLargeError
                return self.numbers.setdefault(state, len(self.numbers))
            case _:
                self.left_out = True
                return None

    def _atoms(self, state: judge.State, after: judge.State) -> int:
        found = 0
        for number, atom in enumerate(self.model.atoms):
            try:
                found |= judge.holds(self.model, atom, state, after) << number
            except EvaluationError:
                self.unclear = True
        return found
