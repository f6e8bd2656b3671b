"""The runs of shipped specifications in every format: others can read them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

import modelcheck
from modelcheck.reports import itf
from modelcheck.reports.report import Report
from modelcheck.reports.runs import runs_of
from tests.unit.reports.test_itf import assert_is_itf

SPECS = Path(__file__).parents[2] / "specs"
FAST = [
    "coordination/alternating_bit",
    "coordination/peterson",
    "coordination/resource_allocator",
    "failures/heartbeat",
    "theorems/byzantine_generals_om",
    "consensus/two_phase_commit",
]
"""Loss, shared variables, rounds, time, forged messages, crashes and infinite runs."""


@cache
def report_of(name: str) -> Report:
    return modelcheck.verify(SPECS / f"{name}.mc")


@pytest.mark.parametrize("name", FAST)
def test_runs_are_itf(name: str) -> None:
    for run in runs_of(report_of(name)):
        document = json.loads(itf.render(run))
        assert_is_itf(document)
        assert len(document["states"]) == run.trace.length + 1
        assert document.get("loop") == run.trace.loop_start
