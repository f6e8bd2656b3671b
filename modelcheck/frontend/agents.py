"""Agents: variables, states, transitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, cast

from modelcheck.counts import counted
from modelcheck.diagnostics import Diagnostics
from modelcheck.frontend.declarations import variable_of
from modelcheck.frontend.rounds import check_round
from modelcheck.frontend.timers import declare_timer
from modelcheck.frozen import replace
from modelcheck.ir.constructs.detectors import forbid_detector
from modelcheck.ir.ghosts import forbid_ghost
from modelcheck.ir.scope import Scope
from modelcheck.ir.spec import Agent, Message, Parameter, State, Transition
from modelcheck.ir.statements import check_body, check_single_goto, choosable_domain
from modelcheck.ir.types import UNKNOWN, IdT, SetT

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.statement import Body
    from modelcheck.syntax import Node


def declare_agents(items: Sequence[Node], scope: Scope) -> list[Node]:
    """Enter the variables and states of every agent, and who sends which message; returns the agents' nodes."""
    nodes: dict[str, Node] = {}
    for item in items:
        if item.rule == "agent":
            nodes.setdefault(item.child(0).text, item)
    for name, node in nodes.items():
        names = scope.agents[name]
        for part in node.present()[1:]:
            if part.rule == "state":
                _declare_state(part, names.states, scope)
    for name, node in nodes.items():
        for part in node.present()[1:]:
            if part.rule == "agentvar":
                _declare_variable(part, name, scope)
            elif part.rule == "timer":
                declare_timer(part, name, scope)
    _find_senders(nodes, scope)
    return list(nodes.values())


def _declare_state(node: Node, states: dict[str, State], scope: Scope) -> None:
    modifiers = [part.child(0).text for part in node.present() if part.rule == "statemod"]
    name = next(part for part in node.present() if part.rule == "NAME")
    if name.text in states:
        scope.error(
            "MC202",
            name,
            f"there is a state '{name.text}' already",
            "a state is declared once: use `states A, B { … }`",
        )
        return
    if name.text in {"crashed", "correct"}:
        scope.error(
            "MC202", name, f"'{name.text}' is a word of the language: `p is {name.text}`", "choose another name"
        )
    span = scope.span(name)
    states[name.text] = State(name.text, "initial" in modifiers, "final" in modifiers, "durable" in modifiers, span)


def _declare_variable(node: Node, agent: str, scope: Scope) -> None:
    modifier = None if node.children[0] is None else node.child(0).child(0).text
    declaration = node.child(1)
    name = declaration.child(0)
    variables = scope.agents[agent].variables
    if name.text in variables:
        scope.error("MC202", name, f"there is a variable '{name.text}' already")
        return
    what = scope.what_is(name.text)
    if what:
        scope.error(
            "MC202", name, f"'{name.text}' is already the name of {what}", "no name may hide another: choose a new one"
        )
    variable = variable_of(declaration, scope, agent, ghost=modifier == "ghost", durable=modifier == "durable")
    variables[name.text] = variable


def _find_senders(nodes: dict[str, Node], scope: Scope) -> None:
    """Who sends what is a matter of syntax; whom a `reply` goes to follows from it."""
    messages = scope.spec.messages
    for agent, node in nodes.items():
        for part in node.walk():
            if part.rule in {"send", "reply"} and part.child(0).text in messages:
                messages[part.child(0).text].sources.add(agent)
    for node in nodes.values():
        for handler in node.walk():
            if handler.rule == "on" and handler.child(1).text in messages:
                senders = messages[handler.child(1).text].sources
                for part in handler.walk():
                    if part.rule == "reply" and part.child(0).text in messages:
                        messages[part.child(0).text].targets |= senders


def check_agents(nodes: Sequence[Node], scope: Scope) -> None:
    """Check the transitions of every agent and enter the agents, in the order of declaration."""
    # Whom a message is sent to is known only when all bodies are typed, and `.to` is typed by it: so there is a first
    # round that finds the receivers and says nothing.
    silent = replace(scope, diagnostics=Diagnostics(), bodies={})
    for round_scope in (silent, scope):
        scope.spec.agents.clear()
        for node in nodes:
            _check_agent(node, round_scope)


