"""The edges of the explored graph: a log a worker, in which the edges of a state stand together.

An edge is a label above the index of its target plus one; 0 stands for no target: the path was cut, or failed. A label
is what the generated code left behind the successor: the action in its low ACTION_BITS, above them what class it wants.
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
        edges[k] = ((out + k * STRIDE)[WORDS] << INDEX_BITS) | indices[k]
        k += 1
    while k < n + bare:
        edges[k] = (out + (own[CAPACITY] - 1 - (k - n)) * STRIDE)[WORDS] << INDEX_BITS
        k += 1
    pointer(ctx[STARTS])[index] = ((n + bare + 1) << START_COUNT) | (own[ME] << START_WORKER) | at
    own[EDGE] = at + n + bare


def discover(ctx: ptr, order: ptr, begins: ptr, index: Word, number: Word) -> None:
    starts = pointer(ctx[STARTS])
    order[number] = index
    begins[number] = starts[index]
    starts[index] = NUMBERED | number


def renumber(ctx: ptr, order: ptr, begins: ptr, initial: Word) -> Word:
    """Number the states as a sequential search would find them, and let edges lead to numbers; returns how many.

    The first worker found the `initial` states, in order. A state's number takes the place of its start, which goes to
    `begins`; `order` gets its index.
    """
    starts = pointer(ctx[STARTS])
    count = 0
    while count < initial:
        discover(ctx, order, begins, count, count)
        count += 1
    done = 0
    while done < count:
        if load_acquire(ctx, STOP) != 0:
            return 0
        start = begins[done]
        edges = pointer(ctx[EDGE_LOGS + ((start >> START_WORKER) & 7)]) + (start & START_PLACE)
        left = start >> START_COUNT
        while left > 1:
            edge = edges[0]
            target = edge & INDEX
            if target != 0:
                if (starts[target - 1] & NUMBERED) == 0:
                    discover(ctx, order, begins, target - 1, count)
                    count += 1
                edges[0] = (edge - target) | ((starts[target - 1] - NUMBERED) + 1)
            edges = edges + 1
            left -= 1
        done += 1
    return count


FUNCTIONS = (log_edges, discover, renumber)
