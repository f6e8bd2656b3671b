"""The kernel evaluated in plain Python: small, slow and meant to be obviously right.

It is the second of three evaluators: comparing it with the judge tests the lowering, comparing it with compiled code
tests the engines, comparing it with itself tests the passes. It also checks the lowering as it goes: a value outside
the type its node declares, or a store outside an array, raises `KernelError`.

A state is the flat tuple of all cells (`Program.offsets`). The recursion is as deep as expressions nest, plus one level
for every `Choose` of an action; it does not grow with the length of a block.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import assert_never

from modelcheck.frozen import Frozen
from modelcheck.kernel import program as ir
from modelcheck.kernel.types import INT_LIMIT, KernelError, fits, least
from modelcheck.kernel.values import Frame, State, value_in

__all__ = [
    "Cut",
    "Digits",
    "Fail",
    "Next",
    "Outcome",
    "State",
    "evaluate",
    "initial_states",
    "outcomes",
    "replay_digits",
    "value_of_constant",
    "value_of_property",
]

Digits = tuple[int, ...]


class Next(Frozen):
    """The path ends in a state. `owed` is its fairness class here and below (see `program.Owed`)."""

    state: State
    owed: int = 0


class Fail(Frozen):
    """The path ends in an evaluation error; `code` indexes `Program.fails`."""

    code: int
    owed: int = 0


class Cut(Frozen):
    """The path leaves the explored region; `bound` indexes `Program.bounds`."""

    bound: int
    owed: int = 0


Outcome = Next | Fail | Cut


def initial_states(program: ir.Program) -> Iterator[tuple[Digits, Outcome]]:
    """Every path through the initial block, in ascending order of its digits."""
    blank = [least(array.type) for array in program.arrays for _ in range(array.length)]
    for digits, outcome in _paths(program.initial, Frame(program, blank)):
        yield digits, _bounded(program, outcome)


def outcomes(program: ir.Program, action_index: int, state: State) -> Iterator[tuple[Digits, Outcome]]:
    """Every path of an action from a state that is not blocked, in ascending lexicographic order of its digits.

    A digit is the value that the `Choose` gave to its local or its `digit`; one that was not active has none. No two
    paths have the same digits, nor one path's digits another's as a prefix: they part at an active `Choose` of both.
    """
    for digits, outcome in _paths(program.actions[action_index].body, Frame(program, list(state))):
        yield digits, _bounded(program, outcome)


def replay_digits(program: ir.Program, action_index: int, state: State, digits: Digits) -> Outcome:
    """The outcome of the path with these digits. `KernelError` if there is none."""
    for taken, outcome in outcomes(program, action_index, state):
        if taken == digits:
            return outcome
    message = f"action {program.actions[action_index].name} has no path with digits {digits}"
    raise KernelError(message)


def evaluate(program: ir.Program, expression: ir.Expr, state: State, after: State | None = None) -> int:
    """The value of a closed expression: 0 or 1 for a boolean, the bits of a set as a number."""
    return value_in(expression, Frame(program, state, after))


def value_of_constant(expression: ir.Expr, bindings: Mapping[int, int] = MappingProxyType({})) -> int:
    """The value of an expression that reads no state, whatever the program, given its free locals by index."""
    return value_in(expression, Frame(_NOTHING, (), None, dict(bindings)))


def value_of_property(program: ir.Program, prop: ir.Property, state: State, after: State | None = None) -> bool | None:
    """Whether the property holds in the state, or on the step to `after`; None where it is undefined."""
    if not evaluate(program, prop.defined, state, after):
        return None
    return bool(evaluate(program, prop.holds, state, after))


_NOTHING = ir.Program("nothing", (), (), (), (), ir.AndOr("and", ()), None, (), ())


def _bounded(program: ir.Program, outcome: Outcome) -> Outcome:
    """The outcome, or a cut if it is a state outside the declared bound."""
    match outcome:
        case Next(state, owed) if program.within is not None and not evaluate(program, program.within, state):
            return Cut(ir.DECLARED_BOUND, owed)
        case _:
            return outcome


# ----------------------------------------------------------------------------------------------------------- statements


def _paths(block: ir.Block, frame: Frame, owed: int = 0) -> Iterator[tuple[Digits, Outcome]]:
    """Run a block on the frame's cells, which belong to this path alone."""
    pending = list(reversed(block))
    while pending:
        statement = pending.pop()
        match statement:
            case ir.Bind(local, value):
                frame = frame.bind(local, value_in(value, frame))
            case ir.If(condition, then, orelse):
                pending.extend(reversed(then if value_in(condition, frame) else orelse))
            case ir.Choose():
                rest = tuple(reversed(pending))
                for digit, number in _choices(statement, frame):
                    branch = frame.bind(statement.local, number).copied()
                    for digits, outcome in _paths(rest, branch, owed):
                        yield (*digit, *digits), outcome
                return
            case ir.Assign(array, index, value):
                _store(frame, array, value_in(index, frame), value_in(value, frame))
            case ir.BagInsert(array, value):
                _store_bag(frame, array, [*frame.bag(array), value_in(value, frame)])
            case ir.BagRemove(array, value):
                _store_bag(frame, array, _without(frame.bag(array), value_in(value, frame)))
            case ir.Owed(number):
                owed = value_in(number, frame)
            case ir.Halt():
                yield from _halted(statement, owed)
                return
            case _:
                assert_never(statement)
    yield (), Next(tuple(frame.cells), owed)


