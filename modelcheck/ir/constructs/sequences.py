"""Sequences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelcheck.ir.expression import Env, EvaluationError, Expr
from modelcheck.ir.types import INT, UNKNOWN, SeqT, Type, join

if TYPE_CHECKING:
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.values import Value
    from modelcheck.syntax import Node


@dataclass(frozen=True, slots=True, eq=False)
class SeqLiteral(Expr):
    """`[a, b, c]`."""

    elements: tuple[Expr, ...]

    def evaluate(self, env: Env) -> Value:
        return tuple(element.evaluate(env) for element in self.elements)


@dataclass(frozen=True, slots=True, eq=False)
class Concat(Expr):
    """`q + r`."""

    left: Expr
    right: Expr

    def evaluate(self, env: Env) -> Value:
        return self.left.evaluate(env) + self.right.evaluate(env)


@dataclass(frozen=True, slots=True, eq=False)
class SeqElement(Expr):
    """`q[i]`, counted from 0; an error outside the sequence."""

    sequence: Expr
    index: Expr

    def can_fail(self) -> bool:
        return True

    def evaluate(self, env: Env) -> Value:
        sequence, index = self.sequence.evaluate(env), self.index.evaluate(env)
        if not 0 <= index < len(sequence):
            raise EvaluationError(self.span, f"position {index} is outside a sequence of {len(sequence)} elements")
        return sequence[index]


@dataclass(frozen=True, slots=True, eq=False)
class Slice(Expr):
    """`q[a..b]`: the elements a to b; empty where a > b, otherwise an error unless both lie inside the sequence."""

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


@dataclass(frozen=True, slots=True, eq=False)
class SeqPart(Expr):
    """`q.first`, `q.last`, `q.rest` (all but the first): errors on an empty sequence."""

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
