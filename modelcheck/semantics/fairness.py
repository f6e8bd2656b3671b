"""What a loop owes, in words: which assumptions it meets, and which further one would exclude it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen
from modelcheck.ir.statement import walk_body
from modelcheck.ir.statements.fairness import STRENGTHS, Class

if TYPE_CHECKING:
    from collections.abc import Iterable

    from modelcheck.ir.model import Action, Model
    from modelcheck.ir.statements.fairness import Strength
    from modelcheck.ir.values import Id

MOST_LINES = 4
"""More lines of one sort than this explain nothing."""


class Debts(Frozen):
    """What a loop owes by the classes of its choices: what it takes, and what is enabled on its way."""

    taken: frozenset[tuple[object, ...]]
    always: frozenset[Class]
    """Enabled in every state of the loop."""
    sometimes: frozenset[Class]
    """Enabled in some state of it."""
    down: frozenset[Id] = frozenset()
    """Who may come back in every state of the loop, need not, and does not."""

    def broken(self) -> list[Class]:
        """The classes that make the loop unfair."""
        weak = [owed for owed in self.always if owed.strength == "weak"]
        strong = [owed for owed in self.sometimes if owed.strength == "strong"]
        return [owed for owed in (*weak, *strong) if owed[:-1] not in self.taken]

    def missed(self) -> list[Class]:
        """The classes that are enabled and never taken."""
        return [owed for owed in self.sometimes if owed[:-1] not in self.taken]


class Group(Frozen):
    """What is owed under one word of a specification: a step, or the deliveries of a message, by agents of one kind."""

    what: object
    kind: str | None


def group_of(what: object, actor: Id | None) -> Group:
    """The group of a class."""
    return Group(what, None if actor is None else actor.sort)


def name_of(model: Model, group: Group) -> str:
    """`step grant of Server`, `on Data of Receiver`, `tick`."""
    if isinstance(group.what, str):
        return f"on {group.what} of {group.kind}"
    action = _action_of(model, group.what)
    by = f" of {group.kind}" if group.kind else ""
    if action.transition is None:
        return f"{action.name}{by}"
    alike = [t for t in model.spec.agents[group.kind or ""].transitions if t.name == action.name]
    line = f" (line {action.transition.span.line})" if len(alike) > 1 else ""
    return f"step {action.name}{line}{by}"


def _action_of(model: Model, owe: object) -> Action:
    return next(action for action in model.actions if any(part is owe for part in walk_body(action.body)))


def strengthened(model: Model, group: Group, now: Strength, wanted: Strength) -> str:
    """How a specification says that a group is owed more strongly."""
    name = name_of(model, group)
    if not name.startswith(("step ", "on ")):
        return f"a {wanted}ly fair `{name}`"
    word, _, kind = name.rpartition(" of ")
    if wanted == "weak" and now == "unfair" and name.startswith("step "):
        return f"`{word}` of {kind} without `unfair`"
    return f"`{wanted} {word}` of {kind}" if wanted == "strong" else f"`{word}` of {kind}, owed"


def facts_of(model: Model, debts: Debts) -> list[str]:
    """Lines that say why a loop is fair, and what would exclude it."""
    taken = _names(model, (group_of(key[0], key[1]) for key in debts.taken))  # type: ignore[arg-type]  # an actor
    missed: dict[Group, list[Class]] = {}
    for owed in debts.missed():
        missed.setdefault(group_of(owed.what, owed.actor), []).append(owed)
    lines = [f"fair, because it takes again and again: {', '.join(taken)}"] if taken else []
    waiting, free, excluding = list[str](), list[str](), list[str]()
    for group, classes in sorted(missed.items(), key=lambda item: name_of(model, item[0])):
        always = any(owed in debts.always for owed in classes)
        now = max((owed.strength for owed in classes), key=STRENGTHS.index)
        (waiting if now == "weak" else free).append(name_of(model, group))
        wanted: Strength = "weak" if always and now == "unfair" else "strong"
        if name_of(model, group).startswith(("step ", "on ")):
            # What the environment owes has no word of its own.
            excluding.append(strengthened(model, group, now, wanted))
    if waiting:
        lines.append(f"owed weakly, but not enabled all the time: {_some(waiting)}")
    if free:
        lines.append(f"enabled, but never owed: {_some(free)}")
    excluding += [f"`with fair recovery` of {kind}" for kind in sorted({agent.sort for agent in debts.down})]
    if excluding:
        # Others may violate it all the same: whether they do takes another search, `--explain-fairness`.
        lines.append(f"this run, perhaps not others, would be excluded by {', or by '.join(excluding[:MOST_LINES])}")
    else:
        lines.append("no assumption of fairness would exclude it: nothing else is enabled that is ever owed")
    return lines


def _names(model: Model, groups: Iterable[Group]) -> list[str]:
    return sorted({name_of(model, group) for group in groups})


def _some(names: list[str]) -> str:
    more = len(names) - MOST_LINES
    return ", ".join(names[:MOST_LINES]) + (f" and {more} more" if more > 0 else "")
