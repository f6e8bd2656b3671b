"""Placing texts without collisions: in a line of a row each takes a free interval, where it hides least."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from modelcheck.frozen import field
from modelcheck.reports.diagram.shapes import Anchor

if TYPE_CHECKING:
    from collections.abc import Sequence

Side = Literal["left", "right"]
SIDES: tuple[Side, Side] = ("right", "left")

_APART = 5.0
"""Between texts and what stands beside them."""
_CUT, _CROSSED, _ALONG, _OTHER_SIDE = 3.0, 20.0, 0.5, 9.0
"""What a side costs: a pixel of text that is cut off, a line under the text, each pixel along it, not being natural."""


class Place(Struct, frozen=True):
    """An interval beside something; the text begins at `x` on the right, and ends there on the left.

    `is_crossed`: lines run under the text.
    """

    side: Side
    x: float
    room: float
    is_crossed: bool = False

    @property
    def anchor(self) -> Anchor:
        """How the text hangs on `x`."""
        return "start" if self.side == "right" else "end"


class TextLine(Struct):
    """One line of a row: from where to where texts may stand, what is taken, and the lines that cross it."""

    left: float
    right: float
    crossed: Sequence[tuple[float, float]] = ()
    taken: list[tuple[float, float]] = field(default_factory=list)

    def take(self, left: float, right: float) -> None:
        """Keep an interval free of texts."""
        self.taken.append((left, right))

    def place(self, left: float, right: float, wanted: float, natural: Side) -> Place:
        """The better side of what stands between `left` and `right` for a text of a width; it is taken."""
        other: Side = "left" if natural == "right" else "right"
        choices = [self._beside(left, right, side) for side in (natural, other)]
        place = min(choices, key=lambda choice: self._cost(choice, wanted) + _OTHER_SIDE * (choice.side == other))
        start, end = self._taken_by(place, wanted)
        self.take(start, end)
        return Place(place.side, place.x, place.room, bool(self._crossing(start, end)))

    def _taken_by(self, place: Place, wanted: float) -> tuple[float, float]:
        used = max(min(place.room, wanted), 0)
        return (place.x, place.x + used) if place.side == "right" else (place.x - used, place.x)

    def _crossing(self, start: float, end: float) -> list[tuple[float, float]]:
        return [(left, right) for left, right in self.crossed if left < end and right > start]

    def _beside(self, left: float, right: float, side: Side) -> Place:
        if side == "right":
            x = right + _APART
            for start, end in sorted(self.taken):
                if start < x + 1 and end + _APART > x:
                    x = end + _APART
            limit = min([self.right, *(start - _APART for start, _ in self.taken if start > x)])
            return Place(side, x, limit - x)
        x = left - _APART
        for start, end in sorted(self.taken, key=lambda taken: -taken[1]):
            if end > x - 1 and start - _APART < x:
                x = start - _APART
        limit = max([self.left, *(end + _APART for _, end in self.taken if end < x)])
        return Place(side, x, x - limit)

    def _cost(self, place: Place, wanted: float) -> float:
        start, end = self._taken_by(place, wanted)
        crossed = self._crossing(start, end)
        along = sum(min(right, end) - max(left, start) for left, right in crossed)
        return _CUT * (wanted - min(place.room, wanted)) + _CROSSED * len(crossed) + _ALONG * along
