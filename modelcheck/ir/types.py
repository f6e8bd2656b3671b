"""Static types: what the type checker knows. Ranges and sizes, which may depend on parameters, are in `domains`."""

from __future__ import annotations

from modelcheck.frozen import Frozen


class BoolT(Frozen):
    """Truth values."""

    def __str__(self) -> str:
        return "bool"


class IntT(Frozen):
    """Integers of any range."""

    def __str__(self) -> str:
        return "number"


class EnumT(Frozen):
    """A declared enumeration."""

    name: str

    def __str__(self) -> str:
        return self.name


class IdT(Frozen):
    """Ids of an agent kind or an `ids` sort."""

    sort: str

    def __str__(self) -> str:
        return self.sort


class SetT(Frozen):
    """Finite sets."""

    element: Type

    def __str__(self) -> str:
        return f"set of {self.element}"


class MapT(Frozen):
    """Total maps."""

    key: Type
    value: Type

    def __str__(self) -> str:
        return f"map {self.key} -> {self.value}"


class OptionT(Frozen):
    """A value or none."""

    element: Type

    def __str__(self) -> str:
        return f"option {self.element}"


class SeqT(Frozen):
    """Sequences; the longest length belongs to the domain."""

    element: Type

    def __str__(self) -> str:
        return f"seq of {self.element}"


class RecordT(Frozen):
    """A declared record."""

    name: str

    def __str__(self) -> str:
        return self.name


class MessageT(Frozen):
    """A message in flight, as `inbox M` and `messages M` hold it."""

    name: str

    def __str__(self) -> str:
        return f"message {self.name}"


class UnknownT(Frozen):
    """Not known yet (the element of `{}`, `[]`, `none`) or not known at all (after an error): it fits everything."""

    def __str__(self) -> str:
        return "?"


Type = BoolT | IntT | EnumT | IdT | SetT | MapT | OptionT | SeqT | RecordT | MessageT | UnknownT

BOOL = BoolT()
INT = IntT()
UNKNOWN = UnknownT()


def join(left: Type, right: Type) -> Type | None:
    """The type that both fit, or None if there is none. `UnknownT` fits everything."""
    if isinstance(left, UnknownT):
        return right
    if isinstance(right, UnknownT) or left == right:
        return left
    match left, right:
        case SetT(a), SetT(b):
            inner = join(a, b)
            return None if inner is None else SetT(inner)
        case OptionT(a), OptionT(b):
            inner = join(a, b)
            return None if inner is None else OptionT(inner)
        case SeqT(a), SeqT(b):
            inner = join(a, b)
            return None if inner is None else SeqT(inner)
        case MapT(a, c), MapT(b, d):
            key, value = join(a, b), join(c, d)
            return None if key is None or value is None else MapT(key, value)
        case _:
            return None
