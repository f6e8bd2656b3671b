"""Where lifelines and rows stand. Rows have one line or two, whatever the length of the run: nothing shrinks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from modelcheck.frozen import Frozen
from modelcheck.reports.diagram.metrics import plain, width, wrapped

if TYPE_CHECKING:
    from modelcheck.reports.diagram.scene import Event, Row, Scene

MARGIN = 16.0
SIZE, SMALL = 11.0, 10.0
"""Of texts and of small ones, in pixels."""
RADIUS = 9.0
"""Of a mark, which holds the number of its step."""
LINE = 18.0
"""From the first line of a row to the second."""

_HEADER, _ROW, _LOOP = 34.0, 26.0, 30.0
_HEADERS_EVERY = 25
_CHANGES = 310.0
LONGEST = 280.0
"""Of the text beside an event: longer ones would run across the whole picture."""
_TEXT = 110.0
"""What a text beside an event may ask for; where it is longer, it runs across the next lifeline."""
_OUTSIDE = 180.0
"""The same of a text on the outer side of the first or last lifeline."""
_NARROWEST, _WIDEST, _TOGETHER = 112.0, 230.0, 900.0
"""Bounds for the distance of two lifelines, and what all together may take before the distance is cut down."""


class Slot(Frozen):
    """A strip of the picture over its whole width, from the top down."""

    kind: Literal["header", "row", "loop"]
    top: float
    height: float
    row: int = 0


class Frame(Frozen):
    """The places of lifelines, rows and the column of changes."""

    lanes: tuple[float, ...]
    gap: float
    """The distance of two lifelines."""
    environment: float
    """The middle of the marks of the environment."""
    left: float
    right: float
    """What is drawn of lifelines and messages lies between."""
    changes: float
    changes_width: float
    slots: tuple[Slot, ...]
    rows: tuple[float, ...]
    """Of each row the middle of its first line."""
    top: float
    bottom: float

    @property
    def width(self) -> float:
        """Of the picture."""
        return self.changes + self.changes_width + MARGIN

    def half_state(self, state: str) -> float:
        """Half the width of a control state's box."""
        return min(width(plain(state), SMALL), self.gap - 22) / 2 + 6


def frame_of(scene: Scene, top: float) -> Frame:
    """Measure the rows and lifelines of a scene; `top` is where the first header begins."""
    lanes, gap = _lanes(scene)
    environment = MARGIN + 12
    # A check may have no agents at all.
    last = lanes[-1] if lanes else environment + _words(scene)
    right = last + max(gap / 2 + 6, _text_room(scene, len(lanes) - 1))
    slots = _slots(scene, top)
    rows = {slot.row: slot.top + _ROW / 2 for slot in slots if slot.kind == "row"}
    return Frame(
        lanes,
        gap,
        environment,
        MARGIN,
        right,
        right + 12,
        _CHANGES,
        tuple(slots),
        tuple(rows[number] for number in range(len(scene.rows))),
        top,
        slots[-1].top + slots[-1].height,
    )


def _lanes(scene: Scene) -> tuple[tuple[float, ...], float]:
    """The lifelines and their distance: as much as the words need, but not more than fits on a page."""
    count = len(scene.lanes)
    wanted = [width(plain(lane.name), SIZE, bold=True) + 30 for lane in scene.lanes]
    wanted += [width(plain(state), SMALL) + 26 for lane in scene.lanes for state in set(lane.states)]
    events = [event for row in scene.rows for event in row.events if event.lane is not None]
    wanted += [min(width(plain(event.text), SIZE), _TEXT) + RADIUS + 24 for event in events]
    most = max(_NARROWEST, min(_WIDEST, _TOGETHER / max(count, 1)))
    gap = min(most, max([_NARROWEST, *wanted]))
    first = MARGIN + max(24 + _words(scene), gap / 2 + 16, _text_room(scene, 0))
    return tuple(first + gap * number for number in range(count)), gap


def _text_room(scene: Scene, lane: int) -> float:
    """What the texts beside the first or last lifeline need on its outer side."""
    found = 0.0
    for row in scene.rows:
        texts = [width(plain(e.text), SIZE) for e in row.events if e.lane == lane]
        # Of a round, the environment's mark and word stand on the left of the first lifeline's text.
        before = [width(plain(e.text), SIZE) + 32 for e in row.events if e.lane is None and e.message is None]
        if texts:
            found = max(found, min(texts[0], _OUTSIDE) + (sum(before) if texts[0] and not lane else 0))
    return found + RADIUS + 12


def _words(scene: Scene) -> float:
    """The room for what the environment does, where it is said in a word or two."""
    said = [e.text for row in scene.rows for e in row.events if e.lane is None and e.message is None]
    return max(min(width(plain(text), SIZE) + 24, 96) for text in said)


def _slots(scene: Scene, top: float) -> list[Slot]:
    slots: list[Slot] = []

    def add(kind: Literal["header", "row", "loop"], height: float, row: int = 0) -> None:
        slots.append(Slot(kind, slots[-1].top + slots[-1].height if slots else top, height, row))

    for number, row in enumerate(scene.rows):
        if number % _HEADERS_EVERY == 0:
            add("header", _HEADER, number)
        add("row", _ROW + LINE * (_lines(row) - 1), number)
        if number == scene.trace.loop_start:
            add("loop", _LOOP, number)
    return slots


def _lines(row: Row) -> int:
    """How many lines a row has. Those of a round are farther apart, because messages go from each to each."""
    if row.step.kind == "round":
        return 3
    return 2 if any(_below(event) for event in row.events) or len(change_lines(row)) > 1 else 1


def _below(event: Event) -> bool:
    return bool(event.state or event.notes or event.left_behind or event.mark in {"crash", "recover"})


def change_lines(row: Row) -> list[str]:
    """What changed, in two lines at most."""
    return wrapped(plain(" · ".join(row.changes)), _CHANGES, SMALL, most=2)
