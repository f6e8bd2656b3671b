"""Taking the choices of a run again: its states, what each step did, what came of each message."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from modelcheck.frozen import Frozen
from modelcheck.ir.expression import Env
from modelcheck.ir.happenings import Watch
from modelcheck.ir.statements.control import ROUND_CHOICES, chosen
from modelcheck.ir.statements.transitions import PACKET
from modelcheck.semantics.causality import Dependencies, Happened, dependencies, members_of
from modelcheck.semantics.changes import changes_of
from modelcheck.semantics.execute import Fail, Next, Path, State, follow
from modelcheck.semantics.plain import plain, plain_cell
from modelcheck.semantics.show import cell_name, show_cell, show_id, show_transition
from modelcheck.semantics.trace import Component, Step, StepKind, Trace
from modelcheck.verdict import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from modelcheck.ir.model import Action, Model
    from modelcheck.ir.values import Value
    from modelcheck.verdict import Run

_KINDS = frozenset(get_args(StepKind))


class EngineDisagreement(Exception):  # noqa: N818 - the name says what happened
    """An engine claims a run that is none, or a violation that is none: an internal error, never a counterexample."""


class Replayed(Frozen):
    """The states of a run; the last step may end in a failure instead of a state."""

    states: list[State]
    steps: list[Step]
    failure: Fail | None
    dependencies: Dependencies

    def trace(
        self,
        model: Model,
        conclusion: str,
        facts: Iterable[str] = (),
        *,
        grounds: Iterable[int] | None = None,
        loop_start: int | None = None,
    ) -> Trace:
        """The run with what it shows; without `grounds` that depends on every step."""
        return Trace(
            tuple(self.steps),
            conclusion,
            tuple(facts),
            loop_start,
            agents=tuple(show_id(agent, model) for agent in model.agents),
            components=components(model),
            messages=self.dependencies.messages,
            grounds=tuple(range(len(self.steps))) if grounds is None else tuple(sorted(grounds)),
        )


class _Taken(Frozen):
    """A step that was taken. Without `action` it is the beginning, or nothing happens; `watch` tells what it did."""

    action: Action | None
    path: Path
    watch: Watch


def replayed(model: Model, run: Run, start: State | None = None) -> Replayed:
    """The states and steps of a run, or of one that starts in some state. Raises `EngineDisagreement` if it is none."""
    taken = _take_all(model, run, start)
    states = [step.path.outcome.state for step in taken if isinstance(step.path.outcome, Next)]
    failure = taken[-1].path.outcome
    happened = [_happened(model, step, states, number) for number, step in enumerate(taken)]
    flying = () if start is None else [p for net in model.networks for p in net.packets(Env(model, list(start)))]
    found = dependencies(model, happened, flying)
    steps = []
    for number, step in enumerate(taken):
        before = states[number - 1] if number else None
        # A step that fails leaves everything as it was.
        after = states[number] if number < len(states) else before
        actor, action, fault, kind = _nothing(number) if step.action is None else told(model, step.action, step.path)
        transition = None if step.action is None else step.action.transition
        steps.append(
            Step(
                number,
                actor,
                action,
                fault,
                changes=() if before is None or after is None else changes_of(model, before, after, kind),
                state=() if after is None else shown_state(model, after),
                outcome=step.path.outcome.problem if isinstance(step.path.outcome, Fail) else "",
                kind=kind,
                name="" if step.action is None else step.action.name,
                line=None if transition is None else transition.span.line,
                agents=tuple(show_id(agent, model) for agent in happened[number].members),
                causes=found.causes[number],
                clock=found.clocks[number],
                values=() if after is None else values(model, after),
                picks=_picks(model, step),
            )
        )
    return Replayed(states, steps, failure if isinstance(failure, Fail) else None, found)


def _take_all(model: Model, run: Run, start: State | None) -> list[_Taken]:
    watch = Watch()
    path = follow(model, None, None, run.initial, watch) if start is None else Path((), Next(start), {})
    if path is None or not isinstance(path.outcome, Next | Fail):
        raise EngineDisagreement("no run begins like this")
    taken = [_Taken(None, path, watch)]
    for number, choice in enumerate(run.choices, start=1):
        before = taken[-1].path.outcome
        if not isinstance(before, Next):
            raise EngineDisagreement(f"step {number - 1} fails, but the run goes on")
        if choice == NOTHING:
            taken.append(_Taken(None, Path((), before, {}), Watch()))
            continue
        watch = Watch()
        path = follow(model, before.state, choice.action, choice.digits, watch)
        if path is None or not isinstance(path.outcome, Next | Fail):
            raise EngineDisagreement(f"step {number} is not possible")
        taken.append(_Taken(model.actions[choice.action], path, watch))
    return taken


def _happened(model: Model, step: _Taken, states: list[State], number: int) -> Happened:
    actor = None if step.action is None else step.action.actor
    every = range(len(model.cells))
    # A step that fails leaves everything as it was.
    changes = number < len(states)
    changed = [c for c in every if changes and (not number or states[number - 1][c] != states[number][c])]
    who = actor or (step.action and step.action.name)
    return Happened(step.watch, members_of(model, actor, step.watch), frozenset(changed), who)


Told = tuple[str, str, bool, StepKind]
"""Who acts, what the step does, whether it is a fault, and what it is."""


def _nothing(number: int) -> Told:
    return ("nobody", "nothing happens", False, "nothing") if number else ("", "start", False, "start")


def told(model: Model, action: Action, path: Path) -> Told:
    """A step in words."""
    actor = "environment" if action.actor is None else show_id(action.actor, model)
    return actor, describe(model, action, path), action.origin == "fault", kind_of(action, path)


def _picks(model: Model, step: _Taken) -> tuple[tuple[str, object], ...]:
    names, actor = step.path.names, None if step.action is None else step.action.actor
    picks: list[tuple[str, object]] = [] if actor is None else [("self", show_id(actor, model))]
    if PACKET in names:
        picks.append(("message", plain(names[PACKET], model)))
    # What quantifiers bind is no choice.
    picks += [
        (name.removeprefix(chosen("")).replace(" ", "_"), plain(value, model))
        for name, value in names.items()
        if name.startswith(chosen(""))
    ]
    return (*picks, *_picks_of_round(model, names))


def _picks_of_round(model: Model, names: Mapping[str, Value]) -> Iterator[tuple[str, object]]:
    """What agents chose in a round: a map from agents for each name."""
    found: dict[str, list[object]] = {}
    for agent, name, value in names.get(ROUND_CHOICES, ()):
        if name.startswith(chosen("")):
            pair = [show_id(agent, model), plain(value, model)]
            found.setdefault(name.removeprefix(chosen("")), []).append(pair)
    for name, pairs in found.items():
        yield name, {"#map": pairs}


def kind_of(action: Action, path: Path) -> StepKind:
    """What a step is, by its action and the names bound on its way."""
    if action.transition is None:
        return action.name if action.name in _KINDS else "detector"  # type: ignore[return-value]  # a member
    if action.transition.kind == "fault":
        return "fault"
    return "receive" if PACKET in path.names else "step"


def describe(model: Model, action: Action, path: Path) -> str:
    """What a step did: `receives Vote(yes: true) from Participant[1]`, `decide(b = 1)`, `crashes`."""
    if action.label is not None:
        return action.label(model, path.names)
    assert action.transition is not None
    return show_transition(action.transition, path.names, model)


def components(model: Model) -> tuple[Component, ...]:
    """What the states of a model consist of."""
    found = []
    for cell in model.cells:
        agent, kind = ("", "") if cell.owner is None else (show_id(cell.owner, model), cell.owner.sort)
        found.append(Component(cell_name(cell, model), cell.role, cell.show, agent, kind))
    return tuple(found)


def shown_state(model: Model, state: State) -> tuple[tuple[str, str], ...]:
    """The components of a state by name, as text."""
    pairs = zip(model.cells, state, strict=True)
    return tuple((cell_name(cell, model), show_cell(cell, value, model)) for cell, value in pairs)


def values(model: Model, state: State) -> tuple[object, ...]:
    """The values of a state's components as plain data."""
    return tuple(plain_cell(cell, value, model) for cell, value in zip(model.cells, state, strict=True))
