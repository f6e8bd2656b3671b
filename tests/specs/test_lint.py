"""The shipped specifications give no warning, also none that takes a solver."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("z3")

from modelcheck.pipeline.allowance import Allowance
from modelcheck.pipeline.lint import lint
from modelcheck.source import Source

SPECS = Path(__file__).resolve().parents[2] / "specs"
FILES = sorted(str(path.relative_to(SPECS)) for path in SPECS.rglob("*.mc"))


@pytest.mark.parametrize("name", FILES)
def test_shipped_specification_gives_no_warning(name: str) -> None:
    assert lint(Source(name, (SPECS / name).read_text("utf-8")), Allowance()) == ()
