"""Constants that are `any`: a check or the command line may give one a value; it covers every value otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostics, did_you_mean
from modelcheck.environment.choices import check_intervals
from modelcheck.environment.settings import parsed
from modelcheck.ir.domains import Domain, MapDomain
from modelcheck.ir.expression import EvaluationError
from modelcheck.ir.model import MAX_VALUES
from modelcheck.ir.types import BoolT, EnumT, IntT
from modelcheck.semantics.show import show_value

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Check, Variable
    from modelcheck.ir.values import Value
    from modelcheck.source import Span

_SHOWN = 40
"""How many characters of a wrong value a message repeats."""


def settle(model: Model, check: Check, given: dict[str, str], diagnostics: Diagnostics) -> None:
    """Give unknown constants the values that the command line has for them, or else the check."""
    settings = {setting.name: setting for setting in check.settings}
    for name, unknown in model.spec.unknowns.items():
        with diagnostics.collecting():
            if name in given:
                number = read_number(model, unknown, given[name], diagnostics)
                if number is not None:
                    model.settled[name] = number
            elif name in settings:
                _settle_from_expression(model, unknown, settings[name].value, diagnostics)


def _settle_from_expression(model: Model, unknown: Variable, value: Expr, diagnostics: Diagnostics) -> None:
    before = len(diagnostics.errors)
    check_intervals(model, value, set(), diagnostics)
    if len(diagnostics.errors) > before:
        return
    try:
        number = _fitting(model, unknown, model.constant(value), value.span, diagnostics)
        if number is not None:
            model.settled[unknown.name] = number
    except EvaluationError as error:
        diagnostics.error("MC403", error.span, error.problem)


def read_number(model: Model, unknown: Variable, text: str, diagnostics: Diagnostics) -> int | None:
    """The number of the value that a text stands for, or None after an error."""
    domain = model.domain(unknown.type_expr)
    if isinstance(unknown.type, BoolT | IntT | EnumT):
        value = parsed(unknown.type, text, model)
        if value is not None:
            return _fitting(model, unknown, value, None, diagnostics)
    number = _number_of(text, domain, model)
    if number is not None:
        return number
    problem = f"'{text[:_SHOWN]}' is no value for the constant '{unknown.name}' of type {unknown.type}"
    help_ = ""
    if 0 < domain.size <= MAX_VALUES:
        shown = [show_value(value, model) for value in domain.values()]
        help_ = did_you_mean(text, shown) or f"write it as a report shows it, for example {shown[0]}"
    diagnostics.error("MC402", None, problem, help_)
    return None


def _number_of(text: str, domain: Domain, model: Model) -> int | None:
    """The number of the value that is shown as a text, blanks aside. A domain too large to be tried has none."""
    if isinstance(domain, MapDomain) and text.startswith("all "):
        everywhere = _number_of(text.removeprefix("all "), domain.value, model)
        return None if everywhere is None else domain.ordinal(domain.constant(domain.value.value_at(everywhere)))
    if domain.size > MAX_VALUES:
        return None
    wanted = "".join(text.split())
    shown = ("".join(show_value(value, model).split()) for value in domain.values())
    return next((number for number, found in enumerate(shown) if found == wanted), None)


def _fitting(model: Model, unknown: Variable, value: Value, span: Span | None, diagnostics: Diagnostics) -> int | None:
    domain = model.domain(unknown.type_expr)
    why = domain.misfit(value)
    if why:
        diagnostics.error("MC403", span, f"the constant '{unknown.name}' does not fit its type: {why}")
        return None
    return domain.ordinal(value)
