"""Timers: counters of the agents that have them, which every tick counts down.

A timer is a variable that no expression reads. Its values are `off` and the ticks that are left, as an enumeration, so
that it is stored, shown and numbered like any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir.domains import Domain, EnumDomain
from modelcheck.ir.durations import longest
from modelcheck.ir.statement import walk_body
from modelcheck.ir.statements.timers import StartTimer
from modelcheck.ir.type_expressions import TypeExpr

if TYPE_CHECKING:
    from modelcheck.ir.model import Model


class TimerType(TypeExpr):
    """What a timer can hold: as many ticks as the longest duration that it is started for."""

    owner: str = ""
    name: str = ""

    def domain(self, model: Model) -> Domain:
        """`off`, `0`, `1` and so on. Raises `InputError` for a duration that is not known to be short."""
        agent = model.spec.agents[self.owner]
        bodies = [agent.at_start, *(transition.body for transition in agent.behaviour)]
        found = (statement for body in bodies for statement in walk_body(body))
        durations = [s.duration for s in found if isinstance(s, StartTimer) and s.timer.name == self.name]
        most = max((longest(model, duration) for duration in durations), default=-1)
        return EnumDomain("timer", ("off", *map(str, range(most + 1))))
