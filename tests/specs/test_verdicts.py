"""The specifications in `specs/` give what their checks expect, without a warning, and notice their mutants."""

from __future__ import annotations

import pytest

from modelcheck import Options
from modelcheck.kernel.task import Limits
from modelcheck.pipeline.mutate import MutantReport, mutate_verified, plan
from tests.specs.verified import SPECS, verified

NAMES = sorted(path.relative_to(SPECS).with_suffix("").as_posix() for path in SPECS.rglob("*.mc"))
FAR = 200_000
"""States of a mutant that are looked at: more than it takes to notice any, and far fewer than some of them have."""


def mutants_of(name: str, limits: Limits) -> list[MutantReport]:
    (one,) = plan([SPECS / f"{name}.mc"])
    found = mutate_verified(one, verified(name), Options(limits=limits)).mutants
    assert found
    return list(found)


def not_noticed(mutants: list[MutantReport]) -> list[tuple[str, str, str]]:
    return [(mutant.name, mutant.fate, mutant.detail) for mutant in mutants if not mutant.ok]


# The longest take half a minute, and several where much else runs.
@pytest.mark.long
@pytest.mark.timeout(540)
@pytest.mark.parametrize("name", NAMES)
def test_all_is_as_expected_and_every_mutant_is_noticed(name: str) -> None:
    (found,) = verified(name).specs
    assert [(check.name, p.name, p.verdict) for check in found.checks for p in check.properties if not p.ok] == []
    assert [(warning.code, warning.problem) for warning in found.warnings] == []
    assert not_noticed(mutants_of(name, Limits(states=FAR))) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_no_mutant_breaks_anything_else_in_all_of_its_states(name: str) -> None:
    assert not_noticed(mutants_of(name, Limits())) == []
