"""Whether a run of a check begins at all: where none does, everything would hold, and mean nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, Diagnostics
from modelcheck.semantics.execute import BEYOND_THE_BOUND, Cut, initial_paths

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Check

MOST_TRIED = 500
"""How many beginnings are tried before the first search; of more, the search itself will tell."""


class _EnoughError(Exception):
    """So many beginnings were tried."""


def without_beginning(check: Check, model: Model, *, is_bounded: bool) -> Diagnostic:
    """What is told of a check of which no run begins; `is_bounded` says whether a bound cut one off."""
    reason = "the bound" if is_bounded else _ruled_out_by(model)
    problem = f'the check "{check.name}" has no initial configuration: {reason} rules all out'
    return Diagnostic("MC411", check.span, problem, "everything would hold, and mean nothing")


def require_beginnings(models: Sequence[tuple[Check, Model]]) -> None:
    """Raises `InputError` if it is soon seen that of some checks no run begins.

    What the searches of other checks find would be lost with the mistake.
    """
    diagnostics = Diagnostics()
    for check, model in models:
        found = _without_beginning(check, model)
        diagnostics.extend([] if found is None else [found])
    diagnostics.raise_errors()


def _without_beginning(check: Check, model: Model) -> Diagnostic | None:
    tried, is_bounded = 0, False

    def tick() -> None:
        nonlocal tried
        tried += 1
        if tried > MOST_TRIED:
            raise _EnoughError

    try:
        for path in initial_paths(model, tick):
            # One that fails, or has no room, is for the search to tell of.
            if path.outcome != Cut(BEYOND_THE_BOUND):
                return None
            is_bounded = True
    except _EnoughError:
        return None
    return without_beginning(check, model, is_bounded=is_bounded)


def _ruled_out_by(model: Model) -> str:
    """What can leave nothing to begin with, where no bound was hit."""
    causes = ["`initially`"] if model.spec.initially else []
    if any(agent.at_start for agent in model.spec.agents.values()):
        causes += [f"a full network ({n.kind} … blocks)" for n in model.networks if n.on_full == "blocks"]
    return " or ".join(causes)
