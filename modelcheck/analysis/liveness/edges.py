"""The records of states and their edges, in restricted Python (see `jit.translate`)."""

from __future__ import annotations

from typing import Any

from modelcheck.analysis.liveness.slots import (
    BARRED,
    BEGINS,
    COUNT,
    FIRSTS,
    GROUPS,
    LOG_TABLE,
    MASKS,
    MOVE,
    MOVE_MUST,
    MOVE_MUST_NOT,
    MOVES,
    NOWHERE,
    OFFSET,
    RECORD_MASK,
    RECORD_NODES,
    RECORD_START,
    RECORDS,
    SHIFT,
    STATES,
    STOP,
    UNKNOWN,
)
from modelcheck.graph.layout import START_COUNT, START_LOG, START_PLACE, STATE_ATOMS, TARGET
from modelcheck.jit.plain import load_acquire, pointer, prefetch

Word = Any
ptr = Any

AHEAD = 4
"""How many nodes ahead of its visit what is known of a node is asked for."""
NEXT_EDGE = (1 << START_COUNT) - 1
"""What a start is less by where one edge less is left."""


def edges_at(ctx: ptr, start: Word) -> ptr:
    return pointer(ctx[LOG_TABLE + ((start >> START_LOG) & 7)]) + (start & START_PLACE)


def record_of(ctx: ptr, node: Word) -> ptr:
    return pointer(ctx[RECORDS]) + (node - (node & ctx[OFFSET]))


def fetch_targets(ctx: ptr, start: Word) -> None:
    """Ask for the records of the targets of edges, so that they are there when the edges are followed."""
    records = pointer(ctx[RECORDS])
    edges = edges_at(ctx, start)
    shift = ctx[SHIFT]
    left = start >> START_COUNT
    while left > 1:
        prefetch(records, ((edges[0] & TARGET) - 1) << shift)
        edges = edges + 1
        left -= 1


def first_word(ctx: ptr, record: ptr, q: Word) -> Word:
    """What is known of a node before the search."""
    if record[RECORD_START] >> START_COUNT == 0:
        return NOWHERE
    mask = record[RECORD_MASK]
    move = pointer(ctx[FIRSTS])[q]
    while move < pointer(ctx[FIRSTS])[q + 1]:
        m = pointer(ctx[MOVES]) + move * MOVE
        # What the other atoms are depends on the edge.
        must = m[MOVE_MUST] & STATE_ATOMS
        if (mask & must) == must and (mask & m[MOVE_MUST_NOT] & STATE_ATOMS) == 0:
            if pointer(ctx[GROUPS])[q] == 0:
                return BARRED
            return UNKNOWN
        move += 1
    return NOWHERE


def write_records(ctx: ptr) -> None:
    """Write the records as they are before the search."""
    record = pointer(ctx[RECORDS])
    s = 0
    while s < ctx[COUNT] and load_acquire(ctx, STOP) == 0:
        record[RECORD_START] = pointer(ctx[BEGINS])[s]
        record[RECORD_MASK] = pointer(ctx[MASKS])[s]
        q = RECORD_NODES
        while q < RECORD_NODES + ctx[STATES]:
            record[q] = first_word(ctx, record, q)
            q += 1
        record = record + (ctx[OFFSET] + 1)
        s += 1


FUNCTIONS = (edges_at, record_of, fetch_targets, first_word, write_records)
