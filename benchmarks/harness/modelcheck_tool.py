"""modelcheck, as it is installed for the Python that runs the benchmarks."""

from __future__ import annotations

import importlib.util
import json
import sys
import tempfile
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from harness.process import Ended, run
from harness.tool import FailedError, Ready, Sample, UnavailableError, succeeded
from harness.workloads import MODELS, Workload

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "modelcheck")
WITHOUT_SYMMETRY = "--no-symmetry"


@dataclass(frozen=True)
class ModelCheck:
    """The native engine.

    Preparing it is a first run, with an empty cache: that is what it builds. If it is not `cached`, each search is such
    a run, and goes on in quick code while better code is compiled.
    """

    timeout_seconds: float
    workers: int = 1
    cached: bool = True

    @property
    def name(self) -> str:
        workers = "" if self.workers == 1 else f", {self.workers} workers"
        return f"modelcheck{workers}{'' if self.cached else ', first run'}"

    @cached_property
    def reduces(self) -> bool:
        """Whether this version knows symmetry reduction."""
        return WITHOUT_SYMMETRY in succeeded(self._first_run(("verify", "--help")), "modelcheck").output

    def prepare(self, workload: Workload, folder: Path) -> Ready:
        arguments = ["verify", str(MODELS / f"{workload.model}.mc"), "--engine", "native"]
        for name, value in workload.settings:
            arguments += ["--set", f"{name}={value}"]
        if self.workers > 1:
            arguments += ["--workers", str(self.workers)]
        if self.reduces and not workload.symmetric:
            arguments.append(WITHOUT_SYMMETRY)
        if workload.symmetric and not self.reduces:
            raise UnavailableError("this version has no symmetry reduction")
        shown = " ".join(["modelcheck", *arguments]).replace(f"{ROOT}/", "")

        command = (*arguments, "--format", "json")
        if not self.cached:
            return Ready((shown,), lambda: sample(succeeded(self._first_run(command), "modelcheck")))
        first = sample(succeeded(self._run(command, folder), "modelcheck"))

        def search() -> Sample:
            again = sample(succeeded(self._run(command, folder), "modelcheck"))
            return replace(again, build_cpu_seconds=first.build_cpu_seconds, total_seconds=first.total_seconds)

        return Ready((shown,), search)

    def _run(self, arguments: tuple[str, ...], cache: Path) -> Ended:
        return run_command(arguments, cache, timeout_seconds=self.timeout_seconds)

    def _first_run(self, arguments: tuple[str, ...]) -> Ended:
        with tempfile.TemporaryDirectory() as cache:
            return self._run(arguments, Path(cache))


def run_command(arguments: tuple[str, ...], cache: Path, *, timeout_seconds: float) -> Ended:
    """Run the command with a cache of its own, in the cache's folder: what is measured is what is installed."""
    return run(
        (*COMMAND, *arguments), cache, timeout_seconds=timeout_seconds, environment={"MODELCHECK_CACHE_DIR": str(cache)}
    )


def sample(ended: Ended) -> Sample:
    """What the JSON report says, and what the kernel counted."""
    try:
        (check,) = json.loads(ended.output)["specs"][0]["checks"]
    except (ValueError, LookupError) as error:
        raise FailedError(f"modelcheck printed no report: {error!r}") from None
    if not (check["ok"] and check["complete"]):
        raise FailedError("modelcheck did not give the verdicts that the model expects")
    counts: dict[str, Any] = check["states"]
    seconds: dict[str, float] = check["seconds"]
    return Sample(
        counts["explored"],
        counts["transitions"],
        seconds["cpu"],
        seconds["search"],
        ended.cpu_seconds - seconds["cpu"],
        ended.wall_seconds,
        ended.peak_bytes,
    )


def origin() -> str:
    """Whether the installed package or the source tree is measured. `FailedError` if the package is not this tree's."""
    spec = importlib.util.find_spec("modelcheck")
    if spec is None or spec.origin is None:
        raise FailedError("modelcheck is not installed for this Python: pip install .")
    package = Path(spec.origin).parent
    if package == ROOT / "modelcheck":
        return "the source tree"
    if _sources(package) != _sources(ROOT / "modelcheck"):
        raise FailedError("the installed modelcheck differs from this tree: install it again")
    return "the installed package"


def _sources(package: Path) -> dict[str, bytes]:
    return {str(path.relative_to(package)): path.read_bytes() for path in package.rglob("*.py")}
