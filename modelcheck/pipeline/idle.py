"""What a check declares without any effect, which is worth a warning."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelcheck.diagnostics import Diagnostics
    from modelcheck.ir.model import Model


def warn_about_idle(model: Model, warnings: Diagnostics) -> None:
    """Record a warning for each fault that cannot do anything, and for a failure detector that nobody asks."""
    for fault in model.idle_faults:
        warnings.warning("MC506", fault.span, f"'{fault.name}' has no effect in this check")
    if model.unasked is not None:
        help_ = "agents ask it by `suspects(p)` or `leader()`"
        warnings.warning("MC570", model.unasked.span, "nobody asks the failure detector of this check", help_)
