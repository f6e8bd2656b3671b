"""The contents of messages as numbers with bits of its own for each field: solvers divide by powers of two only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen
from modelcheck.ir import lowered as k

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelcheck.ir.model import Model

MOST_BITS = 56
"""The most bits of a content, so that it is no larger than a number may be."""


class Packing(Frozen, eq=False):
    """Above the `width` bits of the fields stands the message's number in the order of `sizes`, and one.

    `sizes` says how many values each field of a message has, and at last how many stages.
    """

    sizes: dict[str, tuple[int, ...]]
    width: int

    @property
    def total(self) -> int:
        """The greatest number that there can be."""
        return (len(self.sizes) + 1 << self.width) - 1

    def number(self, message: str, content: int) -> int:
        """What stands for a message, given by the number of its fields' values."""
        digits = ((content // stride % size) << shift for stride, size, shift in self._fields(message))
        return (self._place(message) + 1 << self.width) + sum(digits)

    def content_of(self, number: int) -> tuple[str, int]:
        """The message that a number stands for, and the number of its fields' values."""
        message = list(self.sizes)[(number >> self.width) - 1]
        fields = self._fields(message)
        return message, sum(stride * (number >> shift & (1 << _bits(size)) - 1) for stride, size, shift in fields)

    def value(self, message: str, content: k.Expr) -> k.Expr:
        """As `number`, in the kernel."""
        b = k.build
        digits = (
            b.multiply(k.digit(content, stride, size), b.number(1 << shift))
            for stride, size, shift in self._fields(message)
        )
        return b.add(b.number(self._place(message) + 1 << self.width), *digits)

    def is_message(self, value: k.Expr, message: str) -> tuple[k.Expr, k.Expr]:
        """Whether a value stands for a message, and the number of its fields' values."""
        b, first = k.build, self._place(message) + 1 << self.width
        content: k.Expr = b.number(0)
        for stride, size, shift in self._fields(message):
            part = k.digit(value, 1 << shift, 1 << _bits(size))
            content = b.add(content, b.multiply(b.clamped(part, 0, size - 1), b.number(stride)))
        return b.within(value, first, first + (1 << self.width) - 1), content

    def _place(self, message: str) -> int:
        return list(self.sizes).index(message)

    def _fields(self, message: str) -> Iterator[tuple[int, int, int]]:
        """The stride, the size and the place among the bits of each field, the last first."""
        stride, shift = 1, 0
        for size in reversed(self.sizes[message]):
            yield stride, size, shift
            stride, shift = stride * size, shift + _bits(size)


def _bits(size: int) -> int:
    return (size - 1).bit_length()


def packing_of(model: Model, messages: Sequence[str]) -> Packing | None:
    """How some messages are packed, if all of them can exist and have few enough bits."""
    domains = {message: model.packets[message] for message in messages}
    sizes = {name: (*(field.size for field in each.fields), each.stages) for name, each in domains.items()}
    width = max(sum(map(_bits, parts)) for parts in sizes.values()) if sizes else 0
    return Packing(sizes, width) if all(map(all, sizes.values())) and width <= MOST_BITS else None
