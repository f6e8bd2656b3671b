"""Parameters, sizes and constants of one check."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelcheck.diagnostics import did_you_mean
from modelcheck.environment.choices import check_intervals
from modelcheck.ir.constructs.atoms import ParamRead
from modelcheck.ir.expression import EvaluationError
from modelcheck.ir.types import BoolT, EnumT, IntT

if TYPE_CHECKING:
    from modelcheck.diagnostics import Diagnostics
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Check
    from modelcheck.ir.types import Type
    from modelcheck.ir.values import Value
    from modelcheck.source import Span

MAX_SIZE = 64
"""The most ids of a sort: sets of ids are words of 64 bits."""


NUMBER = r"-?[0-9]{1,18}"
"""A number on the command line: as long as one in a specification may be."""


def parameters(model: Model, check: Check, given: dict[str, str], diagnostics: Diagnostics) -> None:
    """Set every parameter: the command line before the check before the default. One may use others, in any order."""
    spec = model.spec
    known = {*spec.params, *spec.agents, *spec.sorts, *spec.unknowns}
    for name in given:
        if name not in known:
            fixed = "a const cannot be set: make it a param, or `any`"
            help_ = fixed if name in spec.consts else did_you_mean(name, known)
            diagnostics.error("MC402", None, f"there is nothing to set that is called '{name}'", help_)
    settings = {setting.name: setting for setting in check.settings}
    pending = [name for name in spec.params if not _given(model, name, given, diagnostics)]
    values = {name: settings[name].value if name in settings else spec.params[name].default for name in pending}
    while pending:
        ready = [name for name in pending if not _uses(values[name], pending)]
        if not ready:
            names = " and ".join(pending)
            first = next(name for name in pending if name in settings)
            diagnostics.error(
                "MC206", settings[first].span, f"{names} need one another in this check", "set one to a value"
            )
            return
        for name in ready:
            pending.remove(name)
            check_intervals(model, values[name], set(), diagnostics)
            if diagnostics.errors:
                return
            try:
                model.params[name] = model.constant(values[name])
            except EvaluationError as error:
                diagnostics.error("MC403", error.span, error.problem)
                return


def _given(model: Model, name: str, given: dict[str, str], diagnostics: Diagnostics) -> bool:
    """Set a parameter from the command line, if it is there."""
    if name not in given:
        return False
    param = model.spec.params[name]
    value = parsed(param.type, given[name], model)
    if value is None:
        diagnostics.error(
            "MC402", None, f"'{given[name][:40]}' is no value for the parameter '{name}' of type {param.type}"
        )
    else:
        model.params[name] = value
    return True


def _uses(value: Expr, names: Sequence[str]) -> bool:
    return any(isinstance(part, ParamRead) and part.param.name in names for part in value.walk())


def check_parameters(model: Model, check: Check, given: dict[str, str], diagnostics: Diagnostics) -> None:
    """Record an error for each parameter that does not fit its type, once sizes and constants are known."""
    settings = {setting.name: setting for setting in check.settings}
    for name, param in model.spec.params.items():
        if param.type_expr is None:
            continue
        place: Span | None = settings[name].span if name in settings else param.span
        with diagnostics.collecting():
            why = model.domain(param.type_expr).misfit(model.params[name])
            if why:
                place = None if name in given else place
                diagnostics.error("MC403", place, f"the parameter '{name}' does not fit its type: {why}")


def parsed(type_: Type, text: str, model: Model) -> Value:
    """A truth value, a number or a member of an enumeration as the command line writes it, or None."""
    match type_:
        case BoolT():
            return {"true": True, "false": False}.get(text)
        case IntT():
            return int(text) if re.fullmatch(NUMBER, text) else None
        case EnumT(name):
            return text if text in model.spec.enums[name].members else None
        case _:
            return None


def sizes(model: Model, check: Check, given: dict[str, str], diagnostics: Diagnostics) -> None:
    """Set every size. An agent kind that is not mentioned has one instance; a sort of ids must be mentioned."""
    settings = {setting.name: setting for setting in check.settings}
    for sort in (*model.spec.agents, *model.spec.sorts):
        place: Span | None = settings[sort].span if sort in settings else None
        if sort in given:
            place = None
            if not re.fullmatch(NUMBER, given[sort]):
                diagnostics.error("MC402", None, f"'{given[sort][:40]}' is no size for {sort}", "a size is a number")
                continue
            size = int(given[sort])
        elif sort in settings:
            try:
                size = model.constant(settings[sort].value)
            except EvaluationError as error:
                diagnostics.error("MC403", error.span, error.problem)
                continue
        elif sort in model.spec.agents:
            size = 1
        else:
            diagnostics.error(
                "MC401", check.span, f"this check does not say how many {sort} there are", f"write `{sort} = 2`"
            )
            continue
        if not 0 <= size <= MAX_SIZE:
            limits = f"a size lies between 0 and {MAX_SIZE:,}"
            diagnostics.error("MC401", place, f"there cannot be {size:,} {sort}", limits)
            continue
        model.sizes[sort] = size


def constants(model: Model, diagnostics: Diagnostics) -> None:
    """Evaluate every constant; a later one may use an earlier one."""
    for name, const in model.spec.consts.items():
        try:
            with diagnostics.collecting():
                check_intervals(model, const.value, set(), diagnostics)
                if diagnostics.errors:
                    return
                value = model.constant(const.value)
                why = model.domain(const.type_expr).misfit(value)
                if why:
                    diagnostics.error("MC403", const.span, f"the constant '{name}' does not fit its type: {why}")
                model.consts[name] = value
        except EvaluationError as error:
            diagnostics.error("MC403", error.span, error.problem)
            return
