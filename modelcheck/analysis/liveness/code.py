"""The functions of the search, as machine code or as they stand."""

from __future__ import annotations

import ctypes
import hashlib
import inspect
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from modelcheck.analysis.liveness import assessment, components, edges, reaching, slots, ways
from modelcheck.graph import layout
from modelcheck.jit.plain import Pointer

Call = Mapping[str, Callable[..., Any]]

_WORD, _POINTER = ctypes.c_uint64, ctypes.c_void_p

EXPORTED: dict[str, tuple[Any, ...]] = {
    "search_all": (_WORD, _POINTER, _WORD),
    "seek": (_WORD, _POINTER, _WORD, _WORD, _WORD, _WORD),
    "enter": (None, _POINTER, _WORD, _WORD),
}


_PARTS = (edges, assessment, components, reaching, ways)


def plain_calls() -> Call:
    """The functions as Python: right for small graphs, for which no compiler is worth loading."""
    return {"search_all": reaching.search_all, "seek": ways.seek, "enter": ways.enter}


@cache
def compiled_calls() -> tuple[Call, object]:
    """The functions as machine code, and what keeps it. The same for all models, so that the cache has it after once.

    Raises `RuntimeError` where code cannot be made for this machine.
    """
    from modelcheck.jit import compile as compile_  # noqa: PLC0415 - llvmlite is slow to load
    from modelcheck.jit import translate  # noqa: PLC0415 - as above

    # What the functions are made with counts as well: an older translator may have made other code of them.
    text = "\n".join(inspect.getsource(module) for module in (*_PARTS, slots, layout, translate, compile_))
    code = compile_.compile_cached(hashlib.sha256(text.encode()).hexdigest(), module_text, tuple(EXPORTED))
    return {name: ctypes.CFUNCTYPE(*kind)(code.addresses[name]) for name, kind in EXPORTED.items()}, code


def module_text() -> str:
    """The functions in LLVM's language."""
    from modelcheck.jit.translate import DECLARATIONS, signature_of, translate  # noqa: PLC0415 - as above

    constants = {
        name: value
        for module in (slots, layout, *_PARTS)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, int)
    }
    functions: list[Callable[..., Any]] = [function for part in _PARTS for function in part.FUNCTIONS]
    callees = {function.__name__: signature_of(function) for function in functions}
    return "\n".join([DECLARATIONS, *(translate(function, constants, callees) for function in functions)])


WORD_BYTES = 8


class PlainMemory:
    """Lists that stand for words."""

    @staticmethod
    def bytes_touched(written: int, reserved: int) -> int:
        """How many bytes it takes at once to have words that are written to, and others that may be."""
        return (written + reserved) * WORD_BYTES

    def words(self, count: int) -> Pointer:
        """Zeroed words."""
        return Pointer([0] * count)

    def scattered_words(self, count: int) -> Pointer:
        """Zeroed words that are read and written everywhere, in no order."""
        return self.words(count)

    def table(self, values: list[int]) -> Pointer:
        """Words with these values."""
        return Pointer(list(values))

    def store(self, words: Pointer, index: int, value: object) -> None:
        """Store a word."""
        words[index] = value


class NativeMemory:
    """Words outside Python's heap; an address stands for a pointer. It keeps what it gave out."""

    def __init__(self) -> None:
        self._kept: list[object] = []

    @staticmethod
    def bytes_touched(written: int, reserved: int) -> int:  # noqa: ARG004 - only what is used is there
        """How many bytes it takes at once to have words that are written to, and others that may be."""
        return written * WORD_BYTES

    def words(self, count: int) -> int:
        """Zeroed words."""
        from modelcheck.jit.memory import Region  # noqa: PLC0415 - needed with large graphs only

        region = Region(count)
        self._kept.append(region)
        return region.address

    def scattered_words(self, count: int) -> int:
        """Zeroed words that are read and written everywhere, in no order."""
        from modelcheck.jit.memory import Region  # noqa: PLC0415 - as above

        region = Region(count)
        # Elsewhere they cost more than they gain.
        region.use_huge_pages()
        self._kept.append(region)
        return region.address

    def table(self, values: list[int]) -> int:
        """Words with these values."""
        array = (ctypes.c_uint64 * max(1, len(values)))(*values)
        self._kept.append(array)
        return ctypes.addressof(array)

    def store(self, words: int, index: int, value: int) -> None:
        """Store a word."""
        ctypes.c_uint64.from_address(words + 8 * index).value = value
