"""The page of a packet, and pictures of graphs, as a browser shows them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from modelcheck.pipeline import Options, load_file
from modelcheck.pipeline.draw import draw_machines
from modelcheck.pipeline.packet import packet
from modelcheck.reports.graphs.svg import svg
from modelcheck.reports.packet.content import document
from modelcheck.reports.packet.html import render

if TYPE_CHECKING:
    from playwright.sync_api import Page

SPECS = Path(__file__).resolve().parents[2] / "specs"
TEXTS = """() => [...document.querySelectorAll('text')].map((e) => {
    const b = e.getBoundingClientRect();
    return [e.textContent, b.left, b.top, b.right, b.bottom];
})"""
WIDER = """() => [...document.querySelectorAll('main > *')].filter((e) => e.scrollWidth > e.clientWidth + 1
    && getComputedStyle(e).overflowX !== 'auto').map((e) => e.textContent.slice(0, 80))"""

CUT = """() => [...document.querySelectorAll('thead th')].filter((e) => e.scrollWidth > e.clientWidth)
    .map((e) => e.textContent)"""

Text = tuple[str, float, float, float, float]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A packet on the specification with the most to tell."""
    path = tmp_path_factory.mktemp("packet") / "packet.html"
    path.write_text(render(document(packet([SPECS / "consensus" / "two_phase_commit.mc"], Options()))), "utf-8")
    return path


@pytest.mark.parametrize("width", [1400, 420])
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_the_page_needs_nothing_else_and_fits(page: Page, written: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(written.as_uri())
    assert page.title() == "Design review: TwoPhaseCommit"
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    assert page.evaluate(WIDER) == []
    assert page.evaluate(CUT) == []


def test_links_lead_to_the_runs(page: Page, written: Path) -> None:
    page.goto(written.as_uri())
    page.locator("table a").first.click()
    target = page.locator(":target")
    assert target.inner_text().startswith("Run 1: ")
    assert target.bounding_box() is not None


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, written: Path, node_modules: Path, color_scheme: str) -> None:
    page.goto(written.as_uri())
    # Not by a script element, which the page's policy forbids.
    page.evaluate((node_modules / "axe-core" / "axe.min.js").read_text("utf-8"))
    # All else is the same in the dark.
    rules = (
        ["color-contrast"] if color_scheme == "dark" else ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
    )
    found = page.evaluate("rules => axe.run({runOnly: rules})", rules)
    problems = {problem["id"]: [node["html"] for node in problem["nodes"]][:3] for problem in found["violations"]}
    assert problems == {}


def test_a_packet_can_be_printed(page: Page, written: Path) -> None:
    page.goto(written.as_uri())
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize(
    "spec", ["consensus/two_phase_commit", "consensus/raft", "consensus/pbft", "coordination/saga"]
)
def test_no_text_of_a_state_machine_stands_on_another(page: Page, tmp_path: Path, spec: str) -> None:
    for kind, graph in draw_machines(load_file(SPECS / f"{spec}.mc")).items():
        path = tmp_path / f"{kind}.svg"
        path.write_text(svg(graph), "utf-8")
        page.goto(path.as_uri())
        texts: list[Text] = page.evaluate(TEXTS)
        assert texts
        hair = 0.5
        for number, (one, left, top, right, bottom) in enumerate(texts):
            for other, left_2, top_2, right_2, bottom_2 in texts[number + 1 :]:
                across = left < right_2 - hair and left_2 < right - hair
                down = top < bottom_2 - 2 and top_2 < bottom - 2
                assert not (across and down), (kind, one, other)
