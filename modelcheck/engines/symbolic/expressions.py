"""Kernel expressions as terms: one rule for each kind of node."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import assert_never

import z3

from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.sharing import Shared
from modelcheck.engines.symbolic.words import Term, Word
from modelcheck.frozen import Frozen, field, replace
from modelcheck.kernel import program as ir
from modelcheck.kernel.types import BOOL, BitsType, IntType

Cells = Sequence[Word]
"""The cells of a state, in the order of `Program.offsets`."""


def unwatched() -> None:
    """Nobody looks at the time."""


class Scope(Frozen, eq=False):
    """What an expression can refer to: the cells of a state, those behind the step, and the locals by index."""

    program: ir.Program
    cells: Cells
    after: Cells | None = None
    bindings: dict[int, Word] = field(default_factory=dict)
    watch: Callable[[], None] = unwatched
    """Called now and then while something is encoded, and may raise."""
    shared: Shared = field(default_factory=Shared)

    def bind(self, local: ir.Local, value: Word) -> Scope:
        """The same with a local bound."""
        bound = words.fitted(value, local.type)
        return replace(self, bindings={**self.bindings, local.index: bound})


def truth(node: ir.Expr, scope: Scope) -> Term:
    """The term of a boolean expression."""
    return encoded(node, scope).term


def encoded(node: ir.Expr, scope: Scope) -> Word:
    """The word of an expression, of the type that its node declares."""
    if isinstance(node, ir.Const):
        return words.constant(node.value, node.type)
    if isinstance(node, ir.Local):
        return scope.bindings[node.index]
    key = scope.shared.key(node, scope.bindings)
    return scope.shared.found(key) or scope.shared.keep(key, _written(node, scope), node, scope.bindings)


def _written(node: ir.Expr, scope: Scope) -> Word:
    match node:
        case ir.Const() | ir.Local():
            return encoded(node, scope)
        case ir.Read(array, index, kernel_type, after):
            return _read(scope, array, encoded(index, scope), after=after)
        case ir.Add(left, right, kernel_type):
            return words.add(encoded(left, scope), encoded(right, scope), kernel_type)
        case ir.Mul(left, right, kernel_type):
            return words.multiply(encoded(left, scope), encoded(right, scope), kernel_type)
        case ir.DivMod(op, left, right, kernel_type):
            return words.divide(op, encoded(left, scope), encoded(right, scope), kernel_type)
        case ir.Compare(op, left, right):
            return Word(words.compare(op, encoded(left, scope), encoded(right, scope)), BOOL)
        case ir.Not(operand):
            return Word(words.negation(truth(operand, scope)), BOOL)
        case ir.AndOr(op, operands):
            terms = [truth(operand, scope) for operand in operands]
            return Word(words.conjunction(terms) if op == "and" else words.disjunction(terms), BOOL)
        case ir.Ite(condition, then, orelse, kernel_type):
            return words.choice(truth(condition, scope), encoded(then, scope), encoded(orelse, scope), kernel_type)
        case ir.Let(local, value, body):
            return encoded(body, scope.bind(local, encoded(value, scope)))
        case ir.Reduce():
            return _reduce(node, scope)
        case ir.BitTest() | ir.BitUpdate() | ir.BitOp() | ir.Shift() | ir.Cast() | ir.PopCount():
            return _of_bits(node, scope)
        case _:
            assert_never(node)


def _of_bits(node: ir.BitsNode, scope: Scope) -> Word:
    match node:
        case ir.BitTest(bits, index):
            return Word(words.has_number(encoded(bits, scope), encoded(index, scope)), BOOL)
        case ir.BitUpdate(bits, index, on, kernel_type):
            return words.with_number(encoded(bits, scope), encoded(index, scope), on=on, kernel_type=kernel_type)
        case ir.BitOp(op, left, right, kernel_type):
            return words.combine(op, encoded(left, scope), encoded(right, scope), kernel_type)
        case ir.Shift(bits, amount, kernel_type):
            return words.shift(encoded(bits, scope), amount, kernel_type)
        case ir.Cast(operand, kernel_type):
            return words.fitted(encoded(operand, scope), kernel_type)
        case ir.PopCount(bits, kernel_type):
            return words.count(encoded(bits, scope), kernel_type)
        case _:
            assert_never(node)


def _read(scope: Scope, array: int, index: Word, *, after: bool) -> Word:
    declared = scope.program.arrays[array]
    cells = scope.after if after else scope.cells
    assert cells is not None, "read behind a step, but there is no step"
    first = scope.program.offsets[array]
    known = index.known
    if known is not None:
        return cells[first + known]
    # A chain of tests: the index is inside, so the last needs none.
    value = cells[first + declared.length - 1]
    for at in reversed(range(declared.length - 1)):
        here = words.compare("==", index, words.constant(at, IntType(0, declared.length - 1)))
        value = words.choice(here, cells[first + at], value, declared.type)
    return value


def _reduce(node: ir.Reduce, scope: Scope) -> Word:
    values = []
    for number in range(node.lo, node.hi + 1):
        scope.watch()
        values.append(encoded(node.body, scope.bind(node.local, words.constant(number, node.local.type))))
    if node.type == BOOL:
        terms = [value.term for value in values]
        return Word(words.conjunction(terms) if node.op == "and" else words.disjunction(terms), BOOL)
    if isinstance(node.type, BitsType):
        total = words.constant(0, node.type)
        for value in values:
            total = words.combine("or", total, value, node.type)
        return total
    assert isinstance(node.type, IntType)
    return _reduce_numbers(node.op, values, node.type)


def _reduce_numbers(op: str, values: list[Word], kernel_type: IntType) -> Word:
    if op == "add":
        # Partial sums may leave the type; modulo a power of two they come back.
        width = words.width_of(kernel_type)
        term = z3.BitVecVal(0, width)
        for value in values:
            term = term + words.resized(value, width)
        return words.modulo(term, width, kernel_type)
    best = words.fitted(values[0], _hull(values[0].type, kernel_type))
    for value in values[1:]:
        less = words.compare("<", value, best) if op == "min" else words.compare("<", best, value)
        hull = _hull(value.type, best.type)
        best = words.choice(less, value, best, hull)
    return words.fitted(best, kernel_type)


def _hull(one: object, other: object) -> IntType:
    assert isinstance(one, IntType)
    assert isinstance(other, IntType)
    return IntType(min(one.lo, other.lo), max(one.hi, other.hi))
