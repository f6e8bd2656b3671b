"""Restricted Python run as Python: what `jit.translate` compiles works on lists of numbers as well.

A word that holds an address holds a `Pointer` here. It serves tests, and work that is too small to load a compiler for.
"""

from __future__ import annotations

from typing import Any


class Pointer:
    """A place in a list."""

    __slots__ = ("at", "words")

    def __init__(self, words: list[Any], at: int = 0) -> None:
        self.words, self.at = words, at

    def __getitem__(self, index: int) -> Any:  # noqa: ANN401 - a number, or a pointer
        return self.words[self.at + index]

    def __setitem__(self, index: int, value: Any) -> None:  # noqa: ANN401 - a number, or a pointer
        self.words[self.at + index] = value

    def __add__(self, offset: int) -> Pointer:
        return Pointer(self.words, self.at + offset)


def pointer(word: Any) -> Any:  # noqa: ANN401 - a pointer that stands in a word
    """The word as a pointer."""
    return word


def prefetch(words: Any, index: int) -> None:  # noqa: ANN401 - as above
    """Nothing: a list is there."""


def load_acquire(words: Any, index: int) -> Any:  # noqa: ANN401 - as above
    """A word that another thread may write."""
    return words[index]
