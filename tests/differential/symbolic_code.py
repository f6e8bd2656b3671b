"""The symbolic encoding against the evaluator of the kernel: every path of a block, state by state."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

import z3

from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.blocks import Encoded, encode_block
from modelcheck.engines.symbolic.expressions import Scope, truth
from modelcheck.engines.symbolic.system import digits_in, state_in
from modelcheck.engines.symbolic.words import Term, Word
from modelcheck.kernel import evaluate as kernel
from modelcheck.kernel.program import Block, Program, Property
from modelcheck.kernel.types import least
from tests.differential.compare import DisagreementError

Paths = dict[tuple[int, ...], kernel.Outcome]


def compare_encoding(program: Program, most: int) -> int:
    """Explore with the evaluator, and require the same of the encoding in every state; returns how many there were.

    Raises `DisagreementError` at the first difference.
    """
    types = [array.type for array in program.arrays for _ in range(array.length)]
    blank = tuple(least(t) for t in types)
    unknown = tuple(words.variable(f"cell {at}", t) for at, t in enumerate(types))
    start = _bare(kernel.initial_states(program))
    _same("the start", start, _Paths(program, program.initial, unknown).of(blank, len(start)))
    actions = [_Paths(program, action.body, unknown) for action in program.actions]
    seen = dict.fromkeys(o.state for o in start.values() if isinstance(o, kernel.Next))
    queue = deque(seen)
    visited = 0
    while queue and visited < most:
        state = queue.popleft()
        visited += 1
        _same_properties(program, unknown, state)
        for number, action in enumerate(program.actions):
            paths = _bare(kernel.outcomes(program, number, state))
            _same(f"{action.name} in {state}", paths, actions[number].of(state, len(paths)))
            for outcome in paths.values():
                if isinstance(outcome, kernel.Next) and outcome.state not in seen:
                    seen[outcome.state] = None
                    queue.append(outcome.state)
    return visited


def _bare(found: Iterator[tuple[kernel.Digits, kernel.Outcome]]) -> Paths:
    """Without what is owed, which matters to infinite runs only."""
    paths: Paths = {}
    for digits, outcome in found:
        match outcome:
            case kernel.Next(state):
                paths[digits] = kernel.Next(state)
            case kernel.Fail(code):
                paths[digits] = kernel.Fail(code)
            case kernel.Cut(bound):
                paths[digits] = kernel.Cut(bound)
    return paths


def _same(where: str, expected: Paths, found: Paths) -> None:
    if expected != found:
        raise DisagreementError(f"{where}: the evaluator has\n{expected}\nthe encoding has\n{found}")


class _Paths:
    """The paths of one block, whatever the state."""

    def __init__(self, program: Program, block: Block, cells: tuple[Word, ...]) -> None:
        self.cells = cells
        self.encoded = encode_block(program, block, cells, "")
        self.solver = z3.SolverFor("QF_FD")
        self.solver.add(self.encoded.exists)

    def of(self, state: tuple[int, ...], expected: int) -> Paths:
        """Those from a state, one by one, each model excluded with all that have its digits; one too many at most."""
        self.solver.push()
        try:
            self.solver.add(*[w.term == words.constant(v, w.type).term for w, v in zip(self.cells, state, strict=True)])
            return self._all(expected)
        finally:
            self.solver.pop()

    def _all(self, expected: int) -> Paths:
        paths: Paths = {}
        while len(paths) <= expected and self.solver.check() == z3.sat:
            model = self.solver.model()
            digits = digits_in(model, self.encoded.digits, lambda term: term)
            if digits in paths:
                raise DisagreementError(f"two paths have the digits {digits}")
            paths[digits] = _outcome(self.encoded, model)
            self.solver.add(z3.Not(z3.And([z3.BoolVal(val=True), *_same_digits(self.encoded, model)])))
        return paths


def _same_digits(encoded: Encoded, model: z3.ModelRef) -> Iterator[Term]:
    for digit in encoded.digits:
        if z3.is_true(model.eval(digit.there, model_completion=True)):
            yield digit.there
            yield digit.digit.term == model.eval(digit.digit.term, model_completion=True)
        else:
            yield z3.Not(digit.there)


def _outcome(encoded: Encoded, model: z3.ModelRef) -> kernel.Outcome:
    def is_true(term: Term) -> bool:
        return bool(z3.is_true(model.eval(term, model_completion=True)))

    found: list[kernel.Outcome] = [kernel.Fail(code) for code, term in encoded.fails if is_true(term)]
    found += [kernel.Cut(code) for code, term in encoded.cuts if is_true(term)]
    if is_true(encoded.arrives):
        found.append(kernel.Next(tuple(state_in(model, encoded.cells))))
    if len(found) != 1:
        raise DisagreementError(f"a path ends in {found}")
    return found[0]


def _same_properties(program: Program, cells: tuple[Word, ...], state: tuple[int, ...]) -> None:
    """Properties of states, in the state; those of steps, on the step that changes nothing."""
    constants = tuple(words.constant(value, cell.type) for cell, value in zip(cells, state, strict=True))
    for prop in program.properties:
        after = state if prop.is_of_steps else None
        expected = kernel.value_of_property(program, prop, state, after)
        found = _value(program, prop, constants)
        if expected != found:
            raise DisagreementError(f"{prop.name} in {state}: the evaluator has {expected}, the encoding {found}")
    resting = z3.simplify(truth(program.resting, Scope(program, constants)))
    if z3.is_true(resting) != bool(kernel.evaluate(program, program.resting, state)):
        raise DisagreementError(f"resting differs in {state}")


def _value(program: Program, prop: Property, cells: tuple[Word, ...]) -> bool | None:
    scope = Scope(program, cells, cells if prop.is_of_steps else None)
    if not z3.is_true(z3.simplify(truth(prop.defined, scope))):
        return None
    return bool(z3.is_true(z3.simplify(truth(prop.holds, scope))))
