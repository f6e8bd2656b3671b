"""Random arithmetic with a bound on its values, and ways to make it fit a range."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.differential.generators import text as tx
from tests.differential.generators.text import Text, infix, opened, prefix
from tests.differential.generators.types import BOOL, Int, Seq, size

if TYPE_CHECKING:
    from tests.differential.generators.expressions import Expressions
    from tests.differential.generators.scope import Scope

CEILING = 1 << 61
"""Compiled code has no larger numbers than twice this one."""

LONGEST = 10**18 - 1
"""The greatest number that can be written down."""


@dataclass(frozen=True)
class Number:
    """An expression whose values, where it has one, lie in lo..hi."""

    text: Text
    lo: int
    hi: int


@dataclass(frozen=True)
class Numbers:
    """Makes numbers."""

    expressions: Expressions

    def fitted(self, type_: Int, scope: Scope, depth: int) -> Text:
        """A number in a range, unless a risk is taken."""
        found, dice = self.any(scope, depth), self.expressions.dice
        if (type_.lo <= found.lo and found.hi <= type_.hi) or self.expressions.take_risk():
            return found.text
        lo, hi = tx.number(type_.lo), tx.number(type_.hi)
        shape = dice.draw(3)
        if shape == 1 and type_.hi - type_.lo >= LONGEST:
            shape = 0
        if shape == 0:
            return Text(f"max({lo}, min({hi}, {found.text.at(tx.SETS)}))")
        if shape == 1:
            rest = infix(found.text, "%", tx.number(type_.hi - type_.lo + 1))
            return rest if type_.lo == 0 else infix(rest, "+", lo)
        inside = infix(infix(lo, "<=", found.text), "and", infix(found.text, "<=", hi))
        return opened(f"if {inside} then {found.text} else {dice.pick([lo, hi])}")

    def any(self, scope: Scope, depth: int) -> Number:
        """A number of any size that compiled code can have."""
        found = self._any(scope, depth)
        return found if max(-found.lo, found.hi) < CEILING else self._leaf(scope)

    def _any(self, scope: Scope, depth: int) -> Number:
        if depth <= 0:
            return self._leaf(scope)
        dice = self.expressions.dice
        shapes: list[tuple[int, Callable[[Scope, int], Number]]] = [
            (3, lambda s, _: self._leaf(s)),
            (5, self._sum),
            (2, self._product),
            (4, self._quotient),
            (2, self._negated),
            (2, self._extremum),
            (3, self._size),
            (2, self._count),
            (3, self._aggregate),
            (2, self._index),
        ]
        return dice.weighted(shapes)(scope, depth)

    def _leaf(self, scope: Scope) -> Number:
        dice = self.expressions.dice
        names = [(n.name, n.type) for n in scope.names() if isinstance(n.type, Int)]
        if names and dice.chance(75):
            name, type_ = dice.pick(names)
            return Number(Text(name), type_.lo, type_.top)
        value = dice.between(-2, 4)
        return Number(tx.number(value), value, value)

    def _sum(self, scope: Scope, depth: int) -> Number:
        left, right = self.any(scope, depth - 1), self.any(scope, depth - 1)
        if self.expressions.dice.chance(50):
            return Number(infix(left.text, "-", right.text), left.lo - right.hi, left.hi - right.lo)
        return Number(infix(left.text, "+", right.text), left.lo + right.lo, left.hi + right.hi)

    def _product(self, scope: Scope, depth: int) -> Number:
        left, right = self.any(scope, depth - 1), self.any(scope, depth - 1)
        corners = [a * b for a in (left.lo, left.hi) for b in (right.lo, right.hi)]
        return Number(infix(left.text, "*", right.text), min(corners), max(corners))

    def _quotient(self, scope: Scope, depth: int) -> Number:
        dice = self.expressions.dice
        left, op = self.any(scope, depth - 1), dice.pick(["/", "%"])
        if dice.chance(60):
            value = dice.pick([2, 3, -2, -3, -1, 1])
            right = Number(tx.number(value), value, value)
        else:
            right = self.any(scope, depth - 1)
        if op == "/":
            most = max(abs(left.lo), abs(left.hi))
            lo, hi = -most, most
        else:
            lo, hi = min(0, right.lo + 1), max(0, right.hi - 1)
        whole = infix(left.text, op, right.text)
        if right.lo > 0 or right.hi < 0 or self.expressions.take_risk():
            return Number(whole, lo, hi)
        guarded = opened(f"if {infix(right.text, '!=', tx.number(0))} then {whole} else 0")
        return Number(guarded, min(lo, 0), max(hi, 0))

    def _negated(self, scope: Scope, depth: int) -> Number:
        operand = self.any(scope, depth - 1)
        return Number(prefix("-", operand.text), -operand.hi, -operand.lo)

    def _extremum(self, scope: Scope, depth: int) -> Number:
        dice = self.expressions.dice
        operands = [self.any(scope, depth - 1) for _ in range(dice.between(2, 3))]
        op = dice.pick([min, max])
        shown = ", ".join(operand.text.at(tx.SETS) for operand in operands)
        return Number(Text(f"{op.__name__}({shown})"), op(o.lo for o in operands), op(o.hi for o in operands))

    def _size(self, scope: Scope, depth: int) -> Number:
        dice = self.expressions.dice
        sequences = [n for n in scope.names() if isinstance(n.type, Seq)]
        if sequences and dice.chance(50):
            name = dice.pick(sequences)
            assert isinstance(name.type, Seq)
            return Number(Text(f"size({name.name})"), 0, name.type.longest)
        found, element, _ = self.expressions.domain(scope, depth - 1)
        return Number(Text(f"size({found})"), 0, size(element))

    def _count(self, scope: Scope, depth: int) -> Number:
        found, inner, most = self._generators(scope, depth)
        return Number(Text(f"count({found}: {self.expressions.of(BOOL, inner, depth - 1)})"), 0, most)

    def _generators(self, scope: Scope, depth: int) -> tuple[str, Scope, int]:
        dice, parts, most, inner = self.expressions.dice, [], 1, scope
        for _ in range(2 if dice.chance(20) else 1):
            found, element, _ = self.expressions.domain(inner, depth - 1)
            inner, name = inner.bind(element, ghost=scope.ghosts)
            parts.append(f"{name} in {found}")
            most *= size(element)
        return ", ".join(parts), inner, most

    def _aggregate(self, scope: Scope, depth: int) -> Number:
        dice = self.expressions.dice
        if dice.chance(40):
            found, inner, most = self._generators(scope, depth)
            body = self.any(inner, depth - 1)
            lo, hi = min(0, most * body.lo), max(0, most * body.hi)
            return Number(Text(f"sum({found}: {body.text})"), lo, hi)
        domain, element, is_full = self.expressions.domain(scope, depth - 1)
        inner, name = scope.bind(element, ghost=scope.ghosts)
        body = self.any(inner, depth - 1)
        op = dice.pick(["min", "max"])
        whole = Text(f"{op}({name} in {domain}: {body.text})")
        if is_full or self.expressions.take_risk():
            return Number(whole, body.lo, body.hi)
        tests = [infix(domain, "==", Text("{}")), infix(Text(f"size({domain})"), "==", tx.number(0))]
        condition = dice.pick(tests)
        return Number(opened(f"if {condition} then 0 else {whole}"), min(0, body.lo), max(0, body.hi))

    def _index(self, scope: Scope, depth: int) -> Number:
        if scope.draft.alike:
            return self._leaf(scope)
        ids = [*(k.ids for k in scope.draft.kinds), *scope.draft.sorts]
        sort = self.expressions.dice.pick(ids)
        return Number(Text(f"index({self.expressions.of(sort, scope, depth - 1)})"), 0, sort.most - 1)
