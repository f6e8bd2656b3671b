"""One check of a specification whose typed states can be asked about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from itertools import islice

from modelcheck.engines.base import ERRORS, Exploration, Request
from modelcheck.engines.induction import explore
from modelcheck.engines.symbolic.solving import Solving, StoppedError
from modelcheck.frozen import Frozen
from modelcheck.ir.expression import BlockedError, Chooser, CutError, Env, EvaluationError, all_runs
from modelcheck.ir.happenings import Watch, WatchedCells
from modelcheck.ir.model import Model
from modelcheck.ir.network import DEFAULT_IN_FLIGHT, DEFAULT_IN_QUEUE
from modelcheck.ir.spec import Property
from modelcheck.ir.statement import Body, run, walk_body
from modelcheck.ir.statements.messages import Send
from modelcheck.ir.statuses import UP
from modelcheck.ir.values import Id, Value
from modelcheck.kernel.task import Limits
from modelcheck.lowering.parts import Parts
from modelcheck.lowering.symmetry import partialities
from modelcheck.pipeline.static.headers import looks_at_messages, looks_at_one_message, reads_messages
from modelcheck.pipeline.static.rooms import BeyondTheRoomError, Failure, Room, nowhere
from modelcheck.pipeline.static.walk import walk
from modelcheck.semantics.execute import State
from modelcheck.semantics.show import cell_name, show_cell
from modelcheck.verdict import Holds

MOST_TRIED = 20_000
"""The paths that the judge tries for an example: what it does not come to is not told."""

FEW = 4
"""The messages that there is room for at first: a state with more has what one with fewer has, nearly always."""


class Example(Frozen):
    """A state in which the judge runs a body to its end, the cells read and the names bound on the way.

    Or it fails where it was asked to, and `problem` says why.
    """

    state: State
    reads: frozenset[int]
    names: Mapping[str, Value]
    problem: str = ""


class Instance:
    """The typed states of one model. Questions raise `StoppedError` at a limit, and `InputError` (MC405)."""

    def __init__(self, model: Model, solving: Solving) -> None:
        self.model = model
        self._solving = solving
        self._rooms: dict[tuple[int, bool], Room] = {}
        self._induction: Exploration | None = None
        open_ended = any(network.capacity is None for network in model.networks)
        self._sizes = (FEW, DEFAULT_IN_FLIGHT) if open_ended else (DEFAULT_IN_FLIGHT,)

    def is_first_alike(self, actor: Id | None) -> bool:
        """Whether an agent has to be asked about: what one can do in some state, another can where ids are renamed."""
        return actor is None or not actor.index or actor.sort in self._partial

    @cached_property
    def _partial(self) -> Collection[str]:
        """The sorts whose ids are not all alike."""
        return partialities(self.model)

    def can(self, actor: Id | None, body: Body, given: Sequence[Property] = ()) -> bool:
        """Whether a body that sends nothing can be run to its end, or fail on the way, in some state.

        Otherwise it can in none. Only states are meant in which the invariants `given` hold.
        """
        looks = reads_messages(body) or any(looks_at_messages(prop.expression) for prop in given)
        rooms = self._without_counts() if looks else [self._room(size) for size in self._sizes_for(body)]
        return any(room.can(actor, body, given) for room in rooms) or nowhere(rooms, looks=looks)

    def does(self, actor: Id | None, body: Body) -> bool:
        """Whether a body can be run in a state that short runs come to."""
        return self._room(self._sizes[0]).does(actor, body)

    def example(self, actor: Id | None, body: Body) -> Example | None:
        """The least state in which the body can be run to its end, if the judge agrees that it can."""
        for size in self._sizes_for(body):
            state = self._room(size).least(actor, body)
            if state is not None:
                return _judged(self.model, state, actor, body)
        return None

    def failures(self, actor: Id | None, body: Body) -> list[Failure]:
        """What a body tests for, in order."""
        return self._room(self._sizes[0]).failures(actor, body)

    def passes(self, actor: Id | None, body: Body, failure: Failure) -> bool:
        """Whether a body gets beyond a test in some state; otherwise it does in none."""
        statements = tuple(walk_body(body))
        looks = reads_messages(statements)
        if looks and any(isinstance(statement, Send) for statement in statements):
            # What is sent on the way needs room too.
            raise BeyondTheRoomError
        rooms = [self._room(size) for size in self._sizes]
        return any(room.passes(actor, body, failure) for room in rooms) or nowhere(rooms, looks=looks)

    def failing(self, actor: Id | None, body: Body, failure: Failure) -> Example | None:
        """The least state in which a body fails at a test, if the judge agrees that it does."""
        for size in self._sizes:
            state = self._room(size).failing(actor, body, failure)
            if state is not None:
                return _judged(self.model, state, actor, body, failure)
        return None

    def is_proved_to_fail_nowhere(self, seconds: float) -> bool:
        """Whether no evaluation fails in any run, by induction on what the check expects to hold.

        Raises `StoppedError` where the user wants no more.
        """
        return isinstance(self._by_induction(seconds).verdicts[ERRORS], Holds)

    def proved(self, seconds: float) -> tuple[Property, ...]:
        """The invariants that hold in every run, by induction on all that the check expects to hold.

        What holds within a declared bound only is none of them. Raises as `is_proved_to_fail_nowhere`.
        """
        verdicts = self._by_induction(seconds).verdicts
        invariants = (prop for prop in self.model.properties if prop.kind == "invariant")
        return tuple(prop for prop in invariants if verdicts[prop.name] == Holds("inductive"))

    def _by_induction(self, seconds: float) -> Exploration:
        if self._induction is None:
            limits = Limits(seconds=seconds, depth=1)
            found = explore(self.model, Request(limits, deadlock=False, solver_effort=self._solving.effort))
            if self._solving.is_interrupted:
                raise StoppedError("interrupted")
            self._induction = found
        return self._induction

    def told(self, example: Example) -> str:
        """The values that an example depends on, messages and agents that are up aside: `Node is Idle, x = 3`."""
        parts = []
        for number in sorted(example.reads):
            cell, value = self.model.cells[number], example.state[number]
            if cell.role == "control":
                parts.append(f"{cell_name(cell, self.model)} is {value}")
            elif cell.role == "status":
                parts += [] if value == UP else [f"{cell_name(cell, self.model)} = {value}"]
            elif cell.role != "network":
                parts.append(f"{cell_name(cell, self.model)} = {show_cell(cell, value, self.model)}")
        return ", ".join(parts)

    def can_be(self, prop: Property, *, value: bool) -> bool:
        """Whether a property can have a value, or none, in some state or between some two; otherwise it never has."""
        looks = looks_at_messages(prop.expression)
        rooms = self._without_counts() if looks else [self._room(self._sizes[0])]
        return any(room.can_be(prop, value=value) for room in rooms) or nowhere(rooms, looks=looks)

    def _sizes_for(self, body: Body) -> tuple[int, ...]:
        """Where nothing but the one message picked is looked at, there is room enough at once."""
        return self._sizes[:1] if looks_at_one_message(body) else self._sizes

    def _without_counts(self) -> list[Room]:
        """With bags as sets, for what nothing is sent in: then there is room for all, or else all that was tried."""
        last = self._room(self._sizes[-1], counts=False)
        return [last] if last.is_ample else [*(self._room(size) for size in self._sizes[:-1]), last]

    def _room(self, size: int, *, counts: bool = True) -> Room:
        if (size, counts) not in self._rooms:
            parts = Parts(self.model, size, min(size, DEFAULT_IN_QUEUE), counts=counts)
            self._rooms[size, counts] = Room(parts, self._solving, lambda: self._walk)
        return self._rooms[size, counts]

    @cached_property
    def _walk(self) -> list[State]:
        return walk(self.model, self._solving.look)


def _judged(model: Model, state: State, actor: Id | None, body: Body, failure: Failure | None = None) -> Example | None:
    """The first way through a body from a state, to its end or to a failure, if there is one."""
    found: list[Example] = []

    def once(chooser: Chooser) -> None:
        watch = Watch()
        env = Env(model, WatchedCells(state, watch), actor, chooser)
        try:
            run(body, env)
            problem = None
        except (BlockedError, CutError):
            return
        except EvaluationError as error:
            problem = error.problem if failure is not None and error.span == failure.span else None
            if problem is None:
                return
        if (problem is None) == (failure is None):
            found.append(Example(state, frozenset(watch.reads), env.locals, problem or ""))

    for _ in islice(all_runs(once), MOST_TRIED):
        if found:
            return found[0]
    return None
