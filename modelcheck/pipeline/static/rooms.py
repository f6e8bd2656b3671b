"""The typed states of one model with room for so many messages, and what is tried before a solver is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property, partial
from itertools import islice, pairwise

from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.solving import Solving
from modelcheck.engines.symbolic.typed_states import TypedStates
from modelcheck.engines.symbolic.words import Term
from modelcheck.frozen import Frozen, replace
from modelcheck.ir.lowered import NoRoomError
from modelcheck.ir.spec import Property
from modelcheck.ir.statement import Body
from modelcheck.ir.values import Id
from modelcheck.kernel import program as ir
from modelcheck.kernel.costs import evaluations, evaluations_of_paths
from modelcheck.kernel.evaluate import Cut, evaluate, outcomes
from modelcheck.kernel.failures import PASSED, failures_in, up_to
from modelcheck.kernel.passes.simplify import simplified
from modelcheck.kernel.samples import samples
from modelcheck.kernel.type_facts import bags_in
from modelcheck.kernel.types import KernelError
from modelcheck.lowering.parts import Parts
from modelcheck.semantics.execute import State
from modelcheck.source import Span

SAMPLES = 24
"""The states of the types, beside those of short runs, that are tried before a solver is asked."""

FIRST = 100
"""The paths that are tried in each of them."""

MOST_EVALUATIONS = 2_000_000
"""The nodes that are evaluated in all of them together: a question with more is asked of a solver at once."""


class BeyondTheRoomError(Exception):
    """Nothing is known of states with more messages in flight than any engine has room for."""


class Failure(Frozen):
    """A test for something that can go wrong in a body: where, and what in general."""

    span: Span
    problem: str


class Room:
    """Typed states with room for so many messages where no capacity is declared.

    `states` are some that runs come to. Questions are answered as by `Instance`, of what there is room for.
    """

    def __init__(self, parts: Parts, solving: Solving, states: Callable[[], Sequence[State]]) -> None:
        self._parts = parts
        self.is_ample = self._parts.is_ample
        self._within = simplified(self._parts.within())
        self._states = TypedStates(self._parts.program, solving, self._within)
        self._states_walked = states

    @cached_property
    def _walked(self) -> list[tuple[int, ...]]:
        return [coded for state in self._states_walked() if (coded := self._encoded(state)) is not None]

    def _encoded(self, state: State) -> tuple[int, ...] | None:
        """A state of the kernel, if there is room for all of it."""
        with suppress(NoRoomError):
            return self._parts.codec.encode(state)
        return None

    def can(self, actor: Id | None, body: Body, given: Sequence[Property] = ()) -> bool:
        block = self._parts.block(actor, body)
        # What is tried need not be as it is given.
        if not given and any(map(partial(_has_a_path, self._parts.program, block), self._tried(block))):
            return True
        paths = self._states.paths(block)
        ends = words.disjunction([paths.arrives, *(term for _, term in (*paths.fails, *paths.cuts))])
        return self._states.has(words.conjunction([*map(self._holds, given), paths.exists, ends]), block)

    def _holds(self, prop: Property) -> Term:
        defined, holds = self._parts.predicate(prop.expression)
        return words.conjunction([self._states.truth(defined), self._states.truth(holds)])

    def does(self, actor: Id | None, body: Body) -> bool:
        """Whether a body can be run in a state of the short runs."""
        block = self._parts.block(actor, body)
        cost = evaluations_of_paths(self._parts.program, block)
        tried = islice(self._walked, MOST_EVALUATIONS // cost)
        return any(map(partial(_has_a_path, self._parts.program, block), tried))

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
        if any(map(partial(_gets_beyond, self._parts.program, block), self._tried(block))):
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
        pairs = pairwise(self._samples((), evaluations(defined) + evaluations(holds)))
        if any(_can_be(self._parts.program, (defined, holds), pair, value=value) for pair in pairs):
            return True
        is_so = self._states.truth(holds if value else ir.Not(holds), of_steps=of_steps)
        undefined = self._states.truth(ir.Not(defined), of_steps=of_steps)
        return self._states.has(words.disjunction([undefined, is_so]))

    def _tried(self, block: ir.Block) -> Iterator[tuple[int, ...]]:
        return self._samples(block, evaluations_of_paths(self._parts.program, block))

    def _samples(self, block: ir.Block, cost: int) -> Iterator[tuple[int, ...]]:
        """States in which it costs so much to try something, as many as may be tried."""
        return islice(self._some_states(block), MOST_EVALUATIONS // cost)

    def _some_states(self, block: ir.Block) -> Iterator[tuple[int, ...]]:
        yield from self._walked
        for state in samples(self._parts.program, set(bags_in(block)), SAMPLES):
            if evaluate(self._parts.program, self._within, state):
                yield state


def nowhere(rooms: Sequence[Room], *, looks: bool) -> bool:
    """That something is so in no state, known of those that there is room for; `looks`: at what is in flight.

    Raises `BeyondTheRoomError` where others could be different.
    """
    if looks and not rooms[-1].is_ample:
        raise BeyondTheRoomError
    return False


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
