"""What a step does beside changing the state: which cells it looks at and what becomes of messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, SupportsIndex

from msgspec import Struct

from modelcheck.frozen import Frozen, field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from modelcheck.ir.values import Id, Packet, Value

HappeningKind = Literal["sent", "received", "lost", "copied", "changed", "aged"]

Look = tuple[str, "Id | None"]
"""What is looked for among all that is in flight: the messages of a name, to one agent or to any."""


class Happening(Frozen):
    """What becomes of one message; `other` is what it is changed into, `forged`: a Byzantine agent made it up.

    `position` says which one it is in its queue, from the head on.
    """

    kind: HappeningKind
    packet: Packet
    other: Packet | None = None
    forged: bool = False
    position: int | None = None


class Watch(Struct):
    """Notes of one step: cells by number, what happens to messages in order, and what it looks for in flight."""

    reads: set[int] = field(default_factory=set)
    writes: set[int] = field(default_factory=set)
    happened: list[Happening] = field(default_factory=list)
    looked: set[Look] = field(default_factory=set)


class WatchedCells(list[Any]):
    """The cells of a state that note who reads and writes them; a copy of them all is no reading."""

    def __init__(self, cells: Iterable[Value], watch: Watch) -> None:
        super().__init__(cells)
        self.watch = watch

    def __getitem__(self, index: Any) -> Any:  # noqa: ANN401 - as a list
        self.watch.reads.update(_numbers(index, len(self)))
        return super().__getitem__(index)

    def __setitem__(self, index: Any, value: Any) -> None:  # noqa: ANN401 - as a list
        self.watch.writes.update(_numbers(index, len(self)))
        super().__setitem__(index, value)


def _numbers(index: SupportsIndex | slice, length: int) -> Iterable[int]:
    return range(*index.indices(length)) if isinstance(index, slice) else (index.__index__(),)
