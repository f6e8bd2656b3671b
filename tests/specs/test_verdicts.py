"""The specifications in `specs/` give what their checks expect, without a warning, and notice their mutants."""

from __future__ import annotations

from pathlib import Path

import pytest

import modelcheck
from modelcheck import Options
from modelcheck.pipeline.mutate import mutate_verified, plan

SPECS = Path(__file__).parents[2] / "specs"
QUICKLY = Options(effort=1000)
"""Compiled code takes over sooner than by default: nobody waits for each single check."""


# The longest take most of a minute, and several where much else runs.
@pytest.mark.timeout(540)
@pytest.mark.parametrize("file", sorted(SPECS.rglob("*.mc")), ids=lambda file: file.stem)
def test_all_is_as_expected_and_every_mutant_is_noticed(file: Path) -> None:
    report = modelcheck.verify(file, options=QUICKLY)
    (found,) = report.specs
    assert [(check.name, p.name, p.verdict) for check in found.checks for p in check.properties if not p.ok] == []
    assert [(warning.code, warning.problem) for warning in found.warnings] == []
    # Once more would take as long again, so both are one test.
    (mutants,) = (mutate_verified(one, report, Options()) for one in plan([file]))
    assert [(mutant.name, mutant.fate, mutant.detail) for mutant in mutants.mutants if not mutant.ok] == []
    assert mutants.mutants
