"""Memory outside Python's heap. Everything is touched only when it is used, and given back when it is dropped."""

from __future__ import annotations

import ctypes
import mmap
from collections.abc import Sequence

WORD = 8
LINE_BYTES = 64
HUGE_PAGE = 1 << 21
_NORESERVE = 0x4000
_HUGE_PAGES = 14


class Region:
    """Zeroed words, as many as may ever be needed: address space costs nothing."""

    def __init__(self, words: int) -> None:
        size = max(words * WORD, mmap.PAGESIZE)
        if hasattr(mmap, "MAP_PRIVATE"):
            flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | (_NORESERVE if hasattr(mmap.mmap, "madvise") else 0)
            self._map = mmap.mmap(-1, size, flags=flags)
        else:
            self._map = mmap.mmap(-1, size)
        self.address = ctypes.addressof(ctypes.c_char.from_buffer(self._map))

    def use_huge_pages(self) -> None:
        """Ask for huge pages, where the system has them."""
        try:
            self._map.madvise(_HUGE_PAGES)
        except (AttributeError, OSError, ValueError):
            return


class Words:
    """A small array of words that compiled code and Python share, on cache lines of its own."""

    def __init__(self, count: int) -> None:
        padded = -(-count * WORD // LINE_BYTES) * LINE_BYTES
        self._bytes = (ctypes.c_char * (padded + LINE_BYTES))()
        start = ctypes.addressof(self._bytes)
        self.address = start + -start % LINE_BYTES
        self._words = (ctypes.c_uint64 * count).from_address(self.address)

    def __getitem__(self, index: int) -> int:
        return int(self._words[index])

    def __setitem__(self, index: int, value: int) -> None:
        self._words[index] = value

    def fill(self, words: Sequence[int]) -> None:
        """Store as many words as there are."""
        values: list[ctypes.c_uint64 | int] = [*words]
        self._words[:] = values


def bytes_at(address: int, count: int) -> memoryview:
    """The bytes at an address, to read or to fill."""
    return memoryview((ctypes.c_char * count).from_address(address)).cast("B")


def words_at(address: int, count: int) -> tuple[int, ...]:
    """The words at an address."""
    return tuple((ctypes.c_uint64 * count).from_address(address))
