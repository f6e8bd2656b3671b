"""Engines that ask a solver, in a process of their own, so that limits and Ctrl-C hold whatever the solver does."""

from __future__ import annotations

import time
from collections.abc import Callable

from modelcheck.engines.base import (
    DEADLOCK,
    ERRORS,
    STOPPED,
    Exploration,
    NotKept,
    Progress,
    Request,
    Stop,
    Timing,
)
from modelcheck.engines.child import EndedError, Tell, can_have_child, in_child, own, within
from modelcheck.engines.process import forget_peak, peak_bytes
from modelcheck.engines.verdicts import reworded
from modelcheck.frozen import replace
from modelcheck.ir.model import Model
from modelcheck.verdict import Holds, Unknown, Violated

Engine = Callable[[Model, Request], Exploration]

Asked = Holds | Violated | NotKept | Unknown
Inductive = Callable[[Model, str, Request], Asked]


def apart(explore: Engine) -> Engine:
    """The same engine, in a process of its own where the system has them."""

    def explored(model: Model, request: Request) -> Exploration:
        if not can_have_child():
            return explore(model, request)
        began, latest = time.monotonic(), _nothing(model, request)

        def hear(told: Progress | Exploration) -> None:
            nonlocal latest
            if isinstance(told, Exploration):
                latest = told
            elif request.progress is not None:
                request.progress(told)

        limits = within(request.limits)
        try:
            asked = replace(request, limits=limits)
            return in_child(lambda tell: _explored(explore, model, asked, began, tell), hear, limits)
        except EndedError as ended:
            return _ended(latest, ended.why, time.monotonic() - began)

    return explored


def inductive_apart(ask: Inductive, model: Model, name: str, request: Request) -> Asked:
    """The answer to whether an invariant is inductive by itself, found in a process of its own. Raises as `ask`."""
    if not can_have_child():
        return ask(model, name, request)
    began, limits = time.monotonic(), within(request.limits)

    def work(_: Tell) -> Asked:
        return ask(model, name, replace(request, limits=own(limits, began), progress=None))

    try:
        return in_child(work, lambda _: None, limits)
    except EndedError as ended:
        if ended.why == "interrupted":
            raise KeyboardInterrupt from None
        return Unknown(STOPPED[ended.why], "neither a proof nor a step that breaks it was found")


def _explored(explore: Engine, model: Model, request: Request, began: float, tell: Tell) -> Exploration:
    """In the process of the engine."""
    forget_peak()
    progress = None if request.progress is None else tell

    def so_far(found: Exploration) -> None:
        tell(replace(found, memory_bytes=peak_bytes()))

    found = explore(model, replace(request, limits=own(request.limits, began), progress=progress, so_far=so_far))
    return replace(found, memory_bytes=peak_bytes())


def _nothing(model: Model, request: Request) -> Exploration:
    names = [*(prop.name for prop in model.properties), ERRORS, *([DEADLOCK] if request.deadlock else [])]
    return Exploration(
        {name: Unknown(STOPPED["time"], "nothing was looked at to its end") for name in names},
        distinct=None,
        explored=0,
        transitions=0,
        depth=0,
        fired=(0,) * len(model.actions),
        bounds_hit=(),
        stopped="time",
        tried=("nothing was looked at to its end",),
    )


def _ended(found: Exploration, why: Stop, seconds: float) -> Exploration:
    """What was known last, with the reason why it is no more."""
    cpu = Timing(0.0, 0.0, 0.0) if found.timing is None else found.timing
    return replace(
        found,
        verdicts=reworded(found.verdicts, lambda said: said.replace(STOPPED["time"], STOPPED[why])),
        stopped=why,
        timing=replace(cpu, search=seconds),
    )
