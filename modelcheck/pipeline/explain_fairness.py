"""Which fairness assumptions a temporal property needs: a minimal set under which it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from modelcheck.ir.statement import walk_body
from modelcheck.ir.statements.fairness import STRENGTHS, Owe
from modelcheck.semantics.fairness import Group, group_of, name_of, strengthened

if TYPE_CHECKING:
    from modelcheck.graph.explored import ExploredGraph
    from modelcheck.ir.model import Model, TemporalProperty

Strengths = dict[Group, int]
"""How strongly some groups are owed, as an index into `STRENGTHS`; the others as they are written."""


class _Search(Struct):
    groups: list[Group]
    is_violated: Callable[[list[int]], bool]

    def holds(self, strengths: Mapping[Group, int]) -> bool:
        """Whether the property holds of the runs that owe this much."""
        return not self.is_violated([1 + strengths.get(group, -1) for group in self.groups])

    def minimal(self, strengths: Strengths, least: Mapping[Group, int]) -> Strengths:
        """A set of assumptions none of which can be weakened alone, down to `least`, without losing the property."""
        found = dict(strengths)
        for group, most in strengths.items():
            for strength in range(least[group], most):
                if self.holds({**found, group: strength}):
                    found[group] = strength
                    break
        return found


def explain_fairness(
    model: Model, graph: ExploredGraph, question: TemporalProperty, is_violated: Callable[[list[int]], bool]
) -> tuple[str, ...]:
    """Lines that say what a property needs.

    Where it holds, what of the fairness written down it needs; where it does not, what would have to be added.
    `is_violated` searches with a strength for each class (see `Product`).
    """
    groups = [group_of(key[0], key[1]) for key in graph.keys]  # type: ignore[index]  # what is owed, and by whom
    search, name = _Search(groups, is_violated), question.property.name
    declared = {group: strength for group, strength in _declared(model).items() if group in groups}
    if search.holds({}):
        needed = search.minimal(declared, dict.fromkeys(declared, 0))
        parts = [f"{STRENGTHS[strength]} {name_of(model, group)}" for group, strength in needed.items() if strength]
        return (f"{name} holds, and needs no more fairness than: {', '.join(parts) or 'none at all'}",)
    most = dict.fromkeys(declared, len(STRENGTHS) - 1)
    if not search.holds(most):
        return (f"{name} does not hold under any fairness of steps and deliveries{_of_faults(model)}",)
    needed = search.minimal(most, declared)
    parts = [
        strengthened(model, group, STRENGTHS[declared[group]], STRENGTHS[strength])
        for group, strength in needed.items()
        if strength > declared[group]
    ]
    return (f"{name} would hold with {' and '.join(parts)}",)


def _of_faults(model: Model) -> str:
    """What else could be owed: whoever crashes need not come back unless the check says so."""
    kinds = [fault.subject for fault, _ in model.strikes if fault.kind == "crash" and "recovery" in fault.options]
    unfair = [
        f"`crash {fault.subject} … with fair recovery`"
        for fault, _ in model.strikes
        if fault.subject in kinds and "fair" not in fault.options and fault.kind == "crash"
    ]
    return f"; it may need {' and '.join(dict.fromkeys(unfair))}, with which who crashed comes back" if unfair else ""


def _declared(model: Model) -> Strengths:
    """How strongly groups are owed as they are written: of several words for one message the strongest."""
    found: Strengths = {}
    for action in model.actions:
        message = None if action.transition is None else action.transition.message
        for owe in walk_body(action.body):
            if isinstance(owe, Owe):
                group = group_of(owe.what("" if message is None else message.name), action.actor)
                found[group] = max(found.get(group, 0), STRENGTHS.index(owe.strength))
    return dict(sorted(found.items(), key=lambda item: name_of(model, item[0])))
