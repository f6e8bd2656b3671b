"""A formula as clauses: what must hold together, each a disjunction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import z3

from modelcheck.engines.symbolic.words import TRUE, Term, disjunction

MOST_CLAUSES = 400
"""So many parts of an invariant are looked at, at most."""


Clause = TypeVar("Clause")


class TooManyError(Exception):
    """The formula has more clauses than are looked at."""


def clauses_of(formula: Term) -> list[Term]:
    """The clauses of a formula, each once, in its order. Raises `TooManyError`."""
    found: dict[int, Term] = {}
    for literals in _clauses(formula, positive=True):
        unique = {literal.get_id(): literal for literal in literals}
        if any(z3.is_not(literal) and literal.arg(0).get_id() in unique for literal in unique.values()):
            continue
        clause = disjunction(list(unique.values()))
        if clause is not TRUE:
            found.setdefault(clause.get_id(), clause)
    return _few(list(found.values()))


def literals_of(clause: Term) -> Sequence[Term]:
    """The literals of a clause."""
    return clause.children() if z3.is_or(clause) else [clause]


def _clauses(term: Term, *, positive: bool) -> list[tuple[Term, ...]]:
    """The clauses of a formula, or of its negation."""
    if z3.is_not(term):
        return _clauses(term.arg(0), positive=not positive)
    if z3.is_true(term) or z3.is_false(term):
        return [] if z3.is_true(term) == positive else [()]
    if z3.is_implies(term):
        left, right = term.children()
        return _parts([(left, not positive), (right, positive)], all_of=not positive)
    if z3.is_and(term) or z3.is_or(term):
        return _parts([(part, positive) for part in term.children()], all_of=z3.is_and(term) == positive)
    return [(term if positive else z3.Not(term),)]


def _parts(parts: Sequence[tuple[Term, bool]], *, all_of: bool) -> list[tuple[Term, ...]]:
    found = [_clauses(part, positive=positive) for part, positive in parts]
    if all_of:
        return _few([clause for clauses in found for clause in clauses])
    product: list[tuple[Term, ...]] = [()]
    for clauses in found:
        product = _few([one + other for one in product for other in clauses])
    return product


def _few(clauses: list[Clause]) -> list[Clause]:
    if len(clauses) > MOST_CLAUSES:
        raise TooManyError
    return clauses
