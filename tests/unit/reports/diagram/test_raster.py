"""Pictures of pixels."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import click
import pytest

pytest.importorskip("resvg_py")

from modelcheck.cli.output import known_format
from modelcheck.reports.diagram import raster, svg
from modelcheck.reports.diagram.layout import picture
from modelcheck.reports.refusal import RefusalError
from tests.unit.reports.diagram.generated import generated

TRACE = generated(4, agents=3, steps=8)


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return int(width), int(height)


def test_a_picture_has_twice_the_pixels_and_the_same_bytes_each_time() -> None:
    text = svg(TRACE, theme="light")
    found = raster.png(text)
    drawn = picture(TRACE, "", None, "mc")
    assert size(found) == pytest.approx((2 * drawn.width, 2 * drawn.height), abs=2)
    assert raster.png(text) == found
    assert zlib.crc32(found) != zlib.crc32(raster.png(svg(TRACE, theme="dark")))


def test_what_knows_no_variables_draws_the_light_ground() -> None:
    # resvg is such a program.
    assert raster.png(svg(TRACE)) == raster.png(svg(TRACE, theme="light"))


def test_texts_are_drawn_whatever_fonts_there_are() -> None:
    with_text = raster.png(svg(TRACE, title="A title", theme="light"))
    other = raster.png(svg(TRACE, title="Another", theme="light"))
    assert with_text != other


def test_letters_that_the_font_lacks_do_no_harm() -> None:
    assert size(
        raster.png(svg(generated(1, agents=3, steps=8, hostile=True), title="日本語 \N{GRINNING FACE}", theme="light"))
    )


def test_a_picture_that_is_too_large_is_refused_with_what_to_do() -> None:
    text = svg(TRACE, theme="light").replace('height="', 'height="99999', 1)
    with pytest.raises(RefusalError, match="take svg"):
        raster.png(text)


def test_without_the_extra_png_is_refused_before_anything_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(raster, "find_spec", lambda _: None)
    with pytest.raises(click.UsageError, match=r"pip install 'modelcheck\[png\]'"):
        known_format("png", Path())
    known_format("svg", None)
