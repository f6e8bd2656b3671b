"""Which elements of a reduction can matter: those in a bit set that its body asks for.

`exists m in messages Promise: …` is lowered to a disjunction over all packets there could be, each asked whether it is
in the set. Where the body is neutral (true for `and`, false, empty or 0 for the rest) for every element outside some
sets, the elements of those sets are enough: usually a handful, where the range has hundreds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from modelcheck.frozen import Frozen
from modelcheck.kernel import program as ir
from modelcheck.kernel.types import BitsType
from modelcheck.kernel.walk import children, free_locals, locals_of

_NEUTRAL = {"and": 1, "or": 0, "add": 0}

Known = Mapping[int, int | None]
"""The locals bound on the way, with their values where these are known."""


class Guard(Frozen):
    """The test `local + offset in bits`."""

    test: ir.BitTest
    offset: int

    @property
    def bits(self) -> ir.Expr:
        """The set."""
        return self.test.bits

    def mask(self, lo: int, hi: int) -> int:
        """The bits that stand for elements from `lo` to `hi`."""
        width = self.test.bits.type.width if isinstance(self.test.bits.type, BitsType) else 0
        first, last = max(lo + self.offset, 0), min(hi + self.offset, width - 1)
        return ((1 << (last + 1)) - 1) & ~((1 << first) - 1) if first <= last else 0


def neutral_of(node: ir.Reduce) -> int:
    """The value that changes nothing, which `min` and `max` do not have."""
    return _NEUTRAL[node.op]


def guards_of(node: ir.Reduce) -> tuple[Guard, ...] | None:
    """Tests of which one holds for every element that is not neutral, as few as possible; None if there are none.

    For a sum no element is in two of them, so that none is counted twice.
    """
    neutral = _NEUTRAL.get(node.op)
    if neutral is None:
        return None
    guards = list(dict.fromkeys(_tests(node)))
    if not guards or not _suffice(node, guards, neutral):
        return None
    for guard in tuple(guards):
        fewer = [other for other in guards if other != guard]
        if _suffice(node, fewer, neutral):
            guards = fewer
    if node.op == "add" and _overlap(node, guards):
        return None
    return tuple(guard for guard in guards if guard.mask(node.lo, node.hi))


def _suffice(node: ir.Reduce, guards: list[Guard], neutral: int) -> bool:
    return _value(node.body, {}, frozenset(guard.test for guard in guards)) == neutral


def _overlap(node: ir.Reduce, guards: list[Guard]) -> bool:
    elements = [
        {bit - guard.offset for bit in range(64) if guard.mask(node.lo, node.hi) >> bit & 1} for guard in guards
    ]
    return sum(map(len, elements)) != len(set().union(*elements))


def _tests(node: ir.Reduce) -> Iterator[Guard]:
    """The tests whose set is the same for all elements and whose index is the element itself, or moved by a number."""
    inside = {node.local.index} | {local.index for local in locals_of(node.body)}
    pending: list[ir.Expr] = [node.body]
    while pending:
        expression = pending.pop()
        if isinstance(expression, ir.BitTest):
            offset = offset_of(expression.index, node.local)
            if offset is not None and not inside & {local.index for local in free_locals(expression.bits)}:
                yield Guard(expression, offset)
        pending.extend(reversed(children(expression)))


def offset_of(index: ir.Expr, local: ir.Local) -> int | None:
    """How far an index is from a local, if it is the local itself or the local moved by a number."""
    match index:
        case ir.Local(number) if number == local.index:
            return 0
        case ir.Add(ir.Local(number), ir.Const(value)) | ir.Add(ir.Const(value), ir.Local(number)):
            return value if number == local.index else None
        case _:
            return None


def _value(expression: ir.Expr, known: Known, absent: frozenset[ir.BitTest]) -> int | None:
    """The value of an expression where none of the tests holds, as far as that decides it."""
    match expression:
        case ir.Const(value):
            return value
        case ir.Local(index):
            return known.get(index)
        case ir.BitTest():
            return 0 if expression in absent else None
        case ir.Not(operand):
            value_or_none = _value(operand, known, absent)
            return None if value_or_none is None else 1 - value_or_none
        case ir.AndOr(op, operands):
            return _connected(op, [_value(operand, known, absent) for operand in operands])
        case ir.Ite(condition, then, orelse):
            return _chosen(_value(condition, known, absent), then, orelse, known, absent)
        case ir.Let(local, value_, body):
            return _value(body, {**known, local.index: _value(value_, known, absent)}, absent)
        case _:
            return None


def _connected(op: str, values: list[int | None]) -> int | None:
    absorbing = 0 if op == "and" else 1
    if absorbing in values:
        return absorbing
    return None if None in values else 1 - absorbing


def _chosen(
    condition: int | None, then: ir.Expr, orelse: ir.Expr, known: Known, absent: frozenset[ir.BitTest]
) -> int | None:
    if condition is not None:
        return _value(then if condition else orelse, known, absent)
    first, second = _value(then, known, absent), _value(orelse, known, absent)
    return first if first == second else None
