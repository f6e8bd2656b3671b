"""What stands in a `round`: an agent's own variables and inbox, so that the order of the agents cannot matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir.constructs.atoms import VariableRead
from modelcheck.ir.constructs.beyond import beyond
from modelcheck.ir.statement import walk_body
from modelcheck.ir.statements.assign import Assign
from modelcheck.ir.statements.control import Assert, Choose, Either, For, Goto, If, Let, Skip
from modelcheck.ir.statements.messages import Send
from modelcheck.ir.statements.timers import StartTimer, StopTimer
from modelcheck.ir.written import written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from modelcheck.ir.expression import Expr
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.spec import Transition

_OWN = (Assert, Assign, Choose, Either, For, Goto, If, Let, Send, Skip, StartTimer, StopTimer)
"""Statements that touch nothing but the agent, and what it sends; whoever adds one decides whether it is among them."""

_HELP = "all agents move at once: tell the others by a message, which they read in the next round"


def check_round(transition: Transition, scope: Scope) -> None:
    """Record an error for each expression and assignment of a round that goes beyond its own agent."""
    if transition.fair_when is not None:
        problem, help_ = "a round of all agents is owed as a whole", "remove `fair when`"
        scope.error("MC316", transition.fair_when.span, problem, help_)
    for expression in _expressions(transition):
        for part in expression.walk():
            what = _foreign(part)
            if what is not None:
                scope.error("MC316", part.span, f"a round reads {what}", _HELP)
    for statement in walk_body(transition.body):
        if not isinstance(statement, _OWN):
            problem = f"`{written(statement.span)}` cannot stand in a round: all agents would do it at once"
            scope.error("MC316", statement.span, problem, "put it in a step")
        if isinstance(statement, Assign) and statement.target.variable.owner is None:
            problem = f"a round changes the shared variable '{statement.target.variable.name}'"
            scope.error("MC316", statement.span, problem, _HELP)


def _expressions(transition: Transition) -> Iterator[Expr]:
    if transition.guard is not None:
        yield transition.guard
    for statement in walk_body(transition.body):
        yield from statement.expressions()


def _foreign(part: Expr) -> str | None:
    if isinstance(part, VariableRead) and part.variable.owner is None and not part.variable.unknown:
        return f"the shared variable '{part.variable.name}'"
    return beyond(part)
