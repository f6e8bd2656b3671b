"""The kernel evaluated in plain Python: small, slow and meant to be obviously right.

It is the second of three evaluators: comparing it with the judge tests the lowering, comparing it with compiled code
tests the engines, comparing it with itself tests the passes. It also checks the lowering as it goes: a value outside
the type its node declares, or a store outside an array, raises `KernelError`.

A state is the flat tuple of all cells (`Program.offsets`). The recursion is as deep as expressions nest, plus one level
for every `Choose` of an action; it does not grow with the length of a block.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from types import MappingProxyType
from typing import assert_never

from modelcheck.kernel import program as ir
from modelcheck.kernel.types import BOOL, INT_LIMIT, KernelError, fits, least

State = tuple[int, ...]
Digits = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Next:
    """The path ends in a state."""

    state: State


@dataclass(frozen=True, slots=True)
class Fail:
    """The path ends in an evaluation error; `code` indexes `Program.fails`."""

    code: int


@dataclass(frozen=True, slots=True)
class Cut:
    """The path leaves the explored region; `bound` indexes `Program.bounds`."""

    bound: int


Outcome = Next | Fail | Cut


def initial_states(program: ir.Program) -> Iterator[tuple[Digits, Outcome]]:
    """Every path through the initial block, in ascending order of its digits."""
    blank = [least(array.type) for array in program.arrays for _ in range(array.length)]
    for digits, outcome in _paths(program.initial, _Frame(program, blank)):
        yield digits, _bounded(program, outcome)


def outcomes(program: ir.Program, action_index: int, state: State) -> Iterator[tuple[Digits, Outcome]]:
    """Every path of an action from a state that is not blocked, in ascending lexicographic order of its digits.

    A digit is the value that the `Choose` gave to its local or its `digit`; one that was not active has none. No two
    paths have the same digits, nor one path's digits another's as a prefix: they part at an active `Choose` of both.
    """
    for digits, outcome in _paths(program.actions[action_index].body, _Frame(program, list(state))):
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
    return _value(expression, _Frame(program, state, after))


def value_of_constant(expression: ir.Expr, bindings: Mapping[int, int] = MappingProxyType({})) -> int:
    """The value of an expression that reads no state, whatever the program, given its free locals by index."""
    return _value(expression, _Frame(_NOTHING, (), None, bindings))


def value_of_property(program: ir.Program, prop: ir.Property, state: State, after: State | None = None) -> bool | None:
    """Whether the property holds in the state, or on the step to `after`; None where it is undefined."""
    if not evaluate(program, prop.defined, state, after):
        return None
    return bool(evaluate(program, prop.holds, state, after))


_NOTHING = ir.Program("nothing", (), (), (), (), ir.AndOr("and", ()), None, (), ())


def _bounded(program: ir.Program, outcome: Outcome) -> Outcome:
    """The outcome, or a cut if it is a state outside the declared bound."""
    match outcome:
        case Next(state) if program.within is not None and not evaluate(program, program.within, state):
            return Cut(ir.DECLARED_BOUND)
        case _:
            return outcome


@dataclass(frozen=True, slots=True)
class _Frame:
    """What an expression can refer to. `cells` is a list, which stores change in place, while a block runs."""

    program: ir.Program
    cells: Sequence[int]
    after: State | None = None
    bindings: Mapping[int, int] = field(default_factory=dict)

    def bind(self, local: ir.Local, value: int) -> _Frame:
        if not fits(value, local.type):
            message = f"{value} bound to local {local.name} of type {local.type}"
            raise KernelError(message)
        return _Frame(self.program, self.cells, self.after, {**self.bindings, local.index: value})

    def value_of(self, local: ir.Local) -> int:
        if local.index not in self.bindings:
            message = f"local {local.name} used out of scope"
            raise KernelError(message)
        return self.bindings[local.index]

    def read(self, array: int, index: int, *, after: bool) -> int:
        cells = self.after if after else self.cells
        if cells is None:
            message = f"{self.program.arrays[array].name} read behind a step, but there is no step"
            raise KernelError(message)
        return cells[self.position(array, index)]

    def position(self, array: int, index: int) -> int:
        declaration = self.program.arrays[array]
        if not 0 <= index < declaration.length:
            message = f"{declaration.name}[{index}]: index outside 0..{declaration.length - 1}"
            raise KernelError(message)
        return self.program.offsets[array] + index

    def bag(self, array: int) -> list[int]:
        """The values in a bag, without its free slots."""
        start = self.program.offsets[array]
        slots = list(self.cells[start : start + self.program.arrays[array].length])
        values = [slot for slot in slots if slot]
        if values != sorted(values) or slots != [*values, *[0] * slots.count(0)]:
            message = f"bag {self.program.arrays[array].name} is not ascending with its zeros at the end: {slots}"
            raise KernelError(message)
        return values


# ----------------------------------------------------------------------------------------------------------- statements


def _paths(block: ir.Block, frame: _Frame) -> Iterator[tuple[Digits, Outcome]]:
    """Run a block on the frame's cells, which belong to this path alone."""
    pending = list(reversed(block))
    while pending:
        statement = pending.pop()
        match statement:
            case ir.Bind(local, value):
                frame = frame.bind(local, _value(value, frame))
            case ir.If(condition, then, orelse):
                pending.extend(reversed(then if _value(condition, frame) else orelse))
            case ir.Choose():
                rest = tuple(reversed(pending))
                for digit, number in _choices(statement, frame):
                    branch = replace(frame.bind(statement.local, number), cells=list(frame.cells))
                    for digits, outcome in _paths(rest, branch):
                        yield (*digit, *digits), outcome
                return
            case ir.Assign(array, index, value):
                _store(frame, array, _value(index, frame), _value(value, frame))
            case ir.BagInsert(array, value):
                _store_bag(frame, array, [*frame.bag(array), _value(value, frame)])
            case ir.BagRemove(array, value):
                _store_bag(frame, array, _without(frame.bag(array), _value(value, frame)))
            case ir.Halt():
                yield from _halted(statement)
                return
            case _:
                assert_never(statement)
    yield (), Next(tuple(frame.cells))


