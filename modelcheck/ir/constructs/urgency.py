"""What is due: no time passes before it is served."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir import lowered as k
from modelcheck.ir.expression import Env, Expr
from modelcheck.ir.statements.timers import EXPIRED, timer_array

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Variable
    from modelcheck.ir.values import Id, Packet, Value


class NothingUrgent(Expr):
    """Whether time can pass: no timer has expired, those of a crashed agent being off, and no message is due."""

    impartial = True

    def evaluate(self, env: Env) -> Value:
        return not is_urgent(env.model, env.cells)

    def lower(self, low: k.Lowering) -> k.Lowered:
        return k.LowBool(nothing_due(low))


def timers(model: Model) -> Iterator[tuple[str, Variable]]:
    """The timers of a model that can run, with the kinds of agents that have them."""
    for agent in model.spec.agents.values():
        if model.sizes[agent.name]:
            yield from ((agent.name, timer) for timer in agent.timers if model.domain(timer.type_expr).size > 1)


def expired(model: Model, cells: Sequence[Value]) -> Iterator[tuple[Id, Variable]]:
    """The timers that are due."""
    for kind, timer in timers(model):
        for agent in model.ids(kind):
            if cells[model.variable(timer, agent)] == EXPIRED:
                yield agent, timer


def due(model: Model, cells: Sequence[Value]) -> list[Packet]:
    """The messages that are due."""
    env = Env(model, cells)  # type: ignore[arg-type]  # nothing is written
    return [packet for network in model.networks for packet in network.due(env)]


def is_urgent(model: Model, cells: Sequence[Value]) -> bool:
    """Whether anything is due."""
    if model.spec.timed is None:
        return False
    return next(expired(model, cells), None) is not None or bool(due(model, cells))


def nothing_due(low: k.Lowering) -> k.Expr:
    """Whether nothing is due."""
    calm = [_none_expired(low, kind, timer) for kind, timer in timers(low.model)]
    calm += [k.build.negation(network.lower_due(low)) for network in low.model.networks]
    return k.build.conjunction(calm)


def _none_expired(low: k.Lowering, kind: str, timer: Variable) -> k.Expr:
    array = timer_array(low, timer)
    return low.loop("and", low.model.sizes[kind], lambda i: k.build.differ(low.read(array, i), k.build.number(1)))
