"""Everything can be read on both grounds."""

from __future__ import annotations

import pytest

from modelcheck.reports.diagram.palette import DARK, LIGHT, stylesheet

TEXT_COLOURS = ("ink", "muted", "fault", "copy")
LINE_COLOURS = ("line", "fault", "forged", "good", "copy", "side-b")


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_texts_have_a_contrast_of_4_5_and_lines_of_3(colours: dict[str, str]) -> None:
    for ground in ("ground", "panel"):
        assert {name for name in TEXT_COLOURS if contrast(colours[name], colours[ground]) < 4.5} == set()
    assert {name for name in ("ink", "fault") if contrast(colours["ground"], colours[name]) < 4.5} == set()
    assert {name for name in LINE_COLOURS if contrast(colours[name], colours["ground"]) < 3} == set()


def test_black_on_white_has_the_contrast_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_no_name_of_a_colour_is_left(theme: str) -> None:
    rules = stylesheet(theme)  # type: ignore[arg-type]  # in a loop
    assert "$" not in rules
    assert ("prefers-color-scheme" in rules) == (theme == "auto")
    assert ("var(" in rules) == (theme == "auto")
