"""What a reader of a run asks at each step: what became of messages in it, and what is in flight behind it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen
from modelcheck.reports.shown import differences, is_budget, ranges, short_map, split

if TYPE_CHECKING:
    from modelcheck.semantics.trace import Message, Step, Trace


class Difference(Frozen):
    """A component of the state, or a part of one, that a step changed; `component` is its place in the state."""

    component: int
    name: str
    before: str
    after: str


class Happening(Frozen):
    """What became of equal messages in a step: `word` is `sent`, `lost` and so on, `note` what it was before."""

    word: str
    content: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    note: str = ""

    @property
    def route(self) -> str:
        """`Coordinator → Participant[0..2]`."""
        return f"{', '.join(ranges(self.sources))} → {', '.join(ranges(self.targets))}"


class Flying(Frozen):
    """Equal messages in flight. `wait` is in how many ticks they come, where time tells; `sent` the steps, if known."""

    content: str
    source: str
    target: str
    wait: str
    count: int
    sent: tuple[int, ...]


def differences_in(step: Step) -> list[Difference]:
    """What a step changed but for the messages. Budgets of faults are left out: the faults tell them.

    A message that aged in a tick is no component either: `happenings_in` tells it.
    """
    places: dict[str, int] = {name: place for place, (name, _) in enumerate(step.state)}
    return [
        Difference(places[change.name], name, short_map(before), short_map(after))
        for change in step.changes
        if not change.network and not is_budget(change.name) and change.name in places
        for name, before, after in differences(change.name, change.before, change.after)
    ]


def happenings_in(trace: Trace, step: Step) -> list[Happening]:
    """What became of messages, those of one content together. A receipt that the step's name tells is left out."""
    targets: dict[tuple[str, str, str, str], list[str]] = {}
    older = (("older", packet, f"was {before}, is {after}") for packet, before, after in aged(step))
    for word, packet, note in [*_events(trace, step), *older]:
        content, source, target = packet
        targets.setdefault((word, content, note, source), []).append(target)
    sources: dict[tuple[str, str, str, tuple[str, ...]], list[str]] = {}
    for (word, content, note, source), found in targets.items():
        sources.setdefault((word, content, note, tuple(found)), []).append(source)
    return [Happening(word, content, tuple(found), to, note) for (word, content, note, to), found in sources.items()]


_Packet = tuple[str, str, str]
"""Content, sender and receiver."""


def _events(trace: Trace, step: Step) -> Iterator[tuple[str, _Packet, str]]:
    changed = {message.changed_from for message in trace.messages if message.sent == step.number}
    for message in trace.messages:
        packet = (message.text, message.source, message.target)
        if message.sent == step.number:
            yield _sending(message), packet, _origin(trace, message)
        elif message.lost == step.number and message.number not in changed:
            yield "lost", packet, ""
        if step.number in message.received and step.kind != "receive":
            yield "received", packet, ""


def aged(step: Step) -> Iterator[tuple[_Packet, str, str]]:
    """Messages whose delay went on in a tick, before and after: changes that no component has the name of."""
    names = {name for name, _ in step.state}
    for change in step.changes:
        if not change.network and change.name not in names:
            content, source, target, _ = _parts(change.name)
            yield (content, source, target), change.before, change.after


def _parts(packet: str) -> tuple[str, str, str, str]:
    """Content, sender, receiver and delay of `Vote(yes: true) Participant[0] -> Coordinator in 0..2`."""
    head, _, tail = packet.rpartition(" -> ")
    content, _, source = head.rpartition(" ")
    target, _, wait = tail.partition(" in ")
    return content, source, target, wait


def _sending(message: Message) -> str:
    if message.lost == message.sent:
        return "sent and lost"
    if message.forged:
        return "forged"
    if message.copy_of is not None:
        return "duplicated"
    if message.changed_from is not None:
        return "corrupted"
    return "sent" if message.same_as is None else "sent again"


def _origin(trace: Trace, message: Message) -> str:
    if message.changed_from is not None:
        return f"was {trace.messages[message.changed_from].text}"
    return "" if message.same_as is None else "one like it is in flight already"


def networks_of(trace: Trace) -> frozenset[int]:
    """The places in the state that hold what is in flight."""
    return frozenset(place for place, component in enumerate(trace.components) if component.role == "network")


Sent = Mapping[_Packet, Sequence["Message"]]
"""The messages of a run by what they are."""


def sent_in(trace: Trace) -> Sent:
    """All messages of a run, as `flying_behind` looks them up."""
    found: dict[_Packet, list[Message]] = {}
    for message in trace.messages:
        found.setdefault((message.text, message.source, message.target), []).append(message)
    return found


def flying_behind(step: Step, networks: Iterable[int], messages: Sent) -> list[Flying]:
    """What is in flight behind a step, in the order of the network."""
    counts: dict[str, int] = {}
    for place in sorted(networks):
        for packet in split(step.state[place][1][1:-1]):
            if packet:
                counts[packet] = counts.get(packet, 0) + 1
    return [_flying(packet, count, messages, step.number) for packet, count in counts.items()]


def _flying(packet: str, count: int, messages: Sent, number: int) -> Flying:
    content, source, target, wait = _parts(packet)
    like = messages.get((content, source, target), ())
    sent = [m for m in like if m.sent <= number and (m.lost is None or m.lost > number) and m.same_as is None]
    # What a network remembers stays when it was received; elsewhere that is gone.
    there = [m for m in sent if not any(at <= number for at in m.received)] or sent
    return Flying(content, source, target, wait, count, tuple(m.sent for m in there[:count]))
