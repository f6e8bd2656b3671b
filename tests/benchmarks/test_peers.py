"""What is read of the peers' outputs, and what their models are made of."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from harness.tool import FailedError
from harness.workloads import QUICK, Workload
from peers import probe, rumur, spin

SPIN = """
State-vector 28 byte, depth reached 28, errors: 0
 10340352 states, stored
1.1321805e+08 states, matched
1.235584e+08 transitions (= stored+matched)
        0 atomic steps
"""
RUMUR = '<rumur_run>\n<summary states="3300" rules_fired="43297" errors="0" duration_seconds="0"/>\n</rumur_run>\n'


def test_spin_s_states_are_exact_and_its_transitions_rounded() -> None:
    assert spin.counts(SPIN) == (10_340_352, 123_558_400)


@pytest.mark.parametrize(
    "change",
    [
        ("errors: 0", "errors: 1"),
        ("10340352 states, stored", "1.2345678e+08 states, stored"),
        ("0 atomic steps", "Warning: Search not completed"),
        ("0 atomic steps", "error: max search depth too small"),
    ],
)
def test_spin_s_output_is_refused_if_it_has(change: tuple[str, str]) -> None:
    with pytest.raises(FailedError):
        spin.counts(SPIN.replace(*change))


def test_rumur_s_counts_are_in_its_summary() -> None:
    assert rumur.counts(RUMUR) == (3_300, 43_297)


@pytest.mark.parametrize("output", ["", RUMUR.replace('errors="0"', 'errors="1"')])
def test_rumur_s_output_is_refused_without_a_good_end(output: str) -> None:
    with pytest.raises(FailedError):
        rumur.counts(output)


def test_probe_prints_rates() -> None:
    assert probe.rates("cpu 52.60 wall 26.10 inserted 1.00\n") == (52.6, 26.1)
    with pytest.raises(FailedError):
        probe.rates("")


@pytest.mark.parametrize("workload", QUICK, ids=lambda workload: workload.title)
def test_models_of_peers_have_no_open_places(workload: Workload) -> None:
    texts = [model.text for model in (workload.spin, workload.rumur) if model]
    assert all("$" not in text and "@" not in text for text in texts)


@pytest.mark.parametrize("tool", [spin.Spin(60.0), rumur.Rumur(60.0)], ids=lambda tool: tool.name)
@pytest.mark.parametrize("workload", QUICK, ids=lambda workload: workload.title)
@pytest.mark.slow
def test_peer_has_the_states_of_the_workload(tool: spin.Spin | rumur.Rumur, workload: Workload, tmp_path: Path) -> None:
    if shutil.which(tool.name.lower()) is None:
        pytest.skip(f"{tool.name} is not installed")
    model = workload.spin if isinstance(tool, spin.Spin) else workload.rumur
    if model is None:
        pytest.skip(f"no model for {tool.name}")
    assert tool.prepare(workload, tmp_path).search().states == workload.states
