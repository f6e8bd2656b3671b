"""The rows of a picture: marks, texts beside them, control states below them, and the column of what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.reports.diagram.frame import LINE, LONGEST, MARGIN, RADIUS, SIZE, SMALL, change_lines
from modelcheck.reports.diagram.labels import SIDES, Side, TextLine
from modelcheck.reports.diagram.marks import RING, cross, half_width, mark, ring
from modelcheck.reports.diagram.metrics import plain, width
from modelcheck.reports.diagram.routes import spans
from modelcheck.reports.diagram.shapes import Box, Group, Node, Text, fitting, line, polyline, rectangle
from modelcheck.reports.diagram.wording import addressed, names_what_it_sends

if TYPE_CHECKING:
    from modelcheck.reports.diagram.frame import Frame
    from modelcheck.reports.diagram.routes import Routes
    from modelcheck.reports.diagram.scene import Event, Row, Scene

_BASELINE = 3.8
"""From the middle of a line of text down to its baseline."""
_IN_FLIGHT = " in flight"
_LEAST = 40.0
"""The room below which a note is not begun."""
_PILL = 7.5
"""Half the height of a control state's box."""


class RowPainter:
    """Draws one row; `above` and `below` are its two lines of text. Wrong: it is where a property is violated."""

    def __init__(self, routes: Routes, row: Row, *, prefix: str, is_wrong: bool) -> None:
        self.scene, self.frame, self.routes, self.row = routes.scene, routes.frame, routes, row
        self.prefix, self.is_wrong = prefix, is_wrong
        self.y = self.frame.rows[row.step.number]
        self.above, self.below = (
            TextLine(self.frame.left, self.frame.right, spans(routes.all, y - 6, y + 5))
            for y in (self.y, self.y + LINE)
        )
        self.drawn: list[Node] = []

    def group(self) -> Group:
        """The whole row, which pages can find by its number and its agents."""
        for event in self.row.events:
            self._keep_free(event)
        for event in self.row.events:
            self._text(event)
        for event in self.row.events:
            self._below_mark(event)
        for event in self.row.events:
            self._notes(event)
        self._changes()
        step = self.row.step
        attributes = (
            ("id", f"{self.prefix}-step-{step.number}"),
            ("data-step", str(step.number)),
            ("data-agents", " ".join(map(plain, step.agents))),
            ("data-kind", step.kind),
        )
        pale = " mc-pale" if self.row.is_pale else ""
        return Group(tuple(self.drawn), f"mc-step{pale}", attributes, self._title())

    def _title(self) -> str:
        step = self.row.step
        head = f"{step.number}. {step.actor}: {step.action}" if step.actor else f"{step.number}. {step.action}"
        notes = [note for event in self.row.events for note in event.notes]
        flying = [f"{addressed(event.left_behind)} in flight" for event in self.row.events if event.left_behind]
        return "\n".join(map(plain, (head, *notes, *flying, *self.row.changes)))

    # ------------------------------------------------------------------------------------------------------ first line

    def _place(self, event: Event) -> tuple[float, float]:
        """The middle of an event's mark."""
        if event.lane is not None:
            return self.frame.lanes[event.lane], self.y
        if event.message is not None:
            return self.routes.struck_at(self.scene.trace.messages[event.message], self.row.step.number)
        return self.frame.environment, self.y

    def _half(self, event: Event) -> float:
        return half_width(str(self.row.step.number), event.mark) + (RING if self._is_ringed(event) else 0)

    def _is_ringed(self, event: Event) -> bool:
        """Whether the step violates something; of several marks, those of agents tell it."""
        if not self.row.step.number:
            return self.is_wrong and event.lane is None
        return self.is_wrong and (event.lane is not None or len(self.row.events) == 1)

    def _keep_free(self, event: Event) -> None:
        x, y = self._place(event)
        half = self._half(event)
        self.above.take(x - half, x + half)
        if event is self.row.events[0]:
            for at in self.routes.crosses.get(y, ()):
                self.above.take(at - 6, at + 6)

    def _text(self, event: Event) -> None:
        x, y = self._place(event)
        half = self._half(event)
        if self._is_ringed(event):
            self.drawn.append(ring(x, y, half_width(str(self.row.step.number), event.mark)))
        if self.row.step.number or event.lane is None:
            self.drawn.append(mark(event.mark, str(self.row.step.number), x, y))
        if not event.text:
            return
        css = "mc-text mc-fault-text" if event.mark in {"fault", "crash"} else "mc-text"
        wanted = min(width(plain(event.text), SIZE), LONGEST if event.lane is not None else LONGEST * 2)
        place = self.above.place(x - half, x + half, wanted, self._away(event))
        room = min(place.room, wanted)
        text = fitting(event.text, place.x, y + _BASELINE, room, css, size=SIZE, anchor=place.anchor)
        self._add(text, crossed=place.is_crossed)

    def _away(self, event: Event) -> Side:
        """The side that no message comes from; the left of the last lifeline."""
        number, lane = self.row.step.number, None if event.lane is None else self.scene.lanes[event.lane].name
        for message in self.scene.trace.messages:
            if message.target == lane and number in message.received and message.source != message.target:
                return "right" if self.routes.toward(message) > 0 else "left"
        return "right"

    def _add(self, text: Text | None, *, crossed: bool) -> None:
        """A text, on a plate where messages run under it."""
        if text is not None:
            self.drawn += [rectangle(text.box, "mc-plate", 2)] if crossed else []
            self.drawn.append(text)

    # ----------------------------------------------------------------------------------------------------- second line

    def _below_mark(self, event: Event) -> None:
        """What has its place already: the break of a lifeline, a control state, ends of messages in flight."""
        x, y = self._place(event)[0], self.y + LINE
        half = self.frame.half_state(event.state) if event.state else 0
        if event.state:
            self.below.take(x - half, x + half)
            self._state(event.state, x, y)
        if event.mark == "crash":
            # Of one that crashes while it sends, beside the state that it came to.
            at = x - half - 10 if event.state else x
            self.drawn.append(cross(at, y - 1, 6, "mc-break"))
            self.below.take(at - 8, at + 8)
        for message in event.left_behind:
            end = self.routes.stub(message)[0]
            self.below.take(end - 5, end + 5)

    def _notes(self, event: Event) -> None:
        x = self._place(event)[0]
        for side in SIDES:
            going = [m for m in event.left_behind if (self.routes.toward(m) > 0) == (side == "right")]
            if going and not names_what_it_sends(self.row.step):
                end = self.routes.stub(going[0])[0]
                self._note(f"{addressed(going)}{_IN_FLIGHT}", end - 5, end + 5, side)
        for note in event.notes:
            self._note(note, x - 8, x + 8, "right")

    def _note(self, note: str, left: float, right: float, side: Side) -> None:
        wanted = min(width(plain(note), SMALL), LONGEST)
        place = self.below.place(left, right, wanted, side)
        if place.room < min(wanted, _LEAST):
            # The title of the row has it.
            return
        if min(place.room, LONGEST) < width(plain(note), SMALL):
            # Its end says so as well; who it is for is said nowhere else.
            note = note.removesuffix(_IN_FLIGHT)
            wanted = min(width(plain(note), SMALL), LONGEST)
        y = self.y + LINE + _BASELINE
        text = fitting(note, place.x, y, min(place.room, wanted), "mc-note", size=SMALL, anchor=place.anchor)
        self._add(text, crossed=place.is_crossed)

    def _state(self, state: str, x: float, y: float) -> None:
        text = fitting(state, x, y + 3.5, self.frame.gap - 22, "mc-state-text", size=SMALL, anchor="middle")
        if text is None:
            return
        half = self.frame.half_state(state)
        box = rectangle(Box(x - half, y - _PILL, x + half, y + _PILL), "mc-state", 3)
        self.drawn.append(Group((box, text), "mc-states", title=text.whole))

    # ------------------------------------------------------------------------------------------------------- changes

    def _changes(self) -> None:
        lines = change_lines(self.row)
        whole = "\n".join(map(plain, self.row.changes))
        css = "mc-change mc-error" if self.row.step.outcome else "mc-change"
        x = self.frame.changes
        texts = [
            Text(x, self.y + _BASELINE + number * (LINE - 3), text, css, SMALL) for number, text in enumerate(lines)
        ]
        if texts:
            self.drawn.append(Group(tuple(texts), "mc-changes", title=whole))


def rules(scene: Scene, frame: Frame) -> list[Node]:
    """Thin lines across all lifelines where something happens to all of them, such as a tick of time."""
    drawn: list[Node] = []
    for row in scene.rows[1:]:
        if any(event.lane is None and event.message is None for event in row.events):
            y = frame.rows[row.step.number]
            drawn.append(line(frame.environment + RADIUS, y, frame.right, y, f"mc-rule mc-rule-{row.step.kind}"))
    for slot in frame.slots:
        if slot.kind == "row":
            y = slot.top + slot.height
            drawn.append(polyline([(MARGIN, y), (frame.width - MARGIN, y)], "mc-grid"))
    return drawn
