"""Formulas of linear temporal logic without next, over numbered atoms.

Make them with the functions below, not with the classes: these drop constants, duplicates and double negations, and put
operands in order, so that formulas which differ in no more are equal. A formula is hashed once, when first asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TypeAlias

from modelcheck.frozen import Frozen


class Term(Frozen, cache_hash=True, dict=True):
    """What all formulas share: the text, which also orders operands."""

    @cached_property
    def text(self) -> str:
        """The formula in the notation of SPIN, with all parentheses."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.text


class Constant(Term):
    """True or false."""

    value: bool

    @cached_property
    def text(self) -> str:
        return "true" if self.value else "false"


class Atom(Term):
    """A proposition, by its number from 0: bit `index` of a letter."""

    index: int

    @cached_property
    def text(self) -> str:
        return f"p{self.index}"


class Not(Term):
    """A negation."""

    operand: Formula

    @cached_property
    def text(self) -> str:
        return f"!{self.operand.text}"


class And(Term):
    """A conjunction of at least two operands, none of which is a conjunction."""

    operands: tuple[Formula, ...]

    @cached_property
    def text(self) -> str:
        return f"({' && '.join(operand.text for operand in self.operands)})"


class Or(Term):
    """A disjunction of at least two operands, none of which is a disjunction."""

    operands: tuple[Formula, ...]

    @cached_property
    def text(self) -> str:
        return f"({' || '.join(operand.text for operand in self.operands)})"


class Until(Term):
    """`right` holds now or later, and `left` at all positions before."""

    left: Formula
    right: Formula

    @cached_property
    def text(self) -> str:
        return f"<>{self.right.text}" if self.left == TRUE else f"({self.left.text} U {self.right.text})"


class Release(Term):
    """`right` holds up to and including the first position where `left` does: for ever where there is none."""

    left: Formula
    right: Formula

    @cached_property
    def text(self) -> str:
        return f"[]{self.right.text}" if self.left == FALSE else f"({self.left.text} V {self.right.text})"


Formula: TypeAlias = Constant | Atom | Not | And | Or | Until | Release

TRUE = Constant(value=True)
FALSE = Constant(value=False)


def negation(operand: Formula) -> Formula:
    """Not `operand`. The negation stays in front; `negation_normal_form` moves it to the atoms."""
    match operand:
        case Constant(value=value):
            return FALSE if value else TRUE
        case Not(operand=inner):
            return inner
        case _:
            return Not(operand)


def conjunction(operands: Iterable[Formula]) -> Formula:
    """All of the operands, in any number."""
    members = dict.fromkeys(_flattened(And, operands))
    if FALSE in members or any(negation(member) in members for member in members):
        return FALSE
    members.pop(TRUE, None)
    ordered = tuple(sorted(members, key=_text))
    return TRUE if not ordered else ordered[0] if len(ordered) == 1 else And(ordered)


def disjunction(operands: Iterable[Formula]) -> Formula:
    """Any of the operands, in any number."""
    members = dict.fromkeys(_flattened(Or, operands))
    if TRUE in members or any(negation(member) in members for member in members):
        return TRUE
    members.pop(FALSE, None)
    ordered = tuple(sorted(members, key=_text))
    return FALSE if not ordered else ordered[0] if len(ordered) == 1 else Or(ordered)


def implication(condition: Formula, consequence: Formula) -> Formula:
    """If `condition` then `consequence`, at the same position."""
    return disjunction((negation(condition), consequence))


def until(left: Formula, right: Formula) -> Formula:
    """The strong until: `right` comes, and up to then `left` holds."""
    return right if isinstance(right, Constant) or left == FALSE else Until(left, right)


def release(left: Formula, right: Formula) -> Formula:
    """The dual of `until`."""
    return right if isinstance(right, Constant) or left == TRUE else Release(left, right)


def eventually(operand: Formula) -> Formula:
    """Now or later."""
    return until(TRUE, operand)


def always(operand: Formula) -> Formula:
    """Now and at all later positions."""
    return release(FALSE, operand)


def leads_to(cause: Formula, effect: Formula) -> Formula:
    """Whenever `cause` holds, `effect` holds then or later."""
    return always(implication(cause, eventually(effect)))


def negation_normal_form(formula: Formula) -> Formula:
    """The same formula with negations in front of atoms only."""
    return _pushed(formula, negated=False)


def atoms_of(formula: Formula) -> frozenset[int]:
    """The numbers of the atoms that occur."""
    match formula:
        case Atom(index=index):
            return frozenset({index})
        case _:
            return frozenset().union(*map(atoms_of, operands_of(formula)))


def operands_of(formula: Formula) -> tuple[Formula, ...]:
    """The direct operands, in order."""
    match formula:
        case Constant() | Atom():
            return ()
        case Not(operand=operand):
            return (operand,)
        case And(operands=operands) | Or(operands=operands):
            return operands
        case Until(left=left, right=right) | Release(left=left, right=right):
            return (left, right)


def _pushed(formula: Formula, *, negated: bool) -> Formula:
    """The negation normal form of a formula, or of its negation."""
    match formula:
        case Constant() | Atom():
            return negation(formula) if negated else formula
        case Not(operand=operand):
            return _pushed(operand, negated=not negated)
        case And(operands=operands) | Or(operands=operands):
            members = [_pushed(operand, negated=negated) for operand in operands]
            return conjunction(members) if isinstance(formula, And) != negated else disjunction(members)
        case Until(left=left, right=right) | Release(left=left, right=right):
            sides = _pushed(left, negated=negated), _pushed(right, negated=negated)
            return until(*sides) if isinstance(formula, Until) != negated else release(*sides)


def _flattened(kind: type[And | Or], operands: Iterable[Formula]) -> Iterator[Formula]:
    for operand in operands:
        if isinstance(operand, kind):
            yield from operand.operands
        else:
            yield operand


def _text(formula: Formula) -> str:
    return formula.text
