"""Where a check cannot have Byzantine agents: it would look at messages that are not kept, or needs a fault of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from modelcheck.environment.choices import expressions_of
from modelcheck.ir.constructs.messages import InFlight
from modelcheck.ir.written import written

if TYPE_CHECKING:
    from modelcheck.diagnostics import Diagnostics
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import FaultDecl, Message, Property

    Faults = Sequence[tuple[FaultDecl, int | None]]


def looked_at(model: Model, message: Message) -> bool:
    """Whether somebody looks at all messages of a declaration in flight, or a forger at those that it was sent."""
    properties = (*model.properties, *(temporal.property for temporal in model.temporal))
    looks = _in_flight(expressions_of(model, properties))
    everywhere = any(part.message is message and not part.own for part in looks)
    return everywhere or any(part.message is message for part in _in_flight(_conditions(model.spec.messages.values())))


def check_forgeries(model: Model, properties: Sequence[Property], faults: Faults, diagnostics: Diagnostics) -> None:
    """Record an error for each set of messages that a Byzantine agent's are missing from."""
    byzantine: dict[str, FaultDecl] = {}
    for fault, _ in faults:
        if fault.kind != "byzantine" or fault.subject is None:
            continue
        if fault.subject in byzantine:
            problem = f"'byzantine {fault.subject}' stands twice in this check"
            diagnostics.error("MC407", fault.span, problem, "write one line with the sum of the budgets")
        byzantine[fault.subject] = fault
    if not byzantine:
        return
    for part in _in_flight(expressions_of(model, properties)):
        forgers = sorted(part.message.sources & byzantine.keys())
        if forgers and _stores_nothing(model, part.message):
            kind = model.network_of[part.message.name].kind
            problem = f"`{written(part.span)}` lacks what a Byzantine {forgers[0]} sends: '{kind}' does not hold that"
            help_ = f"use `set` or `soup`, or count in variables what `on {part.message.name}` receives"
            diagnostics.error("MC420", part.span, problem, help_)
    _check_conditions(model, byzantine, diagnostics)
    if any(fault.kind == "corrupt" for fault, _ in faults):
        _check_corrupt(model, byzantine, diagnostics)


def _check_conditions(model: Model, byzantine: dict[str, FaultDecl], diagnostics: Diagnostics) -> None:
    """What is sent to a Byzantine agent stays on a soup only: elsewhere a condition on it would allow too little."""
    forged = [m for m in model.spec.messages.values() if m.name in model.packets]
    conditions = [m.forgeable[kind] for m in forged for kind in m.sources & byzantine.keys() & m.forgeable.keys()]
    for part in _in_flight(conditions):
        network = model.network_of.get(part.message.name)
        lost = part.own or part.message.targets & byzantine.keys()
        told = part.message.sources & byzantine.keys() and _stores_nothing(model, part.message)
        if network is not None and not network.remembers and lost and not told:
            problem = f"`{written(part.span)}` lacks what is sent to a Byzantine agent: '{network.kind}' drops that"
            diagnostics.error("MC420", part.span, problem, "use `soup`, or a variable that the sender assigns to")


def _check_corrupt(model: Model, byzantine: dict[str, FaultDecl], diagnostics: Diagnostics) -> None:
    for message in model.spec.messages.values():
        kinds = sorted(message.sources & byzantine.keys() & message.forgeable.keys())
        if kinds and _stores_nothing(model, message):
            problem = f"`corrupt` beside a Byzantine {kinds[0]} whose {message.name} is not stored is not supported yet"
            help_ = "use `set` or `soup`, or allow in `forgeable when` what a corruption makes"
            diagnostics.error("MC901", byzantine[kinds[0]].span, problem, help_)


def _stores_nothing(model: Model, message: Message) -> bool:
    network = model.network_of.get(message.name)
    return network is not None and not network.absorbs


def _conditions(messages: Iterable[Message]) -> Iterator[Expr]:
    for message in messages:
        yield from message.forgeable.values()


def _in_flight(expressions: Iterable[Expr]) -> Iterator[InFlight]:
    seen: set[int] = set()
    for expression in expressions:
        for part in expression.walk():
            if isinstance(part, InFlight) and id(part) not in seen:
                seen.add(id(part))
                yield part
