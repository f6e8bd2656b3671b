"""The runs of shipped specifications in every format: others can read them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from modelcheck.pipeline.replay import replay_file
from modelcheck.reports import itf, junit, sarif
from modelcheck.reports.mermaid import sequence_diagram
from modelcheck.reports.registry import RUN_FORMATS
from modelcheck.reports.runs import runs_of
from tests.specs.verified import verified
from tests.unit.reports.test_for_ci import assert_is_junit, assert_is_sarif
from tests.unit.reports.test_itf import assert_is_itf
from tests.unit.reports.test_mermaid import LINE

FAST = [
    "coordination/alternating_bit",
    "coordination/peterson",
    "coordination/resource_allocator",
    "failures/heartbeat",
    "theorems/byzantine_generals_om",
    "consensus/two_phase_commit",
]
"""Loss, shared variables, rounds, time, forged messages, crashes and infinite runs."""


@pytest.mark.parametrize("name", FAST)
def test_runs_are_itf(name: str) -> None:
    for run in runs_of(verified(name)):
        document = json.loads(itf.render(run))
        assert_is_itf(document)
        assert len(document["states"]) == run.trace.length + 1
        assert document.get("loop") == run.trace.loop_start


@pytest.mark.parametrize("format_", ["trace", "itf"])
@pytest.mark.parametrize("name", FAST)
def test_a_saved_run_is_found_again_and_shows_the_same(tmp_path: Path, name: str, format_: str) -> None:
    render = RUN_FORMATS[format_].renderer()
    for run in runs_of(verified(name)):
        (tmp_path / "saved.json").write_bytes(render(run))
        found = replay_file(str(tmp_path / "saved.json"))
        assert (found.ok, found.notes, found.stop) == (True, (), None)
        assert found.trace == run.trace


@pytest.mark.parametrize("name", FAST)
def test_documents_follow_the_schemas_of_their_readers(name: str) -> None:
    assert_is_junit(junit.render(verified(name)))
    assert_is_sarif(sarif.render(verified(name)))


@pytest.mark.parametrize("name", FAST)
def test_runs_are_sequence_diagrams(name: str) -> None:
    for run in runs_of(verified(name)):
        lines = sequence_diagram(run.trace).split("\n")
        assert [line for line in lines if not LINE.fullmatch(line)] == []
