"""Whether renaming ids really is an automorphism of a program, looked at state by state with the kernel's evaluator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice

from modelcheck.environment.instantiate import instantiate
from modelcheck.ir.model import Model
from modelcheck.kernel.codes import Renaming
from modelcheck.kernel.evaluate import (
    Cut,
    Fail,
    Next,
    Outcome,
    State,
    evaluate,
    initial_states,
    outcomes,
    value_of_property,
)
from modelcheck.kernel.passes.simplify import simplify
from modelcheck.kernel.program import Program
from modelcheck.kernel.symmetry import Applied, Off, Symmetry, renamed
from modelcheck.lowering import lower_model
from modelcheck.pipeline.expectations import wanted_properties
from modelcheck.pipeline.verify import load
from modelcheck.source import Source
from tests.differential.small_specs import SPECS

MOST_STEPS = 1000
"""States with more ways on, of which generated specifications can have millions, are not looked at."""


class PartialityError(AssertionError):
    """A renaming is no automorphism."""


def programs(text: str, in_flight: int = 8, *, fair: bool = True) -> Iterator[tuple[Model, Program, Applied | Off]]:
    """The models of all checks of a text, with their programs and what is interchangeable in them.

    Without those about infinite runs if they are not asked for.
    """
    spec = load(Source("symmetric.mc", text))
    for check in spec.checks:
        model = instantiate(spec, check, wanted_properties(spec, check, ()))
        if model.is_fair and not fair:
            continue
        lowered = lower_model(model, in_flight, in_flight)
        yield model, simplify(lowered.program), lowered.symmetry()


@cache
def small_programs(name: str) -> tuple[tuple[Model, Program, Applied | Off], ...]:
    """Those of a small specification, made once: several tests look at them."""
    return tuple(programs(SPECS[name]))


def generators(symmetry: Symmetry) -> Iterator[Renaming]:
    """Exchanges of neighbours: they generate the group."""
    for sort, size in symmetry.sorts:
        for lower in range(size - 1):
            image = list(range(size))
            image[lower], image[lower + 1] = lower + 1, lower
            yield {sort: image}


def compare_renamed(program: Program, symmetry: Symmetry, max_states: int) -> int:
    """Explore, and require of each state and each exchange that the renamed state does the renamed things.

    Returns how many states were looked at, or had too many ways on. Raises `PartialityError` at the first difference.
    """
    starts = [_plain(outcome) for _, outcome in initial_states(program)]
    for renaming in generators(symmetry):
        _same(starts, [_moved(program, symmetry, start, renaming) for start in starts], "the start", as_sets=True)
    queue = [state for start in starts for state in _states(start)]
    seen = dict.fromkeys(queue)
    queue = list(seen)
    looked_at = 0
    evaluated = _Evaluated(program)
    while queue and looked_at < max_states:
        state = queue.pop(0)
        looked_at += 1
        for following in _compare_state(evaluated, symmetry, state):
            if following not in seen:
                seen[following] = None
                queue.append(following)
    return looked_at


class _Evaluated:
    """What a program says of a state, asked once: the renamed state is most often reached itself."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.steps = cache(self._steps)
        self.rests = cache(self._rests)
        self.value = cache(self._value)

    def _steps(self, state: State) -> list[tuple[str, _Step]] | None:
        """What can happen in a state; None where that is too much to look at."""
        steps: Iterator[tuple[str, _Step]] = (
            (action.origin, _plain(outcome))
            for index, action in enumerate(self.program.actions)
            for _, outcome in outcomes(self.program, index, state)
        )
        found = list(islice(steps, MOST_STEPS + 1))
        return None if len(found) > MOST_STEPS else found

    def _rests(self, state: State) -> list[int]:
        """Whether it is at rest, and within the bound, if there is one."""
        asked = (self.program.resting, self.program.within)
        return [evaluate(self.program, expression, state) for expression in asked if expression is not None]

    def _value(self, prop: int, state: State, after: State | None) -> bool | None:
        return value_of_property(self.program, self.program.properties[prop], state, after)


def _compare_state(evaluated: _Evaluated, symmetry: Symmetry, state: State) -> list[State]:
    program, own = evaluated.program, evaluated.steps(state)
    if own is None:
        return []
    for renaming in generators(symmetry):
        other = renamed(program, symmetry, state, renaming)
        moved = [(origin, _moved(program, symmetry, step, renaming)) for origin, step in own]
        _same(moved, evaluated.steps(other) or [], f"{state}\nrenamed {renaming}", as_sets=False)
        if evaluated.rests(state) != evaluated.rests(other):
            raise PartialityError(f"rest or the bound differs: {state}\nrenamed {renaming}")
        _compare_properties(evaluated, symmetry, state, renaming, [s for _, step in own for s in _states(step)])
    return [following for _, step in own for following in _states(step)]


def _compare_properties(
    evaluated: _Evaluated, symmetry: Symmetry, state: State, renaming: Renaming, after: Sequence[State]
) -> None:
    program = evaluated.program
    other = renamed(program, symmetry, state, renaming)
    for number, prop in enumerate(program.properties):
        pairs: list[tuple[State | None, State | None]] = [(None, None)]
        if prop.kind == "transition":
            pairs = [(following, renamed(program, symmetry, following, renaming)) for following in after[:20]]
        for following, later in pairs:
            if evaluated.value(number, state, following) != evaluated.value(number, other, later):
                raise PartialityError(f"{prop.name} differs: {state}\nrenamed {renaming}")


_Step = tuple[str, object]


def _plain(outcome: Outcome) -> _Step:
    match outcome:
        case Next(state):
            return "next", state
        case Fail():
            return "fail", None
        case Cut(bound):
            return "cut", bound


def _moved(program: Program, symmetry: Symmetry, step: _Step, renaming: Renaming) -> _Step:
    kind, state = step
    return (kind, renamed(program, symmetry, state, renaming)) if isinstance(state, tuple) else step


def _states(step: _Step) -> list[State]:
    return [step[1]] if isinstance(step[1], tuple) else []


def _same(found: Sequence[object], expected: Sequence[object], where: str, *, as_sets: bool) -> None:
    same = set(found) == set(expected) if as_sets else Counter(found) == Counter(expected)
    if not same:
        one, other = Counter(found) - Counter(expected), Counter(expected) - Counter(found)
        raise PartialityError(f"{where}\ndoes not do the renamed steps: {list(one)[:3]}\nbut {list(other)[:3]}")
