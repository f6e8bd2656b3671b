"""The whole search as machine code: a program's functions and the loops, specialised for its number of words."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from modelcheck.engines.native import slots
from modelcheck.engines.native.loops import marks, search, table
from modelcheck.engines.native.module import program_module
from modelcheck.jit.compile import compile_module
from modelcheck.jit.translate import DECLARATIONS, Signature, signature_of, translate
from modelcheck.kernel.layout import Layout
from modelcheck.kernel.program import Program

LOOPS = (table, search, marks)

_GENERATED = {
    "expand": Signature(("ptr", "ptr", "ptr", "i64", "ptr"), None),
    "check": Signature(("ptr",), "i64"),
    "check_step": Signature(("ptr", "ptr"), "i64"),
    "resting": Signature(("ptr",), "i64"),
}

_WORD, _POINTER = ctypes.c_uint64, ctypes.c_void_p

_EXPORTED: dict[str, tuple[Any, ...]] = {
    "work": (_WORD, _POINTER, _POINTER),
    "work_small": (_WORD, _POINTER, _POINTER),
    "enter": (_WORD, _POINTER, _WORD),
    "close_level": (_WORD, _POINTER),
    "keep": (None, _POINTER),
    "rehash": (_WORD, _POINTER, _POINTER),
    "add_all": (_WORD, _POINTER, _POINTER, _WORD),
    "find": (_WORD, _POINTER, _POINTER),
    "mark_runs": (None, _POINTER, _POINTER, _POINTER, _WORD, _WORD, _WORD),
    "initial": (None, _POINTER, _POINTER, _POINTER, _WORD, _POINTER, _WORD),
}
"""What Python calls: the result and the parameters."""


def module_text(program: Program, places: Layout) -> str:
    """The text of the whole module."""
    constants = {
        name: value
        for module in (slots, *LOOPS)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, int)
    }
    steps = any(prop.kind == "transition" for prop in program.properties)
    constants |= {"WORDS": places.words, "STRIDE": places.words + 1, "HAS_STEPS": int(steps)}
    constants["COUNTERS_END"] = slots.FIRED + len(program.actions)
    functions = [function for module in LOOPS for function in module.FUNCTIONS]
    callees = dict(_GENERATED) | {function.__name__: signature_of(function) for function in functions}
    parts = [DECLARATIONS, program_module(program, places)]
    parts += [translate(function, constants, callees) for function in functions]
    return "\n".join(parts)


class Machine:
    """The compiled functions of a program, by name. ctypes lets other threads run while one of them does."""

    def __init__(self, program: Program, places: Layout) -> None:
        self._compiled = compile_module(module_text(program, places), tuple(_EXPORTED))
        self.call: dict[str, Callable[..., Any]] = {
            name: ctypes.CFUNCTYPE(*kind)(self._compiled.addresses[name]) for name, kind in _EXPORTED.items()
        }
