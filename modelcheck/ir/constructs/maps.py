"""Maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelcheck.ir.constructs.quantifiers import Generator, check_generators
from modelcheck.ir.expression import Env, EvaluationError, Expr
from modelcheck.ir.order import in_order
from modelcheck.ir.types import MapT
from modelcheck.ir.values import MapValue

if TYPE_CHECKING:
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.values import Value
    from modelcheck.syntax import Node


@dataclass(frozen=True, slots=True, eq=False)
class MapComprehension(Expr):
    """`map k in s: e`: a map whose keys are s; it fits only map types with exactly these keys."""

    generator: Generator
    body: Expr

    def evaluate(self, env: Env) -> Value:
        keys = in_order(self.generator.domain.evaluate(env), self.generator.element, env.model)
        values = []
        for key in keys:
            env.locals[self.generator.name] = key
            values.append(self.body.evaluate(env))
        return MapValue({key: position for position, key in enumerate(keys)}, tuple(values))

    def children(self) -> tuple[Expr, ...]:  # type: ignore[override]  # a tuple iterates
        return (self.generator.domain, self.body)


@dataclass(frozen=True, slots=True, eq=False)
class MapElement(Expr):
    """`m[k]`; an error where k is not a key."""

    map: Expr
    key: Expr

    def can_fail(self) -> bool:
        return True

    def evaluate(self, env: Env) -> Value:
        map_, key = self.map.evaluate(env), self.key.evaluate(env)
        try:
            return map_.get(key)
        except KeyError:
            raise EvaluationError(self.span, "the map has no such key") from None


@dataclass(frozen=True, slots=True, eq=False)
class MapUpdate(Expr):
    """`m with { [k]: v, … }`, from left to right."""

    map: Expr
    updates: tuple[tuple[Expr, Expr], ...]

    def can_fail(self) -> bool:
        return True

    def evaluate(self, env: Env) -> Value:
        map_ = self.map.evaluate(env)
        for key_expr, value_expr in self.updates:
            key, value = key_expr.evaluate(env), value_expr.evaluate(env)
            try:
                map_ = map_.replaced(key, value)
            except KeyError:
                raise EvaluationError(key_expr.span, "the map has no such key") from None
        return map_


def check_comprehension(node: Node, scope: Scope) -> Expr:
    """`map k in s: e`."""
    generators, inner = check_generators([((node.child(0),), node.child(1))], scope)
    body = inner.check(node.child(2))
    return MapComprehension(scope.span(node), MapT(generators[0].element, body.type), generators[0], body)


def check_index(node: Node, map_: Expr, scope: Scope) -> Expr:
    """`m[k]`."""
    assert isinstance(map_.type, MapT)
    key = scope.check_as(node.child(1), map_.type.key, "the key of the map")
    return MapElement(scope.span(node), map_.type.value, map_, key)


def check_update(node: Node, map_: Expr, scope: Scope) -> Expr:
    """`m with { [k]: v }`."""
    assert isinstance(map_.type, MapT)
    updates = []
    for update in node.present()[1:]:
        if update.rule != "key_update":
            scope.error("MC304", update, "a map has keys, not fields", "write `m with { [k]: v }`")
            continue
        key = scope.check_as(update.child(0), map_.type.key, "the key of the map")
        updates.append((key, scope.check_as(update.child(1), map_.type.value, "the value of the map")))
    return MapUpdate(scope.span(node), map_.type, map_, tuple(updates))
