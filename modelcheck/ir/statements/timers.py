"""Starting, stopping and expiring of timers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir import lowered as k
from modelcheck.ir.domains import EnumDomain, IntDomain
from modelcheck.ir.expression import BlockedError, Env, EvaluationError, Expr
from modelcheck.ir.ghosts import forbid_ghost
from modelcheck.ir.statement import Statement
from modelcheck.ir.types import INT, SetT, UnknownT

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.spec import Variable
    from modelcheck.syntax import Node

OFF = "off"
"""What a timer that does not run holds; its number in the kernel is 0, and that of `n` ticks is n + 1."""

EXPIRED = "0"


class StartTimer(Statement):
    """`start t for e`: a number of ticks, or a set of them to choose from. A timer that runs is started anew."""

    impartial = True

    timer: Variable
    duration: Expr

    def execute(self, env: Env) -> None:
        ticks = self.duration.evaluate(env)
        if isinstance(self.duration.type, SetT):
            if not ticks:
                raise EvaluationError(self.duration.span, "there is nothing to choose from")
            assert env.chooser is not None
            ticks = env.chooser.choose([(number, number) for number in sorted(ticks)])
        if not 0 <= ticks <= _longest(env.model, self.timer):
            raise EvaluationError(self.duration.span, _misfit(self.timer))
        env.cells[env.model.variable(self.timer, env.self_id)] = str(ticks)

    def lower(self, low: k.Lowering) -> None:
        if isinstance(self.duration.type, SetT):
            domain = k.element_universe(low, low.set(self.duration))
            some = k.over(low, "or", domain, "ticks", lambda: k.build.TRUE)
            low.require(some, self.duration.span, "there is nothing to choose from")
            if not domain.universe.size:
                return
            value = k.choose_from(low, domain, "ticks", None)
        else:
            value = low.value(self.duration)
        fits, value = k.fit(low, value, IntDomain(0, max(0, _longest(low.model, self.timer))))
        low.require(fits, self.duration.span, _misfit(self.timer))
        assert isinstance(value, k.LowInt)
        _lower_set(low, self.timer, k.build.add(value.expr, k.build.number(1)))

    def chooses(self) -> bool:
        return isinstance(self.duration.type, SetT)


class StopTimer(Statement):
    """`stop t`: it is off, whether it ran or not."""

    impartial = True

    timer: Variable

    def execute(self, env: Env) -> None:
        env.cells[env.model.variable(self.timer, env.self_id)] = OFF

    def lower(self, low: k.Lowering) -> None:
        _lower_set(low, self.timer, k.build.number(0))


class Expired(Statement):
    """Only where a timer has no tick left; it is off from then on."""

    impartial = True

    timer: Variable

    def execute(self, env: Env) -> None:
        cell = env.model.variable(self.timer, env.self_id)
        if env.cells[cell] != EXPIRED:
            raise BlockedError

    def lower(self, low: k.Lowering) -> None:
        assert low.self_id is not None
        value = low.read(timer_array(low, self.timer), k.build.number(low.self_id.index))
        low.block_unless(k.build.equal(value, k.build.number(1)))


def timer_array(low: k.Lowering, timer: Variable) -> int:
    """The array of a timer, with an entry for each agent of its kind, which has some."""
    (array,) = low.variables[timer].arrays
    assert array is not None
    return array


def _lower_set(low: k.Lowering, timer: Variable, value: k.Expr) -> None:
    assert low.self_id is not None
    low.assign(timer_array(low, timer), k.build.number(low.self_id.index), value)


def _longest(model: Model, timer: Variable) -> int:
    domain = model.domain(timer.type_expr)
    assert isinstance(domain, EnumDomain)
    return domain.size - 2


def _misfit(timer: Variable) -> str:
    return f"the timer '{timer.name}' is started for less than 0 ticks"


def check_start(node: Node, scope: Scope) -> Statement | None:
    """`start t for e`."""
    timer = _timer(node, scope)
    duration = scope.check(node.child(1))
    forbid_ghost(duration, scope, "a duration")
    element = duration.type.element if isinstance(duration.type, SetT) else duration.type
    if element != INT and not isinstance(element, UnknownT):
        problem = f"a timer runs for a number of ticks or one of a set of numbers, but this is {duration.type}"
        scope.error("MC301", duration.span, problem, "write `start t for 3` or `start t for 3..5`")
        return None
    if isinstance(element, UnknownT):
        scope.untyped(duration)
        return None
    return None if timer is None else StartTimer(scope.span(node), timer, duration)


def check_stop(node: Node, scope: Scope) -> Statement | None:
    """`stop t`."""
    timer = _timer(node, scope)
    return None if timer is None else StopTimer(scope.span(node), timer)


def _timer(node: Node, scope: Scope) -> Variable | None:
    assert scope.agent is not None
    name, timers = node.child(0), scope.agents[scope.agent].timers
    if name.text not in timers:
        scope.unknown(f"timer of {scope.agent}", name.text, name, timers)
    return timers.get(name.text)
