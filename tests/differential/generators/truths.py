"""Random conditions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.differential.generators import text as tx
from tests.differential.generators.numbers import Numbers
from tests.differential.generators.text import Text, infix, opened, prefix
from tests.differential.generators.types import BOOL, Option, Packet, Seq, Set, Type

if TYPE_CHECKING:
    from tests.differential.generators.expressions import Expressions
    from tests.differential.generators.scope import Scope


@dataclass(frozen=True)
class Truths:
    """Makes conditions."""

    expressions: Expressions

    def of(self, scope: Scope, depth: int) -> Text | None:
        """A condition with an operator at its root."""
        shapes: list[tuple[int, Callable[[Scope, int], Text | None]]] = [
            (4, self._connective),
            (2, self._negation),
            (4, self._order),
            (3, self._equality),
            (2, self._membership),
            (1, self._subset),
            (4, self._state),
            (3, self._quantified),
            (2, self._guarded_part),
        ]
        return self.expressions.dice.weighted(shapes)(scope, depth)

    def _sub(self, scope: Scope, depth: int) -> Text:
        return self.expressions.of(BOOL, scope, depth - 1)

    def _connective(self, scope: Scope, depth: int) -> Text:
        op = self.expressions.dice.pick(["and", "or", "implies", "iff"])
        return infix(self._sub(scope, depth), op, self._sub(scope, depth))

    def _negation(self, scope: Scope, depth: int) -> Text:
        return prefix("not", self._sub(scope, depth))

    def _order(self, scope: Scope, depth: int) -> Text:
        numbers = Numbers(self.expressions)
        left, right = numbers.any(scope, depth - 1), numbers.any(scope, depth - 1)
        op = self.expressions.dice.pick(["<", "<=", ">", ">=", "==", "!="])
        return infix(left.text, op, right.text)

    def _type(self, scope: Scope) -> Type:
        draft = scope.draft
        ids = [k.ids for k in draft.kinds]
        named = [n.type for n in scope.names() if not isinstance(n.type, Packet)]
        return self.expressions.dice.pick([*ids, *draft.enums, *draft.records, *draft.sorts, *named])

    def _equality(self, scope: Scope, depth: int) -> Text:
        type_ = self._type(scope)
        left, right = (self.expressions.of(type_, scope, depth - 1) for _ in range(2))
        return infix(left, self.expressions.dice.pick(["==", "!="]), right)

    def _membership(self, scope: Scope, depth: int) -> Text:
        found, element, _ = self.expressions.domain(scope, depth - 1)
        if isinstance(element, Packet):
            return infix(found, "!=", Text("{}"))
        return infix(self.expressions.of(element, scope, depth - 1), "in", found)

    def _subset(self, scope: Scope, depth: int) -> Text:
        sets: list[Type] = [n.type for n in scope.names() if isinstance(n.type, Set)]
        sets += [Set(kind.ids) for kind in scope.draft.kinds]
        type_ = self.expressions.dice.pick(sets)
        left, right = (self.expressions.of(type_, scope, depth - 1) for _ in range(2))
        return infix(left, "subset", right)

    def _state(self, scope: Scope, depth: int) -> Text | None:
        if not scope.reads_state:
            return None
        dice = self.expressions.dice
        kind = scope.kind if scope.private and scope.kind is not None else dice.pick(scope.draft.kinds)
        tests = dice.some([*kind.states, "crashed", "correct"], 1, 2)
        agent = Text("self") if scope.private else self.expressions.of(kind.ids, scope, depth - 1)
        return Text(f"{agent.at(tx.DEFAULT)} is {' | '.join(tests)}", tx.COMPARE)

    def _quantified(self, scope: Scope, depth: int) -> Text:
        generators, inner = self.expressions.generators(scope, depth, most=2)
        word = self.expressions.dice.pick(["forall", "exists"])
        return opened(f"{word} {generators}: {self._sub(inner, depth)}")

    def _guarded_part(self, scope: Scope, depth: int) -> Text | None:
        """A partial operation behind `and`, `or`, `implies`, whose other side says that it is defined."""
        dice = self.expressions.dice
        found = [n for n in scope.names() if isinstance(n.type, Option | Seq)]
        if not found:
            return None
        name = dice.pick(found)
        if isinstance(name.type, Option):
            there, missing, part = f"{name.name} != none", f"{name.name} == none", f"{name.name}.value"
        else:
            there, missing, part = f"size({name.name}) > 0", f"{name.name} == []", f"{name.name}.first"
        assert isinstance(name.type, Option | Seq)
        test = infix(Text(part), dice.pick(["==", "!="]), self.expressions.of(name.type.element, scope, depth - 1))
        if self.expressions.take_risk():
            return test
        guard, op = dice.pick([(there, "and"), (missing, "or"), (there, "implies")])
        return infix(Text(guard, tx.COMPARE), op, test)