def _choices(choose: ir.Choose, frame: _Frame) -> Iterator[tuple[Digits, int]]:
    """The digits to record (one, or none where there is no choice) and the value of the local, for each branch."""
    if not _value(choose.active, frame):
        yield (), least(choose.local.type)
        return
    least_digit = -INT_LIMIT
    for value in _domain(choose.domain, frame):
        chosen = frame.bind(choose.local, value)
        if _value(choose.condition, chosen):
            digit = value if choose.digit is None else _value(choose.digit, chosen)
            if digit < least_digit:
                message = f"the digits of {choose.local.name} do not ascend: {digit} comes after {least_digit - 1}"
                raise KernelError(message)
            least_digit = digit + 1
            yield (digit,), value


def _domain(domain: ir.Between | ir.Members | ir.Slots, frame: _Frame) -> Sequence[int]:
    match domain:
        case ir.Between(lo, hi):
            return range(lo, hi + 1)
        case ir.Members(bits):
            members = _value(bits, frame)
            return [number for number in range(members.bit_length()) if members >> number & 1]
        case ir.Slots(array):
            return [value - 1 for value in sorted(set(frame.bag(array)))]
        case _:
            assert_never(domain)


def _halted(halt: ir.Halt) -> Iterator[tuple[Digits, Outcome]]:
    match halt.outcome:
        case "fail":
            yield (), Fail(halt.code)
        case "cut":
            yield (), Cut(halt.code)
        case "block":
            return
        case _:
            assert_never(halt.outcome)


