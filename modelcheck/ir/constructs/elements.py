"""`elements(q)`: the set of what a sequence holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir import lowered as k
from modelcheck.ir.domains import Domain
from modelcheck.ir.expression import Env, Expr
from modelcheck.ir.types import UNKNOWN, SeqT, SetT

if TYPE_CHECKING:
    from modelcheck.ir.domains import Domain
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.values import Value
    from modelcheck.syntax import Node


class Elements(Expr):
    """`elements(q)`."""

    impartial = True

    sequence: Expr

    def evaluate(self, env: Env) -> Value:
        return frozenset(self.sequence.evaluate(env))

    def lower(self, low: k.Lowering) -> k.Lowered:
        sequence = low.sequence(self.sequence)
        universe: Domain = k.NOTHING
        for slot in sequence.slots:
            universe = k.hull(universe, k.domain_of(slot))
        length = low.share(sequence.length, "length")
        held = [k.build.less(k.build.number(position), length) for position in range(len(sequence.slots))]
        return k.sets.literal(low, sequence.slots, universe, held)


def check_elements(node: Node, operand: Expr, scope: Scope) -> Expr:
    """`elements(q)` of a sequence."""
    scope.expect(operand, SeqT(UNKNOWN), "the argument of elements()")
    element = operand.type.element if isinstance(operand.type, SeqT) else UNKNOWN
    return Elements(scope.span(node), SetT(element), operand)