def _choices(choose: ir.Choose, frame: Frame) -> Iterator[tuple[Digits, int]]:
    """The digits to record (one, or none where there is no choice) and the value of the local, for each branch."""
    if not value_in(choose.active, frame):
        yield (), least(choose.local.type)
        return
    least_digit = -INT_LIMIT
    for value in _domain(choose.domain, frame):
        chosen = frame.bind(choose.local, value)
        if value_in(choose.condition, chosen):
            digit = value if choose.digit is None else value_in(choose.digit, chosen)
            if choose.ascends and digit < least_digit:
                message = f"the digits of {choose.local.name} do not ascend: {digit} comes after {least_digit - 1}"
                raise KernelError(message)
            least_digit = digit + 1
            yield (digit,), value


def _domain(domain: ir.Between | ir.Members | ir.Slots, frame: Frame) -> Sequence[int]:
    match domain:
        case ir.Between(lo, hi):
            return range(lo, hi + 1)
        case ir.Members(bits):
            members = value_in(bits, frame)
            return [number for number in range(members.bit_length()) if members >> number & 1]
        case ir.Slots(array):
            return [value - 1 for value in sorted(set(frame.bag(array)))]
        case _:
            assert_never(domain)


def _halted(halt: ir.Halt, owed: int) -> Iterator[tuple[Digits, Outcome]]:
    match halt.outcome:
        case "fail":
            yield (), Fail(halt.code, owed)
        case "cut":
            yield (), Cut(halt.code, owed)
        case "block":
            return
        case _:
            assert_never(halt.outcome)


def _store(frame: Frame, array: int, index: int, value: int) -> None:
    declaration = frame.program.arrays[array]
    if not fits(value, declaration.type):
        message = f"{value} stored in {declaration.name}[{index}] of type {declaration.type}"
        raise KernelError(message)
    assert isinstance(frame.cells, list)
    frame.cells[frame.position(array, index)] = value


def _store_bag(frame: Frame, array: int, values: list[int]) -> None:
    declaration = frame.program.arrays[array]
    if len(values) > declaration.length:
        message = f"insertion into the full bag {declaration.name}"
        raise KernelError(message)
    if any(value < 1 for value in values):
        message = f"values in bag {declaration.name} are at least 1, not {min(values)}"
        raise KernelError(message)
    for index in range(declaration.length):
        _store(frame, array, index, sorted(values)[index] if index < len(values) else 0)


def _without(values: list[int], value: int) -> list[int]:
    if value not in values:
        return values
    index = values.index(value)
    return [*values[:index], *values[index + 1 :]]
