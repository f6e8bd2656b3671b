"""Quantifiers and aggregates: everything that lets names run over sets.

They fail if any of their elements fails, so the order of evaluation never matters: a body that can fail is evaluated
for every element even where the answer is already known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal, cast

from modelcheck.frozen import Frozen
from modelcheck.ir import lowered as k
from modelcheck.ir.expression import Env, EvaluationError, Expr
from modelcheck.ir.types import BOOL, INT, UNKNOWN, MapT, SeqT, SetT, Type, UnknownT

if TYPE_CHECKING:
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.values import Value
    from modelcheck.syntax import Node


class Generator(Frozen, eq=False):
    """`name in domain`."""

    name: str
    domain: Expr

    @property
    def element(self) -> Type:
        """The type of the name."""
        return self.domain.type.element if isinstance(self.domain.type, SetT) else UNKNOWN


def bindings(env: Env, generators: Sequence[Generator]) -> Iterator[None]:
    """Bind the names to every combination, one at a time. A later domain may use an earlier name."""
    name, names = generators[-1].name, env.locals
    for values in last_values(env, generators):
        for value in values:
            names[name] = value
            yield


def last_values(env: Env, generators: Sequence[Generator], before: tuple[Expr, Value] | None = None) -> Iterator[Value]:
    """Bind all names but the last to every combination, and give the values of the last for each.

    `before` is the last domain with its value: `x, y in s` evaluates `s` once, for `s` may itself bind an `x` inside.
    """
    first, *rest = generators
    values = before[1] if before is not None and before[0] is first.domain else first.domain.evaluate(env)
    if not rest:
        yield values
        return
    for value in values:
        env.locals[first.name] = value
        yield from last_values(env, rest, (first.domain, values))


def is_total(expression: Expr) -> bool:
    """Whether an expression cannot fail, as far as its shape tells."""
    return not any(part.can_fail() for part in expression.walk())


class Quantified(Expr):
    """`forall x, y in s, z in t: e` and `exists`."""

    impartial = True

    op: Literal["forall", "exists"]
    generators: tuple[Generator, ...]
    body: Expr
    total: bool

    def evaluate(self, env: Env) -> Value:
        decisive, found = self.op == "exists", False
        # Here a search spends its time: no generator for the innermost loop.
        name, names, evaluate = self.generators[-1].name, env.locals, self.body.evaluate
        for values in last_values(env, self.generators):
            for value in values:
                names[name] = value
                if evaluate(env) == decisive:
                    # A body that can fail must be evaluated everywhere: no short cut.
                    if self.total:
                        return decisive
                    found = True
        return found == decisive

    def lower(self, low: k.Lowering) -> k.Lowered:
        op: Literal["and", "or"] = "and" if self.op == "forall" else "or"
        return k.LowBool(k.combine(low, op, self.generators, lambda: low.condition(self.body)))

    def children(self) -> tuple[Expr, ...]:  # type: ignore[override]  # a tuple iterates
        return (*(g.domain for g in self.generators), self.body)


class Aggregate(Expr):
    """`count(x in s: e)`, `sum`, `min`, `max` (errors on nothing), `the` (the one element that satisfies e)."""

    impartial = True

    op: Literal["count", "sum", "min", "max", "the"]
    generators: tuple[Generator, ...]
    body: Expr

    def evaluate(self, env: Env) -> Value:
        if self.op == "the":
            return self._the(env)
        values = [self.body.evaluate(env) for _ in bindings(env, self.generators)]
        if self.op in {"count", "sum"}:
            return sum(values)
        if not values:
            raise EvaluationError(self.span, f"{self.op}() over an empty set")
        return min(values) if self.op == "min" else max(values)

    def lower(self, low: k.Lowering) -> k.Lowered:
        b = k.build
        match self.op:
            case "count":
                one, none = b.number(1), b.number(0)
                inner = lambda: b.ite(low.condition(self.body), one, none)  # noqa: E731 - a body, not a function
                return k.LowInt(k.combine(low, "add", self.generators, inner))
            case "sum":
                return k.LowInt(k.combine(low, "add", self.generators, lambda: low.number(self.body)))
            case "the":
                return self._lower_the(low)
        value = k.combine(low, self.op, self.generators, lambda: low.number(self.body))
        low.require(k.any_member(low, self.generators), self.span, f"{self.op}() over an empty set")
        return k.LowInt(value)

    def can_fail(self) -> bool:
        return self.op in {"min", "max", "the"}

    def _the(self, env: Env) -> Value:
        name = self.generators[0].name
        found = {env.locals[name] for _ in bindings(env, self.generators) if self.body.evaluate(env)}
        if len(found) != 1:
            raise EvaluationError(self.span, f"the() needs exactly one element, but {len(found)} satisfy the condition")
        return found.pop()

    def _lower_the(self, low: k.Lowering) -> k.Lowered:
        name, b = self.generators[0].name, k.build
        domain = low.set(self.generators[0].domain)
        found = k.filtered(low, domain, name, self.body)
        found = k.LowSet(found.universe, tuple(low.share(word, "found") for word in low.words(found)))
        problem = "the() needs exactly one element"
        low.require(b.equal(k.sets.size_of(found), b.number(1)), self.span, problem)
        if found.universe.size == 0:
            return k.arbitrary(self.type, low.model)
        return k.element_at(low, found.universe, low.share(k.sets.greatest(low, found), name))

    def children(self) -> tuple[Expr, ...]:  # type: ignore[override]  # a tuple iterates
        return (*(g.domain for g in self.generators), self.body)


def check_generators(
    groups: Sequence[tuple[Sequence[Node], Node]], scope: Scope
) -> tuple[tuple[Generator, ...], Scope]:
    """Check `x, y in s, z in t` given as (names, domain) groups; returns the scope in which the names are bound."""
    from modelcheck.ir.ghosts import reads_ghost  # noqa: PLC0415 - they need one another

    generators: list[Generator] = []
    for names, domain_node in groups:
        domain = scope.check(domain_node)
        if not isinstance(domain.type, SetT | UnknownT):
            hint = "a sequence has positions: `i in 0..size(q) - 1`" if isinstance(domain.type, SeqT) else ""
            if isinstance(domain.type, MapT):
                hint = (
                    f"a map has keys: `k in {domain.type.key}`"
                    if str(domain.type.key) in scope.agents
                    else "run over its keys"
                )
            scope.error("MC301", domain.span, f"names run over a set, but this is {domain.type}", hint)
        for name in names:
            generator = Generator(name.text, domain)
            scope = scope.bind(name.text, generator.element, scope.span(name), ghost=reads_ghost(domain))
            generators.append(generator)
    return tuple(generators), scope


def check_quantified(node: Node, scope: Scope) -> Expr:
    """`forall` and `exists`."""
    groups = [(gen.present()[:-1], gen.present()[-1]) for gen in node.child(0).present()]
    generators, inner = check_generators(groups, scope)
    body = inner.condition(node.child(1), f"the body of '{node.rule}'")
    op = cast("Literal['forall', 'exists']", node.rule)
    # An inner domain that can fail must be evaluated for every outer element too.
    total = is_total(body) and all(is_total(generator.domain) for generator in generators)
    return Quantified(scope.span(node), BOOL, op, generators, body, total)


def check_aggregate(node: Node, scope: Scope) -> Expr:
    """`count`, `sum`, `min`, `max`, `the`."""
    op = cast("Literal['count', 'sum', 'min', 'max', 'the']", node.child(0).child(0).text)
    groups = [((gen.child(0),), gen.child(1)) for gen in node.child(1).present()]
    generators, inner = check_generators(groups, scope)
    if op in {"count", "the"}:
        body = inner.condition(node.child(2), f"the condition of {op}()")
    else:
        body = inner.check_as(node.child(2), INT, f"what {op}() takes")
    if op == "the":
        if len(generators) > 1:
            scope.error("MC302", node, "the() takes one name", "nest them, or use a record")
        return Aggregate(scope.span(node), generators[0].element, op, generators, body)
    return Aggregate(scope.span(node), INT, op, generators, body)