def _store(frame: _Frame, array: int, index: int, value: int) -> None:
    declaration = frame.program.arrays[array]
    if not fits(value, declaration.type):
        message = f"{value} stored in {declaration.name}[{index}] of type {declaration.type}"
        raise KernelError(message)
    assert isinstance(frame.cells, list)
    frame.cells[frame.position(array, index)] = value


def _store_bag(frame: _Frame, array: int, values: list[int]) -> None:
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


# ---------------------------------------------------------------------------------------------------------- expressions

_COMPARE: Mapping[str, Callable[[int, int], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
}
_REDUCE: Mapping[str, Callable[[int, int], int]] = {
    "and": operator.and_,
    "or": operator.or_,
    "add": operator.add,
    "min": min,
    "max": max,
}
_NEUTRAL: Mapping[str, list[int]] = {"and": [1], "or": [0], "add": [0], "min": [], "max": []}


def _value(expression: ir.Expr, frame: _Frame) -> int:
    value = _computed(expression, frame)
    if not fits(value, expression.type):
        message = f"{value} is not of type {expression.type}, declared by {type(expression).__name__}"
        raise KernelError(message)
    return value


def _computed(expression: ir.Expr, frame: _Frame) -> int:
    match expression:
        case ir.Const(value):
            return value
        case ir.Local():
            return frame.value_of(expression)
        case ir.Read(array, index, _, after):
            return frame.read(array, _value(index, frame), after=after)
        case ir.Add(left, right):
            return _value(left, frame) + _value(right, frame)
        case ir.Mul(left, right):
            return _value(left, frame) * _value(right, frame)
        case ir.DivMod(op, left, right):
            # Python rounds down, as the kernel does.
            quotient, remainder = divmod(_value(left, frame), _value(right, frame))
            return quotient if op == "div" else remainder
        case ir.Compare(op, left, right):
            return int(_COMPARE[op](_value(left, frame), _value(right, frame)))
        case ir.Not(operand):
            return 1 - _value(operand, frame)
        case ir.AndOr(op, operands):
            # Expressions are total, so stopping early shows in the time only.
            decisive = int(op == "or")
            return decisive if any(_value(operand, frame) == decisive for operand in operands) else 1 - decisive
        case ir.Ite(condition, then, orelse):
            return _value(then if _value(condition, frame) else orelse, frame)
        case ir.Let(local, value, body):
            return _value(body, frame.bind(local, _value(value, frame)))
        case ir.Reduce(op, local, lo, hi, body):
            values = (_value(body, frame.bind(local, number)) for number in range(lo, hi + 1))
            if expression.type == BOOL:
                decisive = int(op == "or")
                return decisive if decisive in values else 1 - decisive
            return reduce(_REDUCE[op], [*_NEUTRAL[op], *values])
        case ir.BitTest() | ir.BitUpdate() | ir.BitOp() | ir.Shift() | ir.Cast() | ir.PopCount():
            return _computed_bits(expression, frame)
        case _:
            assert_never(expression)


def _computed_bits(expression: ir.BitsNode, frame: _Frame) -> int:
    match expression:
        case ir.BitTest(bits, index):
            number = _value(index, frame)
            return _value(bits, frame) >> number & 1 if number >= 0 else 0
        case ir.BitUpdate(bits, index, on, bits_type):
            number = _value(index, frame)
            mask = 1 << number if 0 <= number < bits_type.width else 0
            return _value(bits, frame) | mask if on else _value(bits, frame) & ~mask
        case ir.BitOp(op, left, right):
            other = _value(right, frame)
            return _REDUCE["or" if op == "or" else "and"](_value(left, frame), ~other if op == "andnot" else other)
        case ir.Shift(bits, amount, bits_type):
            word = _value(bits, frame)
            return (word << amount if amount >= 0 else word >> -amount) & ((1 << bits_type.width) - 1)
        case ir.Cast(operand):
            return _value(operand, frame)
        case ir.PopCount(bits):
            return _value(bits, frame).bit_count()
        case _:
            assert_never(expression)
