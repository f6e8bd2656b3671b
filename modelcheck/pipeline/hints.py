"""What a proof looks for lemmas with: some states of a check, and the language to say what they have in common."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from modelcheck.diagnostics import InputError
from modelcheck.engines.base import Exploration, Hints, Request
from modelcheck.engines.registry import DEFAULT_ENGINE, ENGINES
from modelcheck.environment.instantiate import instantiate
from modelcheck.kernel.task import Limits
from modelcheck.pipeline.expectations import wanted_properties

if TYPE_CHECKING:
    from modelcheck.ir.expression import Expr
    from modelcheck.ir.model import Model
    from modelcheck.ir.spec import Check, Property, Spec
    from modelcheck.pipeline.verify import Options

MOST_VISITED = 20_000
"""How many states are visited. They only tell what is worth trying, so that all of them are not needed."""


def hints(spec: Spec, check: Check, options: Options) -> Hints:
    """The hints for one check."""
    return Hints(_Visits(spec, check, options).visited, partial(_typed, spec), partial(_stated, spec, check, options))


def _typed(spec: Spec, text: str) -> Expr:
    from modelcheck.frontend.asked import expression_of  # noqa: PLC0415 - with the parser, which most starts do not need

    return expression_of(spec, text)


def _stated(spec: Spec, check: Check, options: Options) -> list[str]:
    """The invariants that are not asked and read what is there, ghosts too."""
    asked = wanted_properties(spec, check, options.properties)
    kept = _model(spec, check, options, asked).kept
    found = []
    for prop in spec.properties.values():
        if prop.kind == "invariant" and prop not in asked:
            try:
                is_there = _model(spec, check, options, [*asked, prop]).kept == kept
            except InputError:
                is_there = False
            found += [prop.text] if is_there else []
    return found


def _model(spec: Spec, check: Check, options: Options, properties: Sequence[Property]) -> Model:
    return instantiate(spec, check, properties, options.overrides, enumerates=False)


class _Visits(Struct):
    """The search of one check, made when it is asked for, once."""

    spec: Spec
    check: Check
    options: Options
    done: bool = False
    found: Exploration | None = None

    def visited(self, seconds: float | None) -> Exploration | None:
        """What was found; None where choices are too many to be tried. Raises `KeyboardInterrupt`."""
        if not self.done:
            self.found = self._search(seconds)
            self.done = True
        return self.found

    def _search(self, seconds: float | None) -> Exploration | None:
        options = self.options
        try:
            # With the same properties it has the same cells.
            properties = wanted_properties(self.spec, self.check, options.properties)
            model = instantiate(self.spec, self.check, properties, options.overrides)
        except InputError:
            return None
        limits = Limits(states=MOST_VISITED, memory_bytes=options.limits.memory_bytes, seconds=seconds)
        request = Request(limits, deadlock=False, workers=options.workers or 1, audit=0)
        found = ENGINES[DEFAULT_ENGINE]()(model, request)
        if found.stopped == "interrupted":
            raise KeyboardInterrupt
        return found
