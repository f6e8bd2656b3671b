"""`fault name up to n`: what agents declare as `fault name { … }`, a step that nobody takes on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.environment.faults.budget import spending
from modelcheck.ir.model import Action
from modelcheck.ir.statements.transitions import Guard, RequireState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import FaultDecl, Transition
    from modelcheck.ir.statement import Statement


def elaborate(model: Model, fault: FaultDecl, budget: int | None) -> None:
    """Add the fault of every kind of agent that declares it, all on one budget."""
    found = [(kind, own) for kind in model.spec.agents.values() for own in kind.faults if own.name == fault.subject]
    if not any(model.sizes[kind.name] for kind, _ in found):
        model.idle_faults.append(fault)
        return
    spend = spending(model, fault, budget)
    for kind, own in found:
        body = (*_enabled(own), *spend, *own.body)
        model.actions.extend(Action(own.name, id_, "fault", body, own) for id_ in model.ids(kind.name))


def _enabled(fault: Transition) -> Iterator[Statement]:
    yield RequireState(fault.span, frozenset(fault.states))
    if fault.guard is not None:
        yield Guard(fault.guard.span, fault.guard)
