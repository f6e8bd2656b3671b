"""What a number of a code says apart from ids, and which ids it mentions how: what tells ids apart in a state.

A shape is equal for numbers that a renaming takes to one another, and so are the roles of the ids in them. Nothing
depends on unequal ones being unequal: where they are not, fewer ids are told apart.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from itertools import product
from typing import assert_never

from modelcheck.frozen import Frozen
from modelcheck.kernel.codes import (
    Code,
    Function,
    Ids,
    Joined,
    Listed,
    Optional,
    Plain,
    Sequences,
    Subset,
    Tuple,
    sorts_in,
)

_MASK = (1 << 64) - 1
_ODD = 0xBF58476D1CE4E5B9


def mixed(left: int, right: int) -> int:
    """A word that depends on two words in order."""
    word = ((left ^ left >> 31) * _ODD + right + 0x9E3779B97F4A7C15) & _MASK
    return ((word ^ word >> 27) * 0x94D049BB133111EB) & _MASK


class Mention(Frozen):
    """An id of a sort in a role, which is an odd word."""

    sort: str
    index: int
    role: int = 1

    def inside(self, place: int) -> Mention:
        """The same id as part of something larger."""
        return Mention(self.sort, self.index, mixed(place, self.role) | 1)


class Shape(Frozen):
    """A number without the ids, and the ids."""

    word: int
    mentions: tuple[Mention, ...] = ()

    def then(self, other: Shape) -> Shape:
        """Both in this order."""
        inner = tuple(mention.inside(1) for mention in self.mentions)
        return Shape(mixed(self.word, other.word), inner + tuple(mention.inside(2) for mention in other.mentions))


NOTHING = Shape(0)


def shapes(code: Code, sorts: Container[str]) -> list[Shape]:
    """The shape of each number, as far as ids of some sorts are concerned; those of other sorts are plain values."""
    if not any(sort in sorts for sort in sorts_in(code)):
        return [Shape(number) for number in range(code.size)]
    match code:
        case Plain(size):
            return [Shape(number) for number in range(size)]
        case Ids(sort, size):
            return [_id(sort, index, sorts) for index in range(size)]
        case Joined(parts):
            return [
                Shape(mixed(shape.word, position), shape.mentions)
                for position, part in enumerate(parts)
                for shape in shapes(part, sorts)
            ]
        case Tuple(parts):
            found = [NOTHING]
            for part in parts:
                own = shapes(part, sorts)
                found = [left.then(right) for left in found for right in own]
            return found
        case Optional(element):
            return [NOTHING, *(NOTHING.then(shape) for shape in shapes(element, sorts))]
        case Subset(element):
            return _sets(shapes(element, sorts))
        case Function(key, value):
            keys, values = shapes(key, sorts), shapes(value, sorts)
            functions = product(values, repeat=len(keys))
            return [_unordered([k.then(v) for k, v in zip(keys, function, strict=True)]) for function in functions]
        case Sequences(element, longest):
            own = shapes(element, sorts)
            return [_ordered(word) for length in range(longest + 1) for word in product(own, repeat=length)]
        case Listed(members):
            return [_ordered([_id(sort, index, sorts) for sort, index in member]) for member in members]
        case _:
            assert_never(code)


def _id(sort: str, index: int, sorts: Container[str]) -> Shape:
    return Shape(1, (Mention(sort, index),)) if sort in sorts else Shape(index)


def _ordered(parts: Sequence[Shape]) -> Shape:
    found = NOTHING
    for part in parts:
        found = found.then(part)
    return found


def _unordered(parts: Sequence[Shape]) -> Shape:
    words = sum(mixed(part.word, 3) for part in parts) & _MASK
    return Shape(words, tuple(mention.inside(part.word) for part in parts for mention in part.mentions))


def _sets(elements: Sequence[Shape]) -> list[Shape]:
    found = [_unordered(())]
    for element in elements:
        own = _unordered((element,))
        found += [Shape((old.word + own.word) & _MASK, old.mentions + own.mentions) for old in found]
    return found
