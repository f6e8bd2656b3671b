"""Fair components of the product of the explored graph and an automaton, in restricted Python (see `jit.translate`).

Depth-first search for strongly connected components (Tarjan 1972, in the form of Pearce 2016); where one is not fair
but its parts may be (see `assessment`), the search goes on in these. What is in no fair component is only kept, to be
passed through later (see `reaching`). The order in which nodes are visited is free, and is one that memory is quick in.
"""

from __future__ import annotations

from typing import Any

from modelcheck.analysis.liveness.assessment import (
    begin,
    conclusion,
    exclude_suspects,
    owes_alone,
    visit_all,
    visit_region,
)
from modelcheck.analysis.liveness.edges import AHEAD, NEXT_EDGE, edges_at, fetch_targets, record_of
from modelcheck.analysis.liveness.slots import (
    BARRED,
    COUNT,
    COUNTER,
    FAIR,
    FAIR_COUNT,
    FIRSTS,
    FRAME,
    FRAME_BASE,
    FRAME_CURSOR,
    FRAME_LOW,
    FRAME_MASK,
    FRAME_MOVE,
    FRAME_NODE,
    FRAMES,
    GROUPS,
    MOVE,
    MOVE_MUST,
    MOVE_MUST_NOT,
    MOVE_TARGET,
    MOVES,
    NODES,
    NONE,
    NOWHERE,
    OFFSET,
    PASSED,
    PASSED_TOP,
    PENDING,
    PENDING_TOP,
    RECORD_MASK,
    RECORD_START,
    RECORDS,
    REGIONS,
    SHIFT,
    STOP,
    TOP,
    UNKNOWN,
    VISITED,
)
from modelcheck.graph.layout import START_COUNT, STATE_ATOMS, STEP_SHIFT, TARGET
from modelcheck.jit.plain import load_acquire, pointer, prefetch

Word = Any
ptr = Any

FORESEEN = 2
"""How many nodes that may be visited next have their edges asked for."""
MANY = 8
"""A component with more than one in so many states is visited as its states lie in memory."""


def open_frame(ctx: ptr, f: ptr, node: Word) -> None:
    """Make ready to follow the edges of a node."""
    record = record_of(ctx, node)
    f[FRAME_NODE] = node
    f[FRAME_MASK] = record[RECORD_MASK]
    # One more than there are edges: the step that changes nothing. Where edges are not known there is none.
    f[FRAME_CURSOR] = record[RECORD_START]
    f[FRAME_MOVE] = pointer(ctx[FIRSTS])[node & ctx[OFFSET]]
    fetch_targets(ctx, record[RECORD_START])


def look_ahead(ctx: ptr, node: Word, region: Word) -> None:
    """Ask for the edges of what may be visited next from a node: most of the rest is visited before it comes to it."""
    q = node & ctx[OFFSET]
    shift = ctx[SHIFT]
    records = pointer(ctx[RECORDS])
    start = records[node - q + RECORD_START]
    edges = edges_at(ctx, start)
    left = start >> START_COUNT
    found = 0
    while left > 1:
        target = edges[0] & TARGET
        if target != 0:
            record = records + ((target - 1) << shift)
            if record[q] == region:
                prefetch(edges_at(ctx, record[RECORD_START]), 0)
                found += 1
                if found == FORESEEN:
                    return
        edges = edges + 1
        left -= 1


def advance(ctx: ptr, f: ptr, region: Word) -> Word:
    """The next successor in a region of the node of a frame; NONE behind the last.

    It stays the next one until it was visited. What leads back to the path is noted; what is in no fair component is
    passed through later.
    """
    records = pointer(ctx[RECORDS])
    shift = ctx[SHIFT]
    firsts = pointer(ctx[FIRSTS]) + (f[FRAME_NODE] & ctx[OFFSET])
    moves = pointer(ctx[MOVES])
    mask = f[FRAME_MASK]
    cursor = f[FRAME_CURSOR]
    move = f[FRAME_MOVE]
    low = f[FRAME_LOW]
    edges = edges_at(ctx, cursor)
    end = firsts[1]
    left = cursor >> START_COUNT
    while left != 0:
        target = (f[FRAME_NODE] >> shift) + 1
        letter = mask
        if left != 1:
            edge = edges[0]
            target = edge & TARGET
            letter = (mask & STATE_ATOMS) | ((edge >> STEP_SHIFT) << STEP_SHIFT)
        if target != 0:
            while move < end:
                m = moves + move * MOVE
                if (letter & m[MOVE_MUST]) == m[MOVE_MUST] and (letter & m[MOVE_MUST_NOT]) == 0:
                    reached = ((target - 1) << shift) + m[MOVE_TARGET]
                    known = records[reached]
                    if known == region:
                        f[FRAME_CURSOR] = cursor
                        f[FRAME_MOVE] = move
                        f[FRAME_LOW] = low
                        return reached
                    if (known & VISITED) != 0 and known < low:
                        low = known
                    elif known == BARRED:
                        pass_later(ctx, reached)
                move += 1
        edges = edges + 1
        cursor = cursor - NEXT_EDGE
        left -= 1
        move = firsts[0]
    f[FRAME_CURSOR] = 0
    f[FRAME_LOW] = low
    return NONE


