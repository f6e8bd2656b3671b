"""Texts take free places, and lines keep clear of marks."""

from __future__ import annotations

from itertools import combinations, pairwise
from math import hypot

from hypothesis import given
from hypothesis import strategies as st

from modelcheck.reports.diagram.curves import bend, curve
from modelcheck.reports.diagram.labels import SIDES, TextLine

MARKS = st.lists(st.integers(0, 40), min_size=1, max_size=8, unique=True)


@given(MARKS, st.lists(st.floats(1, 300), min_size=8, max_size=8), st.sampled_from(SIDES))
def test_texts_beside_marks_never_meet(marks: list[int], widths: list[float], natural: str) -> None:
    line = TextLine(0, 1000)
    taken = [(25.0 * mark - 9, 25.0 * mark + 9) for mark in marks]
    for left, right in taken:
        line.take(left, right)
    for (left, right), wanted in zip(list(taken), widths, strict=False):
        place = line.place(left, right, wanted, natural)  # type: ignore[arg-type]  # one of the two
        used = min(place.room, wanted)
        if used > 0:
            taken.append((place.x, place.x + used) if place.side == "right" else (place.x - used, place.x))
    for one, other in combinations([*taken[len(marks) :], (0.0, 0.0)], 2):
        assert one[1] <= other[0] or other[1] <= one[0]
    for text in taken[len(marks) :]:
        assert 0 <= text[0] <= text[1] <= 1000
        assert all(text[1] <= mark[0] or mark[1] <= text[0] for mark in taken[: len(marks)])


def test_a_text_goes_to_the_side_where_no_line_crosses_it() -> None:
    assert TextLine(0, 500).place(200, 220, 100, "right").side == "right"
    assert TextLine(0, 500, crossed=[(240, 250)]).place(200, 220, 100, "right").side == "left"
    # Rather across a line than cut to pieces.
    across = TextLine(150, 500, crossed=[(240, 250)]).place(200, 220, 100, "right")
    assert (across.side, across.is_crossed) == ("right", True)
    assert not TextLine(0, 500, crossed=[(400, 410)]).place(200, 220, 100, "right").is_crossed


def test_a_line_without_a_mark_in_its_way_is_straight() -> None:
    assert bend((0, 0), (200, 100), []) is None
    assert bend((0, 0), (200, 100), [(100, 90)]) is None


@given(st.floats(100, 400), st.floats(60, 400), st.floats(0.35, 0.65))
def test_a_line_gives_way_to_a_mark_and_never_runs_upwards(width: float, height: float, share: float) -> None:
    start, end, mark = (0.0, 0.0), (width, height), (width * share, height * share)
    middle = bend(start, end, [mark])
    assert middle is not None
    points = curve(start, middle, end, parts=200)
    assert all(earlier[1] <= later[1] + 1e-6 for earlier, later in pairwise(points))
    # Flat lines have little room to give way; a mark has a radius of 9.
    assert min(hypot(x - mark[0], y - mark[1]) for x, y in points) >= 10.5
