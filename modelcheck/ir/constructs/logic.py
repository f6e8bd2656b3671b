"""Boolean operators, `if` and `let`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir import lowered as k
from modelcheck.ir.expression import Env, Expr
from modelcheck.ir.types import BOOL, UNKNOWN, join

if TYPE_CHECKING:
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.values import Value
    from modelcheck.syntax import Node


class And(Expr):
    """`a and b`: `b` is evaluated only where `a` holds."""

    impartial = True

    left: Expr
    right: Expr

    def evaluate(self, env: Env) -> Value:
        return self.left.evaluate(env) and self.right.evaluate(env)

    def lower(self, low: k.Lowering) -> k.Lowered:
        left = low.condition(self.left)
        if left == k.build.FALSE:
            return k.LowBool(left)
        left, right = low.then_condition(left, self.right)
        return k.LowBool(k.build.both(left, right))


class Or(Expr):
    """`a or b`: `b` is evaluated only where `a` does not hold."""

    impartial = True

    left: Expr
    right: Expr

    def evaluate(self, env: Env) -> Value:
        return self.left.evaluate(env) or self.right.evaluate(env)

    def lower(self, low: k.Lowering) -> k.Lowered:
        left = low.condition(self.left)
        if left == k.build.TRUE:
            return k.LowBool(left)
        neither, right = low.then_condition(k.build.negation(left), self.right)
        return k.LowBool(k.build.implies(neither, right))


class Implies(Expr):
    """`a implies b`: `b` is evaluated only where `a` holds."""

    impartial = True

    left: Expr
    right: Expr

    def evaluate(self, env: Env) -> Value:
        return not self.left.evaluate(env) or self.right.evaluate(env)

    def lower(self, low: k.Lowering) -> k.Lowered:
        left = low.condition(self.left)
        if left == k.build.FALSE:
            return k.LowBool(k.build.TRUE)
        left, right = low.then_condition(left, self.right)
        return k.LowBool(k.build.implies(left, right))


class Iff(Expr):
    """`a iff b`."""

    impartial = True

    left: Expr
    right: Expr

    def evaluate(self, env: Env) -> Value:
        left, right = self.left.evaluate(env), self.right.evaluate(env)
        return left == right

    def lower(self, low: k.Lowering) -> k.Lowered:
        return k.LowBool(k.build.equal(low.condition(self.left), low.condition(self.right)))


class Not(Expr):
    """`not a`."""

    impartial = True

    operand: Expr

    def evaluate(self, env: Env) -> Value:
        return not self.operand.evaluate(env)

    def lower(self, low: k.Lowering) -> k.Lowered:
        return k.LowBool(k.build.negation(low.condition(self.operand)))


class IfThenElse(Expr):
    """`if c then a else b`: only the branch taken is evaluated."""

    impartial = True

    condition: Expr
    then: Expr
    orelse: Expr

    def evaluate(self, env: Env) -> Value:
        return (self.then if self.condition.evaluate(env) else self.orelse).evaluate(env)

    def lower(self, low: k.Lowering) -> k.Lowered:
        condition = low.condition(self.condition)
        if condition in {k.build.TRUE, k.build.FALSE}:
            return low.value(self.then if condition == k.build.TRUE else self.orelse)
        condition, then = low.then(condition, self.then)
        _, orelse = low.then(k.build.negation(condition), self.orelse)
        return k.ite(low, condition, then, orelse)


class LetIn(Expr):
    """`let x = e: f`: `e` is evaluated once, even where `f` does not use `x`."""

    impartial = True

    name: str
    value: Expr
    body: Expr

    def evaluate(self, env: Env) -> Value:
        env.locals[self.name] = self.value.evaluate(env)
        return self.body.evaluate(env)

    def lower(self, low: k.Lowering) -> k.Lowered:
        with low.bound(self.name, low.share_all(low.value(self.value), self.name)):
            return low.value(self.body)


_PREFIXES = frozenset({"always", "eventually"})
_TEMPORAL = _PREFIXES | {"until", "leads_to", "leads_to_o"}


def check_reach(node: Node, word: str, scope: Scope) -> None:
    """Record an error for `always a implies b`, which would be `(always a) implies b` and is meant otherwise."""
    left, right = node.present()
    if left.rule not in _PREFIXES or _is_in_parentheses(left, scope):
        return
    if node.rule == "implies" or not any(part.rule in _TEMPORAL for part in right.walk()):
        prefix, inner = left.rule, scope.span(left.child(0)).text
        problem = f"does '{prefix}' reach over '{word}' or not?"
        help_ = f"write `{prefix} (… {word} …)`, or `({prefix} {inner}) {word} …`"
        scope.error("MC332", left, problem, help_)


def check_reach_over_until(node: Node, word: str, scope: Scope) -> None:
    """Record an error for `not a until b`, which would be `not (a until b)` and is meant otherwise."""
    operand = node.child(0)
    if operand.rule == "until" and not _is_in_parentheses(operand, scope):
        problem = f"does '{word}' reach over 'until' or not?"
        scope.error("MC332", node, problem, f"write `{word} (… until …)`, or `({word} …) until …`")


def _is_in_parentheses(node: Node, scope: Scope) -> bool:
    text = scope.source.text
    return text[: node.start].rstrip().endswith("(") and text[node.end :].lstrip().startswith(")")


_BINARY: dict[str, tuple[type[And | Or | Implies | Iff], str]] = {
    "and_": (And, "and"),
    "or_": (Or, "or"),
    "implies": (Implies, "implies"),
    "iff": (Iff, "iff"),
}


def check_binary(node: Node, scope: Scope) -> Expr:
    """`and`, `or`, `implies`, `iff`."""
    construct, word = _BINARY[node.rule]
    check_reach(node, word, scope)
    left, right = (scope.condition(child, f"each side of '{word}'") for child in node.present())
    return construct(scope.span(node), BOOL, left, right)


def check_not(node: Node, scope: Scope) -> Expr:
    """`not`."""
    check_reach_over_until(node, "not", scope)
    return Not(scope.span(node), BOOL, scope.condition(node.child(0), "what follows 'not'"))


def check_if(node: Node, scope: Scope) -> Expr:
    """`if c then a else b`."""
    condition = scope.condition(node.child(0), "the condition of 'if'")
    then, orelse = scope.check(node.child(1)), scope.check(node.child(2))
    type_ = join(then.type, orelse.type)
    if type_ is None:
        scope.error(
            "MC301", orelse.span, f"'else' gives {orelse.type}, but 'then' gives {then.type}", "both must have one type"
        )
        type_ = UNKNOWN
    return IfThenElse(scope.span(node), type_, condition, then, orelse)


def check_let(node: Node, scope: Scope) -> Expr:
    """`let x = e: f`."""
    from modelcheck.ir.ghosts import reads_ghost  # noqa: PLC0415 - they need one another

    name, value = node.child(0), scope.check(node.child(1))
    inner = scope.bind(name.text, value.type, scope.span(name), ghost=reads_ghost(value))
    body = inner.check(node.child(2))
    return LetIn(scope.span(node), body.type, name.text, value, body)
