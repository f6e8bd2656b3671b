"""Options."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir import lowered as k
from modelcheck.ir.expression import Env, EvaluationError, Expr
from modelcheck.ir.types import UNKNOWN, OptionT, UnknownT, join
from modelcheck.ir.values import Some

if TYPE_CHECKING:
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.values import Value
    from modelcheck.syntax import Node


class SomeOf(Expr):
    """`some(x)`."""

    impartial = True

    operand: Expr

    def evaluate(self, env: Env) -> Value:
        return Some(self.operand.evaluate(env))

    def lower(self, low: k.Lowering) -> k.Lowered:
        return k.LowOption(k.build.TRUE, low.value(self.operand))


class OptionValue(Expr):
    """`o.value`; an error on `none`."""

    impartial = True

    option: Expr

    def can_fail(self) -> bool:
        return True

    def evaluate(self, env: Env) -> Value:
        option = self.option.evaluate(env)
        if option is None:
            raise EvaluationError(self.span, ".value of none")
        return option.value

    def lower(self, low: k.Lowering) -> k.Lowered:
        option = low.option(self.option)
        low.require(option.present, self.span, ".value of none")
        return k.arbitrary(self.type, low.model) if option.payload is None else option.payload


class Coalesce(Expr):
    """`o ?? default`: the default is evaluated only on `none`."""

    impartial = True

    option: Expr
    default: Expr

    def evaluate(self, env: Env) -> Value:
        option = self.option.evaluate(env)
        return self.default.evaluate(env) if option is None else option.value

    def lower(self, low: k.Lowering) -> k.Lowered:
        option = low.option(self.option)
        if option.payload is None or option.present == k.build.FALSE:
            return low.value(self.default)
        if option.present == k.build.TRUE:
            return option.payload
        absent, default = low.then(k.build.negation(option.present), self.default)
        return k.ite(low, absent, default, option.payload)


def check_some(node: Node, operand: Expr, scope: Scope) -> Expr:
    """`some(x)`."""
    return SomeOf(scope.span(node), OptionT(operand.type), operand)


def check_coalesce(node: Node, scope: Scope) -> Expr:
    """`o ?? default`."""
    option, default = scope.check(node.child(0)), scope.check(node.child(1))
    if not isinstance(option.type, OptionT | UnknownT):
        scope.error("MC301", option.span, f"'??' needs an option on its left, but this is {option.type}")
        return Coalesce(scope.span(node), UNKNOWN, option, default)
    element = option.type.element if isinstance(option.type, OptionT) else UNKNOWN
    type_ = join(element, default.type)
    if type_ is None:
        scope.error("MC301", default.span, f"the default must be {element}, but this is {default.type}")
        type_ = UNKNOWN
    return Coalesce(scope.span(node), type_, option, default)
