"""What the numbers in a state stand for, as far as ids are in them, and how a renaming of ids moves them.

A code numbers values from 0, in the order of the domain that it mirrors. A renaming takes each id of some sorts to
another of the same sort, one to one; it takes a number of a code to the number of the renamed value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain, product
from math import prod
from typing import assert_never

from modelcheck.frozen import Frozen

Renaming = Mapping[str, Sequence[int]]
"""The image of each id, by sort. Sorts that are missing stay as they are."""


class Plain(Frozen):
    """Values without ids."""

    size: int


class Ids(Frozen):
    """The ids of a sort."""

    sort: str
    size: int


class Joined(Frozen, dict=True):
    """The values of one code, then those of the next."""

    parts: tuple[Code, ...]

    @cached_property
    def size(self) -> int:
        return sum(part.size for part in self.parts)


class Tuple(Frozen, dict=True):
    """A value of each part, the first the most significant."""

    parts: tuple[Code, ...]

    @cached_property
    def size(self) -> int:
        return prod(part.size for part in self.parts)


class Optional(Frozen):
    """Nothing, then the values of the element."""

    element: Code

    @property
    def size(self) -> int:
        return 1 + self.element.size


class Subset(Frozen, dict=True):
    """A set of values, as a binary number: element 0 is the lowest bit."""

    element: Code

    @cached_property
    def size(self) -> int:
        return 1 << self.element.size


class Function(Frozen, dict=True):
    """A value for each key, that of key 0 the most significant."""

    key: Code
    value: Code

    @cached_property
    def size(self) -> int:
        return int(self.value.size**self.key.size)


class Sequences(Frozen, dict=True):
    """Sequences up to a length, the shorter ones first, the first element the most significant."""

    element: Code
    longest: int

    @cached_property
    def size(self) -> int:
        return int(sum(self.element.size**length for length in range(self.longest + 1)))


class Listed(Frozen):
    """Some tuples of ids, each with its sort. Every renaming only exchanges them."""

    members: tuple[tuple[tuple[str, int], ...], ...]

    @property
    def size(self) -> int:
        return len(self.members)


Code = Plain | Ids | Joined | Tuple | Optional | Subset | Function | Sequences | Listed


def sorts_in(code: Code) -> Iterator[str]:
    """The sorts whose ids are in the values, some perhaps more than once."""
    match code:
        case Plain():
            return
        case Ids(sort):
            yield sort
        case Joined(parts) | Tuple(parts):
            for part in parts:
                yield from sorts_in(part)
        case Optional(element) | Subset(element) | Sequences(element):
            yield from sorts_in(element)
        case Function(key, value):
            yield from sorts_in(key)
            yield from sorts_in(value)
        case Listed(members):
            yield from (sort for member in members for sort, _ in member)
        case _:
            assert_never(code)


def images(code: Code, renaming: Renaming) -> Sequence[int]:
    """For each number of the code, that of the renamed value. There are `code.size`: ask for that before."""
    if not any(sort in renaming for sort in sorts_in(code)):
        return range(code.size)
    match code:
        case Plain(size):
            return range(size)
        case Ids(sort):
            return renaming[sort]
        case Joined(parts):
            starts = [sum(part.size for part in parts[:at]) for at in range(len(parts))]
            return [start + n for part, start in zip(parts, starts, strict=True) for n in images(part, renaming)]
        case Tuple(parts):
            return _numbers([images(part, renaming) for part in parts], [part.size for part in parts])
        case Optional(element):
            return [0, *(1 + number for number in images(element, renaming))]
        case Subset(element):
            return _of_sets(images(element, renaming))
        case Function(key, value):
            moved, digits = images(key, renaming), images(value, renaming)
            # The renamed function has at a renamed key the renamed value.
            back = sorted(range(key.size), key=moved.__getitem__)
            functions = product(digits, repeat=key.size)
            return [_number((function[at] for at in back), value.size) for function in functions]
        case Sequences(element, longest):
            size, digits = element.size, images(element, renaming)
            starts = [sum(size**shorter for shorter in range(length)) for length in range(longest + 1)]
            words = chain.from_iterable(product(digits, repeat=length) for length in range(longest + 1))
            return [starts[len(word)] + _number(word, size) for word in words]
        case Listed(members):
            place = {member: at for at, member in enumerate(members)}
            return [
                place[tuple((sort, renaming[sort][i] if sort in renaming else i) for sort, i in member)]
                for member in members
            ]
        case _:
            assert_never(code)


def _numbers(digits: Sequence[Sequence[int]], sizes: Sequence[int]) -> list[int]:
    """All numbers with a digit from each list, the first the most significant."""
    numbers = [0]
    for own, size in zip(digits, sizes, strict=True):
        numbers = [number * size + digit for number in numbers for digit in own]
    return numbers


def _number(digits: Iterator[int] | Sequence[int], size: int) -> int:
    number = 0
    for digit in digits:
        number = number * size + digit
    return number


def _of_sets(moved: Sequence[int]) -> list[int]:
    sets = [0]
    for image in moved:
        sets += [smaller | 1 << image for smaller in sets]
    return sets
