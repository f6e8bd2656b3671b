"""Proof that the iterations of a `for` commute, so that its order cannot matter.

Accepted are writes to the iteration's own element `m[x]` where the body reads no other element of `m`, and changes of
one direction (`+=` or `-=`) to something the body does not read; numbers must change by a constant sign, since
intermediate values are checked too. Everything else is rejected: trying two orders would prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelcheck.ir.constructs.atoms import DefinitionCall, Literal, LocalRead, VariableRead
from modelcheck.ir.constructs.maps import MapElement
from modelcheck.ir.constructs.messages import InFlight
from modelcheck.ir.constructs.quantifiers import Aggregate
from modelcheck.ir.constructs.sets import Size
from modelcheck.ir.statement import Body, walk_body
from modelcheck.ir.statements.assign import Assign
from modelcheck.ir.statements.control import For, Goto
from modelcheck.ir.statements.messages import Send
from modelcheck.ir.statements.timers import StartTimer, StopTimer

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.scope import Scope
    from modelcheck.ir.spec import Variable

_HELP = "write to the element of the iteration (`m[x] := …`), or use += with values the loop does not read"


def _is_name(expression: object, name: str) -> bool:
    return isinstance(expression, LocalRead) and expression.name == name


def _expressions(body: Body) -> Iterator[Expr]:
    for statement in walk_body(body):
        yield from statement.expressions()


def _foreign_reads(expression: Expr, variable: Variable, name: str) -> bool:
    """Whether an expression reads a variable other than as `m[name]`."""
    if (
        isinstance(expression, MapElement)
        and isinstance(expression.map, VariableRead)
        and expression.map.variable is variable
        and expression.map.owner is None
        and _is_name(expression.key, name)
    ):
        return False
    if isinstance(expression, VariableRead) and expression.variable is variable:
        return True
    if isinstance(expression, DefinitionCall):
        # Inside the definition the loop's name would be one of its own parameters.
        inside = _any_read(expression.body, variable)
        return inside or any(_foreign_reads(argument, variable, name) for argument in expression.arguments)
    return any(_foreign_reads(child, variable, name) for child in expression.children())


def _any_read(expression: Expr, variable: Variable) -> bool:
    return any(isinstance(part, VariableRead) and part.variable is variable for part in expression.walk())


def _constant_sign(assign: Assign) -> bool:
    """Whether a change cannot leave a range and come back: sets never do, numbers only by what has one sign."""
    if assign.op not in {"+", "-"}:
        return True
    return isinstance(assign.value, Literal | Size) or (
        isinstance(assign.value, Aggregate) and assign.value.op == "count"
    )


def check_commutes(loop: For, scope: Scope) -> None:
    """Record an error for each statement that could make the order of iterations matter."""
    if any(isinstance(statement, Send) for statement in walk_body(loop.body)):
        for part in (part for e in _expressions(loop.body) for part in e.walk() if isinstance(part, InFlight)):
            scope.error(
                "MC307",
                part.span,
                "the loop sends and reads messages: the order could matter",
                "bind it with `let` before the loop",
            )
    assigns = [statement for statement in walk_body(loop.body) if isinstance(statement, Assign)]
    for statement in walk_body(loop.body):
        if isinstance(statement, Goto):
            scope.error(
                "MC307",
                statement.span,
                "'->' inside 'for' depends on the order of the iterations",
                "put it behind the loop",
            )
        elif isinstance(statement, StartTimer | StopTimer):
            problem = "a timer in 'for' depends on the order of the iterations"
            scope.error("MC307", statement.span, problem, "start and stop it outside the loop")
    for assign in assigns:
        variable = assign.target.variable
        same = [other for other in assigns if other.target.variable is variable]
        if all(other.target.path and _is_name(other.target.path[0], loop.name) for other in same):
            if any(_foreign_reads(e, variable, loop.name) for e in _expressions(loop.body)):
                problem = f"the loop writes '{variable.name}' and reads other elements of it: the order could matter"
                scope.error("MC307", assign.span, problem, _HELP)
            continue
        direction = {"+": 1, "union": 1, "element+": 1, "-": 2, "minus": 2, "element-": 2}
        ways = {direction.get(other.op, 0) for other in same}
        if len(ways) > 1 or 0 in ways or not all(_constant_sign(other) for other in same):
            scope.error("MC307", assign.span, f"the order of the iterations could matter to '{variable.name}'", _HELP)
        elif any(_any_read(e, variable) for e in _expressions(loop.body)):
            problem = f"the loop changes '{variable.name}' and reads it: the order could matter"
            scope.error("MC307", assign.span, problem, _HELP)


def sends_of(loop: For) -> Iterator[tuple[Send, bool]]:
    """The sends of a loop, and whether each goes to the loop's own name, which keeps the queues of a network apart."""
    for statement in walk_body(loop.body):
        if isinstance(statement, Send):
            yield statement, _is_name(statement.target, loop.name)
