"""Parameters and sizes are set before anything else is known: what their values may not need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir.constructs.atoms import ConstRead, DefinitionCall, SortValues, TypeValues
from modelcheck.ir.constructs.records import RecordLiteral, RecordUpdate
from modelcheck.ir.types import IdT, RecordT

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.spec import Field, Spec
    from modelcheck.ir.type_expressions import TypeExpr


def must_be_early(value: Expr, scope: Scope) -> None:
    """Record an error if a parameter's or size's value needs a type whose values depend on sizes or constants."""
    for part in value.walk():
        types = [part.type_expr] if isinstance(part, TypeValues) else []
        fields: tuple[Field, ...] = part.parameters if isinstance(part, DefinitionCall) else ()
        if isinstance(part, RecordLiteral | RecordUpdate):
            fields = part.record.fields
        if any(_is_late(type_expr, scope.spec) for type_expr in (*types, *(field.type_expr for field in fields))):
            problem = "this needs a type that depends on sizes or constants"
            scope.error("MC205", part.span, problem, "parameters are set before sizes and constants are")


def _is_late(type_expr: TypeExpr, spec: Spec) -> bool:
    if isinstance(type_expr.type, IdT):
        return True
    if isinstance(type_expr.type, RecordT):
        return any(_is_late(field.type_expr, spec) for field in spec.records[type_expr.type.name].fields)
    late = ConstRead | SortValues | TypeValues | DefinitionCall
    reads = any(isinstance(part, late) for bound in type_expr.bounds for part in bound.walk())
    return reads or any(_is_late(part, spec) for part in type_expr.parts)
