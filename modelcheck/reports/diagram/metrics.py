"""How wide a text is, without a font library: the advance widths of Helvetica, which Arial and Liberation Sans share.

The table is from Adobe's font metrics of Helvetica and Helvetica-Bold (AFM, 1997), in thousandths of the font's size.
What it lacks is taken for wide, so that a text never gets less room than it needs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from modelcheck.reports.diagnostics import visible

ASCENT, DESCENT = 0.905, 0.212
"""Above and below the baseline, of the font's size: of Liberation Sans, as browsers measure it."""

ELLIPSIS = "…"

_CHARS = "".join(map(chr, range(0x20, 0x7F)))
_REGULAR = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 "
    "584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 "
    "667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 "
    "278 556 500 722 500 500 500 334 260 334 584"
)
_BOLD = (
    "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 "
    "584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 "
    "667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 "
    "333 611 556 778 556 556 500 389 280 389 584"
)
_OTHER = {ELLIPSIS: 1000, "→": 1000, "\N{MULTIPLICATION SIGN}": 584, "·": 333, "\N{REPLACEMENT CHARACTER}": 1050}
_WIDTHS = {
    bold: dict(zip(_CHARS, map(int, table.split()), strict=True)) | _OTHER
    for bold, table in ((False, _REGULAR), (True, _BOLD))
}
_WIDE, _SMALL, _CAPITAL, _WIDEST = 1000, 600, 720, 900
"""Of what the table lacks: ideographs, small and capital letters, everything else."""


def plain(text: str) -> str:
    """A text on one line without anything that XML or a reader's eyes could stumble over."""
    return visible(" ".join(text.split())) if text.isascii() else visible(" ".join(visible(text).split()))


@lru_cache(maxsize=4096)
def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a text, in the unit of `size`."""
    table = _WIDTHS[bold]
    return sum(table[char] if char in table else _unknown(char, table) for char in text) * size / 1000


def _unknown(char: str, table: Mapping[str, int]) -> int:
    category = unicodedata.category(char)
    if category.startswith("M"):
        return 0
    if unicodedata.east_asian_width(char) in "WF":
        return _WIDE
    # A letter with its accents, or a ligature: as wide as what it is made of.
    parts = unicodedata.normalize("NFKD", char)
    if parts != char:
        return sum(table[part] if part in table else _unknown(part, table) for part in parts)
    return {"Ll": _SMALL, "Lu": _CAPITAL}.get(category, _WIDEST)


def shortened(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """The text, or as much of its beginning as fits with an ellipsis; empty where not even that fits."""
    if width(text, size, bold=bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle].rstrip() + ELLIPSIS, size, bold=bold) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + ELLIPSIS if low else ""


def wrapped(text: str, room: float, size: float, *, bold: bool = False, most: int = 100) -> list[str]:
    """The text in lines that fit, broken at blanks, inside a word where there is none; at most so many lines."""
    lines: list[str] = []
    rest = text
    while rest:
        if width(rest, size, bold=bold) <= room or len(lines) == most - 1:
            lines.append(shortened(rest, room, size, bold=bold))
            break
        head = shortened(rest, room, size, bold=bold).removesuffix(ELLIPSIS) or rest[0]
        # What follows the head decides whether it ends with a word.
        cut = head.rfind(" ") if not rest[len(head) :].startswith(" ") else len(head)
        head = head[:cut] if cut > 0 else head
        lines.append(head)
        rest = rest[len(head) :].lstrip()
    return lines
