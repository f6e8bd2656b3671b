"""Declarations outside agents: parameters, types, constants, messages, definitions, shared variables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Literal, cast

from modelcheck.frontend.early import must_be_early
from modelcheck.frontend.timers import delay_of
from modelcheck.ir.constructs.atoms import Invalid
from modelcheck.ir.scope import BUILTINS, AgentNames, Scope
from modelcheck.ir.spec import (
    Alias,
    Const,
    Definition,
    DetectorDecl,
    Enum,
    Field,
    Message,
    NetworkDecl,
    Param,
    Record,
    Variable,
)
from modelcheck.ir.type_expressions import TypeExpr, check_type
from modelcheck.ir.types import INT, UNKNOWN, MapT, join

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.source import Span
    from modelcheck.syntax import Node

_NAMED = {"message", "agent", "def_", "param", "const", "enum_", "record_", "type_"}


def declare_globals(items: Sequence[Node], scope: Scope) -> None:
    """Enter every declaration outside agents into the specification."""
    _report_duplicates(items, scope)
    spec = scope.spec
    scope.elsewhere.update(_variables_of(items))
    for item in items:
        if item.rule == "enum_":
            name, *members = item.present()
            spec.enums.setdefault(name.text, Enum(name.text, tuple(m.text for m in members), scope.span(item)))
        elif item.rule == "ids":
            for name in item.present():
                spec.sorts.setdefault(name.text, scope.span(name))
        elif item.rule == "agent":
            scope.agents.setdefault(item.child(0).text, AgentNames(item.child(0).text, {}, {}))
    _dependent(items, scope)
    # Whatever was entered first: the order of declaration is the order of reports and of the command line.
    declared = [item.child(0).text for item in items if item.rule == "param"]
    spec.params = {name: spec.params[name] for name in declared if name in spec.params}
    declared = [item.child(0).text for item in items if item.rule == "const"]
    spec.shared = {name: spec.shared[name] for name in declared if name in spec.shared}
    for item in items:
        if item.rule == "message":
            _message(item, scope)
    for item in items:
        if item.rule == "shared":
            variable = variable_of(item.child(1), scope, None, ghost=item.children[0] is not None, durable=False)
            spec.shared.setdefault(variable.name, variable)


def _declared_names(items: Sequence[Node]) -> Iterator[Node]:
    for item in items:
        if item.rule in _NAMED:
            yield item.child(0)
        if item.rule == "enum_":
            yield from item.present()[1:]
        elif item.rule == "ids":
            yield from item.present()
        elif item.rule == "shared":
            yield item.child(1).child(0)


def _variables_of(items: Sequence[Node]) -> Iterator[tuple[str, str]]:
    for item in items:
        if item.rule == "agent":
            kind = item.child(0).text
            for part in item.present():
                if part.rule == "agentvar":
                    name = part.child(1).child(0).text
                    yield name, f"a variable of {kind}"
                    yield f"{kind}.{name}", f"a variable of {kind}"
        elif item.rule == "shared":
            yield item.child(1).child(0).text, "a shared variable"


def _report_duplicates(items: Sequence[Node], scope: Scope) -> None:
    seen: dict[str, Node] = {}
    for name in _declared_names(items):
        if name.text in BUILTINS - {"some"} or name.text == "others":  # `some` is a keyword: the parser has said so.
            scope.error("MC202", name, f"'{name.text}' is a word of the language", "choose another name")
        elif name.text in seen:
            line = scope.span(seen[name.text]).line
            scope.error(
                "MC202", name, f"'{name.text}' is declared already, in line {line}", "every name is declared once"
            )
        seen.setdefault(name.text, name)


def _param(node: Node, scope: Scope) -> None:
    name = node.child(0)
    type_expr = None if node.children[1] is None else check_type(node.child(1), scope)
    default = scope.at("parameter").check(node.child(2))
    must_be_early(default, scope)
    type_ = default.type
    if type_expr is not None:
        scope.expect(default, type_expr.type, f"the default of '{name.text}'")
        type_ = type_expr.type
    scope.spec.params.setdefault(name.text, Param(name.text, type_, type_expr, default, scope.span(node)))


def _dependent(items: Sequence[Node], scope: Scope) -> None:
    """Parameters, types, records, constants and definitions, each after those that it uses."""
    nodes: dict[str, Node] = {}
    for item in items:
        if item.rule in _DECLARE:
            nodes.setdefault(item.child(0).text, item)
    graph = {name: set(_names_used(node)) & nodes.keys() for name, node in nodes.items()}
    while True:
        try:
            order = list(TopologicalSorter(graph).static_order())
            break
        except CycleError as error:
            cycle = list(reversed(error.args[1]))
            first = min(cycle, key=lambda name: nodes[name].start)
            start = cycle.index(first)
            path = " -> ".join([*cycle[start:-1], *cycle[:start], first])
            scope.error("MC206", nodes[first].child(0), f"'{first}' uses itself: {path}", "break the cycle")
            graph = {name: uses - set(cycle) for name, uses in graph.items() if name not in cycle}
            for name in set(cycle):
                _poison(nodes.pop(name), scope)
    for name in order:
        if name in nodes:
            _DECLARE[nodes[name].rule](nodes[name], scope)


def _poison(node: Node, scope: Scope) -> None:
    """Enter a declaration that is part of a cycle as of unknown type, so that its uses are not reported too."""
    name, span = node.child(0).text, scope.span(node)
    unknown = TypeExpr(span, UNKNOWN, "unknown")
    if node.rule in {"type_", "record_"}:
        scope.spec.aliases[name] = Alias(name, unknown, span)
    elif node.rule == "param":
        scope.spec.params[name] = Param(name, UNKNOWN, None, Invalid(span, UNKNOWN), span)
    else:
        scope.spec.consts[name] = Const(name, unknown, Invalid(span, UNKNOWN), span)


def _names_used(node: Node) -> Iterator[str]:
    """Names of other declarations in a declaration; what follows a dot or names an argument is not one."""
    pending = list(node.present()[1:])
    while pending:
        found = pending.pop()
        if found.rule == "NAME":
            yield found.text
        elif found.rule in {"member", "is_"}:
            pending.append(found.child(0))
        elif found.rule in {"named_arg", "field_update"}:
            pending.append(found.child(1))
        elif found.rule == "field":
            pending.append(found.child(2))
        elif found.rule in {"inbox", "messages"}:
            continue
        else:
            pending.extend(found.present())


def _alias(node: Node, scope: Scope) -> None:
    name = node.child(0).text
    scope.spec.aliases.setdefault(name, Alias(name, check_type(node.child(1), scope), scope.span(node)))


def _record(node: Node, scope: Scope) -> None:
    name, *fields = node.present()
    for field in fields:
        if field.children[0] is not None:
            scope.error(
                "MC305", field, "a record's field cannot be a ghost", "make the variable or the message's field a ghost"
            )
    record = Record(name.text, fields_of(fields, scope, "field"), scope.span(node))
    scope.spec.records.setdefault(name.text, record)


def _const(node: Node, scope: Scope) -> None:
    name = node.child(0).text
    if node.children[1] is None:
        problem = f"the constant '{name}' has no type"
        scope.error("MC306", node, problem, f"write `const {name}: … = …`: the type bounds its value")
        scope.at("constant").check(node.child(2)) if node.child(2).rule != "any_value" else None
        _poison(node, scope)
        return
    type_expr = check_type(node.child(1), scope)
    if node.child(2).rule == "any_value":
        # Before all variables: their initial values may use it.
        scope.spec.shared.setdefault(name, _unknown(name, type_expr, scope.span(node)))
        return
    value = scope.at("constant").check_as(node.child(2), type_expr.type, f"the value of '{name}'")
    scope.spec.consts.setdefault(name, Const(name, type_expr, value, scope.span(node)))


def _unknown(name: str, type_expr: TypeExpr, span: Span) -> Variable:
    return Variable(
        name,
        owner=None,
        type_expr=type_expr,
        initial="any",
        everywhere=False,
        durable=False,
        ghost=False,
        span=span,
        unknown=True,
    )


def _definition(node: Node, scope: Scope) -> None:
    name = node.child(0).text
    parameters = () if node.children[1] is None else fields_of(node.child(1).present(), scope, "parameter")
    for parameter in parameters:
        if parameter.ghost:
            scope.error(
                "MC305", parameter.span, "a parameter cannot be a ghost", "it is one where the argument reads a ghost"
            )
    scope.spec.definitions.setdefault(name, Definition(name, parameters, node.child(2), scope.span(node)))


_DECLARE = {"param": _param, "type_": _alias, "record_": _record, "const": _const, "def_": _definition}


def fields_of(nodes: Sequence[Node], scope: Scope, what: str) -> tuple[Field, ...]:
    """The fields of a record or message, or the parameters of a definition."""
    fields: dict[str, Field] = {}
    for node in nodes:
        name = node.child(1)
        if name.text in fields:
            scope.error("MC202", name, f"there is a {what} '{name.text}' already")
        field = Field(name.text, check_type(node.child(2), scope), node.children[0] is not None, scope.span(node))
        fields.setdefault(name.text, field)
    return tuple(fields.values())


def _message(node: Node, scope: Scope) -> None:
    name = node.child(0)
    fields: tuple[Field, ...] = ()
    network, delay = None, None
    for part in node.present()[1:]:
        if part.rule == "fields":
            fields = fields_of(part.present(), scope, "field")
        elif part.rule == "over":
            if network is not None:
                scope.error("MC202", part, f"the network of {name.text} is given twice")
            network = network_of(part.child(0), scope)
        elif part.rule == "delay":
            if delay is not None:
                scope.error("MC202", part, f"the delay of {name.text} is given twice")
            delay = delay_of(part, scope)
    message = Message(name.text, fields, network, scope.span(node), delay=delay)
    scope.spec.messages.setdefault(name.text, message)


_UNBOUNDED = {
    "soup": ("a soup has no capacity", "it holds every message at most once, and for ever"),
    "rounds": ("rounds have no capacity", "whatever is sent in a round is there in the next one"),
}
"""Networks without a capacity: what is wrong with one, and why."""


def network_of(node: Node, scope: Scope) -> NetworkDecl | None:
    """A `netkind`, or None after an error."""
    kind = node.child(0).child(0).text
    capacity, on_full = None, "cut"
    if node.children[1] is not None:
        part = node.child(1)
        capacity = scope.at("constant").check_as(part.child(0), INT, "a capacity")
        on_full = part.child(1).child(0).text if part.children[1] is not None else "cut"
    if kind in _UNBOUNDED and capacity is not None:
        scope.error("MC406", node, *_UNBOUNDED[kind])
        return None
    return NetworkDecl(kind, capacity, cast("Literal['cut', 'blocks', 'drops']", on_full), scope.span(node))


def detector_of(node: Node, scope: Scope) -> DetectorDecl:
    """A `detector`."""
    return DetectorDecl(node.child(0).child(0).text, scope.span(node))


def variable_of(node: Node, scope: Scope, owner: str | None, *, ghost: bool, durable: bool) -> Variable:
    """A `vardecl`."""
    name, type_expr = node.child(0).text, check_type(node.child(1), scope)
    initial: Expr | Literal["any"] = Invalid(scope.span(node), UNKNOWN)
    everywhere = False
    place = scope.at("initial", owner)
    value = node.children[2]
    if value is None:
        hint = f"write `var {name}: {type_expr.span.text} = …`, or `= any` for every value"
        scope.error("MC306", node, f"the variable '{name}' has no initial value", hint)
    elif value.rule == "any_value":
        initial = "any"
        if ghost:
            scope.error(
                "MC305", node, "a ghost cannot be chosen", "give it a value: a choice would change the protocol"
            )
    elif value.rule == "all_value":
        everywhere = True
        if isinstance(type_expr.type, MapT):
            initial = place.check_as(value.child(0), type_expr.type.value, f"the values of '{name}'")
        else:
            scope.error("MC301", value, f"'all' fills a map, but '{name}' is {type_expr.type}")
    else:
        initial = place.check(value)
        if join(initial.type, type_expr.type) is None:
            hint = f"write `= all {value_text(initial)}`" if isinstance(type_expr.type, MapT) else ""
            problem = f"the initial value of '{name}' must be {type_expr.type}, but this is {initial.type}"
            scope.error("MC301", initial.span, problem, hint)
    return Variable(name, owner, type_expr, initial, everywhere, durable, ghost, scope.span(node))


def value_text(expression: Expr) -> str:
    """The source text of an expression."""
    return expression.span.text
