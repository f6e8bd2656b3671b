"""Mermaid itself reads and draws the diagrams that runs are written as."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import modelcheck
from modelcheck.reports.mermaid import LARGEST, sequence_diagram
from modelcheck.reports.runs import runs_of
from tests.unit.reports.diagram.generated import generated
from tests.unit.reports.hostile import hostile_report

if TYPE_CHECKING:
    from playwright.sync_api import Page

SPECS = Path(__file__).parents[2] / "specs"
FAST = ["coordination/alternating_bit", "coordination/peterson"]

READ = """async texts => {
    mermaid.initialize({ startOnLoad: false, securityLevel: 'strict' });
    const wrong = [];
    for (const text of texts) {
        try { await mermaid.parse(text); } catch (error) { wrong.push(String(error) + text); }
    }
    return wrong;
}"""
DRAW = "async text => (await mermaid.render('drawn', text)).svg"


@pytest.fixture
def mermaid(page: Page, node_modules: Path) -> Page:
    """A page with Mermaid in it."""
    page.set_content("<!doctype html><title>Mermaid</title><body></body>")
    page.add_script_tag(path=node_modules / "mermaid" / "dist" / "mermaid.min.js")
    return page


def test_mermaid_reads_runs_and_refuses_what_is_no_diagram(mermaid: Page) -> None:
    # One test, as it takes seconds to load Mermaid.
    traces = [
        generated(seed, agents=2 + seed % 6, steps=20 + 10 * (seed % 4), hostile=seed % 2 == 1, loop=seed % 3 == 0)
        for seed in range(16)
    ]
    traces += [run.trace for name in FAST for run in runs_of(modelcheck.verify(SPECS / f"{name}.mc"))]
    texts = [sequence_diagram(trace) for trace in traces]
    assert mermaid.evaluate(READ, [text for text in texts if len(text) < LARGEST]) == []
    (wrong,) = mermaid.evaluate(READ, ["sequenceDiagram\n  a0->>: no target"])
    assert "Parse error" in wrong


def test_mermaid_draws_hostile_names_as_they_are(mermaid: Page) -> None:
    for run in runs_of(hostile_report()):
        mermaid.evaluate(READ, [])
        drawn = mermaid.evaluate(DRAW, sequence_diagram(run.trace))
        assert "alt[0]" in drawn
        assert "<script" not in drawn
    trace = generated(3, agents=3, steps=12, hostile=True)
    mermaid.evaluate("text => document.body.innerHTML = text", mermaid.evaluate(DRAW, sequence_diagram(trace)))
    shown = mermaid.evaluate("() => document.body.textContent")
    for message in trace.messages:
        if "alert(1)" in message.text:
            assert message.text in shown
    assert mermaid.locator("script").count() == 1
