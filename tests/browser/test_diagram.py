"""Pictures of runs as a browser draws them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from modelcheck.reports.diagram import svg
from modelcheck.reports.diagram.palette import FONT
from tests.unit.reports.diagram.generated import generated

if TYPE_CHECKING:
    from playwright.sync_api import Page

BOXES = """() => [...document.querySelectorAll('text')].filter((e) => e.textContent.trim()).map((e) => {
    const box = e.getBBox(), to = e.getCTM(), text = [...e.childNodes].filter((n) => n.nodeType === 3);
    return {text: text.map((n) => n.data).join(''), left: box.x + to.e, top: box.y + to.f,
            right: box.x + box.width + to.e, bottom: box.y + box.height + to.f};
})"""
GROUND = "() => getComputedStyle(document.querySelector('.mc-ground')).fill"

Box = dict[str, float]


def opened(page: Page, folder: Path, text: str) -> None:
    path = folder / "picture.svg"
    path.write_text(text, "utf-8")
    page.goto(path.as_uri())


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes have more than a hair in common."""
    hair = 0.5
    across = one["left"] < other["right"] - hair and other["left"] < one["right"] - hair
    return across and one["top"] < other["bottom"] - hair and other["top"] < one["bottom"] - hair


@pytest.mark.parametrize(
    ("seed", "hostile", "font"), [(1, False, FONT), (2, True, FONT), (3, False, "monospace"), (5, True, "monospace")]
)
def test_no_text_stands_on_another_or_leaves_the_picture(
    page: Page,
    tmp_path: Path,
    seed: int,
    hostile: bool,  # noqa: FBT001 - a parameter
    font: str,
) -> None:
    """Nor with a font that is much wider than the one that texts are measured by."""
    text = svg(generated(seed, hostile=hostile, loop=True), title="A title", verdict="violated")
    assert FONT in text
    opened(page, tmp_path, text.replace(FONT, font))
    boxes: list[Box] = page.evaluate(BOXES)
    assert len(boxes) > 150
    pairs = [(one, other) for number, one in enumerate(boxes) for other in boxes[number + 1 :] if meet(one, other)]
    assert [(one["text"], other["text"]) for one, other in pairs] == []
    width, height = page.evaluate(
        "() => { const v = document.documentElement.viewBox.baseVal; return [v.width, v.height]; }"
    )
    outside = [b for b in boxes if b["left"] < 0 or b["top"] < 0 or b["right"] > width or b["bottom"] > height]
    assert outside == []


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_a_picture_follows_the_colours_that_the_reader_prefers(page: Page, tmp_path: Path, color_scheme: str) -> None:
    opened(page, tmp_path, svg(generated(1, steps=5)))
    grounds = {"light": "rgb(255, 255, 255)", "dark": "rgb(15, 20, 25)"}
    assert page.evaluate(GROUND) == grounds[color_scheme]


def test_a_page_keeps_a_fixed_picture_as_it_is(page: Page, tmp_path: Path) -> None:
    opened(page, tmp_path, svg(generated(1, steps=5), theme="dark"))
    assert page.evaluate(GROUND) == "rgb(15, 20, 25)"
