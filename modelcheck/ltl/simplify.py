"""Equivalent formulas that make smaller automata.

The rules are those of Somenzi and Bloem, "Efficient Büchi automata from LTL formulae" (CAV 2000), section 3, and of
Etessami and Holzmann, "Optimizing Büchi automata" (CONCUR 2000), section 4, as far as they do without next. Only
conjunctions and untils have rules here: a disjunction and a release are simplified as the negation of their dual.
"""

from __future__ import annotations

from collections.abc import Iterable

from modelcheck.ltl.formula import (
    FALSE,
    TRUE,
    And,
    Atom,
    Constant,
    Formula,
    Not,
    Or,
    Release,
    Until,
    always,
    conjunction,
    disjunction,
    eventually,
    negation,
    negation_normal_form,
    until,
)


def simplify(formula: Formula) -> Formula:
    """An equivalent formula in negation normal form that is not larger."""
    return _Simplifier().simplified(negation_normal_form(formula))


def disjuncts(formula: Formula) -> tuple[Formula, ...]:
    """Formulas, each simplified, whose disjunction is the formula: none for false.

    A disjunction on the right of an until is one of untils: the negation of "always, for each agent" has a disjunct for
    each agent.
    """
    simplifier = _Simplifier()
    parts = _split(simplifier.simplified(negation_normal_form(formula)))
    simple = (simplifier.simplified(part) for part in parts)
    return tuple(part for part in dict.fromkeys(simple) if part != FALSE)


def _split(formula: Formula) -> list[Formula]:
    match formula:
        case Or(operands=operands):
            return [part for operand in operands for part in _split(operand)]
        case Until(left=left, right=right):
            return [until(left, part) for part in _split(right)]
        case _:
            return [formula]


class _Simplifier:
    """Simplifies formulas in negation normal form, and remembers what it found out about their parts."""

    def __init__(self) -> None:
        self._simplified: dict[Formula, Formula] = {}
        self._implied: dict[tuple[Formula, Formula], bool] = {}
        self._duals: dict[Formula, Formula] = {}

    def simplified(self, formula: Formula) -> Formula:
        found = self._simplified.get(formula)
        if found is None:
            found = self._simplified[formula] = self._rewritten(formula)
            self._simplified[found] = found
        return found

    def _rewritten(self, formula: Formula) -> Formula:
        match formula:
            case Constant() | Atom() | Not():
                return formula
            case And(operands=operands):
                return self._all(map(self.simplified, operands))
            case Until(left=left, right=right):
                return self._until(self.simplified(left), self.simplified(right))
            case Or() | Release():
                return self._dual(self.simplified(self._dual(formula)))

    def _until(self, left: Formula, right: Formula) -> Formula:
        """`left U right`, both simplified."""
        if is_eventual(right) or self.implies(left, right):
            return right
        if left != TRUE and self.implies(self._dual(left), right):
            # Before the first position where `right` holds, `left` holds anyway.
            return self._until(TRUE, right)
        if isinstance(right, Until) and self.implies(left, right.left):
            return right
        if isinstance(left, Until) and left.right == right:
            return self._until(left.left, right)
        if left == TRUE and (sooner := _without_untils(right)) != right:
            return self._until(TRUE, self.simplified(sooner))
        if isinstance(right, And):
            apart = [part for part in right.operands if is_eventual(part) and is_universal(part)]
            if apart:
                # These hold always or never, so it does not matter when.
                rest = conjunction(part for part in right.operands if part not in apart)
                return self._all([self._until(left, rest), *apart])
        return until(left, right)

    def _all(self, operands: Iterable[Formula]) -> Formula:
        """The conjunction of simplified formulas."""
        whole = conjunction(operands)
        if not isinstance(whole, And):
            return whole
        members = self._strongest(whole.operands)
        if any(self.implies(member, self._dual(other)) for member in members for other in members):
            return FALSE
        merged = _merged(members)
        if len(merged) == len(members):
            return conjunction(members)
        return self._all(map(self.simplified, merged))

    def _strongest(self, operands: Iterable[Formula]) -> list[Formula]:
        """The operands that no other one implies; of equivalent ones the first."""
        kept: list[Formula] = []
        for operand in operands:
            if not any(self.implies(other, operand) for other in kept):
                kept = [other for other in kept if not self.implies(operand, other)]
                kept.append(operand)
        return kept

    def _dual(self, formula: Formula) -> Formula:
        """The negation, in negation normal form."""
        found = self._duals.get(formula)
        if found is None:
            found = self._duals[formula] = negation_normal_form(negation(formula))
        return found

    def implies(self, first: Formula, second: Formula) -> bool:
        """Whether the form of two formulas shows that the first implies the second."""
        if first in (second, FALSE) or second == TRUE:
            return True
        pair = (first, second)
        found = self._implied.get(pair)
        if found is None:
            found = self._implied[pair] = (
                self._premise_shows(first, second)
                or self._conclusion_shows(first, second)
                or self._sides_show(first, second)
            )
        return found

    def _premise_shows(self, first: Formula, second: Formula) -> bool:
        match first:
            case And(operands=operands):
                return any(self.implies(operand, second) for operand in operands)
            case Or(operands=operands):
                return all(self.implies(operand, second) for operand in operands)
            case Until(left=left, right=right):
                return self.implies(right, second) and (is_eventual(second) or self.implies(left, second))
            case Release(right=right):
                return self.implies(right, second)
            case _:
                return False

    def _conclusion_shows(self, first: Formula, second: Formula) -> bool:
        match second:
            case And(operands=operands):
                return all(self.implies(first, operand) for operand in operands)
            case Or(operands=operands):
                return any(self.implies(first, operand) for operand in operands)
            case Until(right=right):
                return self.implies(first, right)
            case Release(left=left, right=right):
                return self.implies(first, right) and (is_universal(first) or self.implies(first, left))
            case _:
                return False

    def _sides_show(self, first: Formula, second: Formula) -> bool:
        match first, second:
            case (Until(left, right), Until(other_left, other_right)):
                return self.implies(left, other_left) and self.implies(right, other_right)
            case (Release(left, right), Release(other_left, other_right)):
                return self.implies(left, other_left) and self.implies(right, other_right)
            case _:
                return False


