"""Memory of a search: the table, one arena of states a worker, buffers. Everything is touched only when it is used."""

from __future__ import annotations

import ctypes
import mmap

WORD = 8
_NORESERVE = 0x4000
_HUGE_PAGES = 14


class Region:
    """Zeroed words outside Python's heap, given back when dropped."""

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
    """A small array of words that compiled code and Python share."""

    def __init__(self, count: int) -> None:
        self.data = (ctypes.c_uint64 * count)()
        self.address = ctypes.addressof(self.data)

    def __getitem__(self, index: int) -> int:
        return int(self.data[index])

    def __setitem__(self, index: int, value: int) -> None:
        self.data[index] = value


def words_at(address: int, count: int) -> tuple[int, ...]:
    """The words at an address."""
    return tuple((ctypes.c_uint64 * count).from_address(address))
