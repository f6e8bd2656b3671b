"""The judge and the kernel evaluator side by side on one model."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from modelcheck.ir.expression import EvaluationError
from modelcheck.ir.model import Model
from modelcheck.ir.network import DEFAULT_IN_FLIGHT, DEFAULT_IN_QUEUE
from modelcheck.ir.statements.fairness import OWED, STRENGTHS, Class
from modelcheck.kernel import evaluate as kernel
from modelcheck.kernel.equal_cells import merge_equal_cells
from modelcheck.kernel.passes.narrow import narrow
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.kernel.possible_members import possible_members
from modelcheck.kernel.program import Program, class_key, strength_of
from modelcheck.kernel.samples import samples
from modelcheck.kernel.type_facts import bags_of
from modelcheck.kernel.types import BitsType
from modelcheck.kernel.validate import validate
from modelcheck.lowering import Codec, LoweredModel, lower_model
from modelcheck.semantics import execute as judge

Row = tuple[tuple[int, ...], str, object]
"""One path: its digits, the kind of its outcome, and the successor, the place of the failure or the bound."""


MOST_PATHS = 200
"""States by chance from which there are more are passed over: to evaluate them takes long."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What was compared."""

    states: int
    paths: int
    fails: frozenset[str]
    bounds: frozenset[str]
    classes: int
    """How many fairness classes there were."""
    complete: bool


class DisagreementError(AssertionError):
    """Judge and kernel differ."""


def compare(
    model: Model, max_states: int, *, in_flight: int = DEFAULT_IN_FLIGHT, copies: int = 0, sampled: int = 0
) -> Compared:
    """Explore with the judge and require the same of the program in every state, simplified and narrowed.

    Solvers take it as it is simplified, and compiled code is made of what was narrowed, too: so nobody evaluates it as
    it was lowered, which takes longest.
    Then in so many states by chance, which need not be reachable, `sampled`: the first that are reached hold little.
    With `copies`, the program is one for solvers, whose states are not canonical, and whose digits are in no order.
    Raises `DisagreementError` at the first difference.
    """
    lowered = lower_model(model, in_flight, DEFAULT_IN_QUEUE, copies=copies)
    plain = lowered.program
    simple = simplify(plain)
    programs = simple, narrow(simple)
    for program in (plain, *programs):
        validate(program)
    comparison = _Comparison(model, lowered, programs, is_ordered=not copies)
    compared = comparison.run(max_states)
    for state in sampled_states(simple, sampled):
        inside = simple.within is None or kernel.evaluate(simple, simple.within, state)
        if inside and len(list(islice(paths_from(simple, state), MOST_PATHS))) < MOST_PATHS:
            try:
                decoded = lowered.codec.decode(state)
            except LookupError:
                # Chance takes messages that there are not, or puts some into queues that they never travel in.
                continue
            comparison.look(decoded)
    return compared


def paths_from(program: Program, state: kernel.State) -> Iterator[tuple[int, kernel.Outcome]]:
    """The paths of all actions, each with the number of its action."""
    for action in range(len(program.actions)):
        for _, outcome in kernel.outcomes(program, action, state):
            yield action, outcome


def sampled_states(program: Program, count: int) -> Iterator[kernel.State]:
    """States by chance, full ones too, that need not be reachable, but hold what is stored as all others do."""
    members, (_, first) = possible_members(program), merge_equal_cells(program)
    types = [array.type for array in program.arrays for _ in range(array.length)]
    for state in islice(samples(program, bags_of(program), count), count):
        held = [
            value & members[cell] if isinstance(types[cell], BitsType) else value for cell, value in enumerate(state)
        ]
        yield tuple(held[first.get(cell, cell)] for cell in range(len(held)))


