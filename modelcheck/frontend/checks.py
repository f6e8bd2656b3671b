"""Properties and checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, cast

from modelcheck.frontend.declarations import detector_of, network_of
from modelcheck.frontend.early import must_be_early
from modelcheck.frontend.timers import expect_time
from modelcheck.ir.constructs.temporal import Temporal, check_deadlines, check_formula, is_of_infinite_runs
from modelcheck.ir.scope import Place, Scope
from modelcheck.ir.spec import Check, Expectation, FaultDecl, Property, Setting
from modelcheck.ir.types import BOOL, INT

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.syntax import Node

_PLACES: dict[str, Place] = {"transition": "step", "eventually": "temporal", "temporal": "temporal"}
_OPTIONS = {"recovery": "recovery", "silently": "silently", "while_sending": "while sending", "heal": "heal"}
"""What may stand behind a fault's budget, by the rule of the grammar."""


def check_properties(items: Sequence[Node], scope: Scope) -> set[str]:
    """Enter the properties; returns the names of those whose kind is not supported yet (an error of its own)."""
    later: set[str] = set()
    seen: set[str] = set()
    for item in items:
        if item.rule in {"property", "consistency"}:
            name = item.child(1 if item.rule == "property" else 0)
            if name.text == "errors":
                scope.error(
                    "MC202", name, "'errors' is the built-in property that no evaluation fails", "choose another name"
                )
            if name.text in seen:
                scope.error("MC202", name, f"there is a property '{name.text}' already")
            seen.add(name.text)
        if item.rule in {"consistency", "refines"}:
            later.add(item.child(0).text)
        if item.rule == "property":
            kind, name = item.child(0).child(0).text, item.child(1)
            place = scope.at(_PLACES.get(kind, "property"))
            expression = place.condition(item.child(2), f"the property '{name.text}'")
            if kind == "eventually":
                expression = Temporal(expression.span, BOOL, "eventually", (expression,))
            if kind in {"eventually", "temporal"}:
                kind = "temporal"
                check_formula(expression, place)
                check_deadlines(expression, place)
            literal = cast("Literal['invariant', 'transition', 'reachable', 'temporal']", kind)
            scope.spec.properties.setdefault(name.text, Property(name.text, literal, expression, scope.span(item)))
    return later


def check_checks(items: Sequence[Node], scope: Scope, later: set[str]) -> None:
    """Enter the checks."""
    names: set[str] = set()
    for item in items:
        if item.rule == "check":
            name = item.child(0)
            title = name.text[1:-1]
            if title in names:
                scope.error("MC202", name, f'there is a check "{title}" already')
            names.add(title)
            scope.spec.checks.append(_check(item, title, scope, later))


def _check(node: Node, title: str, scope: Scope, later: set[str]) -> Check:
    settings: dict[str, Setting] = {}
    faults: list[FaultDecl] = []
    expectations: list[Expectation] = []
    network, detector, bound, allow_deadlock = None, None, None, False
    for part in node.present()[1:]:
        match part.rule:
            case "setting":
                _setting(part, settings, scope)
            case "network":
                if network is not None:
                    scope.error("MC202", part, "the network of this check is given twice")
                network = network_of(part.child(0), scope)
            case "faults":
                faults += [fault for line in part.present() if (fault := _fault(line, scope)) is not None]
            case "bound":
                inner = scope.at("property")
                condition = inner.condition(part.child(0), "a bound")
                bound = condition if bound is None else _both(bound, condition)
            case "allow_deadlock":
                allow_deadlock = True
            case "detector":
                if detector is not None:
                    scope.error("MC202", part, "the failure detector of this check is given twice")
                detector = detector_of(part, scope)
            case "expect":
                expectations += [e for line in part.present() if (e := _expectation(line, scope, later)) is not None]
    _contradictions(expectations, scope)
    for expectation in expectations:
        if allow_deadlock and expectation.subject == "deadlock" and expectation.negated:
            problem = "this check allows a deadlock and expects that there is none"
            scope.error("MC408", expectation.span, problem, "remove one of the two")
    span = scope.span(node.child(0))
    return Check(
        title,
        tuple(settings.values()),
        network,
        detector,
        tuple(faults),
        bound,
        allow_deadlock,
        tuple(expectations),
        span,
    )


def _both(left: Expr, right: Expr) -> Expr:
    from modelcheck.ir.constructs.logic import And  # noqa: PLC0415 - used here only

    return And(right.span, right.type, left, right)


def _setting(node: Node, settings: dict[str, Setting], scope: Scope) -> None:
    name = node.child(0)
    if name.text in settings:
        scope.error("MC202", name, f"'{name.text}' is set twice in this check")
    place = scope.at("parameter")
    if name.text in scope.spec.unknowns:
        # Behind sizes and constants, which its type may use.
        unknown = scope.spec.unknowns[name.text]
        value = scope.at("constant").check_as(node.child(1), unknown.type, f"the constant '{name.text}'")
        settings.setdefault(name.text, Setting(name.text, value, scope.span(node)))
        return
    if name.text in scope.spec.params:
        value = place.check_as(node.child(1), scope.spec.params[name.text].type, f"the parameter '{name.text}'")
    elif name.text in scope.agents or name.text in scope.spec.sorts:
        value = place.check_as(node.child(1), INT, f"the size of {name.text}")
    else:
        value = place.check(node.child(1))
        if name.text not in scope.forgiven:
            known = [*scope.agents, *scope.spec.sorts, *scope.spec.params, *scope.spec.unknowns]
            if name.text in scope.spec.consts:
                problem = f"'{name.text}' is a const, which a check cannot set"
                scope.error("MC402", name, problem, "make it a param, or `any`")
            else:
                scope.unknown("agent kind, sort or parameter", name.text, name, known)
    must_be_early(value, scope)
    settings.setdefault(name.text, Setting(name.text, value, scope.span(node)))


