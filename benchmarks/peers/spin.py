"""SPIN: a verifier in C, made for each model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from harness.process import run
from harness.tool import FailedError, Ready, Sample, UnavailableError, build, succeeded
from harness.workloads import Workload

# -DSAFETY: nothing for liveness. Never -DHC4, which stores hashes and loses states.
PLAIN = ("-O3", "-DSAFETY")
# -DNOREDUCE: partial order reduction removes no state of these models, and costs time. -DNOCOMP: states are not
# squeezed, which is faster here.
TUNED = ("-O3", "-march=native", "-DSAFETY", "-DNOREDUCE", "-DNOCOMP")
MEMORY_MIB = 16_384
DEPTH = 10_000
"""Room for the search's stack, which counts as memory; a search that needs more is no complete one."""


@dataclass(frozen=True, slots=True)
class Spin:
    """Exhaustive search for assertion violations and invalid end states, with a table as large as the state space."""

    timeout_seconds: float
    name: str = "SPIN -O3"
    flags: tuple[str, ...] = PLAIN

    def prepare(self, workload: Workload, folder: Path) -> Ready:
        model = workload.spin
        if model is None:
            raise UnavailableError("no model for it")
        (folder / "model.pml").write_text(model.text, "utf-8")
        limits = (f"-DVECTORSZ={model.vector_bytes}", f"-DMEMLIM={MEMORY_MIB}")
        table = f"-w{max(18, (workload.states - 1).bit_length())}"
        commands = (("spin", "-a", "model.pml"), ("gcc", *self.flags, *limits, "-o", "pan", "pan.c"))
        verifier = ("./pan", f"-m{DEPTH}", table)
        built = build(commands, folder, self.timeout_seconds)

        def search() -> Sample:
            ended = succeeded(run(verifier, folder, timeout_seconds=self.timeout_seconds), "pan")
            states, transitions = counts(ended.output)
            return Sample(
                states - model.extra,
                transitions,
                ended.cpu_seconds,
                ended.wall_seconds,
                built.cpu_seconds,
                built.wall_seconds + ended.wall_seconds,
                ended.peak_bytes,
            )

        return Ready(tuple(" ".join(command) for command in (*commands, verifier)), search)


def counts(output: str) -> tuple[int, int]:
    """States and transitions of a complete search without errors.

    Large numbers of transitions are rounded by SPIN to six digits or so, those of states are not.
    """
    if re.search(r"errors: 0\b", output) is None or "Search not completed" in output or "max search depth" in output:
        raise FailedError("SPIN found an error, or did not finish its search")
    states = re.search(r"^\s*(\d+) states, stored", output, re.MULTILINE)
    transitions = re.search(r"^\s*([\d.e+]+) transitions", output, re.MULTILINE)
    if states is None or transitions is None:
        raise FailedError("SPIN printed no exact number of states")
    return int(states[1]), round(float(transitions[1]))
