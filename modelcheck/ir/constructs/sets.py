"""Sets."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Literal, cast

from modelcheck.ir import lowered as k
from modelcheck.ir.constructs.atoms import Invalid
from modelcheck.ir.constructs.quantifiers import Generator, bindings, check_generators
from modelcheck.ir.domains import Domain
from modelcheck.ir.expression import Env, EvaluationError, Expr
from modelcheck.ir.types import BOOL, INT, UNKNOWN, MapT, SeqT, SetT, Type, UnknownT, join
from modelcheck.ir.written import written

if TYPE_CHECKING:
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.values import Value
    from modelcheck.syntax import Node

MAX_SUBSETS_OF = 16
"""`subsets(s)` is refused for more elements: 2**16 sets are where enumeration stops being reasonable."""


class Contains(Expr):
    """`x in s`."""

    impartial = True

    element: Expr
    set: Expr

    def evaluate(self, env: Env) -> Value:
        return self.element.evaluate(env) in self.set.evaluate(env)

    def lower(self, low: k.Lowering) -> k.Lowered:
        element = low.value(self.element)
        if isinstance(self.set, Interval) and isinstance(element, k.LowInt):
            # A test of the bounds, so that a range that is not stored may be as wide as it likes.
            number = low.share(element.expr, "number")
            lo, hi = low.number(self.set.lo), low.number(self.set.hi)
            return k.LowBool(k.build.both(k.build.at_most(lo, number), k.build.at_most(number, hi)))
        within = low.set(self.set)
        if within.words is None and not isinstance(element, k.LowPacket):
            return k.LowBool(k.fit(low, element, within.universe)[0])
        return k.LowBool(k.sets.contains(low, within, element))


class Subset(Expr):
    """`s subset t`: every element of s is in t (equal sets included)."""

    impartial = True

    left: Expr
    right: Expr

    def evaluate(self, env: Env) -> Value:
        return self.left.evaluate(env) <= self.right.evaluate(env)

    def lower(self, low: k.Lowering) -> k.Lowered:
        return k.LowBool(k.sets.subset(low, low.set(self.left), low.set(self.right)))


class SetOperation(Expr):
    """`union`, `intersect`, `minus`."""

    impartial = True

    op: Literal["union", "intersect", "minus"]
    left: Expr
    right: Expr

    def evaluate(self, env: Env) -> Value:
        left, right = self.left.evaluate(env), self.right.evaluate(env)
        if self.op == "union":
            return left | right
        return left & right if self.op == "intersect" else left - right

    def lower(self, low: k.Lowering) -> k.Lowered:
        return k.sets.combined(low, self.op, low.set(self.left), low.set(self.right))


class Interval(Expr):
    """`lo..hi` as a set; empty where lo > hi."""

    impartial = True

    lo: Expr
    hi: Expr

    def evaluate(self, env: Env) -> Value:
        return frozenset(range(self.lo.evaluate(env), self.hi.evaluate(env) + 1))

    def lower(self, low: k.Lowering) -> k.Lowered:
        return k.sets.interval(low, low.number(self.lo), low.number(self.hi))


class SetLiteral(Expr):
    """`{a, b, c}`."""

    impartial = True

    elements: tuple[Expr, ...]

    def evaluate(self, env: Env) -> Value:
        return frozenset(element.evaluate(env) for element in self.elements)

    def lower(self, low: k.Lowering) -> k.Lowered:
        elements = [low.value(element) for element in self.elements]
        universe: Domain = k.NOTHING
        for element in elements:
            universe = k.hull(universe, k.domain_of(element))
        return k.sets.literal(low, elements, universe)


class Filter(Expr):
    """`{x in s: e}`."""

    impartial = True

    generator: Generator
    condition: Expr

    def evaluate(self, env: Env) -> Value:
        name = self.generator.name
        return frozenset(env.locals[name] for _ in bindings(env, (self.generator,)) if self.condition.evaluate(env))

    def lower(self, low: k.Lowering) -> k.Lowered:
        return k.filtered(low, low.set(self.generator.domain), self.generator.name, self.condition)

    def children(self) -> tuple[Expr, ...]:  # type: ignore[override]  # a tuple iterates
        return (self.generator.domain, self.condition)


class Image(Expr):
    """`{f(x) for x in s: e}`: `f` is evaluated only where `e` holds."""

    impartial = True

    element: Expr
    generators: tuple[Generator, ...]
    condition: Expr | None

    def evaluate(self, env: Env) -> Value:
        return frozenset(
            self.element.evaluate(env)
            for _ in bindings(env, self.generators)
            if self.condition is None or self.condition.evaluate(env)
        )

    def lower(self, low: k.Lowering) -> k.Lowered:
        return k.image(low, self.generators, self.condition, self.element)

    def children(self) -> tuple[Expr, ...]:  # type: ignore[override]  # a tuple iterates
        condition = () if self.condition is None else (self.condition,)
        return (*(g.domain for g in self.generators), *condition, self.element)


class Size(Expr):
    """`size(s)` of a set or a sequence."""

    impartial = True

    operand: Expr

    def evaluate(self, env: Env) -> Value:
        return len(self.operand.evaluate(env))

    def lower(self, low: k.Lowering) -> k.Lowered:
        operand = low.value(self.operand)
        if isinstance(operand, k.LowSeq):
            return k.LowInt(operand.length)
        assert isinstance(operand, k.LowSet)
        return k.LowInt(k.sets.size_of(operand))


class Subsets(Expr):
    """`subsets(s)`: the set of all subsets."""

    impartial = True

    operand: Expr

    def can_fail(self) -> bool:
        return True

    def evaluate(self, env: Env) -> Value:
        elements = self.operand.evaluate(env)
        if len(elements) > MAX_SUBSETS_OF:
            raise EvaluationError(
                self.span, f"subsets() of {len(elements):,} elements: at most {MAX_SUBSETS_OF} are possible"
            )
        return frozenset(frozenset(c) for n in range(len(elements) + 1) for c in combinations(elements, n))

    def lower(self, low: k.Lowering) -> k.Lowered:
        return k.sets.subsets(low, low.set(self.operand))


def check_in(node: Node, scope: Scope) -> Expr:
    """`x in s`."""
    element, within = scope.check(node.child(0)), scope.check(node.child(1))
    if not isinstance(within.type, SetT | UnknownT):
        hint = (
            "write `in elements(q)` for a sequence, `in` the keys for a map"
            if isinstance(within.type, MapT | SeqT)
            else ""
        )
        scope.error("MC301", within.span, f"'in' needs a set on its right, but this is {within.type}", hint)
    elif isinstance(within.type, SetT) and join(element.type, within.type.element) is None:
        scope.error("MC303", node, f"'in' looks for {element.type} in a {within.type}")
    return Contains(scope.span(node), BOOL, element, within)


def _two_sets(node: Node, word: str, scope: Scope) -> tuple[Expr, Expr, Type]:
    left, right = scope.check(node.present()[0]), scope.check(node.present()[-1])
    for side in (left, right):
        scope.expect(side, SetT(UNKNOWN), f"each side of '{word}'")
    type_ = join(left.type, right.type)
    if type_ is None:
        if isinstance(left.type, SetT) and isinstance(right.type, SetT):
            scope.error("MC303", node, f"'{word}' combines a {left.type} with a {right.type}")
        type_ = UNKNOWN
    return left, right, type_


def check_subset(node: Node, scope: Scope) -> Expr:
    """`s subset t`."""
    left, right, _ = _two_sets(node, "subset", scope)
    return Subset(scope.span(node), BOOL, left, right)


def check_operation(node: Node, scope: Scope) -> Expr:
    """`union`, `intersect`, `minus`."""
    op = cast("Literal['union', 'intersect', 'minus']", node.child(1).child(0).text)
    left, right, type_ = _two_sets(node, op, scope)
    return SetOperation(scope.span(node), type_, op, left, right)


def check_interval(node: Node, scope: Scope) -> Expr:
    """`lo..hi`."""
    combined = next((child for child in node.present() if child.rule == "set_op"), None)
    if combined is not None:
        word, (first, last) = combined.child(1).child(0).text, node.present()
        first = first.child(2) if first.rule == "set_op" else first
        while last.rule == "set_op":
            last = last.child(0)
        meant = f"({written(scope.span(first))}..{written(scope.span(last))})"
        help_ = f"write `… {word} {meant}`" if combined is node.child(0) else f"write `{meant} {word} …`"
        scope.error("MC301", combined, f"'{word}' binds tighter than '..'", help_)
        return Invalid(scope.span(node), SetT(INT))
    lo, hi = (scope.check_as(child, INT, "the bound of a range") for child in node.present())
    return Interval(scope.span(node), SetT(INT), lo, hi)


def check_literal(node: Node, scope: Scope) -> Expr:
    """`{…}`."""
    elements = tuple(scope.check(child) for child in node.present())
    type_: Type = UNKNOWN
    for element in elements:
        joined = join(type_, element.type)
        if joined is None:
            scope.error("MC301", element.span, f"the elements before are {type_}, but this is {element.type}")
        else:
            type_ = joined
    return SetLiteral(scope.span(node), SetT(type_), elements)


def check_filter(node: Node, scope: Scope) -> Expr:
    """`{x in s: e}`."""
    generators, inner = check_generators([((node.child(0),), node.child(1))], scope)
    condition = inner.condition(node.child(2), "the condition of a set")
    element = generators[0].element
    return Filter(scope.span(node), SetT(element), generators[0], condition)


def check_image(node: Node, scope: Scope) -> Expr:
    """`{f(x) for x in s: e}`."""
    groups = [(tuple(gen.present()[:-1]), gen.present()[-1]) for gen in node.child(1).present()]
    generators, inner = check_generators(groups, scope)
    where = node.children[2]
    condition = None if where is None else inner.condition(where.child(0), "the condition of a set")
    element = inner.check(node.child(0))
    return Image(scope.span(node), SetT(element.type), element, generators, condition)


def check_size(node: Node, operand: Expr, scope: Scope) -> Expr:
    """`size(s)`."""
    if not isinstance(operand.type, SetT | SeqT | UnknownT):
        scope.error("MC301", operand.span, f"size() needs a set or a sequence, but this is {operand.type}")
    return Size(scope.span(node), INT, operand)


def check_subsets(node: Node, operand: Expr, scope: Scope) -> Expr:
    """`subsets(s)`."""
    scope.expect(operand, SetT(UNKNOWN), "the argument of subsets()")
    return Subsets(scope.span(node), SetT(operand.type), operand)
