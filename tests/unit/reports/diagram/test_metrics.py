"""Texts are as wide as they are measured."""

from __future__ import annotations

import struct
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelcheck.reports.diagram.metrics import ASCENT, DESCENT, ELLIPSIS, plain, shortened, width, wrapped

KNOWN = "".join(map(chr, range(0x20, 0x7F))) + "…→·\N{MULTIPLICATION SIGN}"


class Font:
    """The widths in a TrueType font: OpenType specification, tables `cmap` (format 4), `hhea` and `hmtx`."""

    def __init__(self, name: str) -> None:
        self.data = files("modelcheck.reports.diagram").joinpath("fonts", f"{name}.ttf").read_bytes()
        (count,) = struct.unpack_from(">H", self.data, 4)
        records = [struct.unpack_from(">4sLLL", self.data, 12 + 16 * number) for number in range(count)]
        self.tables = {tag.decode(): offset for tag, _, offset, _ in records}
        (self.unit,) = struct.unpack_from(">H", self.data, self.tables["head"] + 18)
        self.ascent, self.descent = struct.unpack_from(">hh", self.data, self.tables["hhea"] + 4)

    def advance(self, char: str) -> float:
        (metrics,) = struct.unpack_from(">H", self.data, self.tables["hhea"] + 34)
        glyph = min(self._glyph(ord(char)), metrics - 1)
        (found,) = struct.unpack_from(">H", self.data, self.tables["hmtx"] + 4 * glyph)
        return float(found / self.unit)

    def _glyph(self, code: int) -> int:
        table = self.tables["cmap"]
        (count,) = struct.unpack_from(">H", self.data, table + 2)
        starts = [struct.unpack_from(">L", self.data, table + 8 + 8 * number)[0] for number in range(count)]
        at = next(table + start for start in starts if struct.unpack_from(">H", self.data, table + start)[0] == 4)
        segments = struct.unpack_from(">H", self.data, at + 6)[0] // 2
        ends, begins, deltas, offsets = (
            struct.unpack_from(f">{segments}H", self.data, at + 14 + 2 * segments * part + (2 if part else 0))
            for part in range(4)
        )
        number = next(number for number, end in enumerate(ends) if code <= end)
        assert begins[number] <= code, f"the font has no {chr(code)}"
        if not offsets[number]:
            return int(code + deltas[number]) % 65536
        place = at + 16 + 6 * segments + 2 * number + offsets[number] + 2 * (code - begins[number])
        return int(struct.unpack_from(">H", self.data, place)[0])


@pytest.mark.parametrize(("name", "bold"), [("Arimo-Regular", False), ("Arimo-Bold", True)])
def test_the_table_agrees_with_the_font_of_the_package(name: str, bold: bool) -> None:  # noqa: FBT001 - a parameter
    font = Font(name)
    wrong = {
        c: (width(c, 1, bold=bold), font.advance(c))
        for c in KNOWN
        if abs(width(c, 1, bold=bold) - font.advance(c)) > 0.002
    }
    assert wrong == {}
    assert font.ascent / font.unit == pytest.approx(ASCENT, abs=0.001)
    assert font.descent / font.unit == pytest.approx(-DESCENT, abs=0.001)


@pytest.mark.parametrize("letter", "éÜñŁжЯλΩ")
def test_letters_outside_of_the_table_are_about_as_wide_as_in_the_font(letter: str) -> None:
    assert width(letter, 1) == pytest.approx(Font("Arimo-Regular").advance(letter), rel=0.35)


@given(st.text(max_size=60), st.floats(0, 400), st.booleans())
def test_a_shortened_text_fits_and_is_the_longest_that_does(text: str, room: float, bold: bool) -> None:  # noqa: FBT001
    found = shortened(text, room, 11, bold=bold)
    assert width(found, 11, bold=bold) <= room or not found
    if found not in {text, ""}:
        assert found.endswith(ELLIPSIS)
        more = text[: len(found) - 1 + 1 + len(text[len(found) - 1 :]) - len(text[len(found) - 1 :].lstrip())]
        assert width(more.rstrip() + ELLIPSIS, 11, bold=bold) > room or more == text[: len(found) - 1]


@given(st.text(max_size=200), st.floats(60, 300))
def test_wrapped_lines_fit_and_lose_nothing_but_blanks(text: str, room: float) -> None:
    whole = plain(text)
    lines = wrapped(whole, room, 11)
    assert all(width(line, 11) <= room for line in lines)
    assert "".join("".join(lines).split()) == "".join(whole.split())


def test_more_lines_than_wanted_end_in_an_ellipsis() -> None:
    lines = wrapped("one two three four five six seven", 60, 11, most=2)
    assert len(lines) == 2
    assert lines[1].endswith(ELLIPSIS)
