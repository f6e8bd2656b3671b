"""The whole search as machine code: a program's functions, and the loops, which all programs of one shape share."""

from __future__ import annotations

import ctypes
import hashlib
import math
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from modelcheck import graph as graphs
from modelcheck import jit, kernel
from modelcheck.engines.native import reducer, slots
from modelcheck.engines.native.loops import canonical, edges, kept, marks, search, table
from modelcheck.frozen import Frozen
from modelcheck.graph import layout as graph_layout
from modelcheck.jit.aside import Compiling
from modelcheck.jit.compile import FAIR, Compiled, Tiers, link
from modelcheck.jit.translate import DECLARATIONS, Signature, signature_of, translate
from modelcheck.kernel.layout import WORD_BITS, Layout
from modelcheck.kernel.program import Program

WORTH_SECONDS = 0.1
"""No search is worth optimised code before it took so much of a processor."""

WORTH_SHARE = 0.25
"""A search that took this part of what optimising takes is likely to go on for longer than that."""

LOOPS = (table, edges, search, marks)

_PROGRAM = {
    "expand": Signature(("ptr", "ptr", "ptr", "i64", "ptr"), None),
    "check": Signature(("ptr",), "i64"),
    "check_step": Signature(("ptr", "ptr"), "i64"),
    "resting": Signature(("ptr",), "i64"),
}
"""What the loops call of a program's functions."""

_ATOMS = {"atoms": Signature(("ptr", "ptr"), "i64")}
"""What else they call where the graph is kept."""

_WORD, _POINTER = ctypes.c_uint64, ctypes.c_void_p

_EXPORTED: dict[str, tuple[Any, ...]] = {
    "work": (_WORD, _POINTER, _POINTER),
    "work_small": (_WORD, _POINTER, _POINTER),
    "enter": (_WORD, _POINTER, _WORD),
    "close_level": (_WORD, _POINTER),
    "keep": (None, _POINTER, _POINTER),
    "rehash": (_WORD, _POINTER, _POINTER),
    "add_all": (None, _POINTER, _POINTER, _WORD),
    "is_stored": (_WORD, _POINTER, _POINTER),
    "find": (_WORD, _POINTER, _POINTER),
    "mark_part": (_WORD, _POINTER, _POINTER, _POINTER),
    "mark_down": (_WORD, _POINTER, _POINTER, _POINTER, _WORD),
    "gather_level": (None, _POINTER, _POINTER, _WORD, _WORD),
    "first_action": (_WORD, _POINTER, _POINTER, _POINTER, _POINTER, _WORD),
    "find_marked": (_WORD, _POINTER, _POINTER, _POINTER),
    "reduce_state": (_WORD, _POINTER, _POINTER, _POINTER),
    "count_orbits": (None, _POINTER, _POINTER),
    "initial": (None, _POINTER, _POINTER, _POINTER, _WORD, _POINTER, _WORD),
}
"""What Python calls: the result and the parameters."""

_EXPORTED_WITH_GRAPH: dict[str, tuple[Any, ...]] = {
    "number_alike": (_WORD, _POINTER, _POINTER, _POINTER, _WORD),
    "renumber": (_WORD, _POINTER, _POINTER, _POINTER, _WORD),
    "number_classes": (_WORD, _POINTER, _POINTER, _POINTER, _WORD),
    "mark_atoms": (_WORD, _POINTER, _POINTER, _POINTER, _POINTER, _WORD),
}


def is_narrow(places: Layout) -> bool:
    """Whether a state leaves the highest bit of its one word free."""
    return places.words == 1 and all(cell.shift + cell.width < WORD_BITS for cell in places.cells)


def _called(*, graph: bool) -> dict[str, Signature]:
    return _PROGRAM | (_ATOMS if graph else {})


class Shape(Frozen):
    """What the loops are specialised for: `words` a state, a table of states themselves (`is_narrow`), properties or
    atoms of steps, edges that are kept (`graph`), states that stand for their orbits (`reduced`).
    """  # noqa: D205 - one sentence

    words: int
    is_narrow: bool
    has_steps: bool
    has_step_atoms: bool
    graph: bool
    reduced: bool


