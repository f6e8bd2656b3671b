"""Verdicts on temporal properties: what a search has explored is looked through for fair runs that violate them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from modelcheck.counts import counted
from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.engines.base import ERRORS, STOPPED, Exploration, Stop
from modelcheck.engines.process import budget_bytes, memory_bytes
from modelcheck.frozen import replace
from modelcheck.graph.layout import atom_bits
from modelcheck.semantics.execute import BEYOND_THE_BOUND
from modelcheck.semantics.lasso import can_be_judged, run_of
from modelcheck.verdict import Holds, Unknown, Verdict, Violated

if TYPE_CHECKING:
    from modelcheck.ir.model import Model, TemporalProperty
    from modelcheck.kernel.task import Limits


MEASURE_SECONDS = 0.02
"""How long a search takes no notice of the memory that it was not told of."""


def explained(
    model: Model, found: Exploration, names: Sequence[str], limits: Limits, deadline: float | None
) -> dict[str, tuple[str, ...]]:
    """For each of the temporal properties that are named, which fairness it needs, unless a limit comes first."""
    if not names:
        return {}
    from modelcheck.analysis.liveness.search import StoppedError, is_violated  # noqa: PLC0415 - seldom needed
    from modelcheck.pipeline.explain_fairness import explain_fairness  # noqa: PLC0415 - as above

    graph, told, watch = found.graph, dict[str, tuple[str, ...]](), _Watch(deadline, budget_bytes(limits))
    for question in model.temporal:
        if graph is None or question.property.name not in names or _left_out(found) is not None:
            continue
        search = partial(is_violated, graph, question.formula, _bits(model), watch.is_over)
        with suppress(StoppedError):
            told[question.property.name] = explain_fairness(model, graph, question, search)
    return told


def with_liveness(model: Model, found: Exploration, limits: Limits, deadline: float | None) -> Exploration:
    """The same with a verdict on each temporal property; `deadline` is a time of the monotonic clock, in seconds."""
    if not model.is_fair:
        return found
    verdicts, budget = dict(found.verdicts), budget_bytes(limits)
    stopped: Stop | None = found.stopped
    is_interrupted = False
    for question in model.temporal:
        watch, verdict = _Watch(deadline, budget), None
        try:
            verdict = None if is_interrupted else _verdict(model, found, question, watch.is_over)
        except KeyboardInterrupt:
            # What was found before stays found.
            is_interrupted = True
        if verdict is None:
            stopped = "interrupted" if is_interrupted else watch.reached
            verdict = Unknown(STOPPED[stopped], _evidence(found))
        verdicts[question.property.name] = verdict
    return replace(found, verdicts=verdicts, stopped=stopped)


def _bits(model: Model) -> list[int]:
    """Where the values of each atom are in the graph."""
    return atom_bits(atom.is_of_steps for atom in model.atoms)


class _Watch(Struct):
    """Looks at the limits: a time of the monotonic clock, and the memory that this process may have."""

    deadline: float | None
    budget_bytes: int | None
    reached: Stop = "time"
    """Why a search was told to stop."""
    measured: float = 0.0
    """When the memory was last looked at."""

    def is_over(self, more_bytes: int) -> bool:
        """Whether a search has to stop that is about to take so many bytes more."""
        now = time.monotonic()
        if self.deadline is not None and now >= self.deadline:
            self.reached = "time"
        elif self._is_to_measure(now, more_bytes) and memory_bytes() + more_bytes > (self.budget_bytes or 0):
            self.reached = "memory"
        else:
            return False
        return True

    def _is_to_measure(self, now: float, more_bytes: int) -> bool:
        """Whether to ask the system for the memory: whenever a search will take more, and now and then."""
        if self.budget_bytes is None or (not more_bytes and now < self.measured + MEASURE_SECONDS):
            return False
        self.measured = now
        return True


def _verdict(
    model: Model, found: Exploration, question: TemporalProperty, is_over: Callable[[int], bool]
) -> Verdict | None:
    """The verdict on one property, None where a limit came first."""
    from modelcheck.analysis.liveness.search import StoppedError, violating_lasso  # noqa: PLC0415 - seldom needed
    from modelcheck.ltl.tableau import AutomatonTooLargeError  # noqa: PLC0415 - as above

    if found.stopped is not None and (found.graph is None or not found.graph.count):
        return Unknown(STOPPED[found.stopped], _evidence(found))
    if found.graph is None:
        return Unknown("this engine looks at finite runs only", _evidence(found))
    if not found.graph.count:
        return Unknown("nothing was explored", _evidence(found))
    try:
        lasso = violating_lasso(found.graph, question.formula, _bits(model), is_over)
    except StoppedError:
        return None
    except AutomatonTooLargeError:
        problem = f"the formula of '{question.property.name}' is too large"
        help_ = "split it into several properties, or put quantifiers inside the temporal operators"
        raise InputError([Diagnostic("MC405", question.property.span, problem, help_)]) from None
    run = None if lasso is None else run_of(model, lasso.initial, lasso.prefix, lasso.loop)
    if run is not None and (not _has_failed(found) or can_be_judged(model, run)):
        return Violated(run)
    if (missing := _left_out(found)) is not None:
        return Unknown(missing, _evidence(found))
    return Holds("exhaustive")


def _left_out(found: Exploration) -> str | None:
    """Why a run that is not in the graph may violate a property all the same."""
    if found.stopped is not None:
        return STOPPED[found.stopped]
    if found.bounds_hit:
        told = ["runs beyond the declared bound" if b == BEYOND_THE_BOUND else b for b in found.bounds_hit]
        return f"a bound left out what could go on for ever: {', '.join(told)}"
    if _has_failed(found):
        return "an evaluation error cut off part of the behaviour"
    return None


def _has_failed(found: Exploration) -> bool:
    """Whether an evaluation failed somewhere: that of an atom as well, which is then not known."""
    return not isinstance(found.verdicts[ERRORS], Holds)


def _evidence(found: Exploration) -> str:
    return f"no violation in {counted(found.explored, 'state')}, to depth {found.depth}"
