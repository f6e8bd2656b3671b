"""Warnings about what cannot matter: messages nobody sends or receives, states nobody enters, timers without use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelcheck.ir.constructs.detectors import Leader, Suspects
from modelcheck.ir.constructs.messages import InFlight
from modelcheck.ir.statement import walk_body
from modelcheck.ir.statements.control import Goto
from modelcheck.ir.statements.timers import StartTimer

if TYPE_CHECKING:
    from modelcheck.diagnostics import Diagnostics
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.spec import Agent, Spec


def warn_about_unused(spec: Spec, diagnostics: Diagnostics) -> None:
    """Record the warnings of a specification without errors."""
    handled = {(agent.name, t.message.name) for agent in spec.agents.values() for t in agent.transitions if t.message}
    for message in spec.messages.values():
        receivers = {kind for kind, name in handled if name == message.name}
        if not message.sources and receivers:
            diagnostics.warning("MC501", message.span, f"no agent sends {message.name}")
        elif not message.sources and not _readers(spec, message.name):
            diagnostics.warning("MC501", message.span, f"no agent sends or receives {message.name}")
        for kind in sorted(message.targets - receivers - _readers(spec, message.name)):
            # What nobody reads of a round is gone with it.
            kinds = [message.network] if message.network else [spec.network, *(check.network for check in spec.checks)]
            if message.sources and not any(kind is not None and kind.kind == "rounds" for kind in kinds):
                help_ = "it would wait for ever: write `ignore` where it is not wanted"
                diagnostics.warning(
                    "MC502", message.span, f"{message.name} is sent to {kind}, which never receives it", help_
                )
    for agent in spec.agents.values():
        for state in _never_entered(agent):
            diagnostics.warning("MC503", agent.state(state).span, f"nothing leads to the state {state} of {agent.name}")
        _warn_about_timers(agent, diagnostics)
    if spec.detector is not None and not _asks_a_detector(spec):
        help_ = "agents ask it by `suspects(p)` or `leader()`"
        diagnostics.warning("MC570", spec.detector.span, "nobody asks the failure detector", help_)
    expected = {e.inductive or e.subject for check in spec.checks for e in check.expectations}
    for prop in spec.properties.values():
        if prop.name not in expected and all(check.expectations for check in spec.checks) and spec.checks:
            problem = f"no check expects anything of '{prop.name}', so it is never checked"
            diagnostics.warning("MC507", prop.span, problem, f"write `expect {prop.name}` in a check")
    for check in spec.checks:
        if not check.expectations:
            diagnostics.warning(
                "MC504", check.span, "this check expects nothing", "write `expect …`: only what is expected is checked"
            )


def _warn_about_timers(agent: Agent, diagnostics: Diagnostics) -> None:
    bodies = [agent.at_start, *(transition.body for transition in agent.behaviour)]
    started = {s.timer.name for body in bodies for s in walk_body(body) if isinstance(s, StartTimer)}
    served = {transition.timer.name for transition in agent.transitions if transition.timer is not None}
    for timer in agent.timers:
        if timer.name not in started:
            diagnostics.warning("MC509", timer.span, f"the timer '{timer.name}' of {agent.name} is never started")
        elif timer.name not in served:
            problem = f"nothing is done when the timer '{timer.name}' of {agent.name} expires: time would stop there"
            diagnostics.warning("MC509", timer.span, problem, f"write `on {timer.name} expires {{ … }}`")


def _readers(spec: Spec, message: str) -> set[str]:
    """Agents that read a message off their inbox, and all agents if anybody reads all messages of it."""
    readers: set[str] = set()
    for agent in spec.agents.values():
        for part in _parts(agent):
            if isinstance(part, InFlight) and part.message.name == message:
                readers |= {agent.name} if part.own else set(spec.agents)
    for kind, condition in (pair for declared in spec.messages.values() for pair in declared.forgeable.items()):
        for part in condition.walk():
            if isinstance(part, InFlight) and part.message.name == message:
                readers |= {kind} if part.own else set(spec.agents)
    for part in (part for p in spec.properties.values() for part in p.expression.walk()):
        if isinstance(part, InFlight) and part.message.name == message:
            readers |= set(spec.agents)
    return readers


def _parts(agent: Agent) -> Iterator[Expr]:
    """Everything that an agent's transitions evaluate."""
    for transition in agent.behaviour:
        expressions = [e for s in walk_body(transition.body) for e in s.expressions()]
        expressions += [p.domain for p in transition.parameters]
        expressions += [e for e in (transition.guard, transition.fair_when) if e is not None]
        yield from (part for e in expressions for part in e.walk())


def _asks_a_detector(spec: Spec) -> bool:
    agents = (part for agent in spec.agents.values() for part in _parts(agent))
    others = [*(prop.expression for prop in spec.properties.values()), *spec.initially]
    others += [check.bound for check in spec.checks if check.bound is not None]
    return any(isinstance(part, Suspects | Leader) for part in (*agents, *(p for e in others for p in e.walk())))


def _never_entered(agent: Agent) -> list[str]:
    entered = {state.name for state in agent.states if state.initial}
    for transition in agent.behaviour:
        entered |= {transition.target} if transition.target else set()
        entered |= {s.state for s in walk_body(transition.body) if isinstance(s, Goto)}
    entered |= {s.state for s in walk_body(agent.at_start) if isinstance(s, Goto)}
    return [state.name for state in agent.states if state.name not in entered]
