"""The specifications in `specs/` give what their checks expect, without a warning, and notice their mutants."""

from __future__ import annotations

from pathlib import Path

import pytest

import modelcheck
from modelcheck import Options
from modelcheck.pipeline.mutate import mutate, plan
from modelcheck.reports.diagram.layout import picture
from modelcheck.reports.runs import runs_of
from modelcheck.reports.svg import title_of
from tests.unit.reports.diagram.boxes import collisions, strays

SPECS = Path(__file__).parents[2] / "specs"
FILES = sorted(SPECS.rglob("*.mc"))
LONG = {"pbft", "raft", "rotating_coordinator"}
"""Specifications whose verdicts take more than about ten seconds."""


@pytest.mark.parametrize(
    "file", [pytest.param(file, id=file.stem, marks=[pytest.mark.slow] if file.stem in LONG else []) for file in FILES]
)
def test_all_is_as_expected(file: Path) -> None:
    report = modelcheck.verify(file)
    (found,) = report.specs
    assert [(check.name, p.name, p.verdict) for check in found.checks for p in check.properties if not p.ok] == []
    assert [(warning.code, warning.problem) for warning in found.warnings] == []
    # Here, as the runs are at hand: making them takes longer than drawing them.
    drawn = [picture(run.trace, title_of(run), run.found.verdict, "mc") for run in runs_of(report)]
    assert [(one.title, collisions(one), strays(one)) for one in drawn if collisions(one) or strays(one)] == []


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_mutant_is_noticed(file: Path) -> None:
    (found,) = mutate(plan([file]), Options())
    assert [(mutant.name, mutant.fate, mutant.detail) for mutant in found.mutants if not mutant.ok] == []
    assert found.mutants
