"""The ceiling that the memory sets, by `memory_probe.c`."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from harness.process import run
from harness.tool import FailedError, succeeded

SOURCE = Path(__file__).with_name("memory_probe.c")
COMPILE = ("gcc", "-O3", "-march=native", "-pthread", "-o", "memory_probe")
KEYS_PER_MIB = 131_072
FILLED = 0.4
"""How much of the table a measurement fills: as much as an explorer's table on average."""


@dataclass(frozen=True, slots=True)
class Ceiling:
    """Millions of probes per second of processor time and of wall time."""

    mib: int
    threads: int
    mode: str
    cpu_rate: float
    wall_rate: float


def ceilings(sizes_mib: tuple[int, ...], threads: tuple[int, ...], timeout_seconds: float) -> list[Ceiling]:
    """Measure each size of the table that fits the free memory. `FileNotFoundError` without a compiler."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        succeeded(run((*COMPILE, str(SOURCE)), folder, timeout_seconds=timeout_seconds), "gcc")
        return [
            _measure(folder, mib, count, mode, timeout_seconds)
            for mib in sizes_mib
            if mib << 20 < _free_bytes() * 3 // 4
            for count in threads
            for mode in ("dependent", "prefetched")
        ]


def _measure(folder: Path, mib: int, threads: int, mode: str, timeout_seconds: float) -> Ceiling:
    probes = round(mib * KEYS_PER_MIB * FILLED) // threads
    command = ("./memory_probe", str(mib), str(threads), mode, str(probes))
    return Ceiling(
        mib, threads, mode, *rates(succeeded(run(command, folder, timeout_seconds=timeout_seconds), "probe").output)
    )


def rates(output: str) -> tuple[float, float]:
    """Rates per second of processor time and of wall time."""
    found = re.match(r"cpu ([\d.]+) wall ([\d.]+) ", output)
    if found is None:
        raise FailedError("the memory probe printed no rates")
    return float(found[1]), float(found[2])


def _free_bytes() -> int:
    found = re.search(r"^MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text("ascii"), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