def loops_text(shape: Shape) -> str:
    """The text of the module with the loops; a program's functions are only declared."""
    constants = {
        name: value
        for module in (slots, graph_layout, *LOOPS)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, int)
    }
    constants |= {"WORDS": shape.words, "STRIDE": shape.words + 1, "NARROW": int(shape.is_narrow)}
    constants |= {"HAS_STEPS": int(shape.has_steps), "HAS_STEP_ATOMS": int(shape.has_step_atoms)}
    constants |= {"GRAPH": int(shape.graph), "REDUCED": int(shape.reduced), "ORDER": canonical.ORDER}
    functions = [function for module in LOOPS for function in module.FUNCTIONS]
    functions += kept.FUNCTIONS if shape.graph else ()
    called = _called(graph=shape.graph)
    callees = called | {"reduce_state": reducer.SIGNATURE}
    callees |= {function.__name__: signature_of(function) for function in functions}
    declared = "".join(
        f"declare {signature.result or 'void'} @{name}({', '.join(signature.parameters)})\n"
        for name, signature in called.items()
    )
    parts = [DECLARATIONS, declared, reducer.call_text(reduced=shape.reduced)]
    parts += [translate(function, constants, callees) for function in functions]
    return "\n".join(parts)


def _program_text(program: Program, places: Layout, *, graph: bool) -> str:
    from modelcheck.engines.native.module import program_module  # noqa: PLC0415 - code from the cache needs no text

    return "\n".join([DECLARATIONS, program_module(program, places, graph=graph)])


class Machine:
    """The compiled functions of a program, by name. ctypes lets other threads run while one of them does.

    It is made in a thread that may call LLVM (`jit.aside`). Raises `RuntimeError` where code cannot be made for this
    machine.
    """

    def __init__(self, program: Program, places: Layout, *, graph: bool = False, reduced: bool = False) -> None:
        has = {prop.kind for prop in program.properties if prop.is_of_steps}
        narrow = is_narrow(places) and not graph
        shape = Shape(places.words, narrow, bool(has), "step atom" in has, graph, reduced)
        self._exported = _EXPORTED | (_EXPORTED_WITH_GRAPH if graph else {})
        text = partial(_program_text, program, places, graph=graph)
        self._tiers = [
            Tiers(f"{_generator()}\n{graph}\n{places!r}\n{program!r}", text, (*_called(graph=graph), "initial")),
            Tiers(f"{_generator()}\n{shape!r}", partial(loops_text, shape), tuple(self._exported)),
        ]
        if reduced:
            # One module for all programs, in which a search that is reduced is most of its time.
            self._tiers.append(Tiers(f"{_generator()}\ncanonical", reducer.module_text, reducer.EXPORTED, FAIR))
        self._linking: Compiling[Compiled] | None = None
        self._use(self._linked())

    def _linked(self) -> Compiled:
        for tiers in self._tiers:
            tiers.upgrade()
        return link([tiers.image for tiers in self._tiers], tuple(self._exported))

    def _use(self, code: Compiled) -> None:
        self._code = code
        self.call: dict[str, Callable[..., Any]] = {
            name: ctypes.CFUNCTYPE(*kind)(code.addresses[name]) for name, kind in self._exported.items()
        }

    def background_seconds(self) -> float:
        """CPU seconds that optimising took in the background so far."""
        return sum(tiers.background_seconds() for tiers in self._tiers)

    def wants_upgrade(self, searched_seconds: float, left_seconds: float = math.inf) -> bool:
        """Whether better code is ready; begins to make it once a search took the processor for long enough.

        Not where the time that is left for the search is over before: then it would keep others from the compiler.
        """
        for tiers in self._tiers:
            wanted = max(WORTH_SECONDS, WORTH_SHARE * tiers.optimising_seconds)
            if searched_seconds >= wanted and tiers.optimising_seconds <= left_seconds:
                tiers.improve()
        if self._linking is None and any(tiers.is_ready for tiers in self._tiers):
            self._linking = Compiling(self._linked)
            self._linking.start()
        return self._linking is not None and not self._linking.is_alive()

    def upgrade(self) -> None:
        """Exchange the functions for optimised ones. Nobody may be inside one of the old ones."""
        if self._linking is not None:
            self._use(self._linking.result())
            self._linking = None

    def give_up(self) -> None:
        """Want no better code any more."""
        for tiers in self._tiers:
            tiers.give_up()


@cache
def _generator() -> str:
    """What stands for the code generator in a key: a digest of its sources, so that no edit meets old objects."""
    digest = hashlib.sha256()
    for folder in (Path(__file__).parent, *(Path(package.__path__[0]) for package in (graphs, jit, kernel))):
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
