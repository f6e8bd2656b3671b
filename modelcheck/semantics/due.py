"""What is due, in words: why nobody serves it, and what keeps time from passing in a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir.constructs.urgency import due, expired
from modelcheck.semantics.show import show_id, show_message, show_packet
from modelcheck.semantics.why_not import why_not

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelcheck.ir.model import Model
    from modelcheck.semantics.execute import State

_MOST = 3
"""Of what takes turns in being due, so many are named."""


def unserved(model: Model, state: State) -> Iterator[str]:
    """For all that is due in a state in which nobody serves it: what it is, and the first reason why not."""
    for agent, timer in expired(model, state):
        actor = show_id(agent, model)
        yield from _told(f"{actor}.{timer.name} has expired", why_not(model, state, actor, f"{timer.name} expires"))
    for packet in due(model, state):
        receipt = f"receives {show_message(packet, model)} from {show_id(packet.source, model)}"
        reasons = why_not(model, state, show_id(packet.target, model), receipt)
        yield from _told(f"{show_packet(packet, model)} is due", reasons)


def _told(what: str, reasons: Sequence[str]) -> Iterator[str]:
    yield f"{what}: {reasons[0]}" if reasons else what
    yield from reasons[1:]


def hurry(model: Model, states: Sequence[State]) -> str:
    """Why no time passes in a loop in each of whose states something is due."""
    each = [list(_things(model, state)) for state in states]
    always = [thing for thing in each[0] if all(thing in things for things in each)]
    if always:
        return f"no time passes: {' and '.join(always[:_MOST])} {'is' if len(always) == 1 else 'are'} due all the time"
    turns = list(dict.fromkeys(thing for things in each for thing in things))
    rest = ", …" if len(turns) > _MOST else ""
    return f"no time passes: something is always due, {', '.join(turns[:_MOST])}{rest} in turn"


def _things(model: Model, state: State) -> Iterator[str]:
    yield from (f"{show_id(agent, model)}.{timer.name}" for agent, timer in expired(model, state))
    yield from (show_packet(packet, model) for packet in due(model, state))
