"""Memory and limits of this process."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from modelcheck.engines.base import Progress, Request, Stop

CHECK_EVERY = 256
"""How many states are expanded between two looks at the clock."""


def memory_bytes() -> int:
    """Resident memory of this process; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * 4096
    except (OSError, ValueError, IndexError):
        return _peak_bytes()


def _peak_bytes() -> int:
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def available_bytes() -> int | None:
    """Memory that a process can still get, by the machine's and the control group's word; None where unknown."""
    found: list[int] = []
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        found.extend(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
        if limit.isdecimal():
            used = int(Path("/sys/fs/cgroup/memory.current").read_text(encoding="ascii"))
            found.append(int(limit) - used)
    except (OSError, ValueError):
        pass
    return min(found) if found else None


@dataclass
class Watch:
    """Looks at the limits from time to time and tells of the progress twice a second."""

    request: Request
    started: float = field(default_factory=time.monotonic)
    _told: float = 0.0
    _memory: int = 0
    _budget: int | None = None

    def __post_init__(self) -> None:
        self._memory = memory_bytes()
        self._budget = self.request.limits.memory_bytes
        if self._budget is None:
            free = available_bytes()
            # Three quarters of what is free: stopping cleanly beats being killed.
            self._budget = None if free is None else self._memory + free * 3 // 4

    def look(self, states: int, depth: int) -> Stop | None:
        """Which limit was reached, if one was."""
        now = time.monotonic()
        seconds = self.request.limits.seconds
        if seconds is not None and now - self.started >= seconds:
            return "time"
        if now - self._told >= 0.5:  # noqa: PLR2004 - twice a second
            self._told = now
            self._memory = memory_bytes()
            if self.request.progress is not None:
                rate = states / max(now - self.started, 1e-9)
                self.request.progress(Progress(states, rate, depth, self._memory))
        return "memory" if self._budget is not None and self._memory > self._budget else None
