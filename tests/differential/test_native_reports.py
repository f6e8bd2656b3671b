"""On generated specifications the native engine's report is the interpreter's, to the letter."""

from __future__ import annotations

import os
from typing import Any

import pytest

pytest.importorskip("llvmlite")

from modelcheck.diagnostics import InputError
from modelcheck.kernel.task import Limits
from modelcheck.pipeline.verify import Options, verify_specs
from modelcheck.reports.json_report import report_data
from tests.differential.generators.styles import styled
from tests.differential.test_generated import (
    _own_cache_of_trees,  # noqa: F401 - a fixture, used by being here
    load_text,
    shown,
)

VOLATILE = ("engine", "seconds", "memory_bytes", "reductions")
BLOCK = 500
MODELS = int(os.environ.get("MODELS", "20000"))
"""How many models the slow test looks at."""


def report(text: str, engine: str, limits: Limits) -> dict[str, Any]:
    options = Options(engine=engine, limits=limits, audit=1000, workers=2, symmetry=False)
    data = report_data(verify_specs([load_text(text)], options))
    for check in (check for spec in data["specs"] for check in spec["checks"]):
        for key in VOLATILE:
            del check[key]
    return data


def compare_reports(text: str, limits: Limits) -> bool:
    """Whether there was something to compare: some checks have constants or sizes that are wrong."""
    with shown(text):
        try:
            expected = report(text, "interpreter", limits)
        except InputError:
            return False
        assert report(text, "native", limits) == expected
        return True


def test_reports_on_generated_specifications_are_the_same() -> None:
    compared = [compare_reports(styled(seed), Limits(depth=6, states=300)) for seed in range(40)]
    assert sum(compared) >= len(compared) * 0.8


@pytest.mark.slow
@pytest.mark.parametrize("block", range(MODELS // BLOCK))
def test_reports_on_many_generated_specifications_are_the_same(block: int) -> None:
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        compare_reports(styled(seed), Limits(depth=8, states=1000))
