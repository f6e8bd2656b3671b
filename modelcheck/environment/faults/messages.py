"""What faults have in common that strike a message in flight, on every network where they have an effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.environment.faults.budget import spending
from modelcheck.ir.model import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.ir.model import Label, Model
    from modelcheck.ir.spec import FaultDecl
    from modelcheck.ir.statement import Statement


def strike(model: Model, fault: FaultDecl, budget: int | None, effects: Sequence[Statement], label: Label) -> None:
    """Add an action for each effect, all on one budget. A fault without any is idle, which is worth a warning."""
    if not effects:
        model.idle_faults.append(fault)
        return
    spend = spending(model, fault, budget)
    model.actions.extend(Action(fault.kind, None, "fault", (*spend, effect), label=label) for effect in effects)
