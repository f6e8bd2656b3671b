"""How often each transition was taken."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from modelcheck.reports.report import Coverage

if TYPE_CHECKING:
    from modelcheck.ir.model import Action, Model


def coverage(model: Model, fired: Sequence[int]) -> tuple[Coverage, ...]:
    """The transitions of a specification in the order of the text, then what the environment did.

    `fired` counts, for each action, its paths that led to a state. A transition counts for all agents of its kind.
    """
    counts: dict[tuple[str, int | None], int] = {}
    for action, count in zip(model.actions, fired, strict=True):
        for name in _names(action):
            counts[name] = counts.get(name, 0) + count
    rows = [Coverage(name, line, count) for (name, line), count in counts.items()]
    return tuple(sorted(rows, key=lambda row: (row.line is None, row.line or 0)))


def _names(action: Action) -> Iterator[tuple[str, int | None]]:
    kind = "" if action.actor is None else f"{action.actor.sort} "
    if action.transition is None and not action.together:
        yield f"{kind}{action.name}", None
    for transition in (*((action.transition,) if action.transition else ()), *action.together):
        yield f"{kind}{transition.kind} {transition.name}", transition.span.line
