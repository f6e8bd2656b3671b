"""What is to be seen from where one stands, as plain data for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen
from modelcheck.pipeline.explore.deadline import Deadline
from modelcheck.pipeline.explore.facts import PropertyHere, Rest, properties_here, rest
from modelcheck.pipeline.explore.options import Difference, Offer, told
from modelcheck.pipeline.explore.watches import Asked
from modelcheck.reports.shown import packets, short_map
from modelcheck.semantics.show import show_id
from modelcheck.verdict import Choice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelcheck.ir.model import Model
    from modelcheck.pipeline.explore.session import Session
    from modelcheck.pipeline.explore.walk import Walked


JUDGING_SECONDS = 2.0
"""How long all properties together may be evaluated in one state."""


class StepView(Frozen):
    """A step of the walk. `agents` are those that take part; `action` and `digits` are the choice (-1: none)."""

    number: int
    actor: str
    label: str
    kind: str
    fault: bool
    line: int | None
    agents: tuple[str, ...]
    changes: tuple[Difference, ...]
    problem: str
    action: int
    digits: tuple[int, ...]


class Component(Frozen):
    """A component of the current state; `owner` is the agent it belongs to or empty, `before` its value a step ago.

    A network has its messages in `packets`.
    """

    name: str
    owner: str
    role: str
    value: str
    before: str
    changed: bool
    packets: tuple[str, ...] = ()


class WatchView(Frozen):
    """An expression that was kept, with its value in each state of the walk."""

    text: str
    values: tuple[Asked, ...]


class Repeats(Frozen):
    """How a walk goes on for ever: `start` is the step behind which it repeats; `still`: nothing happens any more."""

    start: int
    still: bool


class View(Frozen):
    """Everything that a page shows, but for the picture of the walk: `walk` changes whenever that does."""

    revision: int
    walk: int
    file: str
    protocol: str
    check: str
    checks: tuple[str, ...]
    settings: tuple[str, ...]
    agents: tuple[str, ...]
    title: str
    conclusion: str
    facts: tuple[str, ...]
    position: int
    steps: tuple[StepView, ...]
    repeats: Repeats | None
    state: tuple[Component, ...]
    offers: tuple[Offer, ...]
    unseen: int
    rest: Rest
    waiting: tuple[str, ...]
    deadlock_allowed: bool
    properties: tuple[PropertyHere, ...]
    watches: tuple[WatchView, ...]
    can_undo: bool
    can_redo: bool


def view_of(session: Session, *, undo: bool, redo: bool) -> View:
    """What a session shows."""
    model, walk, walked = session.model, session.walk, session.walked
    found = session.enabled()
    resting: tuple[Rest, tuple[str, ...]] = ("before", ())
    if walked is not None:
        state = session.state
        resting = ("failed", ()) if state is None else rest(model, state, is_stuck=found.is_stuck)
    return View(
        revision=session.revision,
        walk=session.walks,
        file=session.spec.source.name,
        protocol=session.spec.name,
        check=session.check.name,
        checks=tuple(check.name for check in session.spec.checks),
        settings=session.settings,
        agents=tuple(show_id(agent, model) for agent in model.agents),
        title=walk.title,
        conclusion="" if walked is None else walked.trace.conclusion,
        facts=walk.facts,
        position=walk.position,
        steps=() if walked is None else tuple(_steps(walked)),
        repeats=None if walk.loop is None else Repeats(walk.loop, walk.loop == walk.length),
        state=() if walked is None else _components(model, walked),
        offers=found.offers,
        unseen=found.unseen,
        rest=resting[0],
        waiting=resting[1],
        deadlock_allowed=session.check.allow_deadlock,
        properties=_properties(model, walked),
        watches=tuple(WatchView(w.text, v) for w, v in zip(session.watches, session.watched(), strict=True)),
        can_undo=undo,
        can_redo=redo,
    )


def _steps(walked: Walked) -> Iterator[StepView]:
    run = walked.walk.run
    assert run is not None
    for step, choice in zip(walked.trace.steps, (Choice(-1, run.initial), *run.choices), strict=True):
        yield StepView(
            number=step.number,
            actor=step.actor,
            label=step.action,
            kind=step.kind,
            fault=step.fault,
            line=step.line,
            agents=step.agents,
            changes=tuple(told(step.changes, step.actor, step.kind)),
            problem=step.outcome,
            action=choice.action,
            digits=choice.digits,
        )


def _components(model: Model, walked: Walked) -> tuple[Component, ...]:
    """The current state; behind a step that failed the one before."""
    steps = walked.trace.steps
    if not walked.replayed.states:
        # Not even the beginning succeeded.
        return ()
    # A step that fails leaves everything as it was.
    here = min(walked.walk.position, len(walked.replayed.states) - 1)
    state = steps[here].state
    before = steps[here - 1].state if here else state
    found = []
    for cell, (name, value), (_, earlier) in zip(model.cells, state, before, strict=True):
        owner = "" if cell.owner is None else show_id(cell.owner, model)
        inside = packets(value[1:-1]) if cell.network is not None else []
        changed = earlier != value
        found.append(Component(name, owner, cell.role, short_map(value), short_map(earlier), changed, tuple(inside)))
    return tuple(found)


def _properties(model: Model, walked: Walked | None) -> tuple[PropertyHere, ...]:
    if walked is None or walked.has_failed:
        return ()
    states = walked.states
    return properties_here(model, states[-2] if len(states) > 1 else None, states[-1], Deadline(JUDGING_SECONDS))
