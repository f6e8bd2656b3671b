"""The types of generated specifications: finer than the language's, for numbers have a range that values must fit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bool:
    """`bool`."""

    def __str__(self) -> str:
        return "bool"


@dataclass(frozen=True)
class Int:
    """A range. `lo..hi` are values in every check; in some, where a parameter is the end, values go up to `top`."""

    lo: int
    hi: int
    top: int
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Enum:
    """An enumeration."""

    name: str
    members: tuple[str, ...]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Ids:
    """Ids of an agent kind or of a sort: at least `least`, at most `most` in every check."""

    sort: str
    least: int
    most: int

    def __str__(self) -> str:
        return self.sort


@dataclass(frozen=True)
class Set:
    """`set of`."""

    element: Type

    def __str__(self) -> str:
        return f"set of {self.element}"


@dataclass(frozen=True)
class Map:
    """`map`."""

    key: Type
    value: Type

    def __str__(self) -> str:
        return f"map {self.key} -> {self.value}"


@dataclass(frozen=True)
class Option:
    """`option`."""

    element: Type

    def __str__(self) -> str:
        return f"option {self.element}"


@dataclass(frozen=True)
class Seq:
    """`seq of`."""

    element: Type
    longest: int

    def __str__(self) -> str:
        return f"seq of {self.element} max {self.longest}"


@dataclass(frozen=True)
class Record:
    """A declared record."""

    name: str
    fields: tuple[tuple[str, Type], ...]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Packet:
    """A message in flight, as quantifiers see it. `ghosts` names its ghost fields; an end of several kinds is None."""

    name: str
    fields: tuple[tuple[str, Type], ...]
    ghosts: frozenset[str]
    source: Ids | None
    target: Ids | None

    def __str__(self) -> str:
        return f"message {self.name}"


Type = Bool | Int | Enum | Ids | Set | Map | Option | Seq | Record | Packet

BOOL = Bool()

MOST = 1 << 62
"""No type counts as larger."""


def interval(lo: int, hi: int) -> Int:
    """`lo..hi`."""
    return Int(lo, hi, hi, f"{lo}..{hi}")


def size(type_: Type) -> int:
    """How many values a type has at most, or `MOST` if there are more."""
    return min(MOST, _size(type_))


def _size(type_: Type) -> int:
    match type_:
        case Bool():
            return 2
        case Int():
            return type_.top - type_.lo + 1
        case Enum():
            return len(type_.members)
        case Ids():
            return type_.most
        case Set():
            return _power(2, size(type_.element))
        case Map():
            return _power(size(type_.value), size(type_.key))
        case Option():
            return 1 + size(type_.element)
        case Seq():
            return sum(_power(size(type_.element), length) for length in range(type_.longest + 1))
        case Record():
            return _product(field for _, field in type_.fields)
        case Packet():
            ends = (type_.source.most if type_.source else 4) * (type_.target.most if type_.target else 4)
            return _product(field for _, field in type_.fields) * ends


def _power(base: int, exponent: int) -> int:
    return MOST if base > 1 and exponent * (base.bit_length() - 1) >= MOST.bit_length() else int(base**exponent)


def _product(types: object) -> int:
    total = 1
    for type_ in types:  # type: ignore[attr-defined]
        total *= size(type_)
    return total


def fits(narrow: Type, wide: Type) -> bool:
    """Whether every value of `narrow` is one of `wide`."""
    match narrow, wide:
        case Int(), Int():
            return narrow.text == wide.text or (wide.lo <= narrow.lo and narrow.top <= wide.hi)
        case (Set(inner), Set(outer)) | (Option(inner), Option(outer)):
            return fits(inner, outer)
        case Map(), Map():
            return narrow.key == wide.key and fits(narrow.value, wide.value)
        case Seq(), Seq():
            return narrow.longest <= wide.longest and fits(narrow.element, wide.element)
        case _:
            return narrow == wide


def choosable(type_: Type) -> bool:
    """Whether values have digits, so that `choose`, `for` and parameters can run over them."""
    match type_:
        case Set(element) | Option(element):
            return choosable(element) and not isinstance(element, Int)
        case Map() | Seq():
            return False
        case _:
            return True
