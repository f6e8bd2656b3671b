"""The edges of a state in memory, in restricted Python (see `jit.translate`)."""

from __future__ import annotations

from typing import Any

from modelcheck.analysis.liveness.slots import (
    KNOWN,
    LOG_TABLE,
    STATES,
)
from modelcheck.graph.layout import (
    START_COUNT,
    START_LOG,
    START_PLACE,
    TARGET,
)
from modelcheck.jit.plain import pointer, prefetch

Word = Any
ptr = Any


def edges_at(ctx: ptr, start: Word) -> ptr:
    return pointer(ctx[LOG_TABLE + ((start >> START_LOG) & 7)]) + (start & START_PLACE)


def fetch_targets(ctx: ptr, start: Word) -> None:
    """Ask for what is known of the targets of edges, so that it is there when they are followed."""
    known = pointer(ctx[KNOWN])
    edges = edges_at(ctx, start)
    states = 2 * ctx[STATES]
    left = start >> START_COUNT
    while left > 1:
        prefetch(known, ((edges[0] & TARGET) - 1) * states)
        edges = edges + 1
        left -= 1


FUNCTIONS = (
    edges_at,
    fetch_targets,
)
