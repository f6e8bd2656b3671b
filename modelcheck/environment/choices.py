"""Choices and sets that are too large to be written out: told before the search, not by running out of memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from modelcheck.ir.constructs.atoms import ConstRead, Literal, ParamRead, SortValues
from modelcheck.ir.constructs.numbers import Arithmetic, Negate
from modelcheck.ir.constructs.sets import Interval, Size
from modelcheck.ir.expression import Env, EvaluationError
from modelcheck.ir.model import MAX_VALUES
from modelcheck.ir.statement import walk_body
from modelcheck.ir.statements.assign import Assign

if TYPE_CHECKING:
    from modelcheck.diagnostics import Diagnostics
    from modelcheck.ir.domains import Domain
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Property, Spec
    from modelcheck.ir.statement import Statement
    from modelcheck.source import Span

MOST_UNKNOWN = 1 << 62
"""The most values of an `any` that nobody enumerates: a number of the kernel."""

_TOO_WIDE = "'any' has more than {:,} values to choose from"
_NARROWER = "make the type smaller, choose in parts, or ask a solver: `prove`, `--engine bounded` or `induction`"

_CONSTANT = Literal | ParamRead | ConstRead | Arithmetic | Negate | Size | SortValues


def check_choices(model: Model, properties: Sequence[Property], diagnostics: Diagnostics, *, enumerates: bool) -> None:
    """Record an error for each `lo..hi` with more than `MAX_VALUES` values, and each `any`, where it is enumerated."""
    most = MAX_VALUES if enumerates else MOST_UNKNOWN
    for span in _wide_choices(model, most):
        diagnostics.error("MC405", span, _TOO_WIDE.format(most), _NARROWER)
    seen: set[int] = set()
    for expression in expressions_of(model, properties):
        check_intervals(model, expression, seen, diagnostics)


def warn_of_wide_choices(model: Model, diagnostics: Diagnostics) -> None:
    """Warn of each `any` that has too many values to be tried one after the other: only solvers take them."""
    for span in _wide_choices(model, MAX_VALUES):
        diagnostics.warning("MC405", span, _TOO_WIDE.format(MAX_VALUES), _NARROWER)


def _wide_choices(model: Model, most: int) -> Iterator[Span]:
    """Where an `any` has more than so many values."""
    spec = model.spec
    for variable in (*spec.shared.values(), *(v for agent in spec.agents.values() for v in agent.variables)):
        is_open = variable.initial == "any" and variable.name not in model.settled
        if is_open and model.domain(variable.type_expr).size > most:
            yield variable.span
    for statement in _statements(spec):
        if isinstance(statement, Assign) and statement.value is None and _domain(model, statement).size > most:
            yield statement.span


def _domain(model: Model, assign: Assign) -> Domain:
    return assign.target.domain(Env(model, []))


def check_intervals(model: Model, expression: Expr, seen: set[int], diagnostics: Diagnostics) -> None:
    """Record an error for each `lo..hi` in an expression that is too large, as far as its bounds are constant."""
    for part in _parts(expression, seen):
        if isinstance(part, Interval) and all(isinstance(p, _CONSTANT) for b in (part.lo, part.hi) for p in b.walk()):
            _limit_interval(model, part, diagnostics)


def _limit_interval(model: Model, interval: Interval, diagnostics: Diagnostics) -> None:
    try:
        lo, hi = model.constant(interval.lo), model.constant(interval.hi)
    except EvaluationError:
        return  # An error where it is evaluated, if it ever is.
    if hi - lo >= MAX_VALUES:
        problem = f"{lo}..{hi} is too large a set: at most {MAX_VALUES:,} elements are possible"
        diagnostics.error("MC405", interval.span, problem, "compare numbers with < and <=")


def _statements(spec: Spec) -> Iterator[Statement]:
    for agent in spec.agents.values():
        yield from walk_body(agent.at_start)
        for transition in agent.behaviour:
            yield from walk_body(transition.body)


def expressions_of(model: Model, properties: Iterable[Property]) -> Iterator[Expr]:
    """What a check with these properties evaluates in the course of a run."""
    spec = model.spec
    yield from (condition for message in spec.messages.values() for condition in message.forgeable.values())
    yield from (p.expression for p in properties)
    yield from spec.initially
    if model.bound is not None:
        yield model.bound
    for agent in spec.agents.values():
        for transition in agent.behaviour:
            yield from (p.domain for p in transition.parameters)
            yield from (e for e in (transition.guard, transition.fair_when) if e is not None)
    for statement in _statements(spec):
        yield from statement.expressions()


def _parts(expression: Expr, seen: set[int]) -> Iterator[Expr]:
    """An expression and all below it, each once, however often a definition is called."""
    if id(expression) not in seen:
        seen.add(id(expression))
        yield expression
        for child in expression.children():
            yield from _parts(child, seen)
