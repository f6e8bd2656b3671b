"""From a syntax tree to a typed specification: names are resolved and every expression gets its type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostics
from modelcheck.frontend.agents import check_agents, declare_agents
from modelcheck.frontend.checks import check_checks, check_properties
from modelcheck.frontend.declarations import declare_globals, detector_of, network_of
from modelcheck.frontend.definitions import check_unused_definitions
from modelcheck.frontend.forgeable import check_forgeable
from modelcheck.frontend.unused import warn_about_unused
from modelcheck.ir.constructs import RULES
from modelcheck.ir.scope import Scope
from modelcheck.ir.spec import Spec

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.source import Source
    from modelcheck.syntax import Node

_LATER_DECLARATIONS = {
    "import_": "`import`",
    "consistency": "a consistency model",
    "refines": "refinement",
}


def check_expression(node: Node, scope: Scope) -> Expr:
    """The typed expression of a node, by the table of constructs."""
    return RULES[node.rule](node, scope)


def typecheck(root: Node, source: Source, diagnostics: Diagnostics, forgiven: frozenset[str] = frozenset()) -> Spec:
    """Build the typed specification of a tree; all mistakes are recorded in `diagnostics`.

    `forgiven` holds the names in text that the parser had to skip: they may be unknown without it being said.
    The result is meant to be used only if no error was recorded.
    """
    name = root.children[0]
    spec = Spec(name.text if name is not None and name.rule == "NAME" else "", source)
    scope = Scope(spec, {}, diagnostics, source, check_expression, forgiven)
    items = [node for node in root.present() if node.rule != "NAME"]
    for item in items:
        if item.rule in _LATER_DECLARATIONS:
            scope.unsupported(item, _LATER_DECLARATIONS[item.rule])
        elif item.rule == "timeopt":
            if spec.timed is not None:
                scope.error("MC202", item, "`time discrete` is declared twice", "once is enough")
            spec.timed = spec.timed or scope.span(item)
    declare_globals(items, scope)
    for item in items:
        if item.rule == "network":
            if spec.network is not None:
                scope.error(
                    "MC202", item, "the network is declared twice", "a message can have its own: `message M over fifo`"
                )
            spec.network = network_of(item.child(0), scope)
        elif item.rule == "detector":
            if spec.detector is not None:
                scope.error("MC202", item, "the failure detector is declared twice", "a check can have another")
            spec.detector = detector_of(item, scope)
    agents = declare_agents(items, scope)
    check_agents(agents, scope)
    check_forgeable(items, scope)
    for item in items:
        if item.rule == "initially":
            spec.initially.append(scope.at("property").condition(item.child(0), "'initially'"))
    later = check_properties(items, scope)
    check_checks(items, scope, later)
    check_unused_definitions(scope)
    if not diagnostics.errors:
        warn_about_unused(spec, diagnostics)
    spec.warnings = diagnostics.warnings
    return spec
