"""The ways of messages: from sending to receipt, to where they are lost or struck by a fault, or to an open end."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from modelcheck.frozen import Frozen
from modelcheck.reports.diagram.frame import LINE, RADIUS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelcheck.reports.diagram.frame import Frame
    from modelcheck.reports.diagram.scene import Scene
    from modelcheck.semantics.trace import Message

Point = tuple[float, float]
Ending = Literal["arrow", "cross", "open", "mark"]
"""A receipt, a loss, in flight at the end, or the mark of a fault on the way."""

_BESIDE = 24.0
"""How far from the lifeline of a receiver that is gone its messages end."""


class Route(Frozen):
    """The way of one message to one of its ends. One to its own sender is a bow."""

    message: Message
    points: tuple[Point, ...]
    ending: Ending
    is_bow: bool = False

    def crossings(self, y: float) -> Iterator[float]:
        """Where it crosses a horizontal line."""
        points = [*self.points]
        if self.is_bow:
            (x, first), (_, last) = points[0], points[-1]
            points = [(x + 30, first), (x + 30, last)]
        for (x1, y1), (x2, y2) in pairwise(points):
            if min(y1, y2) < y < max(y1, y2):
                yield x1 + (x2 - x1) * (y - y1) / (y2 - y1)


class Routes:
    """The ways of all messages of a scene."""

    def __init__(self, scene: Scene, frame: Frame) -> None:
        self.scene = scene
        self.frame = frame
        self.all = tuple(route for message in scene.trace.messages for route in self._of(message))

    def toward(self, message: Message) -> float:
        """1 if a message goes to the right, or to its own sender; -1 if to the left."""
        return 1.0 if self._x(message.target) >= self._x(message.source) else -1.0

    def struck_at(self, message: Message, row: int) -> Point:
        """Where a fault strikes a message in a row: in the gap before its receiver."""
        half = self.frame.gap / 2
        x = self._x(message.target)
        return (x + half if message.source == message.target else x - self.toward(message) * half), self.frame.rows[row]

    def stub(self, message: Message) -> Point:
        """Where one that is in flight at the end stops, near its sender."""
        return self._stub(self._start(message), message)

    def _x(self, agent: str) -> float:
        return self.frame.lanes[self.scene.lane_of(agent)]

    def _start(self, message: Message) -> Point:
        parent = message.copy_of if message.copy_of is not None else message.changed_from
        if parent is not None:
            return self.struck_at(self.scene.trace.messages[parent], message.sent)
        return self._x(message.source), self.frame.rows[message.sent]

    def _of(self, message: Message) -> Iterator[Route]:
        if message.same_as is not None:
            return
        start, rows = self._start(message), self.frame.rows
        copied = [self.struck_at(message, c.sent) for c in self.scene.children(message) if c.copy_of is not None]
        changed = [c.sent for c in self.scene.children(message) if c.changed_from is not None]
        ends: list[tuple[Point, Ending]] = [((self._x(message.target), rows[r]), "arrow") for r in message.received]
        if changed:
            ends.append((self.struck_at(message, changed[0]), "mark"))
        elif message.lost is not None:
            ends.append(self._loss(message, start))
        elif not message.received:
            ends.append((self._stub(copied[-1] if copied else start, message), "open"))
        bow = message.source == message.target and not copied and not changed
        for end, ending in ends:
            between = [point for point in copied if start[1] < point[1] <= end[1]]
            yield Route(message, (start, *between, end), ending, is_bow=bow and ending == "arrow" and start[1] < end[1])

    def _loss(self, message: Message, start: Point) -> tuple[Point, Ending]:
        assert message.lost is not None
        step, y = self.scene.trace.steps[message.lost], self.frame.rows[message.lost]
        if step.kind == "lose":
            return self.struck_at(message, message.lost), "mark"
        if message.lost == message.sent:
            return (start[0] + self.toward(message) * (RADIUS + 22), y), "cross"
        return (self._x(message.target) - self.toward(message) * _BESIDE, y), "cross"

    def _stub(self, start: Point, message: Message) -> Point:
        return start[0] + self.toward(message) * min(30.0, self.frame.gap * 0.3), start[1] + LINE


def crossings(routes: Sequence[Route], y: float) -> list[float]:
    """Where messages cross a horizontal line."""
    return [x for route in routes for x in route.crossings(y)]
