"""How long a duration can be: the bounds of a number, or of the numbers in a set, by interval arithmetic.

A timer is a counter in the state, so its largest value must be known before the search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.ir.constructs.atoms import ConstRead, DefinitionCall, Literal, LocalRead, ParamRead, VariableRead
from modelcheck.ir.constructs.logic import IfThenElse
from modelcheck.ir.constructs.numbers import Arithmetic, Extremum, Negate
from modelcheck.ir.constructs.sets import Interval, SetLiteral, SetOperation, Size
from modelcheck.ir.domains import IntDomain, SetDomain
from modelcheck.ir.types import SetT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model
    from modelcheck.ir.type_expressions import TypeExpr

MAX_DURATION = 1000
"""The most ticks that anything may wait for: each is a state of its own."""

Extent = tuple[int, int]
"""The least and the greatest number; the least is above the greatest for none at all."""


def longest(model: Model, duration: Expr) -> int:
    """The most ticks that a duration can be, at least 0. Raises `InputError` where that is not known or too much."""
    most = max(0, _extent(model, duration)[1])
    if most > MAX_DURATION:
        problem = f"a duration of up to {most:,} ticks is too long"
        help_ = f"at most {MAX_DURATION:,} are possible: let one tick stand for more time"
        raise InputError([Diagnostic("MC322", duration.span, problem, help_)])
    return most


def known(model: Model, ticks: Expr) -> int:
    """A number of ticks that is the same in every run. Raises `InputError` where it is not, or is too large."""
    if any(isinstance(part, ConstRead) and part.const.name not in model.consts for part in ticks.walk()):
        raise _unknown(ticks)
    longest(model, ticks)
    number: int = model.constant(ticks)
    return number


def _extent(model: Model, expression: Expr) -> Extent:
    match expression:
        case ConstRead(_, _, const) if const.name not in model.consts:
            return _of_domain(model, expression, const.type_expr)
        case Literal() | ParamRead() | ConstRead():
            return _of_value(model, expression)
        case VariableRead(_, _, variable):
            return _of_domain(model, expression, variable.type_expr)
        case Interval(_, _, lo, hi):
            return _extent(model, lo)[0], _extent(model, hi)[1]
        case SetLiteral(_, _, elements):
            return _hull([_extent(model, element) for element in elements])
        case SetOperation(_, _, op, left, right):
            return _hull([_extent(model, part) for part in ((left, right) if op == "union" else (left,))])
        case IfThenElse(_, _, _, then, orelse):
            return _hull([_extent(model, then), _extent(model, orelse)])
        case Extremum(_, _, op, operands):
            extents = [_extent(model, operand) for operand in operands]
            pick = min if op == "min" else max
            return pick(lo for lo, _ in extents), pick(hi for _, hi in extents)
        case Negate(_, _, operand):
            least, most = _extent(model, operand)
            return -most, -least
        case Arithmetic(_, _, op, left, right) if op in {"+", "-", "*"}:
            return _arithmetic(op, _extent(model, left), _extent(model, right))
        case DefinitionCall(_, _, _, _, _, body):
            return _extent(model, body)
        case _:
            return _of_constant(model, expression)


def _of_value(model: Model, expression: Expr) -> Extent:
    value = model.constant(expression)
    if isinstance(expression.type, SetT):
        return _hull([(element, element) for element in value])
    return value, value


def _of_domain(model: Model, read: Expr, type_expr: TypeExpr) -> Extent:
    domain = model.domain(type_expr)
    domain = domain.element if isinstance(domain, SetDomain) else domain
    if not isinstance(domain, IntDomain):
        raise _unknown(read)
    return domain.lo, domain.hi


def _of_constant(model: Model, expression: Expr) -> Extent:
    """Whatever it is, its value is known where it reads nothing that can change."""
    reads = LocalRead | VariableRead
    constant = isinstance(expression, Arithmetic | Size) and not any(isinstance(e, reads) for e in expression.walk())
    if not constant:
        raise _unknown(expression)
    return _of_value(model, expression)


def _unknown(expression: Expr) -> InputError:
    problem = "how long this can be is not known before the search"
    help_ = "use numbers, parameters, constants and variables whose type is a range"
    if isinstance(expression, LocalRead):
        help_ = f"of '{expression.name}' no range is declared: copy it into a variable whose type is one"
    return InputError([Diagnostic("MC322", expression.span, problem, help_)])


def _hull(extents: Sequence[Extent]) -> Extent:
    some = [(lo, hi) for lo, hi in extents if lo <= hi]
    return (min(lo for lo, _ in some), max(hi for _, hi in some)) if some else (0, -1)


def _arithmetic(op: str, left: Extent, right: Extent) -> Extent:
    if op == "+":
        return left[0] + right[0], left[1] + right[1]
    if op == "-":
        return left[0] - right[1], left[1] - right[0]
    products = [x * y for x in left for y in right]
    return min(products), max(products)
