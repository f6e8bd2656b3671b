"""What a solver can tell of a specification before any search, one kind of doubt after the other."""

from __future__ import annotations

import time
from collections.abc import Sequence

from modelcheck.diagnostics import Diagnostics
from modelcheck.engines.base import Effort
from modelcheck.engines.process import budget_bytes
from modelcheck.engines.symbolic.solving import Solving, StoppedError
from modelcheck.ir.model import Model
from modelcheck.ir.spec import Spec
from modelcheck.kernel.task import Limits
from modelcheck.pipeline.allowance import Allowance
from modelcheck.pipeline.static.asking import Asking
from modelcheck.pipeline.static.errors import warn_about_errors
from modelcheck.pipeline.static.overlaps import warn_about_overlaps
from modelcheck.pipeline.static.properties import warn_about_properties
from modelcheck.pipeline.static.quorums import warn_about_quorums
from modelcheck.pipeline.static.transitions import warn_about_guards


def survey(spec: Spec, models: Sequence[Model], allowance: Allowance, told: Diagnostics, *, errors: bool) -> None:
    """Record the doubts that concern every check of a specification; `models` has the model of each.

    The `allowance` is for one question to one check; `errors`: also what goes wrong in some state, reached or not.
    Raises `KeyboardInterrupt`.
    """
    limits = Limits(memory_bytes=budget_bytes(Limits()))
    try:
        with Solving(limits, time.monotonic(), Effort(allowance.steps, allowance.terms)) as solving:
            asking = Asking(models, solving, allowance.seconds, told)
            warn_about_guards(spec, asking)
            warn_about_overlaps(spec, asking)
            if errors:
                warn_about_errors(spec, asking)
            warn_about_properties(spec, asking)
            warn_about_quorums(spec, asking)
    except StoppedError:
        raise KeyboardInterrupt from None
