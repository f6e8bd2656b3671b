"""Shortest ways through the product, in restricted Python: breadth-first, nodes and edges in order."""

from __future__ import annotations

from typing import Any

from modelcheck.analysis.liveness.edges import AHEAD, edges_at, fetch_targets, record_of
from modelcheck.analysis.liveness.slots import (
    EPOCH,
    EPOCH_SHIFT,
    FAIR,
    FIRSTS,
    FOUND_EDGE,
    FOUND_PLACE,
    FOUND_TARGET,
    FRAMES,
    MOVE,
    MOVE_MARKS,
    MOVE_MUST,
    MOVE_MUST_NOT,
    MOVE_TARGET,
    MOVES,
    NONE,
    OFFSET,
    QUEUED,
    QUEUED_NODE,
    QUEUED_PARENT,
    RECORD_MASK,
    RECORD_START,
    RECORDS,
    REGION,
    SHIFT,
    STOP,
    TO_CLASS,
    TO_FAIR,
    TO_IDLE,
    TO_MARK,
    TO_NODE,
    TOP,
)
from modelcheck.graph.layout import LABEL, START_COUNT, STATE_ATOMS, STEP_SHIFT, TARGET, TARGET_BITS
from modelcheck.jit.plain import load_acquire, pointer, prefetch

Word = Any
ptr = Any


def enables(ctx: ptr, node: Word, wanted: Word) -> Word:
    """Whether an edge of the node's state has a label."""
    start = record_of(ctx, node)[RECORD_START]
    edges = edges_at(ctx, start)
    left = start >> START_COUNT
    while left > 1:
        if ((edges[0] >> TARGET_BITS) & LABEL) == wanted:
            return 1
        edges = edges + 1
        left -= 1
    return 0


def is_goal(ctx: ptr, node: Word, kind: Word, argument: Word) -> Word:
    """Whether a way to a node is sought, and this is one."""
    if kind == TO_FAIR:
        return (pointer(ctx[RECORDS])[node] & FAIR) != 0
    if kind == TO_IDLE:
        return enables(ctx, node, 3 * argument + 2) == 0
    return 0


def is_wanted(kind: Word, argument: Word, label: Word, marks: Word, target: Word) -> Word:
    """Whether a way that takes an edge is sought, and this is one."""
    if kind == TO_CLASS:
        return label != 0 and (label - 1) // 3 == argument
    if kind == TO_MARK:
        return ((marks >> argument) & 1) != 0
    if kind == TO_NODE:
        return target == argument
    return 0


def enter(ctx: ptr, node: Word, parent: Word) -> None:
    """Queue a node that was not seen yet, with the place of its parent in the queue."""
    records = pointer(ctx[RECORDS])
    known = records[node]
    marked = (known & (FAIR | REGION)) | (ctx[EPOCH] << EPOCH_SHIFT)
    if known != marked:
        records[node] = marked
        queued = pointer(ctx[FRAMES]) + ctx[TOP] * QUEUED
        queued[QUEUED_NODE] = node
        queued[QUEUED_PARENT] = parent
        ctx[TOP] = ctx[TOP] + 1


def leave(ctx: ptr, place: Word, region: Word, kind: Word, argument: Word) -> Word:
    """Queue the successors of a queued node within a region (0: anywhere); 1 if a wanted edge is among them."""
    records = pointer(ctx[RECORDS])
    node = (pointer(ctx[FRAMES]) + place * QUEUED)[QUEUED_NODE]
    q = node & ctx[OFFSET]
    record = records + (node - q)
    start = record[RECORD_START]
    edges = edges_at(ctx, start)
    mask = record[RECORD_MASK]
    count = start >> START_COUNT
    left = count
    while left != 0:
        # The step that changes nothing comes first: what stops is easier to understand than what goes on.
        k = 0
        target = (node >> ctx[SHIFT]) + 1
        letter = mask
        label = 0
        if left == count:
            k = count - 1
        else:
            k = count - 1 - left
            target = edges[k] & TARGET
            label = (edges[k] >> TARGET_BITS) & LABEL
            letter = (mask & STATE_ATOMS) | ((edges[k] >> STEP_SHIFT) << STEP_SHIFT)
        if target != 0:
            move = pointer(ctx[FIRSTS])[q]
            while move < pointer(ctx[FIRSTS])[q + 1]:
                m = pointer(ctx[MOVES]) + move * MOVE
                if (letter & m[MOVE_MUST]) == m[MOVE_MUST] and (letter & m[MOVE_MUST_NOT]) == 0:
                    reached = ((target - 1) << ctx[SHIFT]) + m[MOVE_TARGET]
                    if region == 0 or (records[reached] & (FAIR | REGION)) == region:
                        if is_wanted(kind, argument, label, m[MOVE_MARKS], reached) != 0:
                            ctx[FOUND_PLACE] = place
                            ctx[FOUND_EDGE] = k
                            ctx[FOUND_TARGET] = reached
                            return 1
                        enter(ctx, reached, place)
                move += 1
        left -= 1
    return 0


def fetch_ahead(ctx: ptr, place: Word) -> None:
    """Ask for what will be read when the nodes some places on in the queue are left."""
    queue = pointer(ctx[FRAMES])
    if place + 3 * AHEAD < ctx[TOP]:
        prefetch(record_of(ctx, queue[(place + 3 * AHEAD) * QUEUED]), 0)
        prefetch(edges_at(ctx, record_of(ctx, queue[(place + 2 * AHEAD) * QUEUED])[RECORD_START]), 0)
        fetch_targets(ctx, record_of(ctx, queue[(place + AHEAD) * QUEUED])[RECORD_START])


def seek(ctx: ptr, region: Word, kind: Word, argument: Word, longest: Word) -> Word:
    """Search from the nodes that were queued, to a depth; 1 where what is sought was found (see FOUND_PLACE).

    A wanted edge is FOUND_EDGE from the node there to FOUND_TARGET; where a node is sought, FOUND_EDGE is NONE.
    A way to an edge takes one step more than `longest` at most.
    """
    done = 0
    depth = 0
    deeper = ctx[TOP]
    while done < ctx[TOP]:
        if load_acquire(ctx, STOP) != 0:
            return 0
        if done == deeper:
            depth += 1
            deeper = ctx[TOP]
        if depth > longest:
            return 0
        if is_goal(ctx, (pointer(ctx[FRAMES]) + done * QUEUED)[QUEUED_NODE], kind, argument) != 0:
            ctx[FOUND_PLACE] = done
            ctx[FOUND_EDGE] = NONE
            return 1
        fetch_ahead(ctx, done)
        if leave(ctx, done, region, kind, argument) != 0:
            return 1
        done += 1
    return 0


FUNCTIONS = (enables, is_goal, is_wanted, enter, leave, fetch_ahead, seek)
