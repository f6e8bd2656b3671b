"""One check of a specification whose typed states can be asked about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from itertools import pairwise

from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.solving import Solving
from modelcheck.engines.symbolic.typed_states import TypedStates
from modelcheck.frozen import Frozen, replace
from modelcheck.ir.expression import BlockedError, Chooser, CutError, Env, EvaluationError, all_runs
from modelcheck.ir.happenings import Watch, WatchedCells
from modelcheck.ir.model import Model
from modelcheck.ir.network import DEFAULT_IN_FLIGHT, DEFAULT_IN_QUEUE
from modelcheck.ir.spec import Property
from modelcheck.ir.statement import Body, run
from modelcheck.ir.values import Id, Value
from modelcheck.kernel import program as ir
from modelcheck.kernel.evaluate import evaluate, outcomes
from modelcheck.kernel.samples import samples
from modelcheck.kernel.type_facts import bags_in
from modelcheck.kernel.types import KernelError
from modelcheck.lowering.parts import Parts
from modelcheck.pipeline.static.headers import looks_at_one_message
from modelcheck.semantics.execute import State
from modelcheck.semantics.show import cell_name, show_cell

FEW = 2
"""The messages that there is room for at first: a state with more has what one with fewer has, nearly always."""


SAMPLES = 24
"""The states that are tried before a solver is asked."""


class Example(Frozen):
    """A state in which the judge runs a body to its end, the cells read and the names bound on the way."""

    state: State
    reads: frozenset[int]
    names: Mapping[str, Value]


class Instance:
    """The typed states of one model. Questions raise `StoppedError` at a limit, and `InputError` (MC405)."""

    def __init__(self, model: Model, solving: Solving) -> None:
        self.model = model
        self._solving = solving
        self._rooms: dict[int, _Room] = {}
        open_ended = any(network.capacity is None for network in model.networks)
        self._sizes = (FEW, DEFAULT_IN_FLIGHT) if open_ended else (DEFAULT_IN_FLIGHT,)

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

    def told(self, example: Example) -> str:
        """The values that an example depends on, messages aside: `Node is Idle, x = 3`."""
        parts = []
        for number in sorted(example.reads):
            cell, value = self.model.cells[number], example.state[number]
            if cell.role == "control":
                parts.append(f"{cell_name(cell, self.model)} is {value}")
            elif cell.role not in {"network", "status"}:
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
            self._rooms[size] = _Room(self.model, self._solving, size)
        return self._rooms[size]


class _Room:
    """The same with room for so many messages where no capacity is declared."""

    def __init__(self, model: Model, solving: Solving, size: int) -> None:
        self._parts = Parts(model, size, min(size, DEFAULT_IN_QUEUE))
        self._states = TypedStates(self._parts.program, solving)

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
        found = self._states.least(words.conjunction([paths.exists, paths.arrives]), block)
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
        return samples(self._parts.program, set(bags_in(block)), SAMPLES)


def _has_a_path(program: ir.Program, block: ir.Block, state: tuple[int, ...]) -> bool:
    """Whether a block has an outcome in a state of the kernel."""
    asked = replace(program, actions=(ir.Action("asked", "protocol", block),))
    with suppress(KernelError):
        return any(True for _ in outcomes(asked, 0, state))
    return False


def _can_be(program: ir.Program, predicate: tuple[ir.Expr, ir.Expr], pair: tuple[State, State], *, value: bool) -> bool:
    """Whether a property has a value, or none, in a state of the kernel or between two."""
    defined, holds = predicate
    with suppress(KernelError):
        return not evaluate(program, defined, *pair) or bool(evaluate(program, holds, *pair)) == value
    return False


def _judged(model: Model, state: State, actor: Id | None, body: Body) -> Example | None:
    """The first way through a body from a state, if there is one."""
    found: list[Example] = []

    def once(chooser: Chooser) -> None:
        watch = Watch()
        env = Env(model, WatchedCells(state, watch), actor, chooser)
        with suppress(BlockedError, CutError, EvaluationError):
            run(body, env)
            found.append(Example(state, frozenset(watch.reads), env.locals))

    for _ in all_runs(once):
        if found:
            return found[0]
    return None
