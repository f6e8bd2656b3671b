"""Conditions on the elements of a set become masks, so that a reduction is a bit operation or runs over fewer members.

`exists m in messages Voted: m.from == a and m.b == b` is lowered to a disjunction over all packets `i` there could be:
`i in voted and i / 4 == a and i / 2 % 2 == b`. What is asked of `i` does not depend on the state, so the packets that
satisfy it are a set `mask` that depends on `a` and `b` only, and the whole is `voted & mask != {}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from math import prod

from modelcheck.frozen import Frozen, replace
from modelcheck.kernel import program as ir
from modelcheck.kernel.evaluate import value_of_constant
from modelcheck.kernel.guards import Guard, neutral_of, offset_of
from modelcheck.kernel.passes.simplify import simplified
from modelcheck.kernel.types import BOOL, BitsType, IntType, domain_size
from modelcheck.kernel.walk import (
    children,
    free_locals,
    locals_of,
    reads_state,
    renamed,
    with_children,
)

Possible = Callable[[ir.Expr], int]
"""The numbers that a set may hold, as bits."""

MOST_MASKS = 256
"""A mask may depend on locals that have this many combinations of values: an engine may keep a table of them."""


def is_tabular(expression: ir.Expr, unknown: Iterable[ir.Local]) -> bool:
    """Whether a small table holds an expression's values for all values of the locals that are not known."""
    return not reads_state(expression) and combinations(unknown) <= MOST_MASKS


def combinations(free: Iterable[ir.Local]) -> int:
    """How many values some locals have together."""
    return prod(domain_size(local.type) for local in free)


def within_lets(body: ir.Expr) -> tuple[list[ir.Let], ir.Expr]:
    """The bindings around an expression, the outermost first, and what stands in them."""
    lets: list[ir.Let] = []
    while isinstance(body, ir.Let):
        lets.append(body)
        body = body.body
    return lets, body


class Reduction(Frozen):
    """A reduction taken apart: `payload` counts for the elements that satisfy all `terms`, which may use the `lets`."""

    node: ir.Reduce
    lets: tuple[ir.Let, ...]
    terms: tuple[ir.Expr, ...]
    payload: ir.Expr | None
    fresh: Iterator[int]
    possible: Possible

    @classmethod
    def of(cls, node: ir.Reduce, fresh: Iterator[int], possible: Possible) -> Reduction:
        lets, body = within_lets(node.body)
        terms, payload = _terms(node, body)
        return cls(node, tuple(lets), terms, payload, fresh, possible)

    def over(self, guards: Sequence[Guard]) -> ir.Expr:
        """The reduction over the members of the guards' sets that satisfy the terms of which they alone decide."""
        if not guards:
            return _constant(self.node, neutral_of(self.node))
        tests = {guard.test for guard in guards}
        pure = [term for term in self.terms if self._is_pure(term) and not _has(term, tests)]
        rest = [term for term in self.terms if term not in pure and not _is_any(term, tests)]
        sets = {guard.test: self._members(guard, pure) for guard in guards}
        if all(isinstance(members, ir.Const) and not members.value for members in sets.values()):
            return _constant(self.node, neutral_of(self.node))
        if not rest:
            closed = self._closed(guards, sets)
            if closed is not None:
                return closed
        if not pure:
            return self.node
        if isinstance(self.node.type, IntType):
            # Its terms stay: the interval of what is added up or compared may hang on them.
            return replace(self.node, body=_with_sets(self.node.body, sets))
        kept = tuple(_with_sets(term, sets) for term in self.terms if term not in pure)
        return replace(self.node, body=self._bound(_body(self.node, kept, self.payload)))

    def _bound(self, inner: ir.Expr) -> ir.Expr:
        """An expression within the bindings that it needs."""
        for let in reversed(self.lets):
            if let.local in free_locals(inner):
                inner = ir.Let(let.local, let.value, inner)
        return inner

    def _is_pure(self, term: ir.Expr) -> bool:
        whole = self._bound(term)
        return is_tabular(whole, free_locals(whole) - {self.node.local})

    def _members(self, guard: Guard, pure: Sequence[ir.Expr]) -> ir.Expr:
        """The members of a guard's set that satisfy the terms, with a mask for each: their tables are smaller so."""
        type_ = guard.bits.type
        assert isinstance(type_, BitsType)
        within = guard.mask(self.node.lo, self.node.hi)
        masks = [self._mask(guard, term, within, type_) for term in pure]
        known = [mask.value for mask in masks if isinstance(mask, ir.Const)]
        constant = reduce(lambda a, b: a & b, known, within)
        if not constant & self.possible(guard.bits):
            return ir.Const(0, type_)
        members = guard.bits
        if constant != (1 << type_.width) - 1:
            members = simplified(ir.BitOp("and", members, ir.Const(constant, type_), type_))
        for mask in masks:
            if not isinstance(mask, ir.Const):
                members = ir.BitOp("and", members, mask, type_)
        return members

    def _mask(self, guard: Guard, term: ir.Expr, within: int, type_: BitsType) -> ir.Expr:
        """The numbers in a guard's set whose element would satisfy a term."""
        first, last = _ends(within, guard.offset)
        # A local of its own: the mask may come to stand where the element is in scope.
        local = replace(self.node.local, index=next(self.fresh))
        condition = self._bound(term)
        names = {bound: replace(bound, index=next(self.fresh)) for bound in locals_of(condition)}
        names[self.node.local] = local
        condition = renamed(condition, lambda old: names.get(old, old))
        one = ir.BitUpdate(ir.Const(0, type_), _moved(local, guard.offset), True, type_)  # noqa: FBT003
        member = ir.Ite(condition, one, ir.Const(0, type_), type_)
        mask = ir.Reduce("or", local, first, last, member, type_)
        return simplified(mask) if free_locals(mask) else ir.Const(value_of_constant(mask), type_)

    def _closed(self, guards: Sequence[Guard], sets: dict[ir.BitTest, ir.Expr]) -> ir.Expr | None:
        """The reduction without a loop, if what it makes of a member is simple enough."""
        if isinstance(self.node.type, IntType):
            return None
        if self.payload is None:
            found = [_is_empty(sets[guard.test]) for guard in guards]
            if self.node.op == "and":
                return simplified(ir.AndOr("and", tuple(found)))
            return simplified(ir.AndOr("or", tuple(ir.Not(empty) for empty in found)))
        type_ = self.node.type
        match self.payload:
            case ir.BitUpdate(ir.Const(0), index, True) if isinstance(type_, BitsType):
                offset = offset_of(index, self.node.local)
                if offset is None:
                    return None
                parts = [simplified(ir.Shift(sets[g.test], offset - g.offset, type_)) for g in guards]
                return reduce(lambda a, b: ir.BitOp("or", a, b, type_), parts)
            case _:
                return None


