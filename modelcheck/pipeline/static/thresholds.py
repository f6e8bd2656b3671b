"""Conditions on how many of a sort a set has, for any number of them: linear in the sizes of the set and the sort."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from typing import Any

import z3

from modelcheck.engines.symbolic.solving import Solving
from modelcheck.frozen import Frozen
from modelcheck.ir.constructs.atoms import ConstRead, Literal, ParamRead, SortValues
from modelcheck.ir.constructs.numbers import Arithmetic, Compare, Negate
from modelcheck.ir.constructs.quantifiers import Aggregate
from modelcheck.ir.constructs.sets import Size
from modelcheck.ir.expression import Expr
from modelcheck.ir.model import Model
from modelcheck.ir.types import IdT, SetT
from modelcheck.ir.written import written

LARGE = 1000
"""More of a sort than anybody writes: what can be so beyond is no exception of small sizes."""

Number = Any
"""An integer, or a term of the solver: the operators are the same."""

Term = Callable[[Number, Number], Number]
"""A number, or a comparison, by the sizes of a set and of the sort that its elements are of."""

_COMPARED: dict[str, Callable[[Number, Number], Number]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Threshold(Frozen, eq=False):
    """A comparison that a set of `sort` satisfies by its size; `relative`: the size of the sort is in it."""

    sort: str
    relative: bool
    holds: Term

    def apart(self, size: int) -> tuple[int, int] | None:
        """The least sizes of two sets without a common element that satisfy it among so many, if there are such."""
        enough = self._enough(size)
        return next(((one, other) for one in enough for other in enough if one <= other <= size - one), None)

    def meets(self, other: Threshold, size: int) -> bool:
        """Whether any two sets that satisfy one of them each have an element in common, among so many."""
        return all(one + more > size for one in self._enough(size) for more in other._enough(size))

    def least(self, size: int) -> int | None:
        """The size of the smallest set that satisfies it among so many, if one does."""
        return next(iter(self._enough(size)), None)

    def _enough(self, size: int) -> list[int]:
        return [number for number in range(size + 1) if self.holds(number, size)]

    def is_about_half(self, solving: Solving) -> bool:
        """Whether all sets that satisfy it have nearly half of their sort, and some no more, however many these are."""
        one, other, size = z3.Ints("one other size")
        least = solving.solver("QF_LIA")
        least.add(size > 1, one >= 0, one <= size, self.holds(one, size), 2 * one < size - 1)
        apart = solving.solver("QF_LIA")
        apart.add(size > LARGE, one >= 0, other >= 0, one + other <= size)
        apart.add(self.holds(one, size), self.holds(other, size))
        return bool(solving.check(least) == z3.unsat and solving.check(apart) == z3.sat)


def threshold(condition: Compare, model: Model) -> Threshold | None:
    """What a comparison says of the size of one set of ids, if it says nothing else. Parameters are as in the model."""
    if condition.op not in _COMPARED:
        return None
    measured = dict(_measured(condition))
    if len(measured) != 1:
        return None
    (sort,) = measured.values()
    left, right = _term(condition.left, sort, model), _term(condition.right, sort, model)
    if left is None or right is None:
        return None
    compared = _COMPARED[condition.op]
    relative = any(_is_size_of(part, sort) for part in _all_parts(condition))
    return Threshold(sort, relative, lambda number, size: compared(left(number, size), right(number, size)))


def names_in(condition: Expr) -> Iterator[str]:
    """The parameters and constants that an expression reads."""
    for part in condition.walk():
        if isinstance(part, ParamRead):
            yield part.param.name
        elif isinstance(part, ConstRead):
            yield part.const.name


def _measured(condition: Expr) -> Iterator[tuple[str, str]]:
    """The sets of ids whose size is taken, by their text, with their sort."""
    for part in condition.walk():
        sort = _sort_measured(part)
        if sort is not None:
            yield written(part.span), sort


def _sort_measured(part: Expr) -> str | None:
    match part:
        case Size(_, _, operand) if not isinstance(operand, SortValues):
            type_ = operand.type
            if isinstance(type_, SetT) and isinstance(type_.element, IdT):
                return type_.element.sort
        case Aggregate(_, _, "count", (generator,)) if isinstance(generator.domain, SortValues):
            return generator.domain.sort
    return None


def _is_size_of(part: Expr, sort: str) -> bool:
    return isinstance(part, Size) and isinstance(part.operand, SortValues) and part.operand.sort == sort


def _all_parts(condition: Expr) -> Iterator[Expr]:
    """The parts of an expression and of the constants that it reads."""
    for part in condition.walk():
        yield part
        if isinstance(part, ConstRead):
            yield from _all_parts(part.const.value)


def _term(expression: Expr, sort: str, model: Model) -> Term | None:
    """A number as a function of the sizes; None for one that depends on anything else."""
    if _sort_measured(expression) is not None:
        return lambda number, _: number
    if _is_size_of(expression, sort):
        return lambda _, size: size
    match expression:
        case Negate():
            operand = _term(expression.operand, sort, model)
            return None if operand is None else lambda number, size: -operand(number, size)
        case Arithmetic():
            return _arithmetic(expression, sort, model)
        case ConstRead() if any(_is_size_of(part, sort) for part in _all_parts(expression)):
            return _term(expression.const.value, sort, model)
        case Literal() | ParamRead() | ConstRead():
            value = model.constant(expression)
            return lambda _number, _size: value
    return None


def _arithmetic(expression: Arithmetic, sort: str, model: Model) -> Term | None:
    left, right = _term(expression.left, sort, model), _term(expression.right, sort, model)
    if left is None or right is None:
        return None
    match expression.op:
        case "+":
            return lambda number, size: left(number, size) + right(number, size)
        case "-":
            return lambda number, size: left(number, size) - right(number, size)
        case "*":
            return lambda number, size: left(number, size) * right(number, size)
    if not isinstance(expression.right, Literal | ParamRead | ConstRead) or not right(0, 0) > 0:
        return None
    divisor = right(0, 0)
    if expression.op == "/":
        return lambda number, size: _quotient(left(number, size), divisor)
    return lambda number, size: left(number, size) % divisor


def _quotient(number: Number, divisor: int) -> Number:
    """Rounded down; the solver's division does, for a positive divisor."""
    return number // divisor if isinstance(number, int) else number / divisor
