"""The native engine for a model: lowers it, makes room where a capacity is not declared, and names what was found."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from modelcheck.diagnostics import Diagnostic, InputError
from modelcheck.engines.audit import USUAL_EFFORT, Audit, sample_size
from modelcheck.engines.base import DEADLOCK, ERRORS, STOPPED, Exploration, Request, Sample, Saving, Stop, Timing
from modelcheck.engines.native.explorer import Explorer, Setting
from modelcheck.engines.native.findings import Explored, Target
from modelcheck.engines.native.function import UnsupportedError
from modelcheck.engines.native.trace import TraceCutShort, TraceLost, Tracer
from modelcheck.engines.native.watch import Watch
from modelcheck.engines.verdicts import Extent, reworded, unanswered
from modelcheck.frozen import replace
from modelcheck.graph.ways import OutOfTimeError, State, Ways
from modelcheck.ir.lowered import NoRoomError
from modelcheck.ir.model import Model
from modelcheck.ir.network import DEFAULT_IN_FLIGHT, DEFAULT_IN_QUEUE
from modelcheck.jit.aside import GivenUpError
from modelcheck.kernel.passes.narrow import narrow
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.kernel.program import DECLARED_BOUND
from modelcheck.kernel.symmetry import Applied, Off
from modelcheck.kernel.task import Task
from modelcheck.lowering import LoweredModel, lower_model
from modelcheck.verdict import Reached, Unknown, Verdict, Violated

if TYPE_CHECKING:
    from modelcheck.engines.native.checkpoint import Manifest

FIRST_ROOM = 8
MOST_CLASS_NUMBERS = 1 << 29
"""A class, three times its key and a bit more, must fit above the target of an edge."""
NO_RUN = "so many ids are alike but for their relations to one another that the run to an answer was lost"


def explore(model: Model, request: Request) -> Exploration:
    """Explore all reachable states in compiled code.

    An undeclared capacity starts small, because the room for messages makes every state wider; at the end of the level
    in which it is hit, the search starts again with twice the room, up to the limits of the language.
    """
    with Watch(request.limits, request.progress) as watch:
        found = _explore(model, request, watch)
        # Ctrl-C ends the command, also where it came too late to stop anything here.
        return replace(found, stopped="interrupted") if watch.is_interrupted else found


def _explore(model: Model, request: Request, watch: Watch) -> Exploration:
    began = time.process_time()
    assert not (model.is_fair and request.saving), "edges are in no checkpoint"
    resumed = _manifest(request)
    room, lost = (FIRST_ROOM, "") if resumed is None else (resumed.room, resumed.whole)
    before = _Before({}, Explored(fired=(0,) * len(model.actions)), ())
    while True:
        try:
            with watch.at_once():
                lowered, reduction, explorer = _prepared(model, request, watch, room, lost)
        except (KeyboardInterrupt, GivenUpError):
            if not watch.is_up():
                raise
            return _cut_short(model, request, before, watch)
        found = _searched(explorer, request.saving, resumed, room, lost)
        resumed = None
        if not found.short or found.stopped is not None:
            compiled = time.process_time() - began - explorer.cpu_seconds
            try:
                result = _result(model, request, _Searched(lowered, explorer, found), before.answers)
            except TraceLost:
                lost = NO_RUN
                del explorer
                continue
            told = (str(reduction),) if max(model.sizes.values(), default=0) > 1 else ()
            return replace(
                result,
                timing=Timing(explorer.seconds, explorer.cpu_seconds, compiled),
                reductions=told,
                unsaved=found.unsaved,
            )
        room *= 2
        # What was found is true whatever the room: it counts where the next search does not come so far.
        answers = dict(before.answers)
        with suppress(TraceLost):
            found_now = _answers(model, explorer, found)
            answers |= {name: verdict for name, verdict in found_now.items() if not isinstance(verdict, Unknown)}
        before = _Before(answers, found, _bounds(lowered, found))
        # The next search measures what memory the process has before it makes its own tables.
        del explorer


def _prepared(
    model: Model, request: Request, watch: Watch, room: int, lost: str
) -> tuple[LoweredModel, Applied | Off, Explorer]:
    """A search that can begin; `lost` says why not with symmetry, if that was seen.

    Raises `GivenUpError` where the time is up before, and `KeyboardInterrupt`.
    """

    def look() -> None:
        if watch.is_up():
            raise GivenUpError

    setting = Setting(request.workers, request.deadlock, graph=model.is_fair, until=request.until)
    lowered = lower_model(model, min(room, DEFAULT_IN_FLIGHT), min(room, DEFAULT_IN_QUEUE), look)
    look()
    whole = request.whole or lost
    reduction = Off(whole) if whole else lowered.symmetry()
    facts = reduction.facts if isinstance(reduction, Applied) else None
    with _compiling():
        program = narrow(simplify(lowered.program))
        look()
        if lowered.class_count > MOST_CLASS_NUMBERS:
            raise UnsupportedError(f"there are {lowered.class_count:,} things that a run can owe")
        return lowered, reduction, Explorer(Task(program, request.limits, facts, lowered.room), setting, watch)


def _result(model: Model, request: Request, searched: _Searched, before: Mapping[str, Verdict]) -> Exploration:
    """What a search found, with all that is asked of it later. Raises `TraceLost`."""
    lowered, explorer, found = searched
    result = _exploration(model, request, searched, before)
    if model.is_fair:
        result = _with_graph(result, lowered, explorer)
    result = replace(result, states=partial(_states, lowered, explorer))
    if request.ways and not found.short:
        result = replace(result, ways=partial(_ways, lowered, Tracer(explorer, found.targets)))
    if explorer.watch.over is not None:
        explorer.machine.give_up()
    if result.stopped == "memory" and not result.explored:
        setting = explorer.setting
        result = replace(result, least_memory_bytes=explorer.store.memory_bytes(setting.table_bits, setting.capacity))
    return result


def _ways(lowered: LoweredModel, tracer: Tracer, name: str) -> Ways | None:
    """The shortest runs to an answer. None where another search found it, or the states for an orbit are not equal."""
    if name not in tracer.targets or not tracer.explorer.is_exact or not tracer.is_marked(name):
        return None
    return _CompiledWays(lowered, tracer, name)


class _CompiledWays:
    """The marks of a tracer, for states of the model."""

    def __init__(self, lowered: LoweredModel, tracer: Tracer, name: str) -> None:
        self._codec, self._tracer, self._name = lowered.codec, tracer, name
        self.level = tracer.targets[name].level
        self.by_step = tracer.targets[name].kind in {"step", "error"}

    def actions(self, level: int, state: State) -> list[int]:
        with _in_time(), suppress(NoRoomError):
            self._tracer.enter(self._name, level + 1)
            return list(self._tracer.actions_into(self._codec.encode(state)))
        return []

    def leads_on(self, level: int, state: State) -> bool:
        with _in_time(), suppress(NoRoomError):
            self._tracer.enter(self._name, level)
            return self._tracer.is_in(self._codec.encode(state))
        # No state that was visited needs more room.
        return False


@contextmanager
def _in_time() -> Iterator[None]:
    try:
        yield
    except TraceCutShort:
        raise OutOfTimeError from None


def _states(lowered: LoweredModel, explorer: Explorer, most: int) -> Sample:
    """Up to so many of the states visited, spread evenly. They do not keep the search alive.

    Which they are does not depend on which worker was first: where not all are asked for, they are from among those
    that lie in one order.
    """
    stored, layout = explorer.store.stored(), explorer.layout
    in_order = explorer.store.in_order()
    among = stored if stored <= most else in_order
    count = min(most, among)
    packed = [explorer.stored_state(number * among // count) for number in range(count)]
    if in_order < among:
        packed.sort()
    return Sample(packed, lambda state: lowered.codec.decode(layout.unpack(state)))


def _with_graph(result: Exploration, lowered: LoweredModel, explorer: Explorer) -> Exploration:
    """The same with the graph; all states may be there, and the time be up before that is."""
    from modelcheck.engines.native.graph import graph_of  # noqa: PLC0415 - for infinite runs only

    with _compiling():
        graph = graph_of(explorer)
        if graph is None:
            return replace(result, stopped=result.stopped or explorer.watch.stop)
        return replace(result, graph=graph.explored([lowered.class_of(key) for key in graph.keys]))


def _manifest(request: Request) -> Manifest | None:
    if request.saving is None or not request.saving.resume:
        return None
    from modelcheck.engines.native.checkpoint import read_manifest  # noqa: PLC0415 - seldom asked for

    with _checkpoints():
        return read_manifest(request.saving.folder)


def _searched(explorer: Explorer, saving: Saving | None, resumed: Manifest | None, room: int, lost: str) -> Explored:
    if saving is None:
        return explorer.run()
    from modelcheck.engines.native.saver import run_saving  # noqa: PLC0415 - seldom asked for

    with _checkpoints():
        return run_saving(explorer, saving, resumed, room, lost)


@contextmanager
def _compiling() -> Iterator[None]:
    try:
        yield
    except UnsupportedError as error:
        problem = f"the native engine cannot run this check: {error}"
    except RecursionError:
        problem = "the native engine cannot run this check: a value, or what is done with it, is too large"
    except RuntimeError as error:
        problem = f"no code can be compiled for this machine: {error}"
    except OSError as error:
        problem = f"the native engine gets no memory from the system: {error.strerror or error}"
    else:
        return
    raise InputError([Diagnostic("MC412", None, problem, "use the default engine")])


@contextmanager
def _checkpoints() -> Iterator[None]:
    from modelcheck.engines.native.checkpoint import CheckpointError  # noqa: PLC0415 - seldom asked for

    try:
        yield
    except CheckpointError as error:
        help_ = "give the same files and options as before, or start afresh with `--checkpoint` in another folder"
        raise InputError([Diagnostic("MC414", None, str(error), help_)]) from None


class _Searched(NamedTuple):
    """A search that ended, and what it was of."""

    lowered: LoweredModel
    explorer: Explorer
    found: Explored


class _Before(NamedTuple):
    """What the search found that had less room: answers, how far it came, and the bounds that it hit."""

    answers: Mapping[str, Verdict]
    found: Explored
    bounds: tuple[str, ...]


def _bounds(lowered: LoweredModel, found: Explored) -> tuple[str, ...]:
    """What was hit, but for room of our own: that matters only to states deeper than the search went."""
    texts = enumerate(lowered.program.bounds)
    return tuple(sorted(text for index, text in texts if found.cuts >> index & 1 and index not in lowered.room))


def _exploration(model: Model, request: Request, searched: _Searched, before: Mapping[str, Verdict]) -> Exploration:
    lowered, explorer, found = searched
    bounds = _bounds(lowered, found)
    declared = lowered.program.within is not None and bool(found.cuts >> DECLARED_BOUND & 1)
    capacities = tuple(text for text in bounds if not declared or text != lowered.program.bounds[DECLARED_BOUND])
    answers = _answers(model, explorer, found)
    answers |= {
        name: verdict for name, verdict in before.items() if name not in answers or isinstance(answers[name], Unknown)
    }
    extent = Extent(found.states, found.depth, found.stopped, capacities, declared, ERRORS in answers)
    verdicts = _verdicts(model, request, answers, extent)
    # Also a complete search is one that was stopped, if it was while its traces were made.
    stopped = found.stopped or explorer.watch.over
    audited = None
    if stopped is None:
        effort = USUAL_EFFORT if request.audit is None else None
        audit = Audit(model, lowered, explorer, verdicts, frozenset(bounds), effort)
        audited = audit.run(sample_size(explorer.store.stored(), request.audit))
    return replace(_explored(found, verdicts, bounds, stopped), audited=audited)


def _cut_short(model: Model, request: Request, before: _Before, watch: Watch) -> Exploration:
    """What is known where the search, or the one with more room, had no time to begin."""
    found = before.found
    extent = Extent(found.states, found.depth, watch.over, before.bounds, within_bound=False, failed=False)
    verdicts = reworded(_verdicts(model, request, before.answers, extent), lambda said: f"{said} while code was made")
    return _explored(found, verdicts, before.bounds, watch.over)


def _verdicts(model: Model, request: Request, answers: Mapping[str, Verdict], extent: Extent) -> dict[str, Verdict]:
    wanted = [(prop.name, prop.kind) for prop in model.properties] + [(ERRORS, "invariant")]
    wanted += [(DEADLOCK, "invariant")] if request.deadlock else []
    return {name: answers.get(name) or unanswered(name, kind, extent) for name, kind in wanted}


def _explored(
    found: Explored, verdicts: dict[str, Verdict], bounds: tuple[str, ...], stopped: Stop | None
) -> Exploration:
    return Exploration(
        verdicts, found.distinct, found.states, found.transitions, found.depth, found.fired, bounds, stopped
    )


def _answers(model: Model, explorer: Explorer, found: Explored) -> dict[str, Verdict]:
    """The answers that a search found, with their runs."""
    reachable = {prop.name for prop in model.properties if prop.kind == "reachable"}
    tracer = Tracer(explorer, found.targets)
    return {name: _answer(tracer, name, target, is_reached=name in reachable) for name, target in found.targets.items()}


def _answer(tracer: Tracer, name: str, target: Target, *, is_reached: bool) -> Verdict:
    """The run to an answer. Where there was no time to find it, nothing is claimed: no judge has seen it."""
    try:
        run = tracer.run_to(name)
    except (TraceCutShort, TraceLost):
        over = tracer.explorer.watch.over
        if over is None:
            raise
        # Another search would end before it began.
        what = "such a state" if is_reached else "a violation"
        return Unknown(STOPPED[over], f"{what} was seen at depth {target.level}, but the run to it was not made out")
    return Reached(run) if is_reached else Violated(run)
