"""A program as a transition system: its steps over two states, to be written out as often as a run has steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

import z3

from modelcheck.engines.symbolic import words
from modelcheck.engines.symbolic.blocks import Digit, Encoded, encode_block
from modelcheck.engines.symbolic.expressions import Scope, truth, unwatched
from modelcheck.engines.symbolic.least import value_in
from modelcheck.engines.symbolic.words import Term, Word
from modelcheck.frozen import Frozen
from modelcheck.kernel import program as ir
from modelcheck.kernel.types import IntType, KernelType, least

Cells = tuple[Word, ...]


class Moment(Frozen, eq=False):
    """A state of a run and the step from it: the unknowns of one point in time."""

    number: int
    cells: Cells
    action: Term
    unknowns: tuple[Term, ...]


class System(Frozen, eq=False):
    """The encoding of a program over its own unknowns; `at` and `step` write it out for the moments of a run."""

    program: ir.Program
    initial: Encoded
    actions: tuple[Encoded, ...]
    state: Cells
    next_state: Cells
    selector: Word
    unknowns: tuple[Word, ...]
    """All that actions choose."""
    step_relation: Term
    watch: Callable[[], None] = unwatched
    """Called now and then while something is encoded, and may raise."""

    def moment(self, number: int) -> Moment:
        """The unknowns of a point in time."""
        name = f"@{number}"
        cells = tuple(words.variable(f"{w.term}{name}", w.type) for w in self.state)
        action = z3.BitVec(f"{self.selector.term}{name}", words.width_of(self.selector.type))
        unknowns = tuple(words.variable(f"{w.term}{name}", w.type).term for w in self.unknowns)
        return Moment(number, cells, action, unknowns)

    def at(self, term: Term, here: Moment, after: Moment | None = None) -> Term:
        """A term over the system's own unknowns at a moment; `after` is the moment behind the step."""
        if term is words.TRUE or term is words.FALSE:
            return term
        pairs = [(own.term, cell.term) for own, cell in zip(self.state, here.cells, strict=True)]
        pairs.append((self.selector.term, here.action))
        pairs += [(own.term, unknown) for own, unknown in zip(self.unknowns, here.unknowns, strict=True)]
        if after is not None:
            pairs += [(own.term, cell.term) for own, cell in zip(self.next_state, after.cells, strict=True)]
        return z3.substitute(term, *pairs)

    def step(self, here: Moment, after: Moment) -> Term:
        """That there is a step from one moment to the next."""
        return self.at(self.step_relation, here, after)

    def starts(self, first: Moment) -> Term:
        """That a run begins with a moment's state."""
        same = [c.term == w.term for c, w in zip(first.cells, self.initial.cells, strict=True)]
        return words.conjunction([self.initial.exists, self.initial.arrives, *same])

    def takes(self, number: int) -> Term:
        """That the step is one of an action."""
        return words.compare("==", self.selector, words.constant(number, self.selector.type))

    def somewhere(self, of_path: Callable[[Encoded], Term]) -> Term:
        """That the action selected has a path for which something holds."""
        return words.disjunction(
            [
                words.conjunction([self.takes(number), action.exists, of_path(action)])
                for number, action in enumerate(self.actions)
            ]
        )

    def cut_by(self, code: int) -> Term:
        """That the action selected has a path that a bound cuts."""
        return self.somewhere(lambda path: words.disjunction([term for known, term in path.cuts if known == code]))

    def undefined(self, prop: ir.Property) -> Iterator[tuple[Literal["state", "last step"], Term]]:
        """Where a property cannot be evaluated; of a step atom, also on the step from a state to itself."""
        term = words.negation(truth(prop.defined, self._scope(prop)))
        yield ("last step" if prop.is_of_steps else "state"), term
        if prop.kind == "step atom":
            scope = Scope(self.program, self.state, self.state, watch=self.watch)
            yield "state", words.negation(truth(prop.defined, scope))

    def wrong(self, prop: ir.Property) -> Term:
        """That a property is defined and its value answers it: false, or true of what is to be reached."""
        scope = self._scope(prop)
        value = truth(prop.holds, scope)
        answer = value if prop.kind == "reachable" else words.negation(value)
        return words.conjunction([truth(prop.defined, scope), answer])

    def resting(self) -> Term:
        """That nobody would be stuck."""
        return truth(self.program.resting, Scope(self.program, self.state, watch=self.watch))

    def _scope(self, prop: ir.Property) -> Scope:
        return Scope(self.program, self.state, self.next_state if prop.is_of_steps else None, watch=self.watch)


def cell_names(program: ir.Program) -> list[str]:
    """What the cells of a state are called. Numbered, because those of two faults that strike alike have one name."""
    return [f"{number} {array.name}[{at}]" for number, array in enumerate(program.arrays) for at in range(array.length)]


def encode(program: ir.Program, watch: Callable[[], None] = unwatched) -> System:
    """The transition system of a program. `watch` is called now and then, and may raise."""
    types = [array.type for array in program.arrays for _ in range(array.length)]
    names = cell_names(program)
    state = _unknown(names, types, "")
    next_state = _unknown(names, types, "'")
    blank = tuple(words.constant(least(t), t) for t in types)
    initial = encode_block(program, program.initial, blank, "start ", watch)
    actions = []
    for number, action in enumerate(program.actions):
        actions.append(encode_block(program, action.body, state, f"{number} ", watch))
    selector = words.variable("action", IntType(0, max(0, len(actions) - 1)))
    relation = _relation(actions, selector, state, next_state)
    unknowns = tuple(unknown for action in actions for unknown in action.unknowns)
    return System(program, initial, tuple(actions), state, next_state, selector, unknowns, relation, watch)


def _unknown(names: Sequence[str], types: Sequence[KernelType], suffix: str) -> Cells:
    return tuple(words.variable(f"{name}{suffix}", t) for name, t in zip(names, types, strict=True))


def _relation(actions: Sequence[Encoded], selector: Word, state: Cells, next_state: Cells) -> Term:
    taken = [words.compare("==", selector, words.constant(number, selector.type)) for number in range(len(actions))]
    parts = [
        words.implication(mine, words.conjunction([action.exists, action.arrives]))
        for mine, action in zip(taken, actions, strict=True)
    ]
    parts.append(words.disjunction(taken))
    for at, (before, after) in enumerate(zip(state, next_state, strict=True)):
        value = before
        for mine, action in zip(taken, actions, strict=True):
            if action.cells[at] is not before:
                value = words.choice(mine, action.cells[at], value, before.type)
        parts.append(after.term == value.term)
    return words.conjunction(parts)


def digits_in(model: z3.ModelRef, digits: Sequence[Digit], written: Callable[[Term], Term]) -> tuple[int, ...]:
    """The digits of the path that a model takes; `written` puts a term at its moment."""
    found = []
    for digit in digits:
        if z3.is_true(model.eval(written(digit.there), model_completion=True)):
            term = model.eval(written(digit.digit.term), model_completion=True)
            found.append(words.number_in(term, digit.digit.type))
    return tuple(found)


def state_in(model: z3.ModelRef, cells: Sequence[Word]) -> Iterator[int]:
    """The values of cells in a model."""
    return (value_in(model, cell) for cell in cells)
