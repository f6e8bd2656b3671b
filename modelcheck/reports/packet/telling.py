"""Runs told in sentences: who does what in each step, which faults strike, how it ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.ir.statuses import BYZANTINE, UP, is_byzantine, is_gone
from modelcheck.reports.diagram.wording import addressed, changes_of, start_changes
from modelcheck.reports.html.walk import aged
from modelcheck.reports.shown import packets, ranges, split
from modelcheck.reports.trace_text import is_said

if TYPE_CHECKING:
    from modelcheck.semantics.trace import Message, Step, Trace

_FEW = 4
"""Up to so many messages in flight are named."""
_SENDS_IN_WORDS = {"forge"}
_HALFWAY = "crashes while sending: "


def sentence(step: Step, trace: Trace) -> str:
    """What happens in a step: who does what, what is sent and lost, and which states agents come to."""
    if step.number == 0:
        begins = listed(_states(trace, step)) or ("no state is reached" if step.outcome else "nobody is there")
        return f"It begins: {begins}.{f' This fails: {step.outcome}.' if step.outcome else ''}"
    sent = [m for m in trace.messages if m.sent == step.number and m.copy_of is None and m.changed_from is None]
    told = _round(step, trace, sent) if step.kind == "round" else _of_one(step, trace, sent)
    vanished = [m for m in trace.messages if m.lost == step.number and m not in _changed(trace)]
    if vanished and step.kind != "lose":
        told += f" Lost: {_under_way(vanished)}."
    if step.outcome:
        told += f" This fails: {step.outcome}."
    return told


def _of_one(step: Step, trace: Trace, sent: list[Message]) -> str:
    """What an agent or the environment does, and which other agents change their states with it."""
    parts = [_doing(step, trace)]
    if not sent and step.action.startswith(_HALFWAY):
        parts.append("sends nothing of it")
    if sent and step.kind not in _SENDS_IN_WORDS:
        parts.append(f"sends {addressed(sent).replace(' → ', ' to ')}")
    parts += [f"goes to {change.after}" for change in step.changes if change.name == step.actor]
    goals: dict[str, list[str]] = {}
    for change in step.changes:
        if change.name in trace.agents and change.name != step.actor:
            goals.setdefault(change.after, []).append(change.name)
    others = [f"{listed(ranges(names))} {_verb('goes', names)} to {after}" for after, names in goals.items()]
    return f"{_capital(listed(parts))}.{f' {listed(others)}.' if others else ''}"


def _round(step: Step, trace: Trace, sent: list[Message]) -> str:
    """What all agents do in a round; those that do the same are told together."""
    doings: dict[tuple[tuple[str, str], ...], list[str]] = {}
    goals = {change.name: change.after for change in step.changes}
    for agent in trace.agents:
        read = [m for m in trace.messages if step.number in m.received and m.target == agent]
        told = [("reads", f" {_read(read)}")] if read else []
        own = [m for m in sent if m.source == agent]
        told += [("sends", f" {addressed(own).replace(' → ', ' to ')}")] if own else []
        told += [("goes", f" to {goals[agent]}")] if agent in goals else []
        if told:
            doings.setdefault(tuple(told), []).append(agent)
    parts = [
        f"{listed(ranges(names))} {listed([f'{_verb(verb, names)}{rest}' for verb, rest in told])}"
        for told, names in doings.items()
    ]
    head = f"A {step.action}"
    return f"{head}: {'; '.join(parts)}." if parts else f"{head}."


def _read(messages: list[Message]) -> str:
    """`Word from Node[0..1]`."""
    sources: dict[str, list[str]] = {}
    for message in messages:
        sources.setdefault(message.text, []).append(message.source)
    return listed([f"{text} from {listed(ranges(names))}" for text, names in sources.items()])


def _verb(singular: str, names: Sequence[str]) -> str:
    """`goes` of one, `go` of many."""
    return singular if len(names) == 1 else {"goes": "go", "reads": "read", "sends": "send"}[singular]


def _capital(text: str) -> str:
    """As at the beginning of a sentence, but for names, which stay as they are written."""
    return text[0].upper() + text[1:] if text.startswith(("the ", "a ", "nothing ")) else text


def _changed(trace: Trace) -> list[Message]:
    """Messages that vanish because a fault makes others of them."""
    numbers = {m.changed_from for m in trace.messages}
    return [m for m in trace.messages if m.number in numbers]


def _under_way(messages: list[Message]) -> str:
    """`Vote(yes: true) from Participant[0..2] to Coordinator`: a multicast, or what many sent to one, once."""
    told = []
    for line in packets(", ".join(f"{m.text} {m.source} -> {m.target}" for m in messages)):
        content, _, target = line.partition(" -> ")
        message, sources = _parted(content, messages)
        told.append(f"{message} from {sources} to {target}")
    return listed(told)


def _parted(content: str, messages: list[Message]) -> tuple[str, str]:
    """A message and who sent it; the longest text that fits, as one may begin another."""
    text = max((m.text for m in messages if content.startswith(f"{m.text} ")), key=len)
    return text, content.removeprefix(f"{text} ")


def _doing(step: Step, trace: Trace) -> str:
    actor, action = step.actor, step.action
    match step.kind:
        case "crash" if action.startswith(_HALFWAY):
            return f"{actor} crashes in the middle of “{action.removeprefix(_HALFWAY)}”"
        case "receive" | "crash" | "recover" | "forge" | "detector" if actor != "environment":
            return f"{actor} {action}"
        case "step" if action.endswith(" expires"):
            return f"{actor}'s timer {action}"
        case "step":
            return f"{actor} takes the step “{action}”"
        case "fault":
            return f"{actor} suffers {action}" if " " not in action else f"{actor}: {action}"
        case "partition":
            sides = split(action.removeprefix("partition "), " | ")
            return f"the network parts: {' on one side, '.join(sides)} on the other"
        case "lose":
            return f"the network loses {_under_way([m for m in trace.messages if m.lost == step.number])}"
        case "duplicate":
            return f"the network doubles {_under_way([m for m in trace.messages if m.sent == step.number])}"
        case "corrupt":
            made = [m for m in trace.messages if m.sent == step.number]
            struck = [trace.messages[m.changed_from] for m in made if m.changed_from is not None]
            return f"the network changes {_under_way(struck)} into {listed([m.text for m in made])}"
        case "tick" | "nothing":
            return action
        case _:
            return action if actor in {"environment", "nobody", ""} else f"{actor}: {action}"


def changes(step: Step, trace: Trace) -> tuple[str, ...]:
    """What changed beside control states and what the sentence says; at the start the values there."""
    if step.number == 0:
        return tuple(start_changes(trace, trace.agents))
    return (*changes_of(step, trace, trace.agents), *_ageing(step))


def _ageing(step: Step) -> list[str]:
    """When messages on their way come, behind a tick: `Ask from Client to Server[0..1]: arrives in 0 to 1 ticks`."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for (content, source, target), _, wait in aged(step):
        groups.setdefault((content, source, wait), []).append(target)
    return [
        f"{content} from {source} to {listed(ranges(targets))}: {_arrival(wait)}"
        for (content, source, wait), targets in groups.items()
    ]


