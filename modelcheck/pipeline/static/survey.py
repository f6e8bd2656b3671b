"""What a solver can tell of a specification before any search, one kind of doubt after the other."""

from __future__ import annotations

import time
from collections.abc import Sequence

from modelcheck.diagnostics import Diagnostic, Diagnostics
from modelcheck.engines.base import STOPPED, Effort
from modelcheck.engines.child import Again, EndedError, Tell, can_have_child, in_child, own, within
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
from modelcheck.source import Span


def survey(spec: Spec, models: Sequence[Model], allowance: Allowance, told: Diagnostics, *, errors: bool) -> None:
    """Record the doubts that concern every check of a specification; `models` has the model of each.

    The `allowance` is for one question to one check; `errors`: also what goes wrong in some state, reached or not.
    They are asked in a process of their own, where the system has them. Raises `KeyboardInterrupt`.
    """
    limits = within(Limits(seconds=allowance.seconds))

    def hear(one: Diagnostic) -> None:
        told.extend([one])

    def work(tell: Tell) -> None:
        limits_of_solvers = Limits(memory_bytes=own(limits).memory_bytes)
        with Solving(limits_of_solvers, time.monotonic(), Effort(allowance.steps, allowance.terms)) as solving:
            asking = Asking(models, solving, allowance.seconds, _Telling(tell), lambda: tell(Again()))
            _ask(spec, asking, errors=errors)

    try:
        if can_have_child():
            in_child(work, hear, limits)
        else:
            work(lambda one: None if isinstance(one, Again) else hear(one))
    except StoppedError as stopped:
        # Every other limit is one of a question, and told.
        if stopped.why != "interrupted":
            raise
        raise KeyboardInterrupt from None
    except EndedError as ended:
        if ended.why == "interrupted":
            raise KeyboardInterrupt from None
        problem = f"not every doubt was looked into: {STOPPED[ended.why]} in the midst of a question"
        told.warning("MC529", Span(spec.source, 0, 0), problem)


def _ask(spec: Spec, asking: Asking, *, errors: bool) -> None:
    warn_about_guards(spec, asking)
    warn_about_overlaps(spec, asking)
    if errors:
        warn_about_errors(spec, asking)
    warn_about_properties(spec, asking)
    warn_about_quorums(spec, asking)


class _Telling(Diagnostics):
    """Diagnostics that somebody is told of at once."""

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell

    def _add(self, diagnostic: Diagnostic) -> None:
        super()._add(diagnostic)
        self._tell(diagnostic)
