"""What kept a search from being done as it was asked for, which is worth a warning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.engines.process import OWN_SHARE
from modelcheck.frozen import replace

if TYPE_CHECKING:
    from modelcheck.diagnostics import Diagnostics
    from modelcheck.engines.base import Exploration
    from modelcheck.ir.spec import Check
    from modelcheck.kernel.task import Limits

LEAST_ADVISED_BYTES = 256 << 20
"""What any engine can begin with, and search for a while."""


def with_least_memory(found: Exploration, had_bytes: int, limits: Limits) -> Exploration:
    """The same, with what the process must be allowed to have where it had too much before the engine did anything."""
    limit = limits.memory_bytes
    if found.stopped != "memory" or limit is None or had_bytes <= OWN_SHARE * limit:
        return found
    return replace(found, least_memory_bytes=max(found.least_memory_bytes, had_bytes))


def warn_about_shortfalls(check: Check, found: Exploration, warnings: Diagnostics) -> None:
    """Record a warning for an engine that was not to be had, for checkpoints, and for memory."""
    if found.notice:
        warnings.warning("MC508", check.span, found.notice, "verdicts are the same, only later")
    if found.unsaved:
        help_ = "`--resume` goes on from the checkpoint before, if there is one"
        warnings.warning("MC513", check.span, found.unsaved, help_)
    if found.least_memory_bytes:
        needed = -(-found.least_memory_bytes // (1 << 20))
        advised = max(LEAST_ADVISED_BYTES, 1 << found.least_memory_bytes.bit_length())
        problem = f"the process needs {needed}M of memory before a search can begin, and `--max-memory` is less"
        warnings.warning("MC514", check.span, problem, f"give `--max-memory {advised >> 20}M` or more")
