"""What a picture of a run shows, before anything has a place: lifelines, rows of events, messages, partitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from modelcheck.frozen import Frozen, field, replace
from modelcheck.ir.statuses import UP, is_byzantine
from modelcheck.reports.diagram.wording import changes_of, event_text, notes_of, start_changes
from modelcheck.reports.shown import split

if TYPE_CHECKING:
    from modelcheck.semantics.trace import Message, Step, Trace

Mark = Literal["own", "receive", "round", "fault", "crash", "recover", "environment"]

_PASSIVE = {"start", "tick", "stabilise", "nothing", "partition", "heal"}
"""What happens to all alike: an agent that does nothing else takes no part."""

_IN_TRANSIT = {"lose", "duplicate", "corrupt"}


class Lane(Frozen):
    """A lifeline. `states` and `statuses` are the agent's behind each step; the former is empty for stateless ones."""

    name: str
    states: tuple[str, ...]
    statuses: tuple[str, ...]


class Event(Frozen):
    """A mark in a row: on a lifeline, on the way of a message, or, with neither, of the environment."""

    mark: Mark
    text: str = ""
    lane: int | None = None
    message: int | None = None
    state: str = ""
    """The control state that the agent comes to, if it is another one."""
    left_behind: tuple[Message, ...] = ()
    """What it sends and nobody has received at the end."""
    notes: tuple[str, ...] = ()


class Row(Frozen):
    """One step. `changes` are told beside it, without what the picture shows. Pale: nothing depends on it."""

    step: Step
    events: tuple[Event, ...]
    changes: tuple[str, ...]
    is_pale: bool = False


class Parting(Frozen):
    """A partition from one row to another, or to the end; the lanes of its sides."""

    name: str
    first: int
    last: int | None
    sides: tuple[tuple[int, ...], ...]


class Scene(Frozen):
    """All that is drawn of a run."""

    trace: Trace
    lanes: tuple[Lane, ...]
    rows: tuple[Row, ...]
    partings: tuple[Parting, ...]
    omitted: tuple[str, ...]
    """The agents that take no part."""
    made_from: dict[int, list[Message]] = field(default_factory=dict)
    """What faults made of a message, by its number: its copies, and what it was changed into."""

    def lane_of(self, agent: str) -> int:
        """The number of an agent's lane."""
        return next(number for number, lane in enumerate(self.lanes) if lane.name == agent)


def scene_of(trace: Trace) -> Scene:
    """Choose what to show of a run."""
    shown = _taking_part(trace)
    lanes = _lanes(trace, shown)
    needed = trace.causal_slice if trace.grounds else frozenset(range(len(trace.steps)))
    begin = _start(trace, lanes, shown)
    rows = (begin, *(_row(step, trace, shown, is_pale=step.number not in needed) for step in trace.steps[1:]))
    omitted = tuple(agent for agent in trace.agents if agent not in shown)
    made_from: dict[int, list[Message]] = {}
    for message in trace.messages:
        for parent in (message.copy_of, message.changed_from):
            if parent is not None:
                made_from.setdefault(parent, []).append(message)
    return Scene(trace, lanes, rows, tuple(_partings(trace, shown)), omitted, made_from)


def _taking_part(trace: Trace) -> list[str]:
    found = {agent for step in trace.steps if step.kind not in _PASSIVE for agent in step.agents}
    found |= {end for message in trace.messages for end in (message.source, message.target)}
    # A Byzantine agent that keeps silent does what it likes, too.
    found |= {agent for agent, status in trace.by_agent("status", trace.steps[0]).items() if is_byzantine(status)}
    return [agent for agent in trace.agents if agent in found] or list(trace.agents)


def _lanes(trace: Trace, shown: list[str]) -> tuple[Lane, ...]:
    states = [trace.by_agent("control", step) for step in trace.steps]
    statuses = [trace.by_agent("status", step) for step in trace.steps]
    return tuple(
        Lane(name, tuple(held.get(name, "") for held in states), tuple(held.get(name, UP) for held in statuses))
        for name in shown
    )


# ---------------------------------------------------------------------------------------------------------------- rows


def _start(trace: Trace, lanes: tuple[Lane, ...], shown: list[str]) -> Row:
    # A counterexample to induction begins where no run need come.
    events = [Event("environment", "start" if trace.steps[0].action == "start" else "a state")]
    events += [Event("own", lane=at, state=lane.states[0]) for at, lane in enumerate(lanes) if lane.states[0]]
    return Row(trace.steps[0], tuple(events), tuple(start_changes(trace, shown)))


def _row(step: Step, trace: Trace, shown: list[str], *, is_pale: bool) -> Row:
    return Row(step, tuple(_events(step, trace, shown)), tuple(changes_of(step, trace, shown)), is_pale)


def _events(step: Step, trace: Trace, shown: list[str]) -> list[Event]:
    if step.kind in _IN_TRANSIT and (struck := _struck(step, trace)) is not None:
        return [Event("fault", event_text(step, trace, None), message=struck)]
    if step.actor in shown:
        return [_of_agent(step, trace, step.actor, shown)]
    mark: Mark = "fault" if step.fault else "environment"
    events = [Event(mark, event_text(step, trace, None), notes=tuple(notes_of(step, trace, None)))]
    if step.kind not in _PASSIVE:
        events += [_of_agent(step, trace, agent, shown) for agent in step.agents if agent in shown]
    return events


def _struck(step: Step, trace: Trace) -> int | None:
    """The message that a step of the network strikes."""
    for message in trace.messages:
        if step.kind == "lose" and message.lost == step.number:
            return message.number
        if step.kind != "lose" and message.sent == step.number:
            return message.copy_of if step.kind == "duplicate" else message.changed_from
    return None


def _of_agent(step: Step, trace: Trace, agent: str, shown: list[str]) -> Event:
    changed = [change.after for change in step.changes if change.name == agent]
    return Event(
        _mark(step),
        event_text(step, trace, agent),
        shown.index(agent),
        state=changed[0] if changed else "",
        left_behind=tuple(
            m for m in trace.messages if m.source == agent and m.sent == step.number and _is_open(m, trace)
        ),
        notes=tuple(notes_of(step, trace, agent)),
    )


def _is_open(message: Message, trace: Trace) -> bool:
    """Whether a message that somebody sent is in flight at the end and no fault struck it."""
    if message.received or message.lost is not None or message.same_as is not None:
        return False
    made = message.copy_of is not None or message.changed_from is not None
    return not made and all(message.number != other.copy_of for other in trace.messages)


def _mark(step: Step) -> Mark:
    match step.kind:
        case "crash" | "recover" | "round":
            return step.kind
        case "receive" if not step.fault:
            return step.kind
        case _:
            return "fault" if step.fault else "own"


# ---------------------------------------------------------------------------------------------------------- partitions


def _partings(trace: Trace, shown: list[str]) -> list[Parting]:
    found: list[Parting] = []
    for step in trace.steps:
        for change in step.changes:
            if not change.name.startswith("partition of "):
                continue
            if change.before != "none":
                began = next(number for number in reversed(range(len(found))) if found[number].name == change.name)
                found[began] = replace(found[began], last=step.number)
            if change.after != "none":
                found.append(Parting(change.name, step.number, None, _sides(change.after, shown)))
    return found


def _sides(text: str, shown: list[str]) -> tuple[tuple[int, ...], ...]:
    sides = [split(side.removeprefix("{").removesuffix("}")) for side in split(text, " | ")]
    return tuple(tuple(lane for lane, agent in enumerate(shown) if agent in side) for side in sides)
