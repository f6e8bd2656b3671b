"""Which states of the model are alike, against the orbits of the same states in the kernel."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest

from modelcheck.analysis.counterexamples import alike
from modelcheck.analysis.counterexamples.alike import orbits_of
from modelcheck.ir.model import Model
from modelcheck.kernel.symmetry import Applied, orbit
from modelcheck.lowering import lower_model
from modelcheck.semantics.execute import Next, State, action_paths, initial_paths
from tests.differential.symmetric_specs import SPECS
from tests.differential.test_generated import check_generated
from tests.differential.test_specs import models

MOST_STATES = 15


def states_of(model: Model) -> Iterator[State]:
    """Reachable states, the nearest first."""
    queue = dict.fromkeys(path.outcome.state for path in initial_paths(model) if isinstance(path.outcome, Next))
    found = list(queue)
    for state in found:
        yield state
        for action in range(len(model.actions)):
            for path in action_paths(model, state, action):
                if isinstance(path.outcome, Next) and path.outcome.state not in queue:
                    queue[path.outcome.state] = None
                    found.append(path.outcome.state)


def check_model(model: Model) -> int:
    """How many states look like one before them."""
    lowered = lower_model(model)
    symmetry, orbits = lowered.symmetry(), orbits_of(model)
    if not isinstance(symmetry, Applied) or orbits is None:
        # What a run owes matters to infinite ones only.
        assert not isinstance(symmetry, Applied) or model.observers
        return 0
    keys: dict[object, object] = {}
    states = list(islice(states_of(model), MOST_STATES))
    for state in states:
        least = min(orbit(lowered.program, symmetry.facts, lowered.codec.encode(state)))
        assert keys.setdefault(("key", orbits.key(state)), least) == least
        assert keys.setdefault(("orbit", least), orbits.key(state)) == orbits.key(state)
    return len(states) - len(keys) // 2


@pytest.mark.parametrize("name", SPECS)
def test_states_are_alike_where_the_kernel_has_them_in_one_orbit(name: str) -> None:
    for model in models(SPECS[name]):
        check_model(model)


def test_states_of_generated_specifications_are_alike_as_in_the_kernel() -> None:
    found: list[int] = []
    check_generated(range(12), lambda model, _: found.append(check_model(model)), most=1)
    assert sum(found) >= 3


def test_of_too_many_ids_only_some_change_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    text = """protocol Many
    agent A { var on_: bool = false  initial final state S { step flip when not on_ { on_ := true } } }
    invariant typed: forall a in A: a.on_ or not a.on_
    check "c" { A = 4 expect typed }"""
    (model,) = models(text)

    def kinds() -> int:
        orbits = orbits_of(model)
        assert orbits is not None
        return len({orbits.key(state) for state in states_of(model)})

    assert kinds() == 5
    monkeypatch.setattr(alike, "MOST_RENAMINGS", 7)
    # Three of the four.
    assert kinds() == 4 * 2