def _check_agent(node: Node, scope: Scope) -> None:
    name = node.child(0).text
    names = scope.agents[name]
    states = tuple(names.states.values())
    if not states:
        # A syntax error may have hidden one.
        if not scope.forgiven:
            scope.error("MC312", node.child(0), f"the agent {name} has no state", "write `initial state Start { … }`")
    elif not any(state.initial for state in states):
        scope.error("MC312", node.child(0), f"no state of {name} is initial", f"write `initial state {states[0].name}`")
    inner = scope.at("transition", name)
    transitions: list[Transition] = []
    faults: list[Transition] = []
    at_start: Body | None = None
    for part in node.present()[1:]:
        match part.rule:
            case "state":
                own = next(child for child in part.present() if child.rule == "NAME").text
                transitions += _transitions(part.find("transitions"), (own,), inner)
            case "group":
                transitions += _transitions(part.child(1), _group(part.child(0), inner), inner)
            case "at_start":
                if at_start is not None:
                    scope.error("MC202", part, f"{name} has an `at start` already", "write one, with both bodies in it")
                at_start = check_body(part.child(0), inner)
                check_single_goto(at_start, inner, already=False)
                forbid_detector(at_start, inner)
            case "fault_decl":
                faults.append(_fault(part, tuple(names.states), faults, inner))
    variables, timers = tuple(names.variables.values()), tuple(names.timers.values())
    declared = tuple(transitions), at_start or ()
    agent = Agent(name, variables, states, *declared, scope.span(node), timers, tuple(faults))
    scope.spec.agents.setdefault(name, agent)


def _fault(node: Node, states: tuple[str, ...], before: Sequence[Transition], scope: Scope) -> Transition:
    """A fault of the protocol's own: it strikes in any state."""
    name, guard_node, block = node.children
    assert name is not None
    if any(fault.name == name.text for fault in before):
        scope.error("MC202", name, f"there is a fault '{name.text}' already")
    guard = None
    if guard_node is not None:
        guard = scope.condition(guard_node.child(0), "a guard")
        forbid_ghost(guard, scope, "a guard")
    body = check_body(block, scope)
    check_single_goto(body, scope, already=False)
    return Transition("fault", name.text, states, None, (), None, (), guard, None, body, scope.span(node))


def _group(node: Node, scope: Scope) -> tuple[str, ...]:
    assert scope.agent is not None
    states = scope.agents[scope.agent].states
    if node.rule == "any_state":
        return tuple(states)
    found: list[str] = []
    for name in node.present():
        if name.text not in states:
            scope.unknown(f"state of {scope.agent} called", name.text, name, states)
        elif name.text in found:
            scope.error("MC202", name, f"the state '{name.text}' is listed twice")
        else:
            found.append(name.text)
    return tuple(found)


def _transitions(node: Node | None, states: tuple[str, ...], scope: Scope) -> list[Transition]:
    found: list[Transition] = []
    for part in () if node is None else node.present():
        match part.rule:
            case "on":
                found += _on(part, states, scope)
            case "step":
                found.append(_step(part, states, scope))
            case "ignore":
                found += _ignore(part, states, scope)
            case "expires":
                found += _expires(part, states, scope)
            case "round":
                found.append(_round(part, states, scope))
    return found


def _message(name: Node, scope: Scope) -> Message | None:
    message = scope.spec.messages.get(name.text)
    if message is None:
        scope.unknown("message", name.text, name, scope.spec.messages)
    return message


def _on(node: Node, states: tuple[str, ...], scope: Scope) -> list[Transition]:
    message = _message(node.child(1), scope)
    binders: list[str | None] = []
    names = () if node.children[2] is None else node.child(2).present()
    inner = scope
    if message is not None and node.children[2] is not None and len(names) != len(message.fields):
        problem = f"{message.name} has {counted(len(message.fields), 'field')}, but {counted(len(names), 'name')} given"
        scope.error(
            "MC302", node.child(2), problem, "give a name for each field (`_` for one you do not need), or none at all"
        )
    for position, name in enumerate(names):
        binders.append(None if name.text == "_" else name.text)
        known = message is not None and position < len(message.fields)
        field = message.fields[position] if message is not None and known else None
        if name.text != "_":
            type_ = field.type_expr.type if field else UNKNOWN
            inner = inner.bind(name.text, type_, scope.span(name), ghost=bool(field and field.ghost))
    sender = node.children[3]
    if sender is not None and sender.text != "_":
        type_ = UNKNOWN
        if message is not None and len(message.sources) == 1:
            type_ = IdT(next(iter(message.sources)))
        elif message is not None and len(message.sources) > 1:
            problem = (
                f"{message.name} is sent by {' and '.join(sorted(message.sources))}, so its sender has no single type"
            )
            scope.error("MC309", sender, problem, "declare one message for each kind; `reply` works without a name")
        inner = inner.bind(sender.text, type_, scope.span(sender))
    # An unknown message was reported: a `reply` to it is not another mistake.
    inner = replace(inner, handled=message or Message(node.child(1).text, (), None, scope.span(node.child(1))))
    if message is not None and not names:
        binders = [None] * len(message.fields)
    return _finish(node, "on", node.child(1).text, states, message, binders, sender, (), inner)


