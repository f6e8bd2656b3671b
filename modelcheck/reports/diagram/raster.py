"""SVG as PNG, drawn by resvg with a font that comes with the package: the same pixels on every machine."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

from modelcheck.reports.refusal import RefusalError

_FONTS = Path(__file__).parent / "fonts"
_FILES = [str(_FONTS / f"Arimo-{style}.ttf") for style in ("Regular", "Bold")]
_FAMILY = "Arimo"

_SHARP, _MOST = 60_000_000, 240_000_000
"""Pixels up to which a picture is drawn twice as large as it says, for screens and print, and up to which at all."""

_SIZE = re.compile(r'<svg\b[^>]* width="([\d.]+)" height="([\d.]+)"')
_COVERED = re.compile(r"[\n -~\xa0-\u017f\u0370-\u045f\u2010-\u2026\u2190-\u2195\ufffd]*")
"""What the font has: Latin, Greek and Cyrillic letters and the signs in our own words."""


def png(svg: str) -> bytes:
    """A picture of one ground, as its SVG of the theme `light` or `dark`.

    What the font lacks, such as Chinese, is drawn by the fonts of the system. Raises `RefusalError` if resvg is missing
    or the picture is too large for a file of pixels.
    """
    check_png()
    from resvg_py import svg_to_bytes  # noqa: PLC0415 - an extra

    zoom = _zoom(svg)
    return svg_to_bytes(
        svg_string=svg,
        zoom=zoom,
        font_files=_FILES,
        font_family=_FAMILY,
        sans_serif_family=_FAMILY,
        skip_system_fonts=_COVERED.fullmatch(svg) is not None,
    )


def check_png() -> None:
    """Raises `RefusalError` if resvg is missing."""
    if find_spec("resvg_py") is None:
        raise RefusalError("the format png needs the extra 'png': pip install 'modelcheck[png]'")


def _zoom(svg: str) -> float:
    found = _SIZE.search(svg)
    assert found is not None
    pixels = float(found[1]) * float(found[2])
    if pixels > _MOST:
        raise RefusalError(f"a picture of {float(found[2]):,.0f} pixels in height is too large for png: take svg")
    return 2 if 4 * pixels <= _SHARP else 1
