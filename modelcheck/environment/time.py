"""Discrete time: one action of the environment, the tick, counts down everything that runs.

No clock is in the state, only what is left of each duration, so the states stay finite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir import lowered as k
from modelcheck.ir.ageing import GST
from modelcheck.ir.constructs.urgency import NothingUrgent, timers
from modelcheck.ir.domains import IntDomain
from modelcheck.ir.expression import BlockedError, Env
from modelcheck.ir.model import Action, Cell
from modelcheck.ir.observers import lower_waits
from modelcheck.ir.statement import Statement
from modelcheck.ir.statements.fairness import Owe
from modelcheck.ir.statements.timers import OFF, timer_array
from modelcheck.ir.statements.transitions import Guard
from modelcheck.ir.types import BOOL

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Variable


class Passing(Statement):
    """Only where a tick changes something. Time passes elsewhere too, but a system that waits for nothing is dead."""

    impartial = True

    def execute(self, env: Env) -> None:
        model = env.model
        for message, domain in model.packets.items():
            if domain.clock is not None:
                env.looks(message)
        cells = (model.variable(timer, agent) for kind, timer in timers(model) for agent in model.ids(kind))
        runs = any(env.cells[cell] != OFF for cell in cells)
        ages = any(network.ages(env) for network in model.networks)
        if not runs and not ages and not any(observer.waits(env.cells) for observer in model.observers):
            raise BlockedError

    def lower(self, low: k.Lowering) -> None:
        running = [_runs(low, kind, timer) for kind, timer in timers(low.model)]
        running += [network.lower_ages(low) for network in low.model.networks]
        running += [lower_waits(low, observer) for observer in low.model.observers]
        low.block_unless(k.build.disjunction(running))


class Tick(Statement):
    """A unit of time passes: every timer that runs has one tick less, and messages age.

    Nothing is due, so each timer has one to give.
    """

    impartial = True

    def execute(self, env: Env) -> None:
        for kind, timer in timers(env.model):
            for agent in env.model.ids(kind):
                cell = env.model.variable(timer, agent)
                if env.cells[cell] != OFF:
                    env.cells[cell] = str(int(env.cells[cell]) - 1)
        for network in env.model.networks:
            network.age(env)

    def lower(self, low: k.Lowering) -> None:
        for kind, timer in timers(low.model):
            for index in range(low.model.sizes[kind]):
                _count_down(low, timer, index)
        for network in low.model.networks:
            network.lower_age(low)


def _runs(low: k.Lowering, kind: str, timer: Variable) -> k.Expr:
    """Whether some agent's timer runs."""
    array = timer_array(low, timer)
    return low.loop("or", low.model.sizes[kind], lambda i: k.build.differ(low.read(array, i), k.build.number(0)))


def _count_down(low: k.Lowering, timer: Variable, index: int) -> None:
    b, array, agent = k.build, timer_array(low, timer), k.build.number(index)
    value = low.share(low.read(array, agent), "left")
    hi = low.model.domain(timer.type_expr).size - 1
    # 0 is off and 1 is due, which is ruled out here.
    if hi > 1:
        less = b.subtract(b.clamped(value, 2, hi), b.number(1))
        low.when(b.less(b.number(1), value), k.ir.Assign(array, agent, less))


class NotYet(Statement):
    """Only before the global stabilisation time."""

    impartial = True

    cell: int

    def execute(self, env: Env) -> None:
        if env.cells[self.cell]:
            raise BlockedError

    def lower(self, low: k.Lowering) -> None:
        zero = k.build.number(0)
        low.block_unless(k.build.equal(low.read(low.cells[self.cell], zero), zero))


class Stabilise(Statement):
    """The global stabilisation time comes: from here on delays `after gst` keep their promise."""

    impartial = True

    cell: int

    def execute(self, env: Env) -> None:
        env.cells[self.cell] = 1

    def lower(self, low: k.Lowering) -> None:
        low.assign(low.cells[self.cell], k.build.number(0), k.build.number(1))


def prepare(model: Model) -> None:
    """Add the cell that says whether the global stabilisation time has come, where some message waits for it."""
    clocks = [domain.clock for domain in model.packets.values()]
    if any(clock is not None and clock.promised for clock in clocks):
        model.add_cells(GST, [Cell(GST, "budget", None, IntDomain(0, 1), show=GST)])


def elaborate(model: Model) -> None:
    """Add the tick to a model in which something takes time, and the global stabilisation time."""
    span = model.spec.timed
    clocks = any(domain.clock is not None for domain in model.packets.values())
    if span is None or not (clocks or model.observers or any(timers(model))):
        return
    if GST in model.bases:
        cell = model.bases[GST]
        owed = (Owe(span, "weak"),) if model.is_fair else ()
        body = (NotYet(span, cell), *owed, Stabilise(span, cell))
        model.actions.append(Action("stabilise", None, "network", body, label=lambda *_: f"the {GST} comes"))
    # Strong: a run in which time could pass again and again, but never does, is none.
    owed = (Owe(span, "strong"),) if model.is_fair else ()
    body = (Guard(span, NothingUrgent(span, BOOL)), Passing(span), *owed, Tick(span))
    model.actions.append(Action("tick", None, "network", body, label=lambda *_: "a tick passes"))
