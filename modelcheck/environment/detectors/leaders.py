"""Omega: from some time on all that run follow the same agent, which never crashes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.environment.detectors.stability import (
    add_stable,
    add_trusted,
    choose_trusted,
    said_of,
    stabilising,
)
from modelcheck.environment.detectors.terms import OTHER
from modelcheck.ir.constructs.maps import MapComprehension
from modelcheck.ir.constructs.quantifiers import Generator
from modelcheck.ir.model import Action
from modelcheck.ir.statuses import statuses_of

if TYPE_CHECKING:
    from modelcheck.environment.detectors.terms import Terms
    from modelcheck.ir.statement import Body, Statement


def add_leaders(terms: Terms, kinds: tuple[str, ...]) -> Body:
    """Add variables and steps; nothing has to be chosen at the start, where every agent follows itself."""
    if not kinds:
        return ()
    for kind in kinds:
        type_expr = terms.maps(kind, terms.ids(kind))
        itself = MapComprehension(terms.span, type_expr.type, Generator(OTHER, terms.all_of(kind)), terms.other(kind))
        name = "leader" if len(kinds) == 1 else f"leader of {kind}"
        terms.model.oracle["leader", kind] = terms.variable(name, type_expr, itself)
    add_stable(terms)
    add_trusted(terms, kinds)
    for kind in kinds:
        _add_errors(terms, kind)
    names = {kind: f"{OTHER} of {kind}" for kind in kinds}
    decisive = [statement for kind, name in names.items() for statement in choose_trusted(terms, kind, name)]
    effects = [statement for kind, name in names.items() for statement in _elect(terms, kind, name)]
    stabilising(terms, tuple(decisive), tuple(effects), *names.values())
    return ()


def _add_errors(terms: Terms, kind: str) -> None:
    """Before the detector is stable, every agent may follow any."""
    model, me = terms.model, terms.me(kind)
    current = terms.entry(("leader", kind), me)
    candidates = terms.those(terms.all_of(kind), OTHER, terms.differ(terms.other(kind), current))
    change = terms.change(("leader", kind), me, ":=", terms.other(kind))
    body: Body = (terms.when(terms.negation(terms.stable())), terms.choose(candidates), change)
    if statuses_of(model, kind):
        body = (terms.when(terms.runs(kind)), *body)
    for id_ in model.ids(kind):
        model.actions.append(Action("follows", id_, "fault", body, label=said_of("follows")))


def _elect(terms: Terms, kind: str, name: str) -> tuple[Statement, ...]:
    """All follow the one chosen, those too that will recover only later."""
    chosen = terms.named(name, kind)
    follow = terms.change(("leader", kind), None, "all", chosen)
    return terms.change(("trusted", kind), None, "element+", chosen), follow
