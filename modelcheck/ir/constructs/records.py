"""Records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.diagnostics import did_you_mean
from modelcheck.ir import lowered as k
from modelcheck.ir.expression import Env, EvaluationError, Expr
from modelcheck.ir.types import RecordT
from modelcheck.ir.values import RecordValue

if TYPE_CHECKING:
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.spec import Record
    from modelcheck.ir.values import Value
    from modelcheck.syntax import Node


def fitting(env: Env, record: Record, position: int, expression: Expr) -> Value:
    """A field's new value; an error where it does not fit the field's type."""
    value = expression.evaluate(env)
    field = record.fields[position]
    why = env.model.domain(field.type_expr).misfit(value)
    if why:
        raise EvaluationError(expression.span, f"the field '{field.name}' of {record.name} does not fit: {why}")
    return value


def lowered_field(low: k.Lowering, record: Record, position: int, expression: Expr) -> k.Lowered:
    """The same as a kernel value."""
    field = record.fields[position]
    fits, value = k.fit(low, low.value(expression), low.model.domain(field.type_expr))
    low.require(fits, expression.span, f"the field '{field.name}' of {record.name} does not fit")
    return value


class RecordLiteral(Expr):
    """`R(a: 1, b: 2)`; `values` in the order of the declaration."""

    impartial = True

    record: Record
    values: tuple[Expr, ...]

    def can_fail(self) -> bool:
        return True

    def evaluate(self, env: Env) -> Value:
        fields = tuple(fitting(env, self.record, position, value) for position, value in enumerate(self.values))
        return RecordValue(self.record.name, fields)

    def lower(self, low: k.Lowering) -> k.Lowered:
        fields = (lowered_field(low, self.record, position, value) for position, value in enumerate(self.values))
        return k.LowRecord(low.model.record_domain(self.record.name), tuple(fields))


class RecordField(Expr):
    """`r.a`."""

    impartial = True

    operand: Expr
    position: int

    def evaluate(self, env: Env) -> Value:
        return self.operand.evaluate(env).fields[self.position]

    def lower(self, low: k.Lowering) -> k.Lowered:
        return low.record(self.operand).fields[self.position]


class RecordUpdate(Expr):
    """`r with { a: 2 }`; `updates` are (position, value)."""

    impartial = True

    operand: Expr
    record: Record
    updates: tuple[tuple[int, Expr], ...]

    def can_fail(self) -> bool:
        return True

    def evaluate(self, env: Env) -> Value:
        fields = list(self.operand.evaluate(env).fields)
        for position, value in self.updates:
            fields[position] = fitting(env, self.record, position, value)
        return RecordValue(self.record.name, tuple(fields))

    def lower(self, low: k.Lowering) -> k.Lowered:
        record = low.record(self.operand)
        fields = list(record.fields)
        for position, value in self.updates:
            fields[position] = lowered_field(low, self.record, position, value)
        return k.LowRecord(record.domain, tuple(fields))


def check_literal(node: Node, name: str, scope: Scope) -> Expr:
    """`R(a: 1, b: 2)`: every field exactly once, in any order."""
    record = scope.spec.records[name]
    names = [field.name for field in record.fields]
    values: dict[str, Expr] = {}
    for argument in node.child(1).present():
        if argument.rule != "named_arg":
            scope.error("MC302", argument, f"the fields of {name} are given by name", f"write {name}({names[0]}: …)")
            scope.check(argument)
            continue
        field = argument.child(0).text
        if field not in names:
            scope.error("MC304", argument.child(0), f"{name} has no field '{field}'", did_you_mean(field, names))
            continue
        if field in values:
            scope.error("MC302", argument, f"the field '{field}' is given twice")
        type_ = record.fields[names.index(field)].type_expr.type
        values[field] = scope.check_as(argument.child(1), type_, f"the field '{field}'")
    missing = [field for field in names if field not in values]
    positional = any(argument.rule != "named_arg" for argument in node.child(1).present())
    if missing and not positional:
        scope.error("MC302", node, f"{name} needs {', '.join(missing)} too", "a record has no default values")
    if missing:
        from modelcheck.ir.constructs.atoms import Invalid  # noqa: PLC0415 - they need one another

        return Invalid(scope.span(node), RecordT(name))
    return RecordLiteral(scope.span(node), RecordT(name), record, tuple(values[field] for field in names))


def check_field(node: Node, operand: Expr, name: str, scope: Scope) -> Expr | None:
    """`r.a`, or None for an unknown field."""
    assert isinstance(operand.type, RecordT)
    record = scope.spec.records[operand.type.name]
    for position, field in enumerate(record.fields):
        if field.name == name:
            return RecordField(scope.span(node), field.type_expr.type, operand, position)
    return None


def check_update(node: Node, operand: Expr, scope: Scope) -> Expr:
    """`r with { a: 2 }`."""
    assert isinstance(operand.type, RecordT)
    record = scope.spec.records[operand.type.name]
    names = [field.name for field in record.fields]
    updates = []
    for update in node.present()[1:]:
        if update.rule != "field_update" or update.child(0).text not in names:
            problem = f"{record.name} has the fields {', '.join(names)}"
            scope.error("MC304", update, problem, did_you_mean(update.child(0).text, names))
            continue
        position = names.index(update.child(0).text)
        type_ = record.fields[position].type_expr.type
        value = scope.check_as(update.child(1), type_, f"the field '{names[position]}'")
        updates.append((position, value))
    return RecordUpdate(scope.span(node), operand.type, operand, record, tuple(updates))
