"""Conditions on kernel states as terms of SMT-LIB: what a proof needs and the language cannot say.

Barrett, Fontaine and Tinelli, The SMT-LIB Standard: Version 2.6 (2017), theory FixedSizeBitVectors. A cell is a
constant named as in `System`: a truth value, or a bit vector as `engines.symbolic.words` has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from modelcheck.engines.symbolic.system import cell_names
from modelcheck.frozen import Frozen
from modelcheck.ir.lowered import build
from modelcheck.kernel import program as ir
from modelcheck.kernel.types import BOOL, MAX_BITS, BitsType, IntType

LONGEST = 20_000
"""The most characters of a formula."""

_DEEPEST = 100
_WIDEST = 60
"""Numbers of so many bits at most: kernel numbers have 62."""

_TOKEN = re.compile(r"\(|\)|\|[^|\\]*\||#b[01]+|[^\s()|]+")

Parsed = str | list["Parsed"]


class UnreadableError(Exception):
    """A text is no condition on the states of a program; the message says why."""


class _Value(Frozen, eq=False):
    """A truth value (`width` 0), or a bit vector: a number from 0, or the same as a set of its bits."""

    expression: ir.Expr
    width: int = 0

    @property
    def number(self) -> ir.Expr:
        """The vector as a number."""
        is_set = isinstance(self.expression.type, BitsType)
        return build.bits_as_number(self.expression) if is_set else self.expression

    @property
    def bits(self) -> ir.Expr:
        """The vector as a set of bits."""
        is_set = isinstance(self.expression.type, BitsType)
        return self.expression if is_set else build.number_as_bits(self.expression, self.width)

    @property
    def signed(self) -> ir.Expr:
        """The vector in two's complement."""
        number, half = self.number, 1 << self.width - 1
        return build.ite(build.less(number, build.number(half)), number, build.subtract(number, _constant(2 * half)))


def _constant(value: int) -> ir.Expr:
    return build.number(value)


def read(text: str, program: ir.Program) -> ir.Expr:
    """The condition on states that a term of SMT-LIB is. Raises `UnreadableError`."""
    if len(text) > LONGEST:
        raise UnreadableError(f"it has more than {LONGEST:,} characters")
    cells = {
        name: (number, at, array)
        for (number, at, array), name in zip(_cells(program), cell_names(program), strict=True)
    }
    try:
        found = _evaluated(_parsed(text), cells)
    except build.TooLargeError as error:
        raise UnreadableError(str(error)) from None
    if found.width:
        raise UnreadableError("it is no condition")
    return found.expression


def _cells(program: ir.Program) -> list[tuple[int, int, ir.Array]]:
    return [(number, at, array) for number, array in enumerate(program.arrays) for at in range(array.length)]


def _parsed(text: str) -> Parsed:
    if re.sub(_TOKEN, "", text).strip():
        raise UnreadableError("it is no term of SMT-LIB")
    stack: list[list[Parsed]] = [[]]
    for part in _TOKEN.findall(text):
        if part == "(":
            stack.append([])
            if len(stack) > _DEEPEST:
                raise UnreadableError("it is nested too deeply")
        elif part == ")":
            done = stack.pop()
            if not stack:
                raise UnreadableError("a parenthesis is closed that was not opened")
            stack[-1].append(done)
        else:
            stack[-1].append(part)
    if len(stack) > 1 or len(stack[0]) != 1:
        raise UnreadableError("it is not one term")
    return stack[0][0]


def _evaluated(term: Parsed, cells: dict[str, tuple[int, int, ir.Array]]) -> _Value:
    if isinstance(term, str):
        return _atom(term, cells)
    if not term:
        raise UnreadableError("it has an empty term")
    operator, *rest = term
    arguments = [_evaluated(each, cells) for each in rest]
    if isinstance(operator, list):
        return _indexed(operator, arguments)
    if operator in _OF_TRUTH:
        return _Value(_OF_TRUTH[operator](_truths(operator, arguments)))
    if operator in _COMPARED:
        left, right = _pair(operator, arguments)
        return _Value(_COMPARED[operator](left, right))
    if operator in _COMPUTED:
        left, right = _pair(operator, arguments)
        return _number(_COMPUTED[operator](left, right), left.width)
    if operator in _SPECIAL:
        return _SPECIAL[operator](arguments)
    raise UnreadableError(f"it has the operator {operator}")


def _atom(text: str, cells: dict[str, tuple[int, int, ir.Array]]) -> _Value:
    if text in {"true", "false"}:
        return _Value(build.truth(text == "true"))
    if text.startswith("#b"):
        return _literal(text.removeprefix("#b"))
    name = text.strip("|")
    if name not in cells:
        raise UnreadableError(f"it has the name {text}, which is no cell of the program")
    number, at, array = cells[name]
    cell = ir.Read(number, ir.Const(at, IntType(at, at)), array.type)
    if array.type == BOOL:
        return _Value(cell)
    if isinstance(array.type, BitsType):
        return _number(cell, array.type.width)
    assert isinstance(array.type, IntType)
    lo, hi = array.type.lo, array.type.hi
    if lo >= 0:
        return _number(cell, max(1, hi.bit_length()))
    width = max(hi.bit_length(), (-1 - lo).bit_length()) + 1
    raised = build.add(cell, _constant(1 << width))
    return _number(build.ite(build.less(cell, _constant(0)), raised, build.clamped(cell, 0, max(0, hi))), width)


