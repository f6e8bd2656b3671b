"""The states of a model, by a search of its own, and what a failure detector keeps in them."""

from __future__ import annotations

from modelcheck.ir.model import Model
from modelcheck.ir.values import Value
from modelcheck.semantics.execute import Next, State, action_paths, initial_paths


def reachable(model: Model) -> set[State]:
    """All states, by a search of its own."""
    found = {path.outcome.state for path in initial_paths(model) if isinstance(path.outcome, Next)}
    border = list(found)
    while border:
        state = border.pop()
        for action in range(len(model.actions)):
            for path in action_paths(model, state, action):
                if isinstance(path.outcome, Next) and path.outcome.state not in found:
                    found.add(path.outcome.state)
                    border.append(path.outcome.state)
    return found


def cell(model: Model, state: State, *key: str) -> Value:
    return state[model.variable(model.oracle[key], None)]
