"""Which messages can be in a round, and which cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.environment.networks.rounds import MAX_PACKETS, Rounds
from modelcheck.ir.constructs.messages import InFlight
from modelcheck.ir.statement import walk_body
from modelcheck.ir.statements.messages import Send

if TYPE_CHECKING:
    from modelcheck.diagnostics import Diagnostics
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Transition


def check_rounds(model: Model, diagnostics: Diagnostics) -> None:
    """Record an error for each message of rounds that is received otherwise, and for each other one sent in a round.

    Raises `InputError` where there are too many possible messages.
    """
    for network in (network for network in model.networks if isinstance(network, Rounds)):
        largest = max(network.messages, key=lambda name: model.packets[name].size)
        total = sum(model.packets[name].size for name in network.messages)
        if total > MAX_PACKETS:
            problem = f"there are {total:,} possible messages of a round, and at most {MAX_PACKETS:,} can be told apart"
            place = model.spec.messages[largest].span
            raise InputError([Diagnostic("MC405", place, problem, "make the types of the messages' fields smaller")])
    for agent in model.spec.agents.values():
        for transition in agent.behaviour:
            if transition.kind == "round":
                _check_sends(model, transition, diagnostics)
            else:
                _check_received(model, transition, diagnostics)


def _in_rounds(model: Model, message: str) -> bool:
    return isinstance(model.network_of.get(message), Rounds)


def _check_sends(model: Model, transition: Transition, diagnostics: Diagnostics) -> None:
    for send in (statement for statement in walk_body(transition.body) if isinstance(statement, Send)):
        if not _in_rounds(model, send.message.name):
            problem = f'a round sends {send.message.name}, which does not travel in rounds in check "{model.check}"'
            diagnostics.error("MC418", send.span, problem, "write `network rounds`, or send it in a step")


def _check_received(model: Model, transition: Transition, diagnostics: Diagnostics) -> None:
    if transition.message is not None and _in_rounds(model, transition.message.name):
        problem = f"{transition.message.name} travels in rounds, so nobody receives it one by one"
        help_ = f"read `inbox {transition.message.name}` in a `round`"
        diagnostics.error("MC418", transition.span, problem, help_)
    expressions = [parameter.domain for parameter in transition.parameters]
    expressions += [] if transition.guard is None else [transition.guard]
    expressions += [e for statement in walk_body(transition.body) for e in statement.expressions()]
    for part in (part for expression in expressions for part in expression.walk()):
        if isinstance(part, InFlight) and part.own and _in_rounds(model, part.message.name):
            problem = f"{part.message.name} travels in rounds, so only a `round` reads it"
            diagnostics.error("MC418", part.span, problem, "read it in a `round`, and keep what you need in a variable")
