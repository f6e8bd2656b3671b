"""Which sorts of ids are interchangeable in a model, and the fact that tells an engine so.

Ip and Dill (1996) call such a sort a scalarset. Here it is inferred: every construct says whether it treats all ids of
a sort alike (`Expr.impartial`, `Statement.impartial`), and nothing else can tell ids apart, because the types let ids
only be compared for equality. What is not known to be impartial counts as partial.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import factorial
from typing import TYPE_CHECKING

from modelcheck.ir import lowered as k
from modelcheck.ir.constructs.agents import HasStatus, InState
from modelcheck.ir.constructs.atoms import ConstRead, SelfId, VariableRead
from modelcheck.ir.constructs.messages import InFlight
from modelcheck.ir.expression import Expr
from modelcheck.ir.statement import Statement, walk_body
from modelcheck.ir.statements.assign import Assign
from modelcheck.ir.statements.initial import Initialise
from modelcheck.ir.statements.messages import Send
from modelcheck.ir.types import IdT
from modelcheck.kernel.codes import sorts_in
from modelcheck.kernel.symmetry import Applied, Off, Role, Symmetry

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Agent
    from modelcheck.source import Span

MAX_NUMBERS = 1 << 16
"""The most numbers in a cell of which a table says how a renaming moves them."""


def symmetry(model: Model, low: k.Lowering) -> Applied | Off:
    """The symmetry of a model that has been lowered, or why it has none that can be used."""
    if model.is_fair:
        return Off("what runs owe differs between ids")
    partial = partialities(model)
    sorts = tuple((sort, size) for sort, size in model.sizes.items() if size > 1 and sort not in partial)
    if not sorts:
        reasons = [partial[sort] for sort, size in model.sizes.items() if size > 1]
        return Off("; ".join(reasons) or "no sort has two ids")
    roles = _roles(model, low)
    for number, array in enumerate(low.arrays):
        role = roles.get(number)
        if role is None:
            return Off(f"it is not known how ids are in '{array.name}'")
        told = {sort for sort, _ in sorts}.intersection(sorts_in(role.content))
        if told and role.form != "members" and role.content.size > MAX_NUMBERS:
            return Off(f"'{array.name}' can hold {role.content.size:,} different messages, too many for a table")
    facts = Symmetry(sorts, tuple(roles[number] for number in range(len(low.arrays))))
    names = " and ".join(f"{sort} ({size}! = {factorial(size):,} renamings)" for sort, size in sorts)
    rest = [f"not those of {partial[sort]}" for sort, size in model.sizes.items() if size > 1 and sort in partial]
    return Applied(facts, "; ".join([f"interchangeable ids of {names}", *rest]))


def partialities(model: Model) -> dict[str, str]:
    """Why the ids of a sort are not all alike, for each sort of which that is so."""
    found: dict[str, str] = {}
    for part in _parts(model):
        for sort in part.favours(model):
            found.setdefault(sort, f"{sort}: {_quoted(part.span)}")
    for agent in model.spec.agents.values():
        for span in _orders_at_start(model, agent):
            found.setdefault(agent.name, f"{agent.name}: 'at start' runs in the order of the ids, {_quoted(span)}")
    return found


def _quoted(span: Span) -> str:
    text = " ".join(span.text.split())
    short = text if len(text) <= 40 else f"{text[:37]}..."  # noqa: PLR2004 - a line has to hold it
    return f"`{short}` in line {span.line}"


def _parts(model: Model) -> Iterator[Expr | Statement]:
    """Everything that a run of the model or a property evaluates, each once."""
    seen: set[int] = set()
    for statement in _statements(model):
        if id(statement) in seen or _left_out(statement, model):
            continue
        seen.add(id(statement))
        yield statement
        for expression in _expressions(statement, model):
            yield from _inside(expression, seen)
    for prop in model.properties:
        yield from _inside(prop.expression, seen)
    if model.bound is not None:
        yield from _inside(model.bound, seen)


def _statements(model: Model) -> Iterator[Statement]:
    yield from walk_body(tuple(model.initial))
    for action in model.actions:
        yield from walk_body(action.body)


def _left_out(statement: Statement, model: Model) -> bool:
    """Whether a statement is about a ghost that the check does not keep."""
    if isinstance(statement, Assign):
        return statement.target.skipped(model)
    return isinstance(statement, Initialise) and statement.variable.ghost and statement.variable not in model.kept


def _expressions(statement: Statement, model: Model) -> Iterator[Expr]:
    if isinstance(statement, Initialise):
        if isinstance(statement.variable.initial, Expr):
            yield statement.variable.initial
    elif isinstance(statement, Send):
        for field, argument in zip(statement.message.fields, statement.arguments, strict=True):
            if not field.ghost or field in model.kept:
                yield argument
        if statement.target is not None:
            yield statement.target
    else:
        yield from statement.expressions()


def _inside(expression: Expr, seen: set[int]) -> Iterator[Expr]:
    if id(expression) in seen:
        return
    seen.add(id(expression))
    yield expression
    for child in expression.children():
        yield from _inside(child, seen)
    if isinstance(expression, ConstRead):
        yield from _inside(expression.const.value, seen)


def _orders_at_start(model: Model, agent: Agent) -> Iterator[Span]:
    """Where agents of a kind could see, or stand in the way of, those before them when they start one by one."""
    for statement in walk_body(agent.at_start):
        if _left_out(statement, model):
            continue
        if isinstance(statement, Assign) and statement.target.variable.owner is None:
            yield statement.span
        if isinstance(statement, Send):
            network = model.network_of[statement.message.name]
            if network.on_full != "cut" and not network.remembers:
                yield statement.span
        for expression in _expressions(statement, model):
            yield from (part.span for part in expression.walk() if _looks_around(part, agent.name))


def _looks_around(part: Expr, kind: str) -> bool:
    match part:
        case InFlight():
            return True
        case VariableRead(_, _, variable, owner):
            return variable.owner == kind and owner is not None and not isinstance(owner, SelfId)
        case InState(_, _, agent) | HasStatus(_, _, agent):
            return agent.type == IdT(kind) and not isinstance(agent, SelfId)
        case _:
            return False


def _roles(model: Model, low: k.Lowering) -> dict[int, Role]:
    roles: dict[int, Role] = {}
    for variable, stored in low.variables.items():
        owners = None if variable.owner is None else (variable.owner, model.sizes[variable.owner])
        roles.update(k.roles_of(stored, owners))
    for kind, array in (*low.control.items(), *low.status.items()):
        roles[array] = Role((k.codes.Ids(kind, model.sizes[kind]),), k.codes.Plain(0))
    for stored in low.environment.values():
        roles.update(k.roles_of(stored, None))
    for array in low.cells.values():
        roles[array] = Role((), k.codes.Plain(0))
    for observer, array in low.observers.items():
        roles[array] = observer.role()
    for network in model.networks:
        roles.update(network.roles(low))
    return roles
