"""What can be done in a state: the enabled paths of every action, in words, with what each would change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from textwrap import shorten
from typing import TYPE_CHECKING, Literal

from modelcheck.frozen import Frozen
from modelcheck.ir.written import written
from modelcheck.pipeline.explore.deadline import Deadline, TimeUpError
from modelcheck.reports.shown import differences, initial_pairs, is_budget, packets, short_map
from modelcheck.semantics.changes import changes_of
from modelcheck.semantics.execute import Cut, Fail, Next, action_paths, initial_paths
from modelcheck.semantics.rerun import describe, kind_of, shown_state
from modelcheck.semantics.show import cell_name, show_id

if TYPE_CHECKING:
    from modelcheck.ir.model import Action, Model
    from modelcheck.semantics.execute import Path, State
    from modelcheck.semantics.trace import Change, StepKind

PAGE = 25
"""So many paths of one action are shown at once."""
WRITTEN = 400
"""The most characters of a transition that are shown."""
MOST = 600
"""From this many paths on, only one of each further action is shown until more are asked for."""


class Difference(Frozen):
    """One thing that a step changes: `name` from `before` to `after`; of a network `-` what left it, `+` what came."""

    name: str
    before: str
    after: str
    sign: Literal["", "+", "-"] = ""


class Option(Frozen):
    """One path that is enabled: a choice to take, unless a bound cuts it off. Without an action it is a beginning.

    `kind` is that of the step; a failing path says in `problem` what fails, one that is cut which bound cuts it.
    """

    action: int
    digits: tuple[int, ...]
    label: str
    kind: StepKind
    outcome: Literal["next", "fail", "cut"]
    problem: str = ""
    changes: tuple[Difference, ...] = ()


class Offer(Frozen):
    """A page of the paths of one action, those from `offset` on.

    `more`: there are others behind it. `group` is the agent that acts, empty for the environment, or `faults`.
    """

    action: int
    name: str
    group: str
    origin: Literal["protocol", "network", "fault"]
    line: int | None
    written: str
    """The transition as the specification writes it, shortened, where there is one."""
    offset: int
    options: tuple[Option, ...]
    more: bool


class Page(Frozen):
    """A stretch of the paths of one action: `count` of them, from `offset` on."""

    offset: int
    count: int


class Enabled(Frozen):
    """The offers in a state. `unseen` counts the actions that nobody has looked at, as the time was up."""

    offers: tuple[Offer, ...]
    unseen: int = 0

    @property
    def is_stuck(self) -> bool | None:
        """Whether nothing but faults is enabled; None if that is not known."""
        if any(offer.origin != "fault" for offer in self.offers):
            return False
        return None if self.unseen else True


ENVIRONMENT, FAULTS = "", "faults"
"""Groups of steps that are no agent's; the one is no name, the other a keyword."""


def enabled(model: Model, state: State, deadline: Deadline) -> Enabled:
    """All that can be done in a state: the first page of each action."""
    offers, count = list[Offer](), 0
    for number in range(len(model.actions)):
        try:
            found = offer(model, state, number, Page(0, PAGE if count < MOST else 1), deadline)
        except TimeUpError:
            return Enabled(tuple(offers), len(model.actions) - number)
        if found.options:
            offers.append(found)
            count += len(found.options)
    return Enabled(tuple(offers))


def offer(model: Model, state: State, number: int, page: Page, deadline: Deadline) -> Offer:
    """A page of the paths of one action. Raises `TimeUpError` if the deadline comes before its first path."""
    action = model.actions[number]
    found, more = _page(action_paths(model, state, number, deadline.look), page)
    options = tuple(_option(model, state, number, path) for path in found)
    span = None if action.transition is None else action.transition.span
    line, text = (None, "") if span is None else (span.line, shorten(written(span), WRITTEN, placeholder=" …"))
    return Offer(number, action.name, _group(model, action), action.origin, line, text, page.offset, options, more)


