"""Compiled code and the kernel evaluator side by side on one program: code generation alone, without the search."""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import Any

from modelcheck.engines.native import slots
from modelcheck.engines.native.module import program_module
from modelcheck.jit.compile import compile_module
from modelcheck.jit.memory import Words
from modelcheck.jit.translate import DECLARATIONS
from modelcheck.kernel import evaluate as kernel
from modelcheck.kernel.equal_cells import merge_equal_cells
from modelcheck.kernel.layout import layout
from modelcheck.kernel.possible_members import possible_members
from modelcheck.kernel.program import Program, Property
from tests.differential.compare import MOST_PATHS, DisagreementError, paths_from, sampled_states

MOVED, FAILED, FULL, CUTS = range(4)
CAPACITY = 1 << 14
_WORD, _POINTER = ctypes.c_uint64, ctypes.c_void_p
_EXPORTED: dict[str, tuple[Any, ...]] = {
    "initial": (None, _POINTER, _POINTER, _POINTER, _WORD, _POINTER, _WORD),
    "expand": (None, _POINTER, _POINTER, _POINTER, _WORD, _POINTER),
    "check": (_WORD, _POINTER),
    "check_step": (_WORD, _POINTER, _POINTER),
    "resting": (_WORD, _POINTER),
}

Row = tuple[int, kernel.State]
"""An action and the state behind it."""


class Code:
    """The functions of a program, called one at a time."""

    def __init__(self, program: Program, level: int = 0) -> None:
        compiled, first = merge_equal_cells(program)
        self.program, self.layout = program, layout(program, possible_members(program), first)
        self._compiled = compile_module(
            "\n".join([DECLARATIONS, program_module(compiled, self.layout)]), tuple(_EXPORTED), level
        )
        self._call = {name: ctypes.CFUNCTYPE(*kind)(self._compiled.addresses[name]) for name, kind in _EXPORTED.items()}
        words = self.layout.words
        self._state, self._after, self._info, self._count = Words(words), Words(words), Words(8), Words(8)
        self._out = Words((words + 1) * CAPACITY)

    def _packed(self, state: kernel.State, into: Words) -> int:
        for position, word in enumerate(self.layout.pack(state)):
            into[position] = word
        return into.address

    def _rows(self) -> list[Row]:
        stride = self.layout.words + 1
        found = (tuple(self._out[stride * k + w] for w in range(stride)) for k in range(self._count[0]))
        return [(words[-1], self.layout.unpack(words[:-1])) for words in found]

    def _cleared(self) -> None:
        self._count[0] = 0
        for word in range(8):
            self._info[word] = 0

    def info(self) -> tuple[int, ...]:
        """Whether an action moved, one failed, the buffer was full, and the bounds that were hit."""
        return tuple(self._info[word] for word in range(4))

    def initial(self) -> list[Row]:
        """The initial states."""
        self._cleared()
        zero = self._packed(tuple(cell.base for cell in self.layout.cells), self._state)
        self._call["initial"](zero, self._out.address, self._count.address, CAPACITY, self._info.address, 0)
        return self._rows()

    def expand(self, state: kernel.State) -> list[Row]:
        """The successors of a state, action by action: compiled code has those by one message together."""
        self._cleared()
        packed = self._packed(state, self._state)
        self._call["expand"](packed, self._out.address, self._count.address, CAPACITY, self._info.address)
        return sorted(self._rows(), key=lambda row: row[0])

    def answers(self, state: kernel.State, after: kernel.State | None = None) -> int:
        """The bits of the properties that are answered in a state, or on a step."""
        packed = self._packed(state, self._state)
        if after is None:
            return int(self._call["check"](packed))
        return int(self._call["check_step"](packed, self._packed(after, self._after)))

    def resting(self, state: kernel.State) -> bool:
        """Whether no live agent is stuck."""
        return bool(self._call["resting"](self._packed(state, self._state)))


def compare_code(program: Program, most: int, sampled: int = 0) -> int:
    """Explore with the evaluator, and require the same of compiled code in every state; returns how many there were.

    Then in so many states by chance: the first states that are reached have few messages, and small numbers.
    Raises `DisagreementError` at the first difference.
    """
    code = Code(program)
    seen: dict[kernel.State, None] = {}
    if len(code.initial()) == CAPACITY or code.info()[FULL]:
        return 0
    start = [(0, outcome) for _, outcome in kernel.initial_states(program)]
    _same("the start", start, code.initial(), code.info(), set())
    queue = deque(_new(start, seen))
    while queue and len(seen) <= most:
        queue.extend(_new(_compare_state(code, queue.popleft()), seen))
    for state in sampled_states(program, sampled):
        _compare_state(code, state, MOST_PATHS)
    return len(seen)


Outcomes = Sequence[tuple[int, kernel.Outcome]]


def _compare_state(code: Code, state: kernel.State, most: int | None = None) -> Outcomes:
    """What the evaluator finds in a state, and compiled code as well; nothing where there are so many paths.

    Nor where the buffer is full, which the search would enlarge.
    """
    program = code.program
    _look(code, state, None)
    if code.resting(state) != bool(kernel.evaluate(program, program.resting, state)):
        raise DisagreementError(f"resting differs in {state}")
    found = list(islice(paths_from(program, state), most))
    if len(found) == most:
        return ()
    moving = {index for index, action in enumerate(program.actions) if action.origin != "fault"}
    rows, info = code.expand(state), code.info()
    if info[FULL] and len(found) > CAPACITY:
        return ()
    _same(f"{state}", found, rows, info, moving)
    for _, outcome in found:
        if isinstance(outcome, kernel.Next):
            _look(code, state, outcome.state)
    return found


def _new(found: Outcomes, seen: dict[kernel.State, None]) -> list[kernel.State]:
    fresh = list(dict.fromkeys(o.state for _, o in found if isinstance(o, kernel.Next) and o.state not in seen))
    seen.update(dict.fromkeys(fresh))
    return fresh


def _same(where: str, expected: Outcomes, rows: list[Row], info: tuple[int, ...], moving: set[int]) -> None:
    successors = [(action, outcome.state) for action, outcome in expected if isinstance(outcome, kernel.Next)]
    if successors != rows:
        raise DisagreementError(f"{where}: the evaluator has\n{successors}\ncompiled code has\n{rows}")
    cuts = 0
    for _, outcome in expected:
        cuts |= 1 << outcome.bound if isinstance(outcome, kernel.Cut) else 0
    moved = any(action in moving for action, _ in expected)
    failed = any(isinstance(outcome, kernel.Fail) for _, outcome in expected)
    if info != (moved, failed, 0, cuts):
        raise DisagreementError(f"{where}: moved, failed, full, cuts are {info}, not {(moved, failed, 0, cuts)}")


def _look(code: Code, state: kernel.State, after: kernel.State | None) -> None:
    expected = 0
    for index, prop in enumerate(code.program.properties):
        if (prop.kind == "transition") == (after is not None):
            expected |= _bits(code.program, prop, index, state, after)
    found = code.answers(state, after)
    if found != expected:
        raise DisagreementError(f"the answers are {expected:b}, not {found:b}, in {state} {after}")


def _bits(program: Program, prop: Property, index: int, state: kernel.State, after: kernel.State | None) -> int:
    value = kernel.value_of_property(program, prop, state, after)
    if value is None:
        return 1 << slots.ERROR_BIT
    return int(value == (prop.kind == "reachable")) << index
