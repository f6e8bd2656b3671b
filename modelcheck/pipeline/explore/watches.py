"""Expressions that a user asks for, evaluated in the states of a walk."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.frontend.asked import expression_of
from modelcheck.frozen import Frozen, replace
from modelcheck.ir.constructs.quantifiers import Generator
from modelcheck.ir.constructs.sets import Interval
from modelcheck.ir.constructs.steps import Next
from modelcheck.ir.expression import Env, EvaluationError, Expr
from modelcheck.ir.model import MAX_VALUES
from modelcheck.pipeline.explore.facts import missing
from modelcheck.reports.diagnostics import render_diagnostics
from modelcheck.semantics.show import show_value

if TYPE_CHECKING:
    from modelcheck.ir.model import Model
    from modelcheck.ir.values import Value
    from modelcheck.semantics.execute import State

SHOWN = 2000
"""The most characters of a value that are shown."""


class Asked(Frozen):
    """What an expression gives at one place: `value` as text, or `problem`, an error with a caret or a remark."""

    value: str = ""
    problem: str = ""


class Watch(Frozen, eq=False):
    """An expression with its type, ready to be evaluated."""

    text: str
    expression: Expr
    of_steps: bool
    """Whether it looks behind a step: then it has a value for each step, none for the beginning."""


def watch(model: Model, text: str) -> Watch:
    """Raises `InputError` with every mistake of the expression."""
    expression = expression_of(model.spec, text)
    absent = missing(model, expression)
    if absent is not None:
        raise InputError([Diagnostic("MC205", expression.span, absent, "let the check expect something that reads it")])
    return Watch(text, _bounded(expression), any(isinstance(part, Next) for part in expression.walk()))


def problem_of(error: InputError) -> str:
    """The diagnostics as text, with carets."""
    return render_diagnostics(error.diagnostics).rpartition("\n")[0].strip("\n")


def along(model: Model, asked: Watch, states: Sequence[State]) -> tuple[Asked, ...]:
    """The value in each state; of an expression about steps in each step, by the state behind it."""
    if not asked.of_steps:
        return tuple(_value(model, asked, state, None) for state in states)
    steps = (_value(model, asked, before, after) for before, after in pairwise(states))
    return (Asked(problem="no step yet"), *steps)


def _value(model: Model, asked: Watch, state: State, after: State | None) -> Asked:
    env = Env(model, state, after=after)  # type: ignore[arg-type]  # nothing is written
    try:
        value = show_value(asked.expression.evaluate(env), model)
    except EvaluationError as error:
        return Asked(problem=render_diagnostics([Diagnostic("MC403", error.span, error.problem)]).rpartition("\n")[0])
    return Asked(value if len(value) <= SHOWN else f"{value[:SHOWN]}…")


class _BoundedInterval(Interval):
    """`lo..hi` that fails where it would fill the memory: nothing in a specification bounds what a user asks for."""

    def evaluate(self, env: Env) -> Value:
        size = self.hi.evaluate(env) - self.lo.evaluate(env) + 1
        if size > MAX_VALUES:
            raise EvaluationError(self.span, f"{size:,} numbers are too many for a set here: at most {MAX_VALUES:,}")
        return super().evaluate(env)


Part = TypeVar("Part", bound=Expr | Generator)


def _bounded(part: Part) -> Part:
    """The same with bounded intervals."""
    fields = {name: _bounded_field(getattr(part, name)) for name in part.__struct_fields__}
    if type(part) is Interval:
        return _BoundedInterval(**fields)  # type: ignore[return-value, arg-type]  # as good as an interval
    return replace(part, **fields)


def _bounded_field(value: object) -> object:
    if isinstance(value, Expr | Generator):
        return _bounded(value)
    return tuple(map(_bounded_field, value)) if type(value) is tuple else value