def _fault(node: Node, scope: Scope) -> FaultDecl | None:
    if node.rule == "named_fault":
        declared = {fault.name for agent in scope.spec.agents.values() for fault in agent.faults}
        kind, subject, options = "fault", node.child(0).text, frozenset[str]()
        if subject not in declared:
            scope.unknown("declared fault", subject, node.child(0), declared)
            return None
    elif node.rule == "message_fault":
        kind, subject, options = node.child(0).child(0).text, None, frozenset[str]()
    else:
        kind, subject = node.rule, node.child(0).text
        if subject not in scope.agents:
            scope.unknown("agent kind", subject, node.child(0), scope.agents)
            return None
        options = _options(node.present()[2:], scope)
    budget_node = node.child(1)
    budget = None
    if budget_node.rule == "up_to":
        budget = _budget(budget_node, scope)
    return FaultDecl(kind, subject, budget, options, scope.span(node))


def _options(parts: Sequence[Node], scope: Scope) -> frozenset[str]:
    """What stands behind a budget, each once."""
    found = set[str]()
    for part in parts:
        option = _OPTIONS[part.rule]
        if option in found:
            scope.error("MC202", part, f"`{_written(option)}` stands twice behind this fault", "remove one")
        found |= {option, "fair"} if part.rule == "recovery" and part.children[0] is not None else {option}
    return frozenset(found)


def _written(option: str) -> str:
    return "with recovery" if option == "recovery" else option


def _budget(node: Node, scope: Scope) -> Expr:
    from modelcheck.ir.constructs.atoms import Literal as LiteralValue  # noqa: PLC0415 - a name clash
    from modelcheck.syntax import Node as SyntaxNode  # noqa: PLC0415 - used here only

    token = node.child(0)
    if token.rule == "INT":
        return LiteralValue(scope.span(token), INT, int(token.text))
    name = SyntaxNode("name", token.start, token.end, (token,))
    return scope.at("constant").check_as(name, INT, "a budget")


def _expectation(node: Node, scope: Scope, later: set[str]) -> Expectation | None:
    span = scope.span(node)
    if node.rule == "expect_states":
        return Expectation("states", negated=False, steps=None, states=int(node.child(0).text), span=span)
    negated = node.children[0] is not None
    if node.rule == "expect_time":
        return expect_time(node, negated=negated, scope=scope)
    steps_node = node.children[-1]
    steps = None if steps_node is None else int(steps_node.child(0).text)
    if node.rule == "expect_deadlock":
        if negated and steps is not None:
            scope.error("MC408", node, "only a violation has a number of steps", "write `expect deadlock in …`")
        return Expectation("deadlock", negated, steps, None, span)
    name = node.child(2)
    if name.text in later:
        return None
    if name.text == "errors":
        scope.error("MC201", name, "no error can be expected", "leave it out: every check asks that none is reachable")
        return None
    if name.text not in scope.spec.properties:
        scope.unknown("property", name.text, name, scope.spec.properties)
        return None
    prop = scope.spec.properties[name.text]
    kind = prop.kind
    if node.children[1] is not None:
        return _inductive(node, prop, scope)
    if steps is not None and kind == "temporal" and is_of_infinite_runs(prop.expression):
        problem = "the run that violates this has no end, and so no number of steps"
        scope.error("MC408", node, problem, f"write `expect {'not ' if negated else ''}{name.text}`")
    elif steps is not None and negated == (kind == "reachable"):
        what = "a state that is reached" if kind == "reachable" else "a violation"
        scope.error(
            "MC408",
            node,
            f"only {what} has a number of steps",
            f"write `expect {'' if negated else 'not '}{name.text} in …`",
        )
    return Expectation(name.text, negated, steps, None, span)


def _inductive(node: Node, prop: Property, scope: Scope) -> Expectation:
    """`inductive p`: of invariants only, and not at the end of a run."""
    if prop.kind != "invariant":
        problem = f"'{prop.name}' is no invariant, so steps cannot keep it"
        scope.error("MC408", node, problem, f"declare `invariant {prop.name}: …`")
    if node.children[-1] is not None:
        problem = "a step from any state breaks an invariant or not, whatever leads there"
        scope.error("MC408", node, problem, "leave `in … steps` out")
    return Expectation(f"inductive {prop.name}", node.children[0] is not None, None, None, scope.span(node))


def _contradictions(expectations: Sequence[Expectation], scope: Scope) -> None:
    seen: dict[str, Expectation] = {}
    for expectation in expectations:
        before = seen.setdefault(expectation.subject, expectation)
        if before is not expectation:
            what = "number of states" if expectation.subject == "states" else f"verdict of '{expectation.subject}'"
            scope.error("MC408", expectation.span, f"the {what} is expected twice in this check")