def _ignore(node: Node, states: tuple[str, ...], scope: Scope) -> list[Transition]:
    found = []
    for name in node.present():
        message = _message(name, scope)
        if message is not None:
            binders = (None,) * len(message.fields)
            span = scope.span(name)
            found.append(Transition("on", name.text, states, message, binders, None, (), None, None, (), span))
    return found


def _step(node: Node, states: tuple[str, ...], scope: Scope) -> Transition:
    parameters: list[Parameter] = []
    inner = scope
    for choice in () if node.children[2] is None else node.child(2).present():
        some, name, domain_node = choice.children
        assert name is not None
        assert domain_node is not None
        domain, _ = choosable_domain(domain_node, inner, "what a parameter runs over")
        element = domain.type.element if isinstance(domain.type, SetT) else UNKNOWN
        inner = inner.bind(name.text, element, scope.span(name))
        parameters.append(Parameter(name.text, domain, some is not None))
    return _finish(node, "step", node.child(1).text, states, None, [], None, tuple(parameters), inner)[0]


def _expires(node: Node, states: tuple[str, ...], scope: Scope) -> list[Transition]:
    assert scope.agent is not None
    name, timers = node.child(1), scope.agents[scope.agent].timers
    if name.text not in timers:
        scope.unknown(f"timer of {scope.agent}", name.text, name, timers)
    found = _finish(node, "expires", f"{name.text} expires", states, None, [], None, (), scope)
    return [replace(transition, timer=timers[name.text]) for transition in found if name.text in timers]


def _round(node: Node, states: tuple[str, ...], scope: Scope) -> Transition:
    transition = _finish(node, "round", "round", states, None, [], None, (), scope)[0]
    check_round(transition, scope)
    return transition


def _finish(  # noqa: PLR0913, PLR0917 - the parts of a transition
    node: Node,
    kind: str,
    name: str,
    states: tuple[str, ...],
    message: Message | None,
    binders: Sequence[str | None],
    sender: Node | None,
    parameters: tuple[Parameter, ...],
    scope: Scope,
) -> list[Transition]:
    """Check guard, target and body, which look alike in every transition."""
    guard_node, fair_when, goto, block = node.present()[-1].children
    guard = None
    if guard_node is not None:
        guard = scope.condition(guard_node.child(0), "a guard")
        forbid_ghost(guard, scope, "a guard")
    owed = None
    if fair_when is not None:
        owed = scope.condition(fair_when.child(0), "what follows `fair when`")
        forbid_ghost(owed, scope, "`fair when`")
    target = None
    if goto is not None:
        assert scope.agent is not None
        target = goto.child(0).text
        if target not in scope.agents[scope.agent].states:
            scope.unknown(f"state of {scope.agent} called", target, goto.child(0), scope.agents[scope.agent].states)
    body = check_body(block, scope)
    check_single_goto(body, scope, already=target is not None)
    if kind == "on" and message is None:
        return []
    span = scope.span(node)
    sender_name = None if sender is None or sender.text == "_" else sender.text
    literal = cast("Literal['on', 'step', 'expires', 'round']", kind)
    transition = Transition(
        literal,
        name,
        states,
        message,
        tuple(binders),
        sender_name,
        parameters,
        guard,
        target,
        body,
        span,
        None if kind == "round" else _fairness(node.children[0], owed, scope),
        owed,
    )
    return [transition]


def _fairness(node: Node | None, fair_when: Expr | None, scope: Scope) -> Literal["unfair", "strong"] | None:
    if node is None:
        return None
    fairness = cast("Literal['unfair', 'strong']", node.child(0).text)
    if fairness == "unfair" and fair_when is not None:
        scope.error("MC320", node, "`unfair` and `fair when` contradict one another", "remove one of the two")
    return fairness
