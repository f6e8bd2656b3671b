"""The models of the benchmarks have the states that they say, in both engines, and are laid out as `fmt` does it."""

from __future__ import annotations

from pathlib import Path

import pytest

import modelcheck
from harness.workloads import FAIR_RUNS, FULL, MODELS, QUICK, QUICK_FAIR_RUNS, Workload
from modelcheck import CheckReport, Options
from modelcheck.environment.instantiate import Overrides
from modelcheck.frontend.format import format_source
from modelcheck.frontend.reading import read_source

SMALL = [workload for workload in (*QUICK, QUICK_FAIR_RUNS) if not workload.symmetric]
FEW = 5000
"""Transitions that the interpreter takes in a second."""


def checked(workload: Workload, engine: str) -> CheckReport:
    settings = {name: str(value) for name, value in workload.settings}
    options = Options(overrides=Overrides(settings), engine=engine, symmetry=workload.symmetric)
    report = modelcheck.verify(MODELS / f"{workload.model}.mc", options=options)
    assert report.ok, [p for p in report.specs[0].checks[0].properties if not p.ok]
    return report.specs[0].checks[0]


@pytest.mark.parametrize(
    ("workload", "engine"),
    [
        *(pytest.param(workload, "native", id=f"{workload.model}-native") for workload in SMALL),
        *(
            pytest.param(
                workload,
                "interpreter",
                id=f"{workload.model}-interpreter",
                marks=[pytest.mark.slow] if (workload.transitions or 0) > FEW else [],
            )
            for workload in SMALL
        ),
    ],
)
def test_small_instance_has_its_states_and_transitions(workload: Workload, engine: str) -> None:
    counts = checked(workload, engine).states
    assert (counts.distinct, counts.transitions) == (workload.states, workload.transitions)


@pytest.mark.parametrize("workload", [workload for workload in QUICK + FULL if workload.symmetric])
def test_symmetric_instance_has_its_orbits(workload: Workload) -> None:
    assert checked(workload, "native").states.explored == workload.states


@pytest.mark.slow
@pytest.mark.parametrize(
    "workload",
    [workload for workload in (*FULL, FAIR_RUNS) if not workload.symmetric],
    ids=lambda workload: workload.title,
)
def test_large_instance_has_its_states_and_transitions(workload: Workload) -> None:
    counts = checked(workload, "native").states
    assert (counts.distinct, counts.transitions) == (workload.states, workload.transitions)


@pytest.mark.parametrize("file", sorted(MODELS.glob("*.mc")), ids=lambda file: file.stem)
def test_expectations_of_the_model_are_met(file: Path) -> None:
    report = modelcheck.verify(file, options=Options(engine="native"))
    assert report.ok
    assert not report.specs[0].warnings


@pytest.mark.parametrize("file", sorted(MODELS.glob("*.mc")), ids=lambda file: file.stem)
def test_model_is_formatted(file: Path) -> None:
    source = read_source(str(file))
    assert format_source(source) == source.text


def test_every_model_is_measured_and_tested_small() -> None:
    models = {file.stem for file in MODELS.glob("*.mc")}
    assert {workload.model for workload in (*FULL, FAIR_RUNS)} == {workload.model for workload in SMALL} == models
