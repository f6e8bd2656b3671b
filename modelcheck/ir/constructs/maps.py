"""Maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir import lowered as k
from modelcheck.ir.constructs.quantifiers import Generator, check_generators
from modelcheck.ir.expression import Env, EvaluationError, Expr
from modelcheck.ir.order import can_be_chosen, in_order
from modelcheck.ir.types import UNKNOWN, MapT
from modelcheck.ir.values import MapValue

if TYPE_CHECKING:
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.values import Value
    from modelcheck.syntax import Node


class MapComprehension(Expr):
    """`map k in s: e`: a map whose keys are s; it fits only map types with exactly these keys."""

    impartial = True

    generator: Generator
    body: Expr

    def evaluate(self, env: Env) -> Value:
        keys = in_order(self.generator.domain.evaluate(env), self.generator.element, env.model)
        values = []
        for key in keys:
            env.locals[self.generator.name] = key
            values.append(self.body.evaluate(env))
        return MapValue({key: position for position, key in enumerate(keys)}, tuple(values))

    def lower(self, low: k.Lowering) -> k.Lowered:
        domain = low.set(self.generator.domain)
        present, entries = [], []
        for ordinal in range(domain.universe.size):
            number = k.build.number(ordinal)
            member = low.share(k.sets.has_ordinal(domain, number), "key")
            present.append(member)
            with low.bound(self.generator.name, k.element_at(low, domain.universe, number)), low.under(member):
                entries.append(low.value(self.body))
        total = all(member == k.build.TRUE for member in present)
        return k.LowMap(domain.universe, tuple(entries), None if total else tuple(present))

    def children(self) -> tuple[Expr, ...]:  # type: ignore[override]  # a tuple iterates
        return (self.generator.domain, self.body)


class MapElement(Expr):
    """`m[k]`; an error where k is not a key."""

    impartial = True

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

    def lower(self, low: k.Lowering) -> k.Lowered:
        map_, key = low.map(self.map), low.value(self.key)
        if not map_.entries:
            low.require(k.build.FALSE, self.span, "the map has no such key")
            return k.arbitrary(self.type, low.model)
        known, position = k.position_of(low, map_, key)
        low.require(known, self.span, "the map has no such key")
        return k.select(low, map_.entries, position)


class MapUpdate(Expr):
    """`m with { [k]: v, … }`, from left to right."""

    impartial = True

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

    def lower(self, low: k.Lowering) -> k.Lowered:
        map_ = low.map(self.map)
        for key_expr, value_expr in self.updates:
            key, value = low.value(key_expr), low.share_all(low.value(value_expr), "value")
            known, position = k.position_of(low, map_, key)
            low.require(known, key_expr.span, "the map has no such key")
            position = low.share(position, "key")
            entries = (
                k.ite(low, k.build.equal(position, k.build.number(at)), value, entry)
                for at, entry in enumerate(map_.entries)
            )
            map_ = k.LowMap(map_.keys, tuple(entries), map_.present)
        return map_


def check_comprehension(node: Node, scope: Scope) -> Expr:
    """`map k in s: e`."""
    generators, inner = check_generators([((node.child(0),), node.child(1))], scope)
    body = inner.check(node.child(2))
    key = generators[0].element
    if not can_be_chosen(key) and key != UNKNOWN:
        scope.error(
            "MC311",
            generators[0].domain.span,
            f"a {key} cannot be a key here: its values have no order",
            "put it in a record",
        )
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
