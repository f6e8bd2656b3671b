"""What a proof looks for lemmas with: some states of a check, and the language to say what they have in common."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from modelcheck.diagnostics import InputError
from modelcheck.engines.base import Hints, Request
from modelcheck.engines.registry import DEFAULT_ENGINE, ENGINES
from modelcheck.environment.instantiate import instantiate
from modelcheck.kernel.task import Limits
from modelcheck.pipeline.expectations import wanted_properties

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.ir.expression import Expr
    from modelcheck.ir.spec import Check, Spec
    from modelcheck.pipeline.verify import Options
    from modelcheck.semantics.execute import State

MOST_VISITED = 20_000
"""How many states are visited. They only tell what is worth trying, so that all of them are not needed."""

MOST_TOLD = 4000


def hints(spec: Spec, check: Check, options: Options) -> Hints:
    """The hints for one check."""
    return Hints(partial(_states, spec, check, options), partial(_typed, spec))


def _typed(spec: Spec, text: str) -> Expr:
    from modelcheck.frontend.asked import expression_of  # noqa: PLC0415 - with the parser, which most starts do not need

    return expression_of(spec, text)


def _states(spec: Spec, check: Check, options: Options, seconds: float | None) -> Sequence[State]:
    """Some states of the check, spread evenly; none where its choices are too many to be tried."""
    try:
        # With the same properties it has the same cells.
        model = instantiate(spec, check, wanted_properties(spec, check, options.properties), options.overrides)
    except InputError:
        return ()
    limits = Limits(states=MOST_VISITED, memory_bytes=options.limits.memory_bytes, seconds=seconds)
    found = ENGINES[DEFAULT_ENGINE]()(model, Request(limits, deadlock=False, workers=options.workers or 1, audit=0))
    if found.stopped == "interrupted":
        raise KeyboardInterrupt
    return () if found.states is None else found.states(MOST_TOLD).all
