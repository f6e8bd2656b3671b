"""Independent models of published protocols: plain Python, nothing from modelcheck.

Each oracle is written from the publication, not from the specification in `specs/`, so that a state count or a length
that both have is no mistake that both share. A state is a tuple; `search` visits all of them breadth first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

State = TypeVar("State", bound=Hashable)
Item = TypeVar("Item")


@dataclass(frozen=True)
class Explored(Generic[State]):
    """Every reachable state with the least number of steps to it."""

    depth: dict[State, int]

    @property
    def count(self) -> int:
        return len(self.depth)

    def first(self, found: Callable[[State], bool]) -> int | None:
        """The length of a shortest run to a state that is looked for."""
        return min((depth for state, depth in self.depth.items() if found(state)), default=None)


def search(
    initial: Iterable[State],
    successors: Callable[[State], Iterable[State]],
    until: Callable[[State], bool] = lambda _: False,
) -> Explored[State]:
    """Visit all states, or all up to the first one that is looked for."""
    depth = dict.fromkeys(initial, 0)
    queue = deque(depth)
    while queue:
        state = queue.popleft()
        if until(state):
            break
        for after in successors(state):
            if after not in depth:
                depth[after] = depth[state] + 1
                queue.append(after)
    return Explored(depth)


def put(row: tuple[Item, ...], position: int, value: Item) -> tuple[Item, ...]:
    """The row with another value at a position."""
    return (*row[:position], value, *row[position + 1 :])
