"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from pathlib import Path

from harness.modelcheck_tool import ROOT, origin

VERSIONS = {
    "SPIN": ("spin", "-V"),
    "Rumur": ("rumur", "--version"),
    "C compiler": ("gcc", "--version"),
}


def describe() -> dict[str, str]:
    """The machine, by name of the property."""
    meminfo = _read("/proc/meminfo")
    total = re.search(r"^MemTotal:\s+(\d+) kB", meminfo, re.MULTILINE)
    model = re.search(r"^model name\s*:\s*(.+)$", _read("/proc/cpuinfo"), re.MULTILINE)
    pages = re.search(r"\[(\w+)\]", _read("/sys/kernel/mm/transparent_hugepage/enabled"))
    return {
        "Processor": f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores",
        "Memory": f"{int(total[1]) / (1 << 20):.0f} GiB" if total else "unknown",
        "Huge pages": pages[1] if pages else "unknown",
        "System": f"{platform.system()} {platform.release()}",
    }


def versions() -> dict[str, str]:
    """What was measured: ours by commit, and the first line of what the others say."""
    commit = _first_line(("git", "-C", str(ROOT), "describe", "--always", "--dirty"), otherwise="unknown")
    found = {"modelcheck": f"{origin()}, commit {commit}", "Python": platform.python_version()}
    return found | {name: _first_line(command) for name, command in VERSIONS.items()}


def load() -> float:
    """Processes that ran or wanted to run, on average over the last minute."""
    return os.getloadavg()[0]


def _first_line(command: tuple[str, ...], otherwise: str = "not installed") -> str:
    try:
        ended = subprocess.run(command, capture_output=True, text=True, check=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        return otherwise
    return ended.stdout.strip().partition("\n")[0]


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except OSError:
        return ""
