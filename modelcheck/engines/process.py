"""Memory and limits of this process."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field

from modelcheck.engines.base import Progress, Request, Stop
from modelcheck.kernel.task import Limits

try:
    import resource
except ImportError:  # Not on every system.
    resource = None  # type: ignore[assignment]

LOOK_SECONDS = 0.02
"""How long nobody looks at the limits: asking the time is cheap, the rest is not."""


OWN_SHARE = 0.95
"""The part of the memory of a process with which its work stops by itself: it can tell more then."""

DEFAULT_SHARE, GREATEST_SHARE = 3 / 4, 9 / 10
"""The parts of the free memory that a search may use, unasked and at all: stopping cleanly beats being killed."""


def memory_bytes(process: int | None = None) -> int:
    """Resident memory of this process, or of another one by number; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{process or 'self'}/statm").read_text(encoding="ascii").split()[1])
        return pages * resource.getpagesize() if resource else pages * 4096
    except (OSError, ValueError, IndexError):
        return peak_bytes() if process is None else 0


def forget_peak() -> None:
    """Let `peak_bytes` count from now on, where the system can do that."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_bytes() -> int:
    """The most resident memory that this process has had; 0 where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        return max(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
    except (OSError, ValueError, IndexError):
        pass
    if resource is None:
        return 0
    # Bytes on macOS, kilobytes elsewhere.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def available_bytes() -> int | None:
    """Memory that a process can still get, by the machine's and the control groups' word; None where unknown."""
    found: list[int] = []
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        found.extend(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, IndexError):
        pass
    found.extend(left for group, names in _control_groups() if (left := _left_in(group, names)) is not None)
    return max(0, min(found)) if found else None


_VERSION_2 = ("memory.max", "memory.current", "inactive_file")
_VERSION_1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")


def _control_groups() -> Iterator[tuple[Path, tuple[str, str, str]]]:
    """The folders of this process's control groups and of all above them, each with the names of its files."""
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers in {"", "memory"}:
            root = Path("/sys/fs/cgroup") / controllers
            below = Path(path.strip("/"))
            for group in (below, *below.parents):
                yield root / group, _VERSION_1 if controllers else _VERSION_2


def _left_in(group: Path, names: tuple[str, str, str]) -> int | None:
    """What a control group's limit leaves; pages of files that nobody uses count as free."""
    try:
        limit, used = ((group / name).read_text(encoding="ascii").strip() for name in names[:2])
        stats = dict(line.split() for line in (group / "memory.stat").read_text(encoding="ascii").splitlines())
        return int(limit) - int(used) + int(stats.get(names[2], "0")) if limit.isdecimal() else None
    except (OSError, ValueError):
        return None


def budget_bytes(limits: Limits) -> int | None:
    """How much resident memory this process may have: what was asked for, where it is there; None: nobody says."""
    free, asked = available_bytes(), limits.memory_bytes
    if free is None:
        return asked
    share = DEFAULT_SHARE if asked is None else GREATEST_SHARE
    there = memory_bytes() + int(free * share)
    return there if asked is None else min(asked, there)


class Watch(Struct):
    """Looks at the limits and tells of the progress twice a second."""

    request: Request
    started: float = field(default_factory=time.monotonic)
    _told: float = 0.0
    _next: float = 0.0
    _memory: int = 0
    _budget: int | None = None

    def __post_init__(self) -> None:
        self._memory = memory_bytes()
        self._budget = budget_bytes(self.request.limits)

    def look(self, states: int, depth: int) -> Stop | None:
        """Which limit was reached, if one was. Cheap enough to be called for every path of every action."""
        now = time.monotonic()
        if now < self._next:
            return None
        self._next = now + LOOK_SECONDS
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