def pass_later(ctx: ptr, node: Word) -> None:
    """Keep a node that is in no fair component, to search from its successors later."""
    pointer(ctx[RECORDS])[node] = NOWHERE
    pointer(ctx[PASSED])[ctx[PASSED_TOP]] = node
    ctx[PASSED_TOP] = ctx[PASSED_TOP] + 1


def push(ctx: ptr, depth: Word, node: Word, region: Word) -> None:
    """Put a node on the path of the depth-first search."""
    f = pointer(ctx[FRAMES]) + depth * FRAME
    ctx[COUNTER] = ctx[COUNTER] + 2
    pointer(ctx[RECORDS])[node] = ctx[COUNTER] + 1
    f[FRAME_LOW] = ctx[COUNTER]
    f[FRAME_BASE] = ctx[TOP]
    open_frame(ctx, f, node)
    look_ahead(ctx, node, region)


def settle(ctx: ptr, nodes: ptr, count: Word) -> None:
    """A component is complete: give it a region of its own, and see whether it is fair."""
    records = pointer(ctx[RECORDS])
    if count == 1 and owes_alone(ctx, nodes[0]) != 0:
        records[nodes[0]] = NOWHERE
        return
    ctx[REGIONS] = ctx[REGIONS] + 1
    region = ctx[REGIONS]
    mark(ctx, nodes, count, region)
    begin(ctx)
    if count * MANY < ctx[COUNT]:
        visit_all(ctx, nodes, count, region)
    else:
        visit_region(ctx, region, pointer(ctx[GROUPS])[nodes[0] & ctx[OFFSET]])
    answer = conclusion(ctx, count)
    if answer == 1:
        ctx[FAIR_COUNT] = ctx[FAIR_COUNT] + 1
        mark(ctx, nodes, count, region | FAIR)
    if answer == 2:
        exclude_suspects(ctx, NOWHERE)
        postpone(ctx, nodes, count, region)


def mark(ctx: ptr, nodes: ptr, count: Word, region: Word) -> None:
    """Put nodes into a region."""
    records = pointer(ctx[RECORDS])
    k = 0
    while k < count:
        records[nodes[k]] = region
        k += 1


def postpone(ctx: ptr, nodes: ptr, count: Word, region: Word) -> None:
    """Keep the nodes of a component that are still in its region, to search among them later."""
    records = pointer(ctx[RECORDS])
    pending = pointer(ctx[PENDING])
    top = ctx[PENDING_TOP]
    kept = 0
    k = 0
    while k < count:
        node = nodes[k]
        if records[node] == region:
            pending[top + kept] = node
            kept += 1
        k += 1
    if kept != 0:
        pending[top + kept] = kept
        pending[top + kept + 1] = region
        ctx[PENDING_TOP] = top + kept + 2


def close(ctx: ptr, f: ptr) -> None:
    """All edges of a node are done: it is the last of its component, or waits for the rest of it."""
    nodes = pointer(ctx[NODES])
    nodes[ctx[TOP]] = f[FRAME_NODE]
    ctx[TOP] = ctx[TOP] + 1
    if (f[FRAME_LOW] & 1) == 0:
        settle(ctx, nodes + f[FRAME_BASE], ctx[TOP] - f[FRAME_BASE])
        ctx[TOP] = f[FRAME_BASE]


def search(ctx: ptr, root: Word, region: Word) -> Word:
    """Find the components that can be reached from a node within its region; returns 1 if it was stopped.

    The first frame is not used.
    """
    frames = pointer(ctx[FRAMES])
    push(ctx, 1, root, region)
    depth = 1
    while depth != 0:
        f = frames + depth * FRAME
        target = advance(ctx, f, region)
        if target != NONE:
            depth += 1
            push(ctx, depth, target, region)
        else:
            if load_acquire(ctx, STOP) != 0:
                return 1
            close(ctx, f)
            depth -= 1
            if depth > 2 * AHEAD:
                # What is left of the path is gone on with soon.
                prefetch(edges_at(ctx, (frames + (depth - 2 * AHEAD) * FRAME)[FRAME_CURSOR]), 0)
                fetch_targets(ctx, (frames + (depth - AHEAD) * FRAME)[FRAME_CURSOR])
            above = frames + depth * FRAME
            if depth != 0 and (f[FRAME_LOW] & 1) == 1 and f[FRAME_LOW] < above[FRAME_LOW]:
                above[FRAME_LOW] = f[FRAME_LOW]
    return 0


def reach(ctx: ptr, node: Word) -> Word:
    """Search from a node if it was not reached before; returns 1 if it was stopped."""
    known = pointer(ctx[RECORDS])[node]
    if known == BARRED:
        pass_later(ctx, node)
    elif known == UNKNOWN:
        return search(ctx, node, UNKNOWN)
    return 0


FUNCTIONS = (
    open_frame,
    look_ahead,
    advance,
    pass_later,
    push,
    settle,
    mark,
    postpone,
    close,
    search,
    reach,
)
