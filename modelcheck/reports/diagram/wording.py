"""The words of a picture: what stands beside an event, under it, and in the column of what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.reports.shown import differences, initial_values, is_budget, ranges, short_map

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from modelcheck.semantics.trace import Message, Step, Trace

_NAMES_WHAT_IT_SENDS = {"round", "forge"}
"""Kinds of steps whose text names what is sent; elsewhere the receipt does."""


def event_text(step: Step, trace: Trace, agent: str | None) -> str:
    """What a step does, in few words; of a round, what one agent sends in it (None: of the environment)."""
    match step.kind:
        case "lose" | "duplicate" | "corrupt":
            return _transit_text(step, trace)
        case "round" if agent is not None:
            sent = [m for m in trace.messages if m.sent == step.number and m.source == agent]
            return counted(m.text for m in sent)
        case "tick":
            text = "tick"
        case "receive" | "fault":
            text = _received_text(step, trace)
        case "forge":
            text = step.action.replace("sends forged ", "forges ", 1)
            if forged := [m for m in trace.messages if m.sent == step.number]:
                text = f"forges {forged[0].text}"
        case _:
            text = step.action
    return text


def _transit_text(step: Step, trace: Trace) -> str:
    if step.kind == "lose":
        return f"{counted(m.text for m in trace.messages if m.lost == step.number)} lost"
    made = [m for m in trace.messages if m.sent == step.number]
    if step.kind == "duplicate":
        return f"{counted(m.text for m in made)} duplicated"
    before = counted(trace.messages[m.changed_from].text for m in made if m.changed_from is not None)
    return f"{before} becomes {counted(m.text for m in made)}"


def _received_text(step: Step, trace: Trace) -> str:
    """The message, as the arrow shows from whom it is, and what else is said of the receipt."""
    for message in trace.messages:
        if step.number in message.received:
            content, source = f"{message.text} from {message.source}", f" from {message.source}"
            if content in step.action:
                return step.action.replace(content, message.text, 1).removeprefix("receives ")
            return step.action.replace(source, "", 1).removeprefix("receives ")
    return step.action


def counted(texts: Iterable[str]) -> str:
    """`Vote(yes: true)`, or with how many there are of each."""
    counts: dict[str, int] = {}
    for text in texts:
        counts[text] = counts.get(text, 0) + 1
    return ", ".join(f"{text}{_times(count)}" for text, count in counts.items())


def _times(count: int) -> str:
    return f" \N{MULTIPLICATION SIGN}{count}" if count > 1 else ""


def notes_of(step: Step, trace: Trace, agent: str | None) -> Iterator[str]:
    """What was lost, and what an agent sends that makes no arrow of its own: an equal message is on its way already."""
    if agent == step.actor or agent is None:
        lost = counted(m.text for m in trace.messages if m.lost == step.number)
        if lost:
            yield f"{lost} lost"
    if agent is not None and step.kind not in _NAMES_WHAT_IT_SENDS:
        again = [m for m in trace.messages if m.sent == step.number and m.source == agent and m.same_as is not None]
        if again:
            yield f"again {addressed(again)}"


def addressed(messages: Sequence[Message]) -> str:
    """`Commit → Participant[0..2]`; equal ones once, with how many there are."""
    counts: dict[tuple[str, str], int] = {}
    for message in messages:
        counts[message.text, message.target] = counts.get((message.text, message.target), 0) + 1
    groups: dict[tuple[str, int], list[str]] = {}
    for (text, target), count in counts.items():
        groups.setdefault((text, count), []).append(target)
    return ", ".join(f"{text} → {', '.join(ranges(names))}{_times(count)}" for (text, count), names in groups.items())


def names_what_it_sends(step: Step) -> bool:
    """Whether the text beside an event says already what is sent."""
    return step.kind in _NAMES_WHAT_IT_SENDS


def changes_of(step: Step, trace: Trace, shown: Sequence[str]) -> Iterator[str]:
    """What changed, without what the picture shows: control states and statuses, partitions, messages, budgets.

    That a message ages on its way is left out as well: it is no component of the state.
    """
    components, drawn = {name for name, _ in step.state}, _drawn(trace, shown)
    if step.outcome:
        yield f"error: {step.outcome}"
    for change in step.changes:
        told = change.name in components - drawn and not is_budget(change.name)
        if change.network or not told:
            continue
        for name, before, after in differences(change.name, change.before, change.after):
            yield f"{name}: {short_map(before)} → {short_map(after)}"


def start_changes(trace: Trace, shown: Sequence[str]) -> list[str]:
    """The values at the beginning, without what the picture shows."""
    drawn = _drawn(trace, shown)
    left = ((name, value) for name, value in trace.steps[0].state if name not in drawn)
    return initial_values(left, trace.names("status"))


def _drawn(trace: Trace, shown: Sequence[str]) -> set[str]:
    """The components that the picture shows: what agents are in and whether they are up, and partitions."""
    return {
        part.name
        for part in trace.components
        if part.role == "environment" or (part.role in {"control", "status"} and part.agent in shown)
    }
