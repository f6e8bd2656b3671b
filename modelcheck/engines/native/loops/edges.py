"""The edges of the explored graph: a log a worker, in which the edges of a state stand together.

An edge is a fairness class above the index of its target plus one; 0 stands for no target: the path was cut, or failed.
The generated code left the class behind the successor, above the action (see `kernel.program.Owed`).
A state's start is where its edges are: their number plus one (0: not expanded) above the worker above the position.
"""

from __future__ import annotations

from typing import Any

Word = Any
ptr = Any


def log_edges(ctx: ptr, own: ptr, index: Word, n: Word) -> None:
    """Log the edges of a state: its `n` successors are in the buffer, their indices where their hashes were."""
    out = pointer(own[OUT])
    indices = pointer(own[HASHES])
    bare = pointer(own[INFO])[BARE]
    at = own[EDGE]
    edges = pointer(own[EDGES]) + at
    k = 0
    while k < n:
        edges[k] = (((out + k * STRIDE)[WORDS] >> ACTION_BITS) << INDEX_BITS) | indices[k]
        k += 1
    while k < n + bare:
        edges[k] = ((out + (own[CAPACITY] - 1 - (k - n)) * STRIDE)[WORDS] >> ACTION_BITS) << INDEX_BITS
        k += 1
    pointer(ctx[STARTS])[index] = ((n + bare + 1) << START_COUNT) | (own[ME] << START_LOG) | at
    own[EDGE] = at + n + bare


FUNCTIONS = (log_edges,)
