"""What a check was instantiated with, for reports: enough to make the same model again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelcheck.environment.instantiate import Overrides
from modelcheck.frozen import replace
from modelcheck.reports.report import CheckReport, Parameter
from modelcheck.semantics.plain import plain
from modelcheck.semantics.show import show_value

if TYPE_CHECKING:
    from modelcheck.ir.model import Model


def with_instance(report: CheckReport, model: Model, overrides: Overrides, only: Sequence[str]) -> CheckReport:
    """The same with sizes, parameters and what the command line changed; `only` names the properties asked for."""
    params = (Parameter(n, show_value(value, model), plain(value, model)) for n, value in model.params.items())
    faults = (
        (kind if subject is None else f"{kind}:{subject}", "any" if budget is None else str(budget))
        for (kind, subject), budget in overrides.budgets.items()
    )
    return replace(
        report,
        sizes=tuple(model.sizes.items()),
        params=tuple(params),
        settings=tuple(overrides.settings.items()),
        faults=tuple(faults),
        only=tuple(only),
    )
