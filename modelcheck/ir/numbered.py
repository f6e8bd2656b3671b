"""The values of a domain with their numbers, as a choice takes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from modelcheck.ir.domains import Domain
from modelcheck.ir.values import Value


class Numbered(Sequence[tuple[int, Value]]):
    """The values of a domain with their numbers, made when they are asked for: a replay needs one of thousands."""

    def __init__(self, domain: Domain) -> None:
        self.domain = domain

    def __len__(self) -> int:
        return self.domain.size

    @overload
    def __getitem__(self, index: int) -> tuple[int, Value]: ...

    @overload
    def __getitem__(self, index: slice) -> list[tuple[int, Value]]: ...

    def __getitem__(self, index: int | slice) -> tuple[int, Value] | list[tuple[int, Value]]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError(index)
        return index, self.domain.value_at(index)
