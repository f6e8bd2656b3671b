"""The Markdown report: tables that a review can hold, and names that cannot become markup."""

from __future__ import annotations

from modelcheck.pipeline.verify import Options, load, verify_specs
from modelcheck.reports.markdown import render, text
from modelcheck.source import Source

LOCK = """
protocol Broken
message Go
agent A { initial state Idle { step go -> Busy { send Go to B } } state Busy }
agent B { final initial state Run { on Go } }
check "it <b>stops</b> | here" { faults { crash A up to 1 } expect deadlock in 2 steps }
"""


def _rendered() -> str:
    return render(verify_specs([load(Source("lock.mc", LOCK))], Options()))


def test_every_property_has_a_row_and_every_step_a_line() -> None:
    page = _rendered()
    assert "| deadlock | violated | violated |" in page
    assert "### Counterexample: deadlock" in page


def test_a_name_can_be_no_markup_and_break_no_table() -> None:
    page = _rendered()
    assert "<b>" not in page
    assert "it \\<b\\>stops\\</b\\> \\| here" in page
    assert text("a\nb\x1b[31m") == "a b\ufffd\\[31m"
