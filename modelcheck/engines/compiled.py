"""The native engine for a model: lowers it, makes room where a capacity is not declared, and names what was found."""

from __future__ import annotations

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.engines.base import DEADLOCK, ERRORS, Exploration, Request
from modelcheck.engines.native.explorer import Explored, Explorer
from modelcheck.engines.native.function import UnsupportedError
from modelcheck.engines.native.trace import Tracer
from modelcheck.engines.process import available_bytes
from modelcheck.engines.verdicts import Extent, unanswered
from modelcheck.ir.model import Model
from modelcheck.ir.network import DEFAULT_IN_FLIGHT, DEFAULT_IN_QUEUE
from modelcheck.kernel.passes.members import narrow
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.kernel.program import DECLARED_BOUND
from modelcheck.kernel.task import Task
from modelcheck.lowering import LoweredModel, lower_model
from modelcheck.verdict import Reached, Verdict, Violated

FIRST_ROOM = 8


def explore(model: Model, request: Request) -> Exploration:
    """Explore all reachable states in compiled code.

    An undeclared capacity starts small, because the room for messages makes every state wider; where it is hit, the
    search starts again with twice the room, up to the limits of the language.
    """
    room = FIRST_ROOM
    while True:
        lowered = lower_model(model, min(room, DEFAULT_IN_FLIGHT), min(room, DEFAULT_IN_QUEUE))
        try:
            program = narrow(simplify(lowered.program))
            explorer = Explorer(Task(program, request.limits), request.workers, request.deadlock)
        except UnsupportedError as error:
            problem = f"the native engine cannot run this check: {error}"
            raise InputError([Diagnostic("MC412", None, problem, "use the default engine")]) from None
        found = explorer.run(_budget(request), request.progress)
        short = any(found.cuts >> bound & 1 for bound in lowered.room)
        if not short or room >= DEFAULT_IN_FLIGHT or found.stopped in {"time", "memory", "interrupted"}:
            return _exploration(model, request, lowered, explorer, found)
        room *= 2


def _budget(request: Request) -> int | None:
    if request.limits.memory_bytes is not None:
        return request.limits.memory_bytes
    free = available_bytes()
    return None if free is None else free * 3 // 4


def _exploration(
    model: Model, request: Request, lowered: LoweredModel, explorer: Explorer, found: Explored
) -> Exploration:
    texts = enumerate(lowered.program.bounds)
    # A room of our own that is short is no bound of the language: the search says that it was stopped.
    own = lowered.room if found.stopped in {"time", "memory", "interrupted"} else frozenset()
    bounds = [text for index, text in texts if found.cuts >> index & 1 and index not in own]
    declared = lowered.program.within is not None and bool(found.cuts >> DECLARED_BOUND & 1)
    capacities = tuple(text for text in bounds if not declared or text != lowered.program.bounds[DECLARED_BOUND])
    tracer = Tracer(explorer)
    verdicts: dict[str, Verdict] = {}
    failed = ERRORS in found.targets
    extent = Extent(found.states, found.depth, found.stopped, capacities, declared, failed)
    wanted = [(prop.name, prop.kind) for prop in model.properties] + [(ERRORS, "invariant")]
    wanted += [(DEADLOCK, "invariant")] if request.deadlock else []
    for name, kind in wanted:
        if name in found.targets:
            run = tracer.run_to(name, found.targets[name])
            verdicts[name] = Reached(run) if kind == "reachable" else Violated(run)
        else:
            verdicts[name] = unanswered(name, kind, extent)
    return Exploration(
        verdicts, found.states, found.states, found.transitions, found.depth, found.fired, tuple(bounds), found.stopped
    )
