"""A few states along a run by chance: what happens in a protocol that is right happens soon."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count, islice

from modelcheck.ir.model import Model
from modelcheck.semantics.execute import Next, Path, State, action_paths, initial_paths

RUNS = 3
STEPS = 20
FIRST = 20
"""The beginnings, and the paths of an action, that a run chooses from."""

MOST_TRIED = 20_000
"""The paths that are tried in all: most may be blocked."""


class _EnoughError(Exception):
    """No more paths are tried."""


def walk(model: Model, look: Callable[[], None]) -> list[State]:
    """The different states of some short runs, the same ones every time. `look` is called for each path, may raise."""
    generator = random.Random(0)  # noqa: S311 - nothing secret
    found: dict[State, None] = {}
    tried = count(1)

    def tick() -> None:
        look()
        if next(tried) > MOST_TRIED:
            raise _EnoughError

    with suppress(_EnoughError):
        starts = _states(initial_paths(model, tick))
        for _ in range(RUNS if starts else 0):
            state: State | None = generator.choice(starts)
            for _ in range(STEPS):
                if state is None:
                    break
                found[state] = None
                state = next(_steps(model, state, generator, tick), None)
    return list(found)


def _states(paths: Iterator[Path]) -> list[State]:
    return [path.outcome.state for path in islice(paths, FIRST) if isinstance(path.outcome, Next)]


def _steps(model: Model, state: State, generator: random.Random, tick: Callable[[], None]) -> Iterator[State]:
    """A step of one action after the other, in any order."""
    actions = list(range(len(model.actions)))
    generator.shuffle(actions)
    for action in actions:
        states = _states(action_paths(model, state, action, tick))
        if states:
            yield generator.choice(states)
