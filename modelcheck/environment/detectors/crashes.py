"""What a failure detector has to do with a crash: which it rules out, and what it forgets."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING

from modelcheck.environment.detectors.terms import OTHER, Terms
from modelcheck.environment.registry import DETECTORS
from modelcheck.ir.constructs.sets import SetLiteral
from modelcheck.ir.statements.control import If
from modelcheck.ir.types import UNKNOWN, SetT

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import FaultDecl
    from modelcheck.ir.statement import Body


def around_crash(model: Model, fault: FaultDecl) -> tuple[Body, Body]:
    """What stands before and behind a crash.

    Weak accuracy is a promise about an agent that never crashes. A detector with this promise exists only in runs where
    there is one, so the crash that would leave none does not happen. A silent crash is none to a detector.
    """
    if model.detector is None or fault.subject is None:
        return (), ()
    terms = Terms(model, fault.span)
    before = () if "silently" in fault.options else _before(terms, fault.subject)
    return before, _behind(terms, fault.subject)


def _before(terms: Terms, kind: str) -> Body:
    model = terms.model
    if model.detector is None or ("trusted", kind) not in model.oracle:
        return ()
    detector = DETECTORS[model.detector]()
    conditions = [terms.negation(terms.trusted(terms.me(kind), kind))]
    if not detector.perpetual:
        all_kinds = [key[1] for key in model.oracle if key[0] == "trusted"]
        candidates = [kind] if detector.tells == "leader" else all_kinds
        conditions.append(reduce(terms.either, [_somebody_else_runs(terms, kind, other) for other in candidates]))
    return tuple(map(terms.when, conditions))


def _somebody_else_runs(terms: Terms, kind: str, other: str) -> Expr:
    agent = terms.other(other)
    runs = terms.negation(terms.crashed(agent))
    if kind == other:
        runs = terms.both(runs, terms.differ(agent, terms.me(kind)))
    return terms.some(terms.all_of(other), OTHER, runs)


def _behind(terms: Terms, kind: str) -> Body:
    """A crashed agent suspects nobody and, unless the leader is known, follows itself: what it thought is forgotten."""
    me, oracle = terms.me(kind), terms.model.oracle
    nobody = SetLiteral(terms.span, SetT(UNKNOWN), ())
    rows = [key for key in oracle if key[0] == "suspects" and key[1] == kind]
    forget: Body = tuple(terms.change(key, me, ":=", nobody) for key in rows)
    if ("leader", kind) in oracle:
        itself = terms.change(("leader", kind), me, ":=", me)
        forget = (*forget, If(terms.span, terms.negation(terms.stable()), (itself,), ()))
    return forget
