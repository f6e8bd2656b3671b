"""What a failure detector tells: whom an agent suspects, whom it takes for the leader."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.ir import lowered as k
from modelcheck.ir.constructs.atoms import Invalid
from modelcheck.ir.domains import IdDomain
from modelcheck.ir.expression import Env, Expr
from modelcheck.ir.scope import describe
from modelcheck.ir.statement import walk_body
from modelcheck.ir.statuses import is_crashed, is_silent, lower_status
from modelcheck.ir.types import BOOL, UNKNOWN, IdT, UnknownT

if TYPE_CHECKING:
    from modelcheck.ir.model import Oracle
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.statement import Body
    from modelcheck.ir.values import Id, Value
    from modelcheck.syntax import Node


class Suspects(Expr):
    """`suspects(p)`, or `suspects(q, p)` of what the observer q suspects. False where no suspicion is possible."""

    impartial = True

    observer: Expr | None
    target: Expr
    kind: str
    """The observer's."""

    @property
    def watched(self) -> str:
        """The kind of the agent that is asked about."""
        assert isinstance(self.target.type, IdT)
        return self.target.type.sort

    def evaluate(self, env: Env) -> Value:
        observer, target = _observer(self.observer, env), self.target.evaluate(env)
        told = _told(env, ("suspects", self.kind, self.watched), observer)
        return told is not None and target in told

    def lower(self, low: k.Lowering) -> k.Lowered:
        observer, target = _lower_observer(self.observer, low), low.index(self.target)
        key = ("suspects", self.kind, self.watched)
        if key not in low.model.oracle:
            return k.LowBool(k.build.FALSE)
        suspected = k.read(low, _entry(low, key, observer))
        assert isinstance(suspected, k.LowSet)
        return k.LowBool(k.sets.contains(low, suspected, target))


class Leader(Expr):
    """`leader()`, or `leader(q)` of whom the agent q takes for the leader. Itself where a check never asks."""

    impartial = True

    observer: Expr | None
    kind: str

    def evaluate(self, env: Env) -> Value:
        observer = _observer(self.observer, env)
        told = _told(env, ("leader", self.kind), observer)
        return observer if told is None else told

    def lower(self, low: k.Lowering) -> k.Lowered:
        observer, key = _lower_observer(self.observer, low), ("leader", self.kind)
        return k.read(low, _entry(low, key, observer)) if key in low.model.oracle else observer


class LooksCrashed(Expr):
    """Whether a detector counts an agent among the crashed: one that crashed silently looks like one that runs."""

    impartial = True

    agent: Expr

    def evaluate(self, env: Env) -> Value:
        cell = env.model.status(self.agent.evaluate(env))
        return cell is not None and is_noticed(env.cells[cell])

    def lower(self, low: k.Lowering) -> k.Lowered:
        assert isinstance(self.agent.type, IdT)
        return k.LowBool(lower_status(low, self.agent.type.sort, low.index(self.agent).expr, is_noticed))


def is_noticed(status: str) -> bool:
    """Whether a status is that of an agent whose crash is told."""
    return is_crashed(status) and not is_silent(status)


def _told(env: Env, key: Oracle, observer: Id) -> Value | None:
    """What is kept for one observer; None where there is nothing to keep."""
    # It is asked of a state, also where the answer is always the same: whoever computes without one has to hear of it.
    env.cells[env.model.control(observer)]
    variable = env.model.oracle.get(key)
    return None if variable is None else env.cells[env.model.variable(variable, None)].get(observer)


def _observer(observer: Expr | None, env: Env) -> Id:
    if observer is None:
        assert env.self_id is not None
        return env.self_id
    found: Id = observer.evaluate(env)
    return found


def _lower_observer(observer: Expr | None, low: k.Lowering) -> k.LowIndex:
    if observer is None:
        assert low.self_id is not None
        domain = IdDomain(low.self_id.sort, low.model.sizes[low.self_id.sort])
        return k.LowIndex(k.build.number(low.self_id.index), domain)
    return low.index(observer)


def _entry(low: k.Lowering, key: Oracle, observer: k.LowIndex) -> k.Location:
    """What is kept for one observer."""
    stored = low.variables[low.model.oracle[key]]
    return k.Location(stored, k.build.number(0)).entry(low.share(observer.expr, "observer"))


def check_suspects(node: Node, arguments: tuple[Expr, ...], scope: Scope) -> Expr:
    """`suspects(p)` in an agent, `suspects(q, p)` anywhere."""
    span = scope.span(node)
    if len(arguments) not in {1, 2}:
        scope.error("MC302", node, f"suspects() takes 1 or 2 arguments, but {len(arguments)} given")
        return Invalid(span, BOOL)
    kinds = [_kind(argument, scope) for argument in arguments]
    observer = _asking(node, arguments[:-1], kinds[:-1], "suspects(q, p)", scope)
    if observer is None or kinds[-1] is None:
        return Invalid(span, BOOL)
    return Suspects(span, BOOL, arguments[0] if len(arguments) > 1 else None, arguments[-1], observer)


def check_leader(node: Node, arguments: tuple[Expr, ...], scope: Scope) -> Expr:
    """`leader()` in an agent, `leader(q)` anywhere."""
    span = scope.span(node)
    if len(arguments) > 1:
        scope.error("MC302", node, f"leader() takes at most {counted(1, 'argument')}, but {len(arguments)} given")
        return Invalid(span, UNKNOWN)
    kind = _asking(node, arguments, [_kind(argument, scope) for argument in arguments], "leader(q)", scope)
    if kind is None:
        return Invalid(span, UNKNOWN)
    return Leader(span, IdT(kind), arguments[0] if arguments else None, kind)


def _kind(argument: Expr, scope: Scope) -> str | None:
    """The agent kind of an argument; None after an error."""
    if isinstance(argument.type, IdT) and argument.type.sort in scope.agents:
        return argument.type.sort
    if not isinstance(argument.type, UnknownT):
        scope.error(
            "MC301", argument.span, f"a failure detector speaks of agents, but this is {describe(argument.type)}"
        )
    return None


def _asking(node: Node, observers: tuple[Expr, ...], kinds: list[str | None], form: str, scope: Scope) -> str | None:
    """The kind of the agent whose detector is asked; None after an error."""
    if scope.place in {"parameter", "constant", "initial"}:
        scope.error("MC205", node, "a failure detector cannot be asked here", "only parameters and constants are known")
        return None
    if observers:
        return kinds[0]
    if scope.agent is None:
        scope.error("MC205", node, "whose failure detector is asked?", f"write `{form}` for that of the agent q")
    return scope.agent


def forbid_detector(at_start: Body, scope: Scope) -> None:
    """Record an error where `at start` asks the detector: what it tells there would be one more initial choice."""
    for statement in walk_body(at_start):
        for part in (part for expression in statement.expressions() for part in expression.walk()):
            if isinstance(part, Suspects | Leader):
                help_ = "ask in a transition: a detector that errs can do so before the first one"
                scope.error("MC205", part.span, "`at start` cannot ask a failure detector", help_)
