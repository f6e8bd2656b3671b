"""Options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from modelcheck.ir.expression import Env, EvaluationError, Expr
from modelcheck.ir.types import UNKNOWN, OptionT, UnknownT, join
from modelcheck.ir.values import Some

if TYPE_CHECKING:
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.values import Value
    from modelcheck.syntax import Node


@dataclass(frozen=True, slots=True, eq=False)
class SomeOf(Expr):
    """`some(x)`."""

    operand: Expr

    def evaluate(self, env: Env) -> Value:
        return Some(self.operand.evaluate(env))


@dataclass(frozen=True, slots=True, eq=False)
class OptionValue(Expr):
    """`o.value`; an error on `none`."""

    option: Expr

    def can_fail(self) -> bool:
        return True

    def evaluate(self, env: Env) -> Value:
        option = self.option.evaluate(env)
        if option is None:
            raise EvaluationError(self.span, ".value of none")
        return option.value


@dataclass(frozen=True, slots=True, eq=False)
class Coalesce(Expr):
    """`o ?? default`: the default is evaluated only on `none`."""

    option: Expr
    default: Expr

    def evaluate(self, env: Env) -> Value:
        option = self.option.evaluate(env)
        return self.default.evaluate(env) if option is None else option.value


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
