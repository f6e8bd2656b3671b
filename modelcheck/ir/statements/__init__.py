"""The statements of the language and the check of a body."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.ir.expression import Expr
from modelcheck.ir.ghosts import forbid_ghost
from modelcheck.ir.order import can_be_chosen
from modelcheck.ir.statement import Body, Statement
from modelcheck.ir.statements.assign import check_assign, check_change
from modelcheck.ir.statements.control import Assert, Choose, Either, For, Goto, If, Let, Skip
from modelcheck.ir.statements.loops import check_commutes
from modelcheck.ir.statements.messages import check_send
from modelcheck.ir.statements.timers import check_start, check_stop
from modelcheck.ir.types import UNKNOWN, SetT, UnknownT

if TYPE_CHECKING:
    from modelcheck.ir.scope import Scope
    from modelcheck.syntax import Node

LATER = {
    "invoke": "a history (`invoke`)",
    "return_": "a history (`return`)",
}
"""Statements whose meaning is not built yet."""


def check_body(node: Node | None, scope: Scope) -> Body:
    """The statements of a block; `let` binds for the rest of it."""
    if node is None:
        return ()
    body: list[Statement] = []
    for child in node.present():
        if child.rule == "let_":
            name, value = child.child(0), scope.check(child.child(1))
            forbid_ghost(value, scope, "a name bound in a body")
            scope = scope.bind(name.text, value.type, scope.span(name))
            body.append(Let(scope.span(child), name.text, value))
            continue
        statement = _check(child, scope)
        if statement is not None:
            body.append(statement)
    return tuple(body)


def _check(node: Node, scope: Scope) -> Statement | None:
    match node.rule:
        case "assign":
            return check_assign(node, scope)
        case "change":
            return check_change(node, scope)
        case "goto":
            return _goto(node, scope)
        case "send" | "reply":
            return check_send(node, scope)
        case "start_timer":
            return check_start(node, scope)
        case "stop_timer":
            return check_stop(node, scope)
        case "if_":
            return _if(node, scope)
        case "for_":
            return _for(node, scope)
        case "choose":
            return _choose(node, scope)
        case "either":
            return Either(scope.span(node), tuple(check_body(block, scope) for block in node.present()))
        case "assert_":
            condition = scope.condition(node.child(0), "an assertion")
            forbid_ghost(condition, scope, "an assertion")
            message = node.children[1]
            return Assert(scope.span(node), condition, message.text[1:-1] if message else "")
        case "skip":
            return Skip(scope.span(node))
        case rule:
            scope.unsupported(node, LATER[rule])
            return None


def _goto(node: Node, scope: Scope) -> Statement | None:
    name = node.child(0)
    assert scope.agent is not None
    states = scope.agents[scope.agent].states
    if name.text not in states:
        scope.unknown(f"state of {scope.agent}", name.text, name, states)
        return None
    return Goto(scope.span(node), name.text)


def _if(node: Node, scope: Scope) -> Statement:
    condition = scope.condition(node.child(0), "the condition of 'if'")
    forbid_ghost(condition, scope, "the condition of 'if'")
    then = check_body(node.child(1), scope)
    orelse: Body = ()
    if node.children[2] is not None:
        inner = node.child(2).child(0)
        orelse = check_body(inner, scope) if inner.rule == "block" else (_if(inner, scope),)
    return If(scope.span(node), condition, then, orelse)


def choosable_domain(node: Node, scope: Scope, role: str) -> tuple[Expr, bool]:
    """A set that names are chosen from, and whether it can be one."""
    domain = scope.check(node)
    forbid_ghost(domain, scope, role)
    if not isinstance(domain.type, SetT | UnknownT):
        scope.error("MC301", domain.span, f"{role} must be a set, but this is {domain.type}")
        return domain, False
    if isinstance(domain.type, SetT) and not can_be_chosen(domain.type.element) and domain.type.element != UNKNOWN:
        problem = f"a {domain.type.element} cannot be chosen: its values are not numbered"
        scope.error("MC311", domain.span, problem, "put it in a record, or choose a number and compute the value")
        return domain, False
    if isinstance(domain.type, UnknownT):
        scope.untyped(domain)
    return domain, isinstance(domain.type, SetT)


def _for(node: Node, scope: Scope) -> Statement | None:
    name = node.child(0)
    domain, usable = choosable_domain(node.child(1), scope, "what 'for' runs over")
    element = domain.type.element if isinstance(domain.type, SetT) else UNKNOWN
    inner = scope.bind(name.text, element, scope.span(name))
    body = check_body(node.child(2), inner)
    if not usable:
        return None
    loop = For(scope.span(node), name.text, domain, body)
    check_commutes(loop, scope)
    return loop


def _choose(node: Node, scope: Scope) -> Statement | None:
    name = node.child(0)
    domain, usable = choosable_domain(node.child(1), scope, "what 'choose' takes from")
    element = domain.type.element if isinstance(domain.type, SetT) else UNKNOWN
    inner = scope.bind(name.text, element, scope.span(name))
    condition = None
    if node.children[2] is not None:
        condition = inner.condition(node.child(2).child(0), "the condition of 'choose'")
        forbid_ghost(condition, scope, "the condition of 'choose'")
    body = check_body(node.child(3), inner)
    return Choose(scope.span(node), name.text, domain, condition, body) if usable else None


def check_single_goto(body: Body, scope: Scope, *, already: bool) -> bool:
    """Record an error for each `->` behind another on one path; returns whether some path has one."""
    for statement in body:
        if isinstance(statement, Goto):
            if already:
                scope.error("MC308", statement.span, "this path has a '->' already", "a transition goes to one state")
            already = True
        elif statement.blocks():
            # Every block is looked at, whatever another one had.
            found = [check_single_goto(block, scope, already=already) for block in statement.blocks()]
            already = any(found)
    return already
