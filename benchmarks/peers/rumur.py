"""Rumur: a verifier in C, made for each model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from harness.process import run
from harness.tool import FailedError, Ready, Sample, UnavailableError, build, succeeded
from harness.workloads import Workload

GENERATE = (
    "rumur",
    "--threads=1",
    "--deadlock-detection=off",
    "--counterexample-trace=off",
    "--output-format=machine-readable",
)
# Schedules would make the permutations a part of what is stored.
SYMMETRY = {True: ("--symmetry-reduction=heuristic", "--scalarset-schedules=off"), False: ("--symmetry-reduction=off",)}
SLOT_BYTES, LEAST_SET_BYTES = 8, 8 << 20
COMPILE = ("gcc", "-std=c11", "-O3", "-march=native", "-o", "verifier", "verifier.c", "-lpthread", "-latomic")


@dataclass(frozen=True, slots=True)
class Rumur:
    """Exhaustive search for violated invariants, on one thread, with a set that need not grow."""

    timeout_seconds: float
    name: str = "Rumur"

    def prepare(self, workload: Workload, folder: Path) -> Ready:
        model = workload.rumur
        if model is None:
            raise UnavailableError("no model for it")
        (folder / "model.m").write_text(model.text, "utf-8")
        # Rumur lets its set grow when it is three quarters full.
        capacity = max(LEAST_SET_BYTES, 2 * workload.states * SLOT_BYTES)
        options = (*SYMMETRY[model.symmetric], f"--set-capacity={capacity}")
        commands = ((*GENERATE, *options, "--output", "verifier.c", "model.m"), COMPILE)
        verifier = ("./verifier",)
        built = build(commands, folder, self.timeout_seconds)

        def search() -> Sample:
            ended = succeeded(run(verifier, folder, timeout_seconds=self.timeout_seconds), "the verifier")
            states, transitions = counts(ended.output)
            return Sample(
                states,
                transitions,
                ended.cpu_seconds,
                ended.wall_seconds,
                built.cpu_seconds,
                built.wall_seconds + ended.wall_seconds,
                ended.peak_bytes,
            )

        return Ready(tuple(" ".join(command) for command in (*commands, verifier)), search)


def counts(output: str) -> tuple[int, int]:
    """States and fired rules of a complete search without errors."""
    summary = re.search(r'<summary states="(\d+)" rules_fired="(\d+)" errors="(\d+)"', output)
    if summary is None or summary[3] != "0":
        raise FailedError("Rumur found an error, or did not finish its search")
    return int(summary[1]), int(summary[2])
