"""A few states along a run by chance: what happens in a protocol that is right happens soon."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice

from modelcheck.ir.model import Model
from modelcheck.semantics.execute import Next, State, action_paths, initial_paths

RUNS = 3
STEPS = 20
FIRST = 20
"""The beginnings, and the paths of an action, that a run chooses from."""


def walk(model: Model) -> list[State]:
    """The different states of some short runs, the same ones every time."""
    generator = random.Random(0)  # noqa: S311 - nothing secret
    starts = [path.outcome.state for path in islice(initial_paths(model), FIRST) if isinstance(path.outcome, Next)]
    found: dict[State, None] = {}
    for _ in range(RUNS if starts else 0):
        state: State | None = generator.choice(starts)
        for _ in range(STEPS):
            if state is None:
                break
            found[state] = None
            state = next(_steps(model, state, generator), None)
    return list(found)


def _steps(model: Model, state: State, generator: random.Random) -> Iterator[State]:
    """A step of one action after the other, in any order."""
    actions = list(range(len(model.actions)))
    generator.shuffle(actions)
    for action in actions:
        paths = islice(action_paths(model, state, action), FIRST)
        states = [path.outcome.state for path in paths if isinstance(path.outcome, Next)]
        if states:
            yield generator.choice(states)
