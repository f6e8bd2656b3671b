"""Sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir import lowered as k
from modelcheck.ir.expression import Env, EvaluationError, Expr
from modelcheck.ir.types import INT, UNKNOWN, SeqT, Type, join

if TYPE_CHECKING:
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.values import Value
    from modelcheck.syntax import Node


class SeqLiteral(Expr):
    """`[a, b, c]`."""

    impartial = True

    elements: tuple[Expr, ...]

    def evaluate(self, env: Env) -> Value:
        return tuple(element.evaluate(env) for element in self.elements)

    def lower(self, low: k.Lowering) -> k.Lowered:
        elements = tuple(low.value(element) for element in self.elements)
        return k.LowSeq(k.build.number(len(elements)), elements)


class Concat(Expr):
    """`q + r`."""

    impartial = True

    left: Expr
    right: Expr

    def evaluate(self, env: Env) -> Value:
        return self.left.evaluate(env) + self.right.evaluate(env)

    def lower(self, low: k.Lowering) -> k.Lowered:
        left, right = low.sequence(self.left), low.share_all(low.sequence(self.right), "right")
        assert isinstance(right, k.LowSeq)
        length = low.share(left.length, "length")
        slots = []
        for position in range(len(left.slots) + len(right.slots)):
            here, there = left.slots[position : position + 1], None
            if right.slots:
                there = k.select(low, right.slots, k.build.subtract(k.build.number(position), length))
            if not here or there is None:
                slots.append(here[0] if there is None else there)
            else:
                slots.append(k.ite(low, k.build.less(k.build.number(position), length), here[0], there))
        return k.LowSeq(k.build.add(length, right.length), tuple(slots))


class SeqElement(Expr):
    """`q[i]`, counted from 0; an error outside the sequence."""

    impartial = True

    sequence: Expr
    index: Expr

    def can_fail(self) -> bool:
        return True

    def evaluate(self, env: Env) -> Value:
        sequence, index = self.sequence.evaluate(env), self.index.evaluate(env)
        if not 0 <= index < len(sequence):
            raise EvaluationError(self.span, f"position {index} is outside a sequence of {len(sequence)} elements")
        return sequence[index]

    def lower(self, low: k.Lowering) -> k.Lowered:
        sequence, index = low.sequence(self.sequence), low.share(low.number(self.index), "position")
        inside = k.build.both(k.build.at_most(k.build.number(0), index), k.build.less(index, sequence.length))
        low.require(inside, self.span, "the position is outside the sequence")
        return k.select(low, sequence.slots, index) if sequence.slots else k.arbitrary(self.type, low.model)


class Slice(Expr):
    """`q[a..b]`: the elements a to b; empty where a > b, otherwise an error unless both lie inside the sequence."""

    impartial = True

    sequence: Expr
    first: Expr
    last: Expr

    def can_fail(self) -> bool:
        return True

    def evaluate(self, env: Env) -> Value:
        sequence = self.sequence.evaluate(env)
        first, last = self.first.evaluate(env), self.last.evaluate(env)
        if first > last:
            return ()
        if first < 0 or last >= len(sequence):
            raise EvaluationError(self.span, f"{first}..{last} reaches outside a sequence of {len(sequence)} elements")
        return sequence[first : last + 1]

    def lower(self, low: k.Lowering) -> k.Lowered:
        b, sequence = k.build, low.share_all(low.sequence(self.sequence), "sequence")
        assert isinstance(sequence, k.LowSeq)
        first = low.share(low.number(self.first), "first")
        last = low.share(low.number(self.last), "last")
        some = low.share(b.at_most(first, last), "some")
        inside = b.both(b.at_most(b.number(0), first), b.less(last, sequence.length))
        low.require(b.implies(some, inside), self.span, "the slice reaches outside the sequence")
        length = low.share(b.add(b.subtract(last, first), b.number(1)), "length")
        length = b.ite(some, b.clamped(length, 0, len(sequence.slots)), b.number(0))
        slots = (k.select(low, sequence.slots, b.add(first, b.number(at))) for at in range(len(sequence.slots)))
        return k.LowSeq(length, tuple(slots))


class SeqPart(Expr):
    """`q.first`, `q.last`, `q.rest` (all but the first): errors on an empty sequence."""

    impartial = True

    part: str
    sequence: Expr

    def can_fail(self) -> bool:
        return True

    def evaluate(self, env: Env) -> Value:
        sequence = self.sequence.evaluate(env)
        if not sequence:
            raise EvaluationError(self.span, f".{self.part} of an empty sequence")
        if self.part == "rest":
            return sequence[1:]
        return sequence[0 if self.part == "first" else -1]

    def lower(self, low: k.Lowering) -> k.Lowered:
        b, sequence = k.build, low.sequence(self.sequence)
        length = low.share(sequence.length, "length")
        low.require(b.at_most(b.number(1), length), self.span, f".{self.part} of an empty sequence")
        if not sequence.slots:
            return k.arbitrary(self.type, low.model)
        if self.part == "rest":
            return k.LowSeq(b.subtract(b.clamped(length, 1, len(sequence.slots)), b.number(1)), sequence.slots[1:])
        return (
            sequence.slots[0]
            if self.part == "first"
            else k.select(low, sequence.slots, b.subtract(length, b.number(1)))
        )


def check_literal(node: Node, scope: Scope) -> Expr:
    """`[…]`."""
    elements = tuple(scope.check(child) for child in node.present())
    type_: Type = UNKNOWN
    for element in elements:
        joined = join(type_, element.type)
        if joined is None:
            scope.error("MC301", element.span, f"the elements before are {type_}, but this is {element.type}")
        else:
            type_ = joined
    return SeqLiteral(scope.span(node), SeqT(type_), elements)


def check_concatenation(node: Node, left: Expr, right: Expr, scope: Scope) -> Expr:
    """`q + r` where one side is a sequence."""
    type_ = join(left.type, right.type)
    if type_ is None:
        hint = "write `q + [x]` to append one element" if isinstance(left.type, SeqT) else ""
        scope.error("MC301", node, f"'+' cannot join {left.type} and {right.type}", hint)
        type_ = UNKNOWN
    return Concat(scope.span(node), type_, left, right)


def check_index(node: Node, sequence: Expr, scope: Scope) -> Expr:
    """`q[i]` or `q[a..b]`."""
    assert isinstance(sequence.type, SeqT)
    span, index = scope.span(node), node.child(1)
    if index.rule == "range_":
        first, last = (scope.check_as(child, INT, "the bound of a slice") for child in index.present())
        return Slice(span, sequence.type, sequence, first, last)
    return SeqElement(span, sequence.type.element, sequence, scope.check_as(index, INT, "the position in a sequence"))


def check_member(node: Node, sequence: Expr, name: str, scope: Scope) -> Expr | None:
    """`q.first`, `q.last`, `q.rest`, or None for another name."""
    assert isinstance(sequence.type, SeqT)
    if name not in {"first", "last", "rest"}:
        return None
    type_ = sequence.type if name == "rest" else sequence.type.element
    return SeqPart(scope.span(node), type_, name, sequence)
