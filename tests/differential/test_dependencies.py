"""What runs say of messages and of what depends on what, against the states of random runs and against other runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from modelcheck.ir.expression import Env
from modelcheck.ir.happenings import Watch
from modelcheck.ir.model import Model
from modelcheck.semantics.execute import Next, State, follow, holds
from modelcheck.semantics.replay import judge
from modelcheck.semantics.rerun import Replayed, replayed
from modelcheck.semantics.trace import Trace
from modelcheck.verdict import Run
from tests.differential import test_timed
from tests.differential.generators.dice import Dice
from tests.differential.generators.specifications import specification
from tests.differential.small_specs import SPECS
from tests.differential.test_specs import SHIPPED, models
from tests.differential.walks import Walk

LENGTH = 14
WALKS = 2
GENERATED = 25
"""Seeds that are looked at in every run; the slow test goes on from there."""


def check_models(found: Iterator[Model], text: str, walks: int = WALKS) -> None:
    for model in found:
        # That a run leaves a bound does not make it another.
        model.bound = None
        for seed in range(walks):
            walk = Walk(model, Dice.seeded(seed), LENGTH)
            if not walk.states:
                continue
            try:
                check_walk(walk)
            except Exception as error:
                error.add_note(f"check {model.check}, walk {seed}\n{text}")
                raise


def check_walk(walk: Walk) -> None:
    found = replayed(walk.model, walk.run)
    check_in_flight(walk, found)
    check_order(found)
    check_clocks(found)
    if walk.failed:
        trace = judge(walk.model, walk.run, "errors")
        judge(walk.model, sliced(walk.run, trace.causal_slice), "errors")
        return
    last, ends = len(walk.states) - 1, dict[frozenset[int], list[State]]()
    for conclusion in walk.conclusions():
        if conclusion.kind == "transition":
            trace = judge(walk.model, walk.run, conclusion)
            judge(walk.model, sliced(walk.run, trace.causal_slice), conclusion)
            continue
        # As the judge finds it, without the words.
        watches = (Watch(), Watch())
        value = holds(walk.model, conclusion.expression, walk.states[last], None, watches)
        grounds = found.dependencies.grounds(watches[0], last)
        kept = Trace(tuple(found.steps), "", (), grounds=tuple(grounds)).causal_slice
        if kept not in ends:
            ends[kept] = states_of(walk.model, sliced(walk.run, kept))
        assert holds(walk.model, conclusion.expression, ends[kept][-1]) == value, conclusion.name


def states_of(model: Model, run: Run) -> list[State]:
    """The states of a run; fails if it is none."""
    path = follow(model, None, None, run.initial)
    states: list[State] = []
    for choice in run.choices:
        assert path is not None
        assert isinstance(path.outcome, Next)
        states.append(path.outcome.state)
        path = follow(model, states[-1], choice.action, choice.digits)
    assert path is not None, run.choices
    assert isinstance(path.outcome, Next)
    return [*states, path.outcome.state]


def sliced(run: Run, numbers: frozenset[int]) -> Run:
    return Run(run.initial, tuple(choice for at, choice in enumerate(run.choices, 1) if at in numbers))


def check_in_flight(walk: Walk, found: Replayed) -> None:
    """The messages that are said to be in flight at the end are the contents of the networks."""
    if walk.failed:
        return
    env = Env(walk.model, list(found.states[-1]))
    for network in walk.model.networks:
        own = [
            packet
            for message, packet in zip(found.dependencies.messages, found.dependencies.traffic.packets, strict=True)
            if message.name in network.messages and message.same_as is None and message.lost is None
            if network.remembers or not message.received
        ]
        assert Counter(own) == Counter(network.packets(env))
        if network.ordered:
            # A queue is told in its order.
            told = found.dependencies.traffic.in_flight(network)
            for packet in own:
                pair = packet.source, packet.target
                assert [p for p in told if (p.source, p.target) == pair] == [
                    p for p in network.packets(env) if (p.source, p.target) == pair
                ]


def check_order(found: Replayed) -> None:
    for message in found.dependencies.messages:
        forged = message.forged
        assert all(message.sent < at or (forged and message.sent == at) for at in message.received)
        assert message.lost is None or message.sent <= message.lost
    for number, causes in enumerate(found.dependencies.causes):
        assert list(causes) == sorted(set(causes))
        assert all(cause < number for cause in causes)


def check_clocks(found: Replayed) -> None:
    """Happened before is what the clocks say, of the steps of agents (Mattern 1989)."""
    before: list[set[int]] = []
    for causes in found.dependencies.causes:
        before.append(set(causes).union(*(before[cause] for cause in causes)))
    clocks = found.dependencies.clocks
    own = [number for number, step in enumerate(found.steps) if step.agents]
    for later in own:
        for earlier in own:
            if earlier < later:
                ordered = all(a <= b for a, b in zip(clocks[earlier], clocks[later], strict=True))
                assert ordered == (earlier in before[later]), (earlier, later)


@pytest.mark.parametrize("name", SPECS)
def test_runs_of_small_specifications_say_what_depends_on_what(name: str) -> None:
    check_models(models(SPECS[name]), SPECS[name])


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_runs_of_shipped_specifications_say_what_depends_on_what(path: Path) -> None:
    # Two checks of a file differ in little that matters here.
    check_models(islice(models(path.read_text(encoding="utf-8")), 2), path.stem, walks=1)


@pytest.mark.parametrize("seed", range(GENERATED))
def test_runs_of_generated_specifications_say_what_depends_on_what(seed: int) -> None:
    text = specification(Dice.seeded(seed))
    check_models(models(text), text)


@pytest.mark.parametrize("seed", range(GENERATED))
def test_runs_of_timed_specifications_say_what_depends_on_what(seed: int) -> None:
    text = test_timed.generated(seed)
    check_models(test_timed.models(text), text)