class _Comparison:
    def __init__(self, model: Model, lowered: LoweredModel, programs: Sequence[Program], *, is_ordered: bool) -> None:
        self._model = model
        self._is_ordered = is_ordered
        self._codec: Codec = lowered.codec
        self._programs = programs
        self._fails: set[str] = set()
        self._bounds: set[str] = set()
        self._paths = 0
        self._classes: dict[object, int] = {}
        """The classes of the judge and the kernel's keys for them: as many of these as of those."""
        self._seen: dict[judge.State, None] = {}
        self._decodings: dict[kernel.State, judge.State] = {}
        """What was decoded: all programs, and many actions, lead to the same states."""
        self._queue: deque[judge.State] = deque()

    def run(self, max_states: int) -> Compared:
        self._same("the start", judge.initial_paths(self._model), [kernel.initial_states(p) for p in self._programs])
        while self._queue and len(self._seen) <= max_states:
            self.look(self._queue.popleft())
        complete = not self._queue
        return Compared(
            len(self._seen), self._paths, frozenset(self._fails), frozenset(self._bounds), len(self._classes), complete
        )

    def look(self, state: judge.State) -> None:
        """Compare what is so in a state, and what is done there."""
        cells = self._codec.encode(state)
        if self._codec.decode(cells) != state:
            raise DisagreementError(f"{state}\nis decoded from its own encoding as\n{self._codec.decode(cells)}")
        for program in self._programs:
            if bool(kernel.evaluate(program, program.resting, cells)) != judge.is_resting(self._model, state):
                raise DisagreementError(f"resting differs in {state}")
            if program.within is not None and not kernel.evaluate(program, program.within, cells):
                raise DisagreementError(f"a reachable state lies outside the bound: {state}")
        self._properties(state, None)
        for action in range(len(self._model.actions)):
            found = [kernel.outcomes(program, action, cells) for program in self._programs]
            where = f"{self._programs[0].actions[action].name} in {state}"
            self._same(where, judge.action_paths(self._model, state, action), found, state)

    def _same(
        self,
        where: str,
        paths: Iterator[judge.Path],
        found: Sequence[Iterator[tuple[kernel.Digits, kernel.Outcome]]],
        before: judge.State | None = None,
    ) -> None:
        judged = list(paths)
        expected = [self._expected(path) for path in judged]
        self._paths += len(expected)
        for program, outcomes in zip(self._programs, found, strict=True):
            ended = list(outcomes) if self._is_ordered else self._in_order(program, outcomes)
            rows = [self._row(program, digits, outcome) for digits, outcome in ended]
            if rows != expected:
                lines = [f"{where}: the judge has", *map(str, expected), "the kernel has", *map(str, rows)]
                raise DisagreementError("\n".join(lines))
            for path, (_, outcome) in zip(judged, ended, strict=True):
                self._owed(where, path, outcome)
        for _, kind, state in expected:
            if kind != "next":
                continue
            assert isinstance(state, tuple)
            if before is not None:
                self._properties(before, state)
            if state not in self._seen:
                self._seen[state] = None
                self._queue.append(state)

    def _in_order(
        self, program: Program, outcomes: Iterator[tuple[kernel.Digits, kernel.Outcome]]
    ) -> list[tuple[kernel.Digits, kernel.Outcome]]:
        """Sorted by their digits, and those with the same digits, which must be the same, once."""
        found: dict[kernel.Digits, kernel.Outcome] = {}
        for digits, outcome in outcomes:
            known = found.setdefault(digits, outcome)
            if self._row(program, digits, known) != self._row(program, digits, outcome):
                raise DisagreementError(f"{digits} are two paths: {known} and {outcome}")
        return sorted(found.items(), key=lambda item: item[0])

    def _owed(self, where: str, path: judge.Path, outcome: kernel.Outcome) -> None:
        """Judge and kernel tell the same classes apart, and owe them as strongly."""
        owed, number = path.names.get(OWED), outcome.owed
        agree = owed is None and number == 0
        if isinstance(owed, Class) and number != 0:
            key = class_key(number)
            agree = self._classes.setdefault(owed[:-1], key) == key
            agree = agree and STRENGTHS[strength_of(number)] == owed.strength
        if not agree or len(self._classes) != len(set(self._classes.values())):
            raise DisagreementError(f"{where}: {owed} is {number} for the kernel")

    def _expected(self, path: judge.Path) -> Row:
        match path.outcome:
            case judge.Next(state):
                return path.digits, "next", state
            case judge.Fail(span, _):
                self._fails.add(str(span))
                return path.digits, "fail", str(span)
            case judge.Cut(bound):
                self._bounds.add(bound)
                return path.digits, "cut", bound

    def _row(self, program: Program, digits: kernel.Digits, outcome: kernel.Outcome) -> Row:
        match outcome:
            case kernel.Next(state):
                return digits, "next", self._decoded(state)
            case kernel.Fail(code):
                return digits, "fail", program.fails[code].split(": ")[0]
            case kernel.Cut(bound):
                return digits, "cut", program.bounds[bound]

    def _decoded(self, cells: kernel.State) -> judge.State:
        if cells not in self._decodings:
            state = self._decodings[cells] = self._codec.decode(cells)
            if self._is_ordered and self._codec.encode(state) != cells:
                # Equal states must be equal words, or they would be counted twice.
                again = self._codec.encode(state)
                raise DisagreementError(f"{cells}\nis not canonical: {state} is encoded as\n{again}")
        return self._decodings[cells]

    def _properties(self, state: judge.State, after: judge.State | None) -> None:
        asked = [
            (at, p) for at, p in enumerate(self._model.properties) if (p.kind == "transition") == (after is not None)
        ]
        if not asked:
            return
        cells = self._codec.encode(state)
        later = None if after is None else self._codec.encode(after)
        for position, prop in asked:
            try:
                expected: bool | None = judge.holds(self._model, prop.expression, state, after)
            except EvaluationError:
                expected = None
            for program in self._programs:
                found = kernel.value_of_property(program, program.properties[position], cells, later)
                if found != expected:
                    raise DisagreementError(f"{prop.name} is {expected} for the judge, {found} in {state} {after}")