def is_eventual(formula: Formula) -> bool:
    """Whether the form shows that a formula holds wherever it holds later (Etessami and Holzmann: pure eventuality)."""
    match formula:
        case Constant():
            return True
        case And(operands=operands) | Or(operands=operands):
            return all(map(is_eventual, operands))
        case Until(left=left, right=right):
            return left == TRUE or is_eventual(right)
        case Release(right=right):
            return is_eventual(right)
        case Atom() | Not():
            return False


def is_universal(formula: Formula) -> bool:
    """Whether the form shows that a formula which holds goes on to hold (Etessami and Holzmann: pure universality)."""
    match formula:
        case Constant():
            return True
        case And(operands=operands) | Or(operands=operands):
            return all(map(is_universal, operands))
        case Until(right=right):
            return is_universal(right)
        case Release(left=left, right=right):
            return left == FALSE or is_universal(right)
        case Atom() | Not():
            return False


def _without_untils(formula: Formula) -> Formula:
    """A formula that holds at some position where `formula` does: an until comes to its right side."""
    match formula:
        case Until(right=right):
            return right
        case Or(operands=operands):
            return disjunction(map(_without_untils, operands))
        case _:
            return formula


def _merged(operands: Iterable[Formula]) -> list[Formula]:
    """The members of a conjunction, those together which one operator can say."""
    releases: dict[Formula, list[Formula]] = {}
    for_ever: list[Formula] = []
    others: list[Formula] = []
    for operand in operands:
        match operand:
            case Release(left=left, right=right):
                releases.setdefault(left, []).append(right)
            case Until(left=Constant(), right=Release(left=Constant(), right=right)):
                for_ever.append(right)
            case _:
                others.append(operand)
    others += [Release(left, conjunction(rights)) for left, rights in releases.items()]
    return [*others, eventually(always(conjunction(for_ever)))] if for_ever else others
