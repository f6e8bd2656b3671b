"""`crash Kind up to n while sending` in lock-step: a round in the middle of which some agents crash.

Any number of them may do so in one round, as far as their budgets reach, which no two faults one after another could
say. Their messages of that round are a subset of what they had to send (Lynch 1996, section 6.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelcheck.environment.faults.budget import Spend
from modelcheck.environment.faults.crash import stops
from modelcheck.environment.faults.interrupted import interrupted
from modelcheck.environment.rounds import Interruption, lock_step, members_of
from modelcheck.frozen import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.environment.rounds import Alternative
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import FaultDecl

    Faults = Sequence[tuple[FaultDecl, int | None]]


def add_crashing_round(model: Model, faults: Faults) -> None:
    """Add the round in which agents crash, if some can."""
    members = []
    for member in members_of(model):
        own = [(f, budget) for f, budget in faults if "while sending" in f.options and f.subject == member.agent.sort]
        ways = tuple(replace(way, crashes=tuple(_crashes(model, way, own))) for way in member.alternatives)
        members.append(replace(member, alternatives=ways))
    if any(way.crashes for member in members for way in member.alternatives):
        model.actions.append(lock_step(model, tuple(members), with_crashes=True))


def _crashes(model: Model, way: Alternative, faults: Faults) -> Iterator[Interruption]:
    sent = interrupted(way.body)
    for fault, budget in faults if sent is not None else ():
        spend = () if budget is None else (Spend(fault.span, model.bases["budget", fault], budget),)
        yield Interruption((*spend, *(sent or ())), stops(model, fault))
