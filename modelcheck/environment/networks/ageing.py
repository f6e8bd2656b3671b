"""What a tick does to messages in flight, in the kernel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from modelcheck.ir import lowered as k
from modelcheck.ir.ageing import GST
from modelcheck.ir.clock import Clock
from modelcheck.ir.partitions import lower_separated

if TYPE_CHECKING:
    from modelcheck.ir.domains import PacketDomain
    from modelcheck.ir.model import Model
    from modelcheck.ir.values import Id

Marked = Callable[[Clock], Sequence[bool]]
"""Some stages of each clock."""


def clocked(model: Model, messages: Sequence[str]) -> list[tuple[str, PacketDomain, Clock]]:
    """The messages that have a clock and can exist."""
    domains = ((name, model.packets[name]) for name in messages)
    return [(name, domain, domain.clock) for name, domain in domains if domain.clock is not None and domain.size]


def promised(low: k.Lowering) -> k.Expr:
    """Whether what is promised after the global stabilisation time holds."""
    b, gst = k.build, low.model.bases.get(GST)
    return b.TRUE if gst is None else b.equal(low.read(low.cells[gst], b.number(0)), b.number(1))


def next_stage(low: k.Lowering, clock: Clock, stage: k.Expr) -> k.Expr:
    """The stage after a tick."""
    before, after = clock.next(promised=False), clock.next(promised=True)
    stage = low.share(stage, "stage")
    later = k.packets.from_table(low, after, stage)
    return later if before == after else k.build.ite(promised(low), later, k.packets.from_table(low, before, stage))


def some_due(low: k.Lowering, messages: Sequence[str], at: Callable[[Marked, Id, Id | None], k.Expr]) -> k.Expr:
    """Whether a message is due to an agent that is up, and not cut off from the sender.

    `at` says whether some message to an agent, from another or any, is at a marked stage.
    """
    b, found, tests = k.build, clocked(low.model, messages), []
    for target in low.model.agents:
        sources = {source for _, domain, _ in found if target in domain.target_positions for source in domain.sources}
        if not low.model.partitions.get(target.sort):
            some = at(_due, target, None) if sources else b.FALSE
        else:
            some = b.disjunction(
                b.both(b.negation(lower_separated(low, b.number(low.model.agent_number[source]), target)), one)
                for source in sorted(sources)
                for one in (at(_due, target, source),)
            )
        tests.append(b.both(_is_up(low, target), some))
    return b.disjunction(tests)


def _due(clock: Clock) -> Sequence[bool]:
    return clock.due


def _is_up(low: k.Lowering, agent: Id) -> k.Expr:
    b, array = k.build, low.status.get(agent.sort)
    return b.TRUE if array is None else b.equal(low.read(array, b.number(agent.index)), b.number(0))


def some_moves(low: k.Lowering, at: Callable[[Marked], k.Expr]) -> k.Expr:
    """Whether a tick changes the stage of some message; `at` says whether some message is at a marked stage."""
    b, holds = k.build, promised(low)
    later = b.both(holds, at(lambda clock: clock.moves(promised=True)))
    if holds == b.TRUE:
        return later
    return b.disjunction((later, b.both(b.negation(holds), at(lambda clock: clock.moves(promised=False)))))
