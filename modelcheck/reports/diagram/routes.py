"""The ways of messages: from sending to receipt, to where they are lost or struck by a fault, or to an open end."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from modelcheck.frozen import Frozen
from modelcheck.reports.diagram.curves import Point, bend, curve
from modelcheck.reports.diagram.frame import LINE, RADIUS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from modelcheck.reports.diagram.frame import Frame
    from modelcheck.reports.diagram.scene import Scene
    from modelcheck.semantics.trace import Message

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
    middle: Point | None = None
    """The control point of one that is bent."""
    trail: tuple[Point, ...] = ()
    """Points that it runs through, close enough to be joined by straight lines."""

    def spans(self, top: float, bottom: float) -> Iterator[tuple[float, float]]:
        """From where to where it is between two heights."""
        for (x1, y1), (x2, y2) in pairwise(self.trail):
            if min(y1, y2) >= bottom or max(y1, y2) <= top:
                continue
            slope = (x2 - x1) / (y2 - y1) if y1 != y2 else 0
            ends = [x1 + slope * (min(max(y, top), bottom) - y1) for y in (y1, y2)] if slope else [x1, x2]
            yield min(ends), max(ends)


class Routes:
    """The ways of all messages of a scene."""

    def __init__(self, scene: Scene, frame: Frame) -> None:
        self.scene = scene
        self.frame = frame
        self._marked = [
            (y, [frame.lanes[event.lane] for event in row.events if event.lane is not None])
            for y, row in zip(frame.rows, scene.rows, strict=True)
        ]
        self.of = {message.number: tuple(self._of(message)) for message in scene.trace.messages}
        self.all = tuple(route for ways in self.of.values() for route in ways)
        self.crosses: dict[float, list[float]] = {}
        """Where messages are lost without a fault that has a mark: by the height of the row."""
        for route in self.all:
            if route.ending == "cross":
                x, y = route.points[-1]
                self.crosses.setdefault(y, []).append(x)

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
        made = self.scene.made_from.get(message.number, [])
        copied = [self.struck_at(message, other.sent) for other in made if other.copy_of is not None]
        changed = [other.sent for other in made if other.changed_from is not None]
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
            is_bow = bow and ending == "arrow" and start[1] < end[1]
            middle = None if is_bow or between or ending == "open" else bend(start, end, self._marks(start, end))
            points = (start, *between, end)
            trail = _bow(start, end) if is_bow else points if middle is None else tuple(curve(start, middle, end))
            yield Route(message, points, ending, is_bow=is_bow, middle=middle, trail=trail)

    def _marks(self, start: Point, end: Point) -> list[Point]:
        """The marks that a line could run through."""
        left, right = sorted((start[0], end[0]))
        rows = slice(bisect_left(self.frame.rows, start[1]), bisect_right(self.frame.rows, end[1]))
        return [
            (x, y)
            for y, lanes in self._marked[rows]
            for x in lanes
            if left <= x <= right and (x, y) not in {start, end}
        ]

    def _loss(self, message: Message, start: Point) -> tuple[Point, Ending]:
        assert message.lost is not None
        step, y = self.scene.trace.steps[message.lost], self.frame.rows[message.lost]
        if step.kind == "lose":
            return self.struck_at(message, message.lost), "mark"
        if message.lost == message.sent:
            return (start[0] + self.toward(message) * (RADIUS + 22), y), "cross"
        return (self._x(message.target) - self.toward(message) * _BESIDE, y), "cross"

    def _stub(self, start: Point, message: Message) -> Point:
        """Beside the new control state of the sender, if it has one."""
        events = self.scene.rows[message.sent].events
        states = [e.state for e in events if e.lane is not None and self.scene.lanes[e.lane].name == message.source]
        half = self.frame.half_state(states[0]) if states and states[0] and start == self._start(message) else 0
        return start[0] + self.toward(message) * max(26, half + 10), start[1] + LINE


def _bow(start: Point, end: Point) -> tuple[Point, ...]:
    (x, top), (_, bottom) = start, end
    return (x + RADIUS, top), (x + 2.5 * RADIUS, top), (x + 2.5 * RADIUS, bottom), (x + RADIUS, bottom)


def spans(routes: Sequence[Route], top: float, bottom: float) -> list[tuple[float, float]]:
    """From where to where each message is between two heights."""
    near = (route for route in routes if route.points[0][1] < bottom and route.points[-1][1] > top)
    return [span for route in near for span in route.spans(top, bottom)]
