"""The edges of the explored graph: a log a worker, in which the edges of a state stand together.

An edge is a fairness class above the index of its target plus one; 0 stands for no target: the path was cut, or failed.
The generated code left the class behind the successor, above the action (see `kernel.program.Owed`).
A state's start is where its edges are: their number plus one (0: not expanded) above the worker above the position.
"""

from __future__ import annotations

from typing import Any

Word = Any
ptr = Any


def recent_of(own: ptr, h: Word) -> ptr:
    """Where a successor with a hash is remembered: its words, and its index plus one behind them (0: none)."""
    return pointer(own[RECENT]) + (h & RECENT_MASK) * STRIDE


def fetch_edges(ctx: ptr, own: ptr, first: Word, end: Word) -> None:
    """Find the indices of the successors in the buffer from `first` to `end` that the worker had lately.

    Hash the others, list them, and have their entries fetched.
    """
    out = pointer(own[OUT])
    hashes = pointer(own[HASHES])
    unknown = hashes + own[CAPACITY]
    table = pointer(ctx[TABLE])
    mask = ctx[MASK]
    listed = own[UNKNOWNS]
    k = first
    while k < end:
        p = out + k * STRIDE
        h = hash_of(p)
        recent = recent_of(own, h)
        if recent[WORDS] != 0 and is_same(p, recent) == 1:
            hashes[k] = recent[WORDS]
        else:
            hashes[k] = h
            unknown[listed] = k
            listed += 1
            prefetch(table, h & mask)
        k += 1
    own[UNKNOWNS] = listed


def insert_edges(ctx: ptr, own: ptr) -> Word:
    """Insert the successors that are listed; returns how many are new. Indices take the places of their hashes."""
    out = pointer(own[OUT])
    hashes = pointer(own[HASHES])
    unknown = hashes + own[CAPACITY]
    listed = own[UNKNOWNS]
    fresh = 0
    j = 0
    while j < listed:
        fetch_state(ctx, hashes[unknown[j]])
        j += 1
    j = 0
    while j < listed:
        k = unknown[j]
        p = out + k * STRIDE
        h = hashes[k]
        index = insert(ctx, own, p, h)
        if (index & NEW) != 0:
            fresh += 1
            own[ANSWERED] = own[ANSWERED] | check(p)
        hashes[k] = index & INDEX
        recent = recent_of(own, h)
        copy_state(p, recent)
        recent[WORDS] = index & INDEX
        j += 1
    own[UNKNOWNS] = 0
    return fresh


def log_edges(ctx: ptr, own: ptr, index: Word, first: Word, end: Word, bare: Word) -> None:
    """Log the edges of a state: its successors are in the buffer from `first` to `end`, their indices beside them."""
    out = pointer(own[OUT])
    indices = pointer(own[HASHES])
    at = own[EDGE]
    edges = pointer(own[EDGES]) + at
    n = end - first
    k = 0
    while k < n:
        edges[k] = (((out + (first + k) * STRIDE)[WORDS] >> ACTION_BITS) << INDEX_BITS) | indices[first + k]
        k += 1
    while k < n + bare:
        edges[k] = ((out + (own[CAPACITY] - 1 - (k - n)) * STRIDE)[WORDS] >> ACTION_BITS) << INDEX_BITS
        k += 1
    pointer(ctx[STARTS])[index] = ((n + bare + 1) << START_COUNT) | (own[ME] << START_LOG) | at
    own[EDGE] = at + n + bare


def log_batch(ctx: ptr, own: ptr) -> None:
    """Log the edges of the states that were expanded last. Only the last may have had paths that lead nowhere."""
    ends = pointer(own[HASHES]) + 2 * own[CAPACITY]
    states = own[EXPANDED]
    first = 0
    k = 0
    while k < states:
        bare = 0
        if k + 1 == states:
            bare = pointer(own[INFO])[BARE]
        log_edges(ctx, own, position_of(ctx, own[POSITION] - states + k), first, ends[k], bare)
        first = ends[k]
        k += 1


FUNCTIONS = (recent_of, fetch_edges, insert_edges, log_edges, log_batch)
