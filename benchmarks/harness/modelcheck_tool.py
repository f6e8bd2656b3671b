"""modelcheck, as it is installed for the Python that runs the benchmarks."""

from __future__ import annotations

import importlib.util
import json
import sys
import tempfile
from dataclasses import dataclass
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
    """The native engine. Each run has an empty cache, so what it compiles is in its time."""

    timeout_seconds: float
    workers: int = 1

    @property
    def name(self) -> str:
        return "modelcheck" if self.workers == 1 else f"modelcheck, {self.workers} workers"

    @cached_property
    def reduces(self) -> bool:
        """Whether this version knows symmetry reduction."""
        return WITHOUT_SYMMETRY in succeeded(self._run(("verify", "--help")), "modelcheck").output

    def prepare(self, workload: Workload, folder: Path) -> Ready:
        del folder  # nothing is left behind
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

        def search() -> Sample:
            return sample(succeeded(self._run((*arguments, "--format", "json")), "modelcheck"))

        return Ready((shown,), search)

    def _run(self, arguments: tuple[str, ...]) -> Ended:
        with tempfile.TemporaryDirectory() as cache:
            return run_command(arguments, Path(cache), timeout_seconds=self.timeout_seconds)


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
        seconds["compile"],
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
