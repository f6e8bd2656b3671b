"""The state machine of a kind of agents as a graph."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen
from modelcheck.ir.statement import walk_body
from modelcheck.ir.statements.messages import Send
from modelcheck.ir.written import written
from modelcheck.reports.graphs.outcomes import Outcome, Sending, outcomes
from modelcheck.reports.graphs.picture import Edge, Graph, Line, Node

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.spec import Agent, State, Transition

START, ANY = "at start", "any state"
"""The keys of the two nodes that are no states: no state's name has a blank."""
_LONGEST_GUARD, _LONGEST_ARGUMENTS = 64, 24
"""Characters that a picture has room for."""


class _Arrow(Frozen):
    """One line of the picture: what leads from a node to another, or stays in it."""

    source: str
    target: str | None
    line: Line


def machine(agent: Agent) -> Graph:
    """States with what they do inside, and the transitions between them; those of any state are drawn once."""
    arrows = [*_beginning(agent), *(arrow for transition in agent.behaviour for arrow in _arrows(agent, transition))]
    arrows += _ignored(agent)
    inside: dict[str, list[Line]] = {}
    across: dict[tuple[str, str], list[Line]] = {}
    for arrow in arrows:
        if arrow.target is None or arrow.target == arrow.source:
            lines = inside.setdefault(arrow.source, [])
        else:
            lines = across.setdefault((arrow.source, arrow.target), [])
        if arrow.line not in lines:
            lines.append(arrow.line)
    nodes = [Node(START, "", kind="start", whole="where an agent starts, and begins again behind a crash")]
    nodes += [_state(state, tuple(inside.get(state.name, ()))) for state in agent.states]
    if ANY in inside or any(source == ANY for source, _ in across):
        nodes.append(Node(ANY, ANY, tuple(inside.get(ANY, ())), "any", whole="whatever state the agent is in"))
    edges = tuple(Edge(source, target, tuple(lines)) for (source, target), lines in across.items())
    return Graph(agent.name, tuple(nodes), edges, _legend(agent, arrows), _description(agent))


def _state(state: State, lines: tuple[Line, ...]) -> Node:
    marks = [word for word, there in (("final", state.final), ("durable", state.durable)) if there]
    whole = f"{' '.join(marks)} state {state.name}".strip()
    return Node(state.name, state.name, lines, "state", state.final, state.durable, whole=whole)


def _beginning(agent: Agent) -> Iterator[_Arrow]:
    """From the dot to the initial states, and to where `at start` leads."""
    found = outcomes(agent.at_start, None)
    stays = next((one for one in found if one.target is None), None)
    sends = _sends(stays) if stays is not None else ""
    whole = "\n".join(statement.span.text for statement in agent.at_start)
    for state in agent.states:
        if state.initial and stays is not None:
            yield _Arrow(START, state.name, Line(f"at start{sends}" if sends else "", whole))
    for one in found:
        if one.target is not None:
            yield _Arrow(START, one.target, Line(f"at start{_guard(None, one)}{_sends(one)}", whole))


def _ignored(agent: Agent) -> Iterator[_Arrow]:
    """What a state receives to no effect: one line for all of it."""
    names: dict[str, list[str]] = {}
    for transition in agent.transitions:
        if transition.is_ignored:
            for source in _sources(agent, transition):
                names.setdefault(source, []).append(transition.name)
    for source, messages in names.items():
        text = f"ignores {', '.join(dict.fromkeys(messages))}"
        yield _Arrow(source, None, Line(text, text))


def _sources(agent: Agent, transition: Transition) -> tuple[str, ...]:
    """The nodes from which a transition is drawn."""
    everywhere = len(agent.states) > 1 and len(transition.states) == len(agent.states)
    return (ANY,) if everywhere else transition.states


def _arrows(agent: Agent, transition: Transition) -> Iterator[_Arrow]:
    if transition.is_ignored:
        return
    whole = transition.span.text
    for one in outcomes(transition.body, transition.target):
        line = Line(
            f"{_trigger(transition)}{_guard(transition.guard, one)}{_sends(one)}", whole, transition.kind == "fault"
        )
        for source in _sources(agent, transition):
            yield _Arrow(source, one.target, line)


def _trigger(transition: Transition) -> str:
    if transition.message is not None:
        bound = any(transition.binders)
        fields = f"({', '.join(name or '_' for name in transition.binders)})" if bound else ""
        # The sender's name is told where something is sent to it, or asked of it.
        sender = f" from {transition.sender}" if transition.sender and _speaks_of(transition, transition.sender) else ""
        return f"on {transition.name}{fields}{sender}"
    parameters = ", ".join(f"{p.name} in {written(p.domain.span)}" for p in transition.parameters)
    name = f"fault {transition.name}" if transition.kind == "fault" else transition.name
    return f"{name}({parameters})" if parameters else name


def _speaks_of(transition: Transition, name: str) -> bool:
    """Whether the guard or a receiver says the name, so that a reader has to know what it stands for."""
    sends = [s for s in walk_body(transition.body) if isinstance(s, Send)]
    spans = [s.target.span for s in sends if s.target is not None]
    spans += [] if transition.guard is None else [transition.guard.span]
    return any(re.search(rf"\b{re.escape(name)}\b", written(span)) for span in spans)


def _guard(guard: Expr | None, one: Outcome) -> str:
    guards = () if guard is None else (written(guard.span),)
    conditions = [*guards, *one.conditions]
    if len(conditions) > 1:
        conditions = [f"({c})" if " or " in c or " implies " in c else c for c in conditions]
    return f" [{_short(' and '.join(conditions), _LONGEST_GUARD)}]" if conditions else ""


def _sends(one: Outcome) -> str:
    told = [f"{_message(s)} → {s.target or 'sender'}{'' if s.always else '?'}" for s in one.sends]
    return f" / {', '.join(told)}" if told else ""


def _message(sending: Sending) -> str:
    if not sending.arguments:
        return sending.message
    return f"{sending.message}({sending.arguments if len(sending.arguments) <= _LONGEST_ARGUMENTS else '…'})"


def _short(text: str, longest: int) -> str:
    """Up to a blank: what is left out is told to who points at it."""
    return text if len(text) <= longest else f"{text[:longest].rpartition(' ')[0] or text[:longest]} …"


def _legend(agent: Agent, arrows: list[_Arrow]) -> tuple[str, ...]:
    """What explains the signs that this picture has."""
    text = "".join(arrow.line.text for arrow in arrows)
    told = [
        ("trigger [guard] / message → receiver", True),
        ("message → receiver?: not in every case", "?" in text),
        ("double border: final, an agent may rest here", any(state.final for state in agent.states)),
        ("thick left edge: durable, survives a crash", any(state.durable for state in agent.states)),
        ("dashed: a fault", any(arrow.line.fault for arrow in arrows)),
    ]
    return tuple(line for line, there in told if there)


def _description(agent: Agent) -> str:
    names = [f"{state.name}{' (initial)' if state.initial else ''}" for state in agent.states]
    return f"State machine of {agent.name} with the states {', '.join(names)}"
