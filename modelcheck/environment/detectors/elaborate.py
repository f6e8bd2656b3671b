"""From a declared failure detector to its variables and steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.environment.detectors.uses import uses_of
from modelcheck.environment.registry import DETECTORS
from modelcheck.ir.constructs.detectors import Leader, Suspects
from modelcheck.ir.model import Cell
from modelcheck.ir.statements.initial import Initialise

if TYPE_CHECKING:
    from modelcheck.environment.detectors.terms import Terms
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Check
    from modelcheck.ir.statement import Statement

_FORMS = {"suspicions": "suspects(…)", "leader": "leader()"}


def add_detector(model: Model, check: Check) -> None:
    """Add the failure detector of a check, if anything asks it.

    Raises `InputError` (MC470) where something asks what there is no detector for.
    """
    uses = list(uses_of(model))
    if not uses:
        model.unasked = check.detector
        return
    declared = check.detector or model.spec.detector
    if declared is None:
        problem = f'there is no failure detector in the check "{check.name}"'
        raise InputError([Diagnostic("MC470", uses[0].span, problem, f"declare one: {_offered(uses[0])}")])
    kind = DETECTORS[declared.kind]()
    for use in uses:
        if isinstance(use, Leader) != (kind.tells == "leader"):
            problem = f"the failure detector `{declared.kind}` of this check knows only {_FORMS[kind.tells]}"
            raise InputError([Diagnostic("MC470", use.span, problem, f"declare another: {_offered(use)}")])
    from modelcheck.environment.detectors.leaders import add_leaders  # noqa: PLC0415 - most models have no detector
    from modelcheck.environment.detectors.suspicions import add_suspicions  # noqa: PLC0415 - as above
    from modelcheck.environment.detectors.terms import Terms  # noqa: PLC0415 - as above

    model.detector = declared.kind
    before = len(model.actions)
    terms = Terms(model, declared.span)
    if kind.tells == "leader":
        followers = dict.fromkeys(use.kind for use in uses if model.sizes[use.kind])
        start = add_leaders(terms, tuple(followers))
    else:
        asked = [use for use in uses if isinstance(use, Suspects)]
        pairs = dict.fromkeys((use.kind, use.watched) for use in asked)
        start = add_suspicions(terms, kind, tuple(pair for pair in pairs if all(model.sizes[k] for k in pair)))
    _begin(terms, start)
    # Faults come last, as the order of choices has it.
    model.actions[before:] = sorted(model.actions[before:], key=lambda action: action.origin == "fault")


def _offered(use: Suspects | Leader) -> str:
    wanted = "leader" if isinstance(use, Leader) else "suspicions"
    words = [f"`detector {name}`" for name, thunk in DETECTORS.items() if thunk().tells == wanted]
    return " or ".join(words) if len(words) < 3 else f"{', '.join(words[:-1])} or {words[-1]}"  # noqa: PLR2004 - a list


def _begin(terms: Terms, start: tuple[Statement, ...]) -> None:
    """Give the variables cells and initial values, before anything else is initialised."""
    model = terms.model
    for variable in model.oracle.values():
        domain = model.domain(variable.type_expr)
        model.add_cells(variable, [Cell(variable.name, "variable", None, domain, show=variable.name)])
    initial = (Initialise(terms.span, variable) for variable in model.oracle.values())
    model.initial[:0] = [*initial, *start]