def _terms(node: ir.Reduce, body: ir.Expr) -> tuple[tuple[ir.Expr, ...], ir.Expr | None]:
    """The conditions under which an element counts, and what it counts, which is None for booleans."""
    if node.type == BOOL:
        return (_all(body) if node.op == "or" else _all_not(body)), None
    match body:
        case ir.Ite(condition, then, ir.Const(0)):
            return _all(condition), then
        case ir.Ite(condition, ir.Const(0), orelse):
            return _all_not(condition), orelse
        case _:
            return (), body


def _body(node: ir.Reduce, terms: tuple[ir.Expr, ...], payload: ir.Expr | None) -> ir.Expr:
    """The opposite of `_terms`."""
    if payload is not None:
        return ir.Ite(simplified(ir.AndOr("and", terms)), payload, ir.Const(0, node.type), node.type)
    if node.op == "or":
        return simplified(ir.AndOr("and", terms))
    return simplified(ir.AndOr("or", tuple(ir.Not(term) for term in terms)))


def _all(expression: ir.Expr) -> tuple[ir.Expr, ...]:
    return expression.operands if isinstance(expression, ir.AndOr) and expression.op == "and" else (expression,)


def _all_not(expression: ir.Expr) -> tuple[ir.Expr, ...]:
    some = expression.operands if isinstance(expression, ir.AndOr) and expression.op == "or" else (expression,)
    return tuple(operand.operand if isinstance(operand, ir.Not) else ir.Not(operand) for operand in some)


def _has(expression: ir.Expr, tests: set[ir.BitTest]) -> bool:
    if isinstance(expression, ir.BitTest) and expression in tests:
        return True
    return any(_has(operand, tests) for operand in children(expression))


def _constant(node: ir.Reduce, value: int) -> ir.Const:
    return ir.Const(value, IntType(value, value) if isinstance(node.type, IntType) else node.type)


def _is_any(term: ir.Expr, tests: set[ir.BitTest]) -> bool:
    """Whether a term says that one of the tests holds, and nothing more."""
    some = term.operands if isinstance(term, ir.AndOr) and term.op == "or" else (term,)
    return all(operand in tests for operand in some)


def _with_sets(expression: ir.Expr, sets: dict[ir.BitTest, ir.Expr]) -> ir.Expr:
    if isinstance(expression, ir.BitTest) and expression in sets:
        return replace(expression, bits=sets[expression])
    return with_children(expression, lambda operand: _with_sets(operand, sets))


def _ends(mask: int, offset: int) -> tuple[int, int]:
    """The least and the greatest element that a mask has a bit for."""
    return (mask & -mask).bit_length() - 1 - offset, mask.bit_length() - 1 - offset


def _moved(local: ir.Local, offset: int) -> ir.Expr:
    if not offset:
        return local
    assert isinstance(local.type, IntType)
    type_ = IntType(local.type.lo + offset, local.type.hi + offset)
    return ir.Add(local, ir.Const(offset, IntType(offset, offset)), type_)


def _is_empty(bits: ir.Expr) -> ir.Expr:
    return ir.Compare("==", bits, ir.Const(0, bits.type))
