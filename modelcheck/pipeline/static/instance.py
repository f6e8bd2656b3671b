"""One check of a specification whose typed states can be asked about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property, partial
from itertools import islice, pairwise

from modelcheck.engines.base import ERRORS, Request
from modelcheck.engines.induction import explore
from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.solving import Solving, StoppedError
from modelcheck.engines.symbolic.typed_states import TypedStates
from modelcheck.engines.symbolic.words import Term
from modelcheck.frozen import Frozen, replace
from modelcheck.ir.expression import BlockedError, Chooser, CutError, Env, EvaluationError, all_runs
from modelcheck.ir.happenings import Watch, WatchedCells
from modelcheck.ir.model import Model
from modelcheck.ir.network import DEFAULT_IN_FLIGHT, DEFAULT_IN_QUEUE
from modelcheck.ir.spec import Property
from modelcheck.ir.statement import Body, run
from modelcheck.ir.statuses import UP
from modelcheck.ir.values import Id, Value
from modelcheck.kernel import program as ir
from modelcheck.kernel.evaluate import Cut, evaluate, outcomes
from modelcheck.kernel.failures import PASSED, failures_in, up_to
from modelcheck.kernel.samples import samples
from modelcheck.kernel.task import Limits
from modelcheck.kernel.type_facts import bags_in
from modelcheck.kernel.types import KernelError
from modelcheck.lowering.parts import Parts
from modelcheck.lowering.symmetry import partialities
from modelcheck.pipeline.static.headers import looks_at_one_message
from modelcheck.pipeline.static.walk import walk
from modelcheck.semantics.execute import State
from modelcheck.semantics.show import cell_name, show_cell
from modelcheck.source import Span
from modelcheck.verdict import Holds

FEW = 4
"""The messages that there is room for at first: a state with more has what one with fewer has, nearly always."""


SAMPLES = 24
"""The states of the types, beside those of short runs, that are tried before a solver is asked."""

FIRST = 100
"""The paths that are tried in each of them."""


class Example(Frozen):
    """A state in which the judge runs a body to its end, the cells read and the names bound on the way.

    Or it fails where it was asked to, and `problem` says why.
    """

    state: State
    reads: frozenset[int]
    names: Mapping[str, Value]
    problem: str = ""


class Failure(Frozen):
    """A test for something that can go wrong in a body: where, and what in general."""

    span: Span
    problem: str


class Instance:
    """The typed states of one model. Questions raise `StoppedError` at a limit, and `InputError` (MC405)."""

    def __init__(self, model: Model, solving: Solving) -> None:
        self.model = model
        self._solving = solving
        self._rooms: dict[int, _Room] = {}
        self._fails_nowhere: bool | None = None
        open_ended = any(network.capacity is None for network in model.networks)
        self._sizes = (FEW, DEFAULT_IN_FLIGHT) if open_ended else (DEFAULT_IN_FLIGHT,)

    def is_first_alike(self, actor: Id | None) -> bool:
        """Whether an agent has to be asked about: what one can do in some state, another can where ids are renamed."""
        return actor is None or not actor.index or actor.sort in self._partial

    @cached_property
    def _partial(self) -> Collection[str]:
        """The sorts whose ids are not all alike."""
        return partialities(self.model)

    def can(self, actor: Id | None, body: Body) -> bool:
        """Whether a body can be run to its end, or fail on the way, in some state; otherwise it can in none."""
        return any(self._room(size).can(actor, body) for size in self._rooms_for(body))

    def example(self, actor: Id | None, body: Body) -> Example | None:
        """The least state in which the body can be run to its end, if the judge agrees that it can."""
        for size in self._rooms_for(body):
            state = self._room(size).least(actor, body)
            if state is not None:
                return _judged(self.model, state, actor, body)
        return None

    def failures(self, actor: Id | None, body: Body) -> list[Failure]:
        """What a body tests for, in order."""
        return self._room(self._sizes[0]).failures(actor, body)

    def passes(self, actor: Id | None, body: Body, failure: Failure) -> bool:
        """Whether a body gets beyond a test in some state; otherwise it does in none."""
        return any(self._room(size).passes(actor, body, failure) for size in self._sizes)

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
        if self._fails_nowhere is None:
            found = explore(self.model, Request(Limits(seconds=seconds, depth=1), deadlock=False))
            if self._solving.is_interrupted:
                raise StoppedError("interrupted")
            self._fails_nowhere = isinstance(found.verdicts[ERRORS], Holds)
        return self._fails_nowhere

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
        return any(self._room(size).can_be(prop, value=value) for size in self._sizes)

    def _rooms_for(self, body: Body) -> tuple[int, ...]:
        """Where nothing but the one message picked is looked at, there is room enough at once."""
        return self._sizes[:1] if looks_at_one_message(body) else self._sizes

    def _room(self, size: int) -> _Room:
        if size not in self._rooms:
            self._rooms[size] = _Room(self.model, self._solving, size, lambda: self._walk)
        return self._rooms[size]

    @cached_property
    def _walk(self) -> list[State]:
        return walk(self.model)


class _Room:
    """The same with room for so many messages where no capacity is declared."""

    def __init__(self, model: Model, solving: Solving, size: int, states: Callable[[], Sequence[State]]) -> None:
        self._parts = Parts(model, size, min(size, DEFAULT_IN_QUEUE))
        self._states = TypedStates(self._parts.program, solving)
        self._states_walked = states

    @cached_property
    def _walked(self) -> list[tuple[int, ...]]:
        return [coded for state in self._states_walked() if (coded := self._encoded(state)) is not None]

    def _encoded(self, state: State) -> tuple[int, ...] | None:
        """A state of the kernel, if there is room for all of it."""
        with suppress(LookupError):
            coded = self._parts.codec.encode(state)
            return coded if self._parts.codec.decode(coded) == state else None
        return None

    def can(self, actor: Id | None, body: Body) -> bool:
        block = self._parts.block(actor, body)
        if any(map(partial(_has_a_path, self._parts.program, block), self._samples(block))):
            return True
        paths = self._states.paths(block)
        ends = words.disjunction([paths.arrives, *(term for _, term in (*paths.fails, *paths.cuts))])
        return self._states.has(words.conjunction([paths.exists, ends]), block)

    def least(self, actor: Id | None, body: Body) -> State | None:
        block = self._parts.block(actor, body)
        paths = self._states.paths(block)
        return self._decoded(words.conjunction([paths.exists, paths.arrives]), block)

    def failures(self, actor: Id | None, body: Body) -> list[Failure]:
        codes = list(failures_in(self._parts.block(actor, body)))
        return [Failure(*self._parts.failures[code]) for code in codes]

    def passes(self, actor: Id | None, body: Body, failure: Failure) -> bool:
        block, code = self._up_to(actor, body, failure)
        if code in set(failures_in(block)) - set(failures_in(block, alone=True)):
            # Which of several tests at once it does not pass is not told.
            return True
        if any(map(partial(_gets_beyond, self._parts.program, block), self._samples(block))):
            return True
        paths = self._states.paths(block)
        beyond = words.disjunction([term for code, term in paths.cuts if code == PASSED])
        return self._states.has(words.conjunction([paths.exists, beyond]), block)

    def failing(self, actor: Id | None, body: Body, failure: Failure) -> State | None:
        block, code = self._up_to(actor, body, failure)
        paths = self._states.paths(block)
        fails = words.disjunction([term for known, term in paths.fails if known == code])
        return self._decoded(words.conjunction([paths.exists, fails]), block)

    def _up_to(self, actor: Id | None, body: Body, failure: Failure) -> tuple[ir.Block, int]:
        """What runs up to a test, and its code, or -1 where there is none."""
        block = self._parts.block(actor, body)
        known = (failure.span, failure.problem)
        code = self._parts.failures.index(known) if known in self._parts.failures else -1
        return up_to(block, code), code

    def _decoded(self, wanted: Term, block: ir.Block) -> State | None:
        found = self._states.least(wanted, block)
        # What stands for nothing, a packet that cannot be for one, has no value.
        with suppress(LookupError):
            return None if found is None else self._parts.codec.decode(found[0])
        return None

    def can_be(self, prop: Property, *, value: bool) -> bool:
        defined, holds = self._parts.predicate(prop.expression)
        of_steps = prop.kind == "transition"
        pairs = pairwise(self._samples(()))
        if any(_can_be(self._parts.program, (defined, holds), pair, value=value) for pair in pairs):
            return True
        is_so = self._states.truth(holds if value else ir.Not(holds), of_steps=of_steps)
        undefined = self._states.truth(ir.Not(defined), of_steps=of_steps)
        return self._states.has(words.disjunction([undefined, is_so]))

    def _samples(self, block: ir.Block) -> Iterator[tuple[int, ...]]:
        yield from self._walked
        yield from samples(self._parts.program, set(bags_in(block)), SAMPLES)


def _has_a_path(program: ir.Program, block: ir.Block, state: tuple[int, ...]) -> bool:
    """Whether a block has an outcome in a state of the kernel."""
    asked = replace(program, actions=(ir.Action("asked", "protocol", block),))
    with suppress(KernelError):
        return any(True for _ in outcomes(asked, 0, state))
    return False


def _gets_beyond(program: ir.Program, block: ir.Block, state: tuple[int, ...]) -> bool:
    """Whether one of the first paths of a block in a state of the kernel passes the test behind which it is cut."""
    asked = replace(program, actions=(ir.Action("asked", "protocol", block),))
    with suppress(KernelError):
        return any(outcome == Cut(PASSED) for _, outcome in islice(outcomes(asked, 0, state), FIRST))
    return False


def _can_be(program: ir.Program, predicate: tuple[ir.Expr, ir.Expr], pair: tuple[State, State], *, value: bool) -> bool:
    """Whether a property has a value, or none, in a state of the kernel or between two."""
    defined, holds = predicate
    with suppress(KernelError):
        return not evaluate(program, defined, *pair) or bool(evaluate(program, holds, *pair)) == value
    return False


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

    for _ in all_runs(once):
        if found:
            return found[0]
    return None
