"""One expression that a user asks for, typed as if it stood in a property of steps of a specification."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, Diagnostics, InputError
from modelcheck.frontend.parser import parse_text
from modelcheck.frontend.typecheck import check_expression
from modelcheck.frozen import replace
from modelcheck.ir.scope import AgentNames, Scope
from modelcheck.source import Source, Span
from modelcheck.syntax import Node

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.spec import Spec

LONGEST = 2000
"""The most characters of an expression: whoever writes more had better write it into the specification."""

NAME = "expression"
"""What diagnostics call the text."""

# An expression is what a definition says; on a line of its own it is shown alone.
_HEADER = "protocol Asked def asked =\n"


def expression_of(spec: Spec, text: str) -> Expr:
    """The typed expression. Raises `InputError` with every mistake; places are in `text`, or in a definition it calls.

    It is data like any other expression: evaluating it reads a state and runs no code of anybody's.
    """
    source = Source(NAME, text)
    if len(text) > LONGEST:
        raise InputError(
            [Diagnostic("MC114", Span(source, 0, 1), f"more than {LONGEST:,} characters", "make it a `def`")]
        )
    if not text.strip():
        raise InputError([Diagnostic("MC113", Span(source, 0, len(text)), "nothing is asked", "write an expression")])
    node = _parsed(source)
    diagnostics = Diagnostics()
    scope = _scope_of(spec, diagnostics)
    # The places of a definition's body are in the specification, so it is typed there, before it is called from here.
    for name in dict.fromkeys(part.text for part in node.walk() if part.text in spec.definitions):
        scope.definition_body(name)
    diagnostics.raise_errors()
    found = replace(scope, source=source).check(node)
    diagnostics.raise_errors()
    return found


def _parsed(source: Source) -> Node:
    parsed = parse_text(Source(source.name, _HEADER + source.text))
    if parsed.errors:
        raise InputError(_moved_diagnostic(found, source) for found in parsed.errors)
    items = [item for item in parsed.root.present() if item.rule != "NAME"]
    if len(items) > 1:
        start = items[1].start - len(_HEADER)
        problem = "the expression ends here, and more follows"
        raise InputError([Diagnostic("MC104", Span(source, start, len(source.text)), problem, "ask for one at a time")])
    return _moved(items[0].child(2))


def _moved(node: Node) -> Node:
    """The node where it stands in the text alone."""
    children = tuple(child and _moved(child) for child in node.children)
    return replace(node, start=node.start - len(_HEADER), end=node.end - len(_HEADER), children=children)


def _moved_diagnostic(found: Diagnostic, source: Source) -> Diagnostic:
    if found.span is None:
        return found
    start, end = (min(max(place - len(_HEADER), 0), len(source.text)) for place in (found.span.start, found.span.end))
    return replace(found, span=Span(source, start, end))


def _scope_of(spec: Spec, diagnostics: Diagnostics) -> Scope:
    agents = {
        name: AgentNames(
            name,
            {variable.name: variable for variable in agent.variables},
            {state.name: state for state in agent.states},
            {timer.name: timer for timer in agent.timers},
        )
        for name, agent in spec.agents.items()
    }
    elsewhere = {v.name: f"a variable of {name}" for name, agent in agents.items() for v in agent.variables.values()}
    scope = Scope(spec, agents, diagnostics, spec.source, check_expression, elsewhere=elsewhere)
    return scope.at("step")
