"""Every mistake and doubt about a specification that can be told without exploring anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.diagnostics import Diagnostic, Diagnostics
from modelcheck.environment.choices import warn_of_wide_choices
from modelcheck.environment.instantiate import instantiate
from modelcheck.frontend.parse import parse
from modelcheck.frontend.typecheck import typecheck
from modelcheck.pipeline.expectations import wanted_properties
from modelcheck.pipeline.idle import warn_about_idle

if TYPE_CHECKING:
    from modelcheck.pipeline.allowance import Allowance
    from modelcheck.source import Source


class LintInterrupt(KeyboardInterrupt):
    """Ctrl-C while a solver was asked; `found` is what was known by then."""

    def __init__(self, found: tuple[Diagnostic, ...]) -> None:
        self.found = found
        super().__init__()


def lint(source: Source, allowance: Allowance | None = None, *, errors: bool = False) -> tuple[Diagnostic, ...]:
    """Errors and warnings in source order; the sizes and parameters of checks are looked at if all else is right.

    With an `allowance`, a solver is asked what the types of a specification without errors allow, with `errors` also
    what goes wrong in some state, reached or not. Raises `ModuleNotFoundError` where there is no solver, and
    `LintInterrupt`.
    """
    diagnostics = Diagnostics()
    parsed = parse(source)
    diagnostics.extend(parsed.errors)
    spec = typecheck(parsed.root, source, diagnostics, parsed.skipped_names)
    if not diagnostics.errors:
        models = []
        for check in spec.checks:
            with diagnostics.collecting():
                # What has too many values to be tried is no mistake where a solver is asked.
                models.append(instantiate(spec, check, wanted_properties(spec, check, ()), enumerates=False))
                warn_of_wide_choices(models[-1], diagnostics)
                warn_about_idle(models[-1], diagnostics)
        if allowance is not None and not diagnostics.errors:
            # The solver takes a while to load.
            from modelcheck.pipeline.static import survey  # noqa: PLC0415

            try:
                survey(spec, models, allowance, diagnostics, errors=errors)
            except KeyboardInterrupt:
                raise LintInterrupt(_in_order(diagnostics)) from None
    return _in_order(diagnostics)


def _in_order(diagnostics: Diagnostics) -> tuple[Diagnostic, ...]:
    return tuple(sorted((*diagnostics.errors, *diagnostics.warnings), key=Diagnostic.sort_key))
