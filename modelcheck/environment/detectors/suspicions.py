"""Detectors that suspect: perfect, eventually perfect, strong, eventually strong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.environment.detectors.stability import (
    add_stable,
    add_trusted,
    can_crash,
    can_recover,
    choose_trusted,
    said_of,
    stabilising,
)
from modelcheck.environment.detectors.terms import OTHER
from modelcheck.ir.constructs.sets import SetLiteral
from modelcheck.ir.model import Action
from modelcheck.ir.statements.control import Either, For
from modelcheck.ir.statuses import statuses_of
from modelcheck.ir.types import UNKNOWN, SetT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelcheck.environment.detectors.classes import DetectorClass
    from modelcheck.environment.detectors.terms import Terms
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model, Origin
    from modelcheck.ir.statement import Body, Statement

Pair = tuple[str, str]
"""The kind that suspects and the kind that it watches."""


def add_suspicions(terms: Terms, kind: DetectorClass, asked: tuple[Pair, ...]) -> Body:
    """Add variables and steps; the statements that choose how the detector begins."""
    model = terms.model
    watched = tuple(dict.fromkeys(watched for _, watched in asked))
    pairs = tuple(pair for pair in asked if _can_matter(model, kind, pair))
    if not pairs:
        return ()
    for observer, other in pairs:
        name = "suspects" if len(pairs) == 1 else f"suspects of {observer} among {other}"
        nobody = SetLiteral(terms.span, SetT(UNKNOWN), ())
        type_expr = terms.maps(observer, terms.sets(other))
        model.oracle["suspects", observer, other] = terms.variable(name, type_expr, nobody, everywhere=True)
    mortal = tuple(sort for sort in watched if can_crash(model, sort))
    stabilises = bool(mortal) or not kind.perpetual
    if stabilises:
        add_stable(terms)
    if kind.accuracy == "weak":
        add_trusted(terms, watched)
    for pair in pairs:
        _add_steps(terms, kind, pair)
    if stabilises:
        _add_stabilisation(terms, kind, pairs, watched, mortal)
    return _trusted_from_the_start(terms, watched) if kind.accuracy == "weak" and kind.perpetual else ()


def _can_matter(model: Model, kind: DetectorClass, pair: Pair) -> bool:
    """Whether a suspicion is possible: nobody suspects itself, and a perfect detector nobody who cannot crash."""
    observer, watched = pair
    if observer == watched and model.sizes[watched] == 1:
        return False
    return can_crash(model, watched) or not (kind.accuracy == "strong" and kind.perpetual)


def _add_steps(terms: Terms, kind: DetectorClass, pair: Pair) -> None:
    """What the detector of each observer may do to one suspicion, and what it owes."""
    model, (observer, watched) = terms.model, pair
    for name, op, origin, condition in _steps(terms, kind, pair):
        candidates = terms.those(terms.other_agents(observer, watched), OTHER, condition)
        owed = terms.owed(OTHER) if origin == "network" else ()
        change = terms.change(("suspects", *pair), terms.me(observer), op, terms.other(watched))
        body: Body = (terms.choose(candidates), *owed, change)
        if statuses_of(model, observer):
            body = (terms.when(terms.runs(observer)), *body)
        for id_ in model.ids(observer):
            model.actions.append(Action(name, id_, origin, body, label=said_of(name)))


def _steps(terms: Terms, kind: DetectorClass, pair: Pair) -> Iterator[tuple[str, str, Origin, Expr]]:
    """The steps about one other agent: name, change of the suspicions, origin, when it is possible.

    Those of the network are owed. What a detector may do without ever having to is a fault, which hides no deadlock.
    """
    model, (observer, watched) = terms.model, pair
    other = terms.other(watched)
    crashed, suspected = terms.crashed(other), terms.suspected(observer, other)
    runs, trusts = terms.negation(crashed), terms.negation(suspected)
    unstable = terms.negation(terms.stable()) if ("stable",) in model.oracle else None
    if can_crash(model, watched):
        yield "suspects", "element+", "network", terms.both(crashed, trusts)
    errs, wavers = None, unstable
    if kind.accuracy == "weak":
        errs = terms.negation(terms.trusted(other, watched))
        # What is known of one that runs need never settle.
        wavers = None if unstable is None else terms.either(runs, unstable)
    else:
        if not kind.perpetual:
            errs = unstable
        elif unstable is not None:
            wavers = terms.both(crashed, unstable)
        if can_recover(model, watched):
            back = terms.both(runs, suspected)
            now = back if kind.perpetual else terms.both(back, terms.stable())
            yield "stops suspecting", "element-", "network", now
    if errs is not None:
        yield "wrongly suspects", "element+", "fault", terms.both(terms.both(runs, trusts), errs)
    yield "stops suspecting", "element-", "fault", suspected if wavers is None else terms.both(suspected, wavers)


def _add_stabilisation(
    terms: Terms, kind: DetectorClass, pairs: tuple[Pair, ...], watched: tuple[str, ...], mortal: tuple[str, ...]
) -> None:
    """The step from which on the detector keeps its promises."""
    if kind.perpetual:
        # Only suspicions of the crashed are still open.
        somebody = None
        for sort in mortal:
            crashed = terms.some(terms.all_of(sort), OTHER, terms.crashed(terms.other(sort)))
            somebody = crashed if somebody is None else terms.either(somebody, crashed)
        assert somebody is not None
        stabilising(terms, (terms.when(somebody),), ())
    elif kind.accuracy == "strong":
        effects = [_keep(terms, pair) for pair in pairs]
        stabilising(terms, (), tuple(effects))
    else:
        for sort in watched:
            clear = tuple(_clear(terms, pair) for pair in pairs if pair[1] == sort)
            stabilising(terms, choose_trusted(terms, sort, OTHER), (_trust(terms, sort), *clear), OTHER)


_OBSERVER = "the observer"


def _keep(terms: Terms, pair: Pair) -> Statement:
    """Nobody suspects any more who runs."""
    observer, watched = pair
    me, other = terms.named(_OBSERVER, observer), terms.other(watched)
    true = terms.those(terms.entry(("suspects", *pair), me), OTHER, terms.crashed(other))
    change = terms.change(("suspects", *pair), me, ":=", true)
    return For(terms.span, _OBSERVER, terms.all_of(observer), (change,))


def _clear(terms: Terms, pair: Pair) -> Statement:
    """Nobody suspects the one chosen."""
    observer, watched = pair
    me, other = terms.named(_OBSERVER, observer), terms.other(watched)
    change = terms.change(("suspects", *pair), me, "element-", other)
    return For(terms.span, _OBSERVER, terms.all_of(observer), (change,))


def _trust(terms: Terms, sort: str) -> Statement:
    return terms.change(("trusted", sort), None, "element+", terms.other(sort))


def _trusted_from_the_start(terms: Terms, watched: tuple[str, ...]) -> Body:
    """Choose the agent that is never suspected and never crashes.

    Some agent is like that in every run of a strong detector, so that choosing it first leaves no run out.
    """
    bodies = tuple((terms.choose(terms.all_of(sort)), _trust(terms, sort)) for sort in watched)
    return bodies[0] if len(bodies) == 1 else (Either(terms.span, bodies),)