def _literal(digits: str) -> _Value:
    value, width = int(digits, base=2), len(digits)
    if _WIDEST < width <= MAX_BITS:
        return _Value(build.bits(value, width), width)
    return _number(_constant(value), width)


def _number(expression: ir.Expr, width: int) -> _Value:
    if not 1 <= width <= _WIDEST and not isinstance(expression.type, BitsType):
        raise UnreadableError(f"it has a number of {width} bits")
    return _Value(expression, width)


def _truths(operator: str, arguments: Sequence[_Value]) -> list[ir.Expr]:
    if not arguments or any(argument.width for argument in arguments) or (operator == "not" and len(arguments) != 1):
        raise UnreadableError(f"{operator} has other arguments than it takes")
    return [argument.expression for argument in arguments]


def _pair(operator: str, arguments: Sequence[_Value]) -> tuple[_Value, _Value]:
    match arguments:
        case (left, right) if left.width == right.width and (left.width or operator in {"=", "distinct"}):
            return left, right
    raise UnreadableError(f"{operator} has other arguments than it takes")


def _equal(left: _Value, right: _Value) -> ir.Expr:
    if isinstance(left.expression.type, BitsType) or isinstance(right.expression.type, BitsType):
        return build.equal(left.bits, right.bits)
    return build.equal(left.expression, right.expression)


_OF_TRUTH: dict[str, Callable[[list[ir.Expr]], ir.Expr]] = {
    "and": build.conjunction,
    "or": build.disjunction,
    "not": lambda one: build.negation(one[0]),
}
_COMPARED: dict[str, Callable[[_Value, _Value], ir.Expr]] = {
    "=": _equal,
    "distinct": lambda a, b: build.negation(_equal(a, b)),
    "bvult": lambda a, b: build.less(a.number, b.number),
    "bvule": lambda a, b: build.at_most(a.number, b.number),
    "bvslt": lambda a, b: build.less(a.signed, b.signed),
    "bvsle": lambda a, b: build.at_most(a.signed, b.signed),
}


def _modulo(total: ir.Expr, width: int) -> ir.Expr:
    return build.remainder(total, _constant(1 << width))


def _divided(left: _Value, right: _Value, part: Callable[[ir.Expr, ir.Expr], ir.Expr]) -> ir.Expr:
    divisor = right.number
    if not isinstance(divisor, ir.Const) or divisor.value == 0:
        raise UnreadableError("it divides by what is no constant")
    return part(left.number, divisor)


_COMPUTED: dict[str, Callable[[_Value, _Value], ir.Expr]] = {
    "bvadd": lambda a, b: _modulo(build.add(a.number, b.number), a.width),
    "bvsub": lambda a, b: _modulo(build.add(a.number, build.subtract(_constant(1 << a.width), b.number)), a.width),
    "bvmul": lambda a, b: _modulo(build.multiply(a.number, b.number), a.width),
    "bvudiv": lambda a, b: _divided(a, b, build.divide),
    "bvurem": lambda a, b: _divided(a, b, build.remainder),
    "bvand": lambda a, b: build.bit_operation("and", a.bits, b.bits),
    "bvor": lambda a, b: build.bit_operation("or", a.bits, b.bits),
}


def _ite(arguments: Sequence[_Value]) -> _Value:
    match arguments:
        case (condition, then, orelse) if not condition.width and then.width == orelse.width:
            if not then.width:
                return _Value(build.ite(condition.expression, then.expression, orelse.expression))
            return _number(build.ite(condition.expression, then.number, orelse.number), then.width)
    raise UnreadableError("ite has other arguments than it takes")


def _concat(arguments: Sequence[_Value]) -> _Value:
    match arguments:
        case (high, low) if high.width and low.width:
            width = high.width + low.width
            moved = build.shifted(high.bits, low.width, width)
            return _number(build.bit_operation("or", moved, build.shifted(low.bits, 0, width)), width)
    raise UnreadableError("concat has other arguments than it takes")


def _opposite(arguments: Sequence[_Value]) -> _Value:
    match arguments:
        case (one,) if one.width:
            return _number(build.subtract(_constant((1 << one.width) - 1), one.number), one.width)
    raise UnreadableError("bvnot has other arguments than it takes")


_SPECIAL: dict[str, Callable[[Sequence[_Value]], _Value]] = {"ite": _ite, "concat": _concat, "bvnot": _opposite}


def _indexed(operator: list[Parsed], arguments: Sequence[_Value]) -> _Value:
    match operator, arguments:
        case ["_", "extract", str(hi), str(lo)], [one] if _is_number(hi) and _is_number(lo):
            first, last = int(lo), int(hi)
            if first <= last < one.width:
                width = last - first + 1
                return _number(build.shifted(one.bits, -first, width), width)
        case ["_", "zero_extend", str(more)], [one] if _is_number(more) and one.width:
            return _number(one.number, one.width + int(more))
        case ["_", "sign_extend", str(more)], [one] if _is_number(more) and one.width:
            width = one.width + int(more)
            if width <= _WIDEST:
                return _number(_modulo(build.add(one.signed, _constant(1 << width)), width), width)
    raise UnreadableError("it has an operator with indices that are none of SMT-LIB's")


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,3}", text))
