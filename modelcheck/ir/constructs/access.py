"""`e.name`, `e[k]`, `e with { … }` and `f(…)`: which construct depends on the type of `e` or on what `f` names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.diagnostics import did_you_mean
from modelcheck.ir.constructs import (
    agents,
    detectors,
    elements,
    maps,
    messages,
    options,
    records,
    sequences,
    sets,
    steps,
)
from modelcheck.ir.constructs.atoms import Invalid, call_definition
from modelcheck.ir.types import UNKNOWN, IdT, MapT, MessageT, OptionT, RecordT, SeqT, UnknownT

if TYPE_CHECKING:
    from collections.abc import Callable

    from modelcheck.ir.expression import Expr
    from modelcheck.ir.scope import Scope
    from modelcheck.syntax import Node


EARLY = frozenset({"constant", "parameter", "initial"})
"""Places whose value is needed before there is a state."""


def check_member(node: Node, scope: Scope) -> Expr:
    """`e.name`."""
    operand, name = scope.check(node.child(0)), node.child(1).text
    found: Expr | None = None
    match operand.type:
        case UnknownT():
            scope.untyped(operand)
            return Invalid(scope.span(node), UNKNOWN)
        case RecordT():
            found = records.check_field(node, operand, name, scope)
        case MessageT():
            found = messages.check_field(node, operand, name, scope)
        case SeqT():
            found = sequences.check_member(node, operand, name, scope)
        case IdT():
            found = agents.check_variable(node, operand, name, scope)
        case OptionT(element) if name == "value":
            found = options.OptionValue(scope.span(node), element, operand)
    if found is None and scope.place in EARLY and f"{operand.type}.{name}" in scope.elsewhere:
        scope.error("MC205", node, f"the variable '{name}' cannot be read here", "only parameters and constants can")
        return Invalid(scope.span(node), UNKNOWN)
    if found is None:
        known = member_names(operand, scope)
        help_ = did_you_mean(name, known) or (f"it has {', '.join(known)}" if known else "")
        scope.error("MC304", node.child(1), f"{operand.type} has no '{name}'", help_)
        return Invalid(scope.span(node), UNKNOWN)
    return found


def member_names(operand: Expr, scope: Scope) -> list[str]:
    """What may follow the dot."""
    match operand.type:
        case RecordT(name):
            return [field.name for field in scope.spec.records[name].fields]
        case MessageT(name):
            return [*(field.name for field in scope.spec.messages[name].fields), "from", "to"]
        case SeqT():
            return ["first", "last", "rest"]
        case OptionT():
            return ["value"]
        case IdT(sort) if sort in scope.agents:
            return list(scope.agents[sort].variables)
        case _:
            return []


def check_index(node: Node, scope: Scope) -> Expr:
    """`e[k]`."""
    base = node.child(0)
    if base.rule == "name":
        name = base.child(0).text
        if name not in scope.locals and (name in scope.agents or name in scope.spec.sorts):
            return agents.check_id_at(node, name, scope)
    operand = scope.check(base)
    match operand.type:
        case MapT():
            return maps.check_index(node, operand, scope)
        case SeqT():
            return sequences.check_index(node, operand, scope)
        case UnknownT():
            scope.untyped(operand)
            scope.check(node.child(1))
        case _:
            scope.error("MC301", operand.span, f"only maps and sequences have elements, but this is {operand.type}")
    return Invalid(scope.span(node), UNKNOWN)


def check_updated(node: Node, scope: Scope) -> Expr:
    """`e with { … }`."""
    operand = scope.check(node.child(0))
    match operand.type:
        case MapT():
            return maps.check_update(node, operand, scope)
        case RecordT():
            return records.check_update(node, operand, scope)
        case UnknownT():
            scope.untyped(operand)
            return Invalid(scope.span(node), UNKNOWN)
        case _:
            scope.error("MC301", operand.span, f"'with' changes a record or a map, but this is {operand.type}")
            return Invalid(scope.span(node), UNKNOWN)


_FUNCTIONS: dict[str, Callable[[Node, Expr, Scope], Expr]] = {
    "some": options.check_some,
    "size": sets.check_size,
    "subsets": sets.check_subsets,
    "elements": elements.check_elements,
    "index": agents.check_index_of,
    "next": steps.check_next,
}

_OF_A_DETECTOR: dict[str, Callable[[Node, tuple[Expr, ...], Scope], Expr]] = {
    "suspects": detectors.check_suspects,
    "leader": detectors.check_leader,
}

_LATER = {
    "knows": "knowledge",
    "everyone_knows": "knowledge",
    "common_knowledge": "knowledge",
}


def check_call(node: Node, scope: Scope) -> Expr:
    """`f(…)`: a function of the language, a definition or a record."""
    name = node.child(0).text
    span = scope.span(node)
    if name in scope.spec.records:
        return records.check_literal(node, name, scope)
    if name in _LATER:
        scope.unsupported(node, f"{_LATER[name]} (`{name}`)")
        return Invalid(span, UNKNOWN)
    arguments = []
    for argument in node.child(1).present():
        if argument.rule == "named_arg":
            scope.error("MC302", argument, "only records take arguments by name")
        arguments.append(scope.check(argument.child(1) if argument.rule == "named_arg" else argument))
    if name in _OF_A_DETECTOR:
        return _OF_A_DETECTOR[name](node, tuple(arguments), scope)
    if name in _FUNCTIONS:
        if len(arguments) != 1:
            scope.error("MC302", node, f"{name}() takes 1 argument, but {counted(len(arguments), 'argument')} given")
            return Invalid(span, UNKNOWN)
        return _FUNCTIONS[name](node, arguments[0], scope)
    if name in scope.spec.definitions and name not in scope.locals:
        return call_definition(node, name, tuple(arguments), scope)
    if name in scope.spec.consts and isinstance(scope.spec.consts[name].type_expr.type, UnknownT):
        return Invalid(span, UNKNOWN)
    what = scope.what_is(name)
    if what:
        help_ = f"write `{name}[i]` for one of them" if name in scope.agents or name in scope.spec.sorts else ""
        scope.error("MC301", node, f"'{name}' is {what} and cannot be called", help_)
    else:
        scope.unknown(
            "function or definition",
            name,
            node.child(0),
            [*_FUNCTIONS, *_OF_A_DETECTOR, *scope.spec.definitions, *scope.spec.records],
        )
    return Invalid(span, UNKNOWN)