def beginnings(model: Model, offset: int, deadline: Deadline) -> Offer:
    """A page of the ways in which a run can begin; those that lead to the same state are one."""
    found, more = _page(_distinct(initial_paths(model, deadline.look)), Page(offset, PAGE))
    states = [dict(shown_state(model, p.outcome.state)) for p in found if isinstance(p.outcome, Next)]
    # What all have in common tells none apart.
    names = [name for name in (states[0] if states else ()) if len({state[name] for state in states}) > 1]
    options = tuple(_beginning(model, path, names) for path in found)
    return Offer(-1, "start", ENVIRONMENT, "protocol", None, "", offset, options, more)


def _distinct(paths: Iterator[Path]) -> Iterator[Path]:
    seen = set[object]()
    for path in paths:
        outcome = path.outcome.state if isinstance(path.outcome, Next) else path.digits
        if outcome not in seen:
            seen.add(outcome)
            yield path


def _page(paths: Iterator[Path], page: Page) -> tuple[list[Path], bool]:
    """A stretch of the paths and whether there are more; a deadline behind its first path ends it."""
    found: list[Path] = []
    try:
        for path in islice(paths, page.offset, page.offset + page.count + 1):
            found.append(path)  # noqa: PERF402 - what came before an exception counts
    except TimeUpError:
        if not found:
            raise
        return found[: page.count], True
    return found[: page.count], len(found) > page.count


def _group(model: Model, action: Action) -> str:
    if action.origin == "fault":
        return FAULTS
    return ENVIRONMENT if action.actor is None else show_id(action.actor, model)


def _option(model: Model, state: State, number: int, path: Path) -> Option:
    action = model.actions[number]
    label, kind = describe(model, action, path), kind_of(action, path)
    if action.origin == "fault" and action.actor is not None:
        # Faults stand together, so each says whom it strikes.
        label = f"{show_id(action.actor, model)}: {label}"
    match path.outcome:
        case Next(after):
            actor = "" if action.actor is None else show_id(action.actor, model)
            changes = tuple(told(changes_of(model, state, after, kind), actor, kind))
            return Option(number, path.digits, label, kind, "next", changes=changes)
        case Fail(_, problem):
            return Option(number, path.digits, label, kind, "fail", problem)
        case Cut(bound):
            return Option(number, path.digits, label, kind, "cut", bound)


def _beginning(model: Model, path: Path, names: Sequence[str]) -> Option:
    match path.outcome:
        case Next(state):
            values = dict(shown_state(model, state))
            statuses = {cell_name(cell, model) for cell in model.cells if cell.role == "status"}
            pairs = initial_pairs(((name, values[name]) for name in names), statuses)
            changes = tuple(Difference(name, "", value) for name, value in pairs)
            return Option(-1, path.digits, "start", "start", "next", changes=changes)
        case Fail(_, problem):
            return Option(-1, path.digits, "start", "start", "fail", problem)
        case Cut(bound):
            return Option(-1, path.digits, "start", "start", "cut", bound)


def told(changes: tuple[Change, ...], actor: str, kind: StepKind) -> Iterator[Difference]:
    """What a step changes, entry by entry and message by message.

    That a budget shrinks goes without saying, and so does that a message is gone which its receiver took.
    """
    for change in changes:
        if is_budget(change.name):
            continue
        if change.network:
            gone = packets(change.before)
            # Behind the target may stand in how many ticks the message comes.
            if kind == "receive" and len(gone) == 1 and gone[0].rpartition(" -> ")[2].partition(" ")[0] == actor:
                gone = []
            yield from (Difference(change.name, packet, "", "-") for packet in gone)
            yield from (Difference(change.name, "", packet, "+") for packet in packets(change.after))
        else:
            for name, before, after in differences(change.name, change.before, change.after):
                yield Difference(name, short_map(before), short_map(after))
