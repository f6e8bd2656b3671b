"""The shortest runs to an answer: which states lie on them, as an engine tells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

State = tuple[Any, ...]


class OutOfTimeError(Exception):
    """The time was up, or the user had enough, before it was known which states lie on shortest runs."""


class Ways(Protocol):
    """The shortest runs to an answer. A level is how many steps were taken. May raise `OutOfTimeError`."""

    @property
    def level(self) -> int:
        """The level of the states that answer, or whose steps do."""

    @property
    def by_step(self) -> bool:
        """Whether one more step gives the answer."""

    def actions(self, level: int, state: State) -> Iterable[int]:
        """The actions, ascending, that can lead from a state of a level into the next; more does no harm."""

    def leads_on(self, level: int, state: State) -> bool:
        """Whether a state that can be reached in so many steps lies on a shortest run."""
