"""Ghost variables and fields: written by the protocol, read only by properties and by other ghosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir.constructs.atoms import LocalRead, VariableRead
from modelcheck.ir.constructs.messages import PacketField

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.scope import Scope


def reads_ghost(expression: Expr) -> bool:
    """Whether an expression reads a ghost, directly or through a name bound to one."""
    return any(
        (isinstance(part, VariableRead) and part.variable.ghost)
        or (isinstance(part, LocalRead | PacketField) and part.ghost)
        for part in expression.walk()
    )


def forbid_ghost(expression: Expr, scope: Scope, role: str) -> None:
    """Record an error where what decides the protocol's behaviour reads a ghost."""
    if scope.place == "transition" and reads_ghost(expression):
        scope.error(
            "MC305",
            expression.span,
            f"{role} reads a ghost",
            "ghosts are read by properties and by what is written to ghosts only",
        )
