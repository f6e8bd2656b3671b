"""The invariant of a certificate in the states that an explicit search visits: it shares nothing with the formulas."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.diagnostics import InputError
from modelcheck.engines.base import ERRORS, Exploration, Request
from modelcheck.engines.registry import DEFAULT_ENGINE, ENGINES
from modelcheck.frozen import Frozen, replace
from modelcheck.kernel.task import Limits
from modelcheck.pipeline.certificates.make import Asked, Instance, explicit_model
from modelcheck.pipeline.certificates.unsaid import Looked, looked_at
from modelcheck.reports.certified import ExplicitRun
from modelcheck.semantics.execute import BEYOND_THE_BOUND
from modelcheck.semantics.replay import judge
from modelcheck.verdict import Violated

if TYPE_CHECKING:
    from modelcheck.ir.model import Model

DEFAULT_STATES = 200_000
"""How many states are visited, unless it is said."""


class Visited(Frozen):
    """What was visited: the instance itself and, where it has too many states, a smaller one."""

    runs: tuple[ExplicitRun, ...]
    interrupted: bool


def visit(instance: Instance, asked: Asked, limits: Limits, started: float) -> Visited:
    """Look at the facts in all reachable states, as far as the limits go; then in all of a smaller instance."""
    runs: list[ExplicitRun] = []
    deadline = None if limits.seconds is None else started + limits.seconds
    for sizes in _sizes(instance.model.sizes):
        try:
            model = explicit_model(instance, asked, {name: str(size) for name, size in sizes.items()} if runs else {})
        except InputError as error:
            if not runs:
                runs.append(_skipped(instance.model, f"not possible: {error.diagnostics[0].problem}"))
            continue
        found = ENGINES[DEFAULT_ENGINE]()(model, Request(_left(limits, started), deadlock=False))
        run = _run(model, found, asked, is_smaller=bool(runs))
        if run.holds and found.explored and not runs:
            run = _with_unsaid(run, looked_at(instance, asked, found, deadline))
        if not runs or run.complete:
            runs.append(run)
        if found.stopped == "interrupted":
            return Visited(tuple(runs), interrupted=True)
        if run.complete or not run.holds or found.stopped == "time":
            break
    return Visited(tuple(runs), interrupted=False)


def _sizes(sizes: dict[str, int]) -> Iterator[dict[str, int]]:
    """The sizes of the instance, then smaller and smaller ones."""
    yield sizes
    for less in range(1, max(sizes.values(), default=0)):
        yield {name: max(1, size - less) for name, size in sizes.items()}


def _left(limits: Limits, started: float) -> Limits:
    seconds = None if limits.seconds is None else max(0.0, limits.seconds - (time.monotonic() - started))
    return replace(limits, states=limits.states or DEFAULT_STATES, seconds=seconds)


def _skipped(model: Model, said: str) -> ExplicitRun:
    return ExplicitRun(tuple(model.sizes.items()), holds=True, complete=False, said=said, visited=False)


def _with_unsaid(run: ExplicitRun, looked: Looked | None) -> ExplicitRun:
    """The same with what came of the lemmas that the language cannot say."""
    if looked is None:
        return run
    if looked.false:
        return ExplicitRun(run.sizes, holds=False, complete=False, said=f"{looked.false} is false in the check")
    said = f"{run.said}; what the language cannot say was looked at in {counted(looked.states, 'state')}"
    return replace(run, said=said)


def _run(model: Model, found: Exploration, asked: Asked, *, is_smaller: bool) -> ExplicitRun:
    sizes = tuple(model.sizes.items())
    named = ", ".join(f"{name} = {size}" for name, size in sizes)
    of = f"the smaller instance {named}" if is_smaller else "the check"
    facts = [*asked.proves, *(lemma.name for lemma in asked.lemmas), ERRORS]
    for name in facts:
        verdict = found.verdicts[name]
        if isinstance(verdict, Violated):
            if is_smaller:
                # What is proved says nothing of it.
                return ExplicitRun(sizes, holds=True, complete=False, said=f"{name} is false in {of}")
            trace = judge(model, verdict.run, next((p for p in model.properties if p.name == name), name))
            return ExplicitRun(sizes, holds=False, complete=False, said=f"{name} is false in {of}", trace=trace)
    capacities = [bound for bound in found.bounds_hit if bound != BEYOND_THE_BOUND]
    if capacities and not is_smaller:
        return ExplicitRun(sizes, holds=False, complete=False, said=f"a bound was hit in {of}: {capacities[0]}")
    number = counted(found.explored if found.distinct is None else found.distinct, "state")
    if not found.explored:
        return ExplicitRun(sizes, holds=is_smaller, complete=False, said=f"{of} has no state at all")
    if found.stopped is not None or capacities:
        said = f"the invariant holds in the {number} of {of} that were visited, up to depth {found.depth}; not in all"
        return ExplicitRun(sizes, holds=True, complete=False, said=said)
    return ExplicitRun(sizes, holds=True, complete=True, said=f"the invariant holds in all {number} of {of}")