def _arrival(wait: str) -> str:
    """What `in 0..2` says."""
    least, most = map(int, wait.removeprefix("in ").split(".."))
    if not most:
        return "arrives before the next tick"
    return f"arrives in {counted(most, 'tick')}" if least == most else f"arrives in {least} to {most} ticks"


def _states(trace: Trace, step: Step) -> list[str]:
    """`Participant[0..2] are in Working`."""
    groups: dict[str, list[str]] = {}
    statuses = trace.by_agent("status", step)
    for agent, state in trace.by_agent("control", step).items():
        status = statuses.get(agent, UP)
        groups.setdefault(f"be {state}" if status == UP else _status(status), []).append(agent)
    return [_predicate(names, words) for words, names in groups.items()]


def _status(status: str) -> str:
    """What a fault left of an agent."""
    if is_byzantine(status):
        return "is Byzantine"
    if is_gone(status):
        return "has crashed for good"
    return "has crashed and will come back" if "owed" in status else "has crashed and may come back"


def _predicate(names: list[str], words: str) -> str:
    many = len(names) > 1
    if words.startswith("be "):
        words = f"{'are' if many else 'is'} in {words.removeprefix('be ')}"
    elif many:
        words = words.replace("has ", "have ", 1).replace("is ", "are ", 1)
    return f"{listed(ranges(names))} {words}"


def faults(trace: Trace) -> list[str]:
    """What the faults of a run do, with their steps."""
    return [f"step {step.number}: {_doing(step, trace)}" for step in trace.steps if step.fault]


def traitors(trace: Trace) -> str:
    """Who is Byzantine, which is a fault that no step tells; empty where nobody is."""
    statuses = trace.by_agent("status", trace.steps[0])
    byzantine = [agent for agent, status in statuses.items() if is_byzantine(status)]
    return f"from the start {_predicate(byzantine, _status(BYZANTINE))}" if byzantine else ""


def ending(trace: Trace) -> str:
    """How a run ends: the states of the agents, what is under way, and whether it goes on."""
    states = listed(_states(trace, trace.steps[-1])) or "nobody is there"
    told = f"At the end {states}." if trace.steps[-1].state else "It ends before there is a state."
    if any(name.startswith("partition of ") and sides != "none" for name, sides in trace.steps[-1].state):
        told += " The network is still parted."
    flying = [m for m in trace.messages if not m.received and m.lost is None and m.same_as is None]
    if flying:
        few = _under_way(flying) if len(flying) <= _FEW else counted(len(flying), "message")
        told += f" Still in flight: {few}."
    if trace.loop_start is None:
        return told
    if trace.loop_start == trace.length:
        return f"{told} From then on nothing happens any more, for ever."
    return f"{told} Steps {trace.loop_start + 1} to {trace.length} then repeat for ever."


def telling_facts(trace: Trace) -> list[str]:
    """The facts, without those that others or the conclusion say."""
    return [fact for fact in trace.facts if not is_said(fact, trace)]


def needless(trace: Trace) -> list[int]:
    """The steps that what is concluded does not depend on, if it is known what it depends on."""
    if not trace.grounds:
        return []
    needed = trace.causal_slice
    return [step.number for step in trace.steps if step.number not in needed]


def numbers(steps: Iterable[int]) -> str:
    """`3, 5 and 7`."""
    return listed([str(number) for number in steps])


def listed(parts: list[str]) -> str:
    """`a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
