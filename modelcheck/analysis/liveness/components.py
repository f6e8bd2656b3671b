"""Fair components of the product of the explored graph and an automaton, in restricted Python (see `jit.translate`).

Depth-first search for strongly connected components (Tarjan 1972, in the form of Pearce 2016); where one is not fair
but its parts may be (see `assessment`), the search goes on in these. What cannot be in a fair component is told before
where that is plain: these nodes are passed through one after another, without a search for components among them.
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
from modelcheck.analysis.liveness.edges import NEXT_EDGE, edges_at, fetch_targets, record_of, write_records
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
    GROUP_COUNT,
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
    RECORD_NODES,
    RECORD_START,
    RECORDS,
    REGIONS,
    ROOT_COUNT,
    ROOTS,
    SHIFT,
    STATES,
    STOP,
    TOP,
    UNKNOWN,
    VISITED,
)
from modelcheck.graph.layout import START_COUNT, STATE_ATOMS, STEP_SHIFT, TARGET
from modelcheck.jit.plain import load_acquire, pointer

Word = Any
ptr = Any

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


def following(ctx: ptr, f: ptr) -> Word:
    """The next successor of the node of a frame; NONE behind the last."""
    shift = ctx[SHIFT]
    q = f[FRAME_NODE] & ctx[OFFSET]
    firsts = pointer(ctx[FIRSTS]) + q
    moves = pointer(ctx[MOVES])
    mask = f[FRAME_MASK]
    cursor = f[FRAME_CURSOR]
    move = f[FRAME_MOVE]
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
                move += 1
                if (letter & m[MOVE_MUST]) == m[MOVE_MUST] and (letter & m[MOVE_MUST_NOT]) == 0:
                    f[FRAME_CURSOR] = cursor
                    f[FRAME_MOVE] = move
                    return ((target - 1) << shift) + m[MOVE_TARGET]
        edges = edges + 1
        cursor = cursor - NEXT_EDGE
        left -= 1
        move = firsts[0]
    f[FRAME_CURSOR] = 0
    return NONE


def push(ctx: ptr, depth: Word, node: Word) -> None:
    """Put a node on the path of the depth-first search."""
    f = pointer(ctx[FRAMES]) + depth * FRAME
    ctx[COUNTER] = ctx[COUNTER] + 2
    pointer(ctx[RECORDS])[node] = ctx[COUNTER] + 1
    f[FRAME_LOW] = ctx[COUNTER]
    f[FRAME_BASE] = ctx[TOP]
    open_frame(ctx, f, node)


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
    records = pointer(ctx[RECORDS])
    push(ctx, 1, root)
    depth = 1
    while depth != 0:
        f = pointer(ctx[FRAMES]) + depth * FRAME
        target = following(ctx, f)
        if target == NONE:
            if load_acquire(ctx, STOP) != 0:
                return 1
            close(ctx, f)
            depth -= 1
            above = pointer(ctx[FRAMES]) + depth * FRAME
            if depth != 0 and (f[FRAME_LOW] & 1) == 1 and f[FRAME_LOW] < above[FRAME_LOW]:
                above[FRAME_LOW] = f[FRAME_LOW]
        else:
            known = records[target]
            if known == region:
                depth += 1
                push(ctx, depth, target)
            elif known == BARRED:
                reach(ctx, target)
            elif (known & VISITED) != 0 and known < f[FRAME_LOW]:
                f[FRAME_LOW] = known
    return 0


def reach(ctx: ptr, node: Word) -> Word:
    """Search from a node if it was not reached before; returns 1 if it was stopped."""
    records = pointer(ctx[RECORDS])
    if records[node] == BARRED:
        records[node] = NOWHERE
        pointer(ctx[PASSED])[ctx[PASSED_TOP]] = node
        ctx[PASSED_TOP] = ctx[PASSED_TOP] + 1
    elif records[node] == UNKNOWN:
        return search(ctx, node, UNKNOWN)
    return 0


def pass_on(ctx: ptr) -> Word:
    """Search from the successors of the nodes that are in no fair component; returns 1 if it was stopped."""
    f = pointer(ctx[FRAMES])
    done = 0
    while done < ctx[PASSED_TOP]:
        open_frame(ctx, f, pointer(ctx[PASSED])[done])
        target = following(ctx, f)
        while target != NONE:
            if reach(ctx, target) != 0:
                return 1
            target = following(ctx, f)
        if load_acquire(ctx, STOP) != 0:
            return 1
        done += 1
    return 0


def bar_group(ctx: ptr, group: Word) -> None:
    """No node of a group of the automaton is in a fair component."""
    records = pointer(ctx[RECORDS])
    here = 0
    while here < (ctx[COUNT] << ctx[SHIFT]):
        q = RECORD_NODES
        while q < RECORD_NODES + ctx[STATES]:
            if records[here + q] == UNKNOWN and pointer(ctx[GROUPS])[q] == group:
                records[here + q] = BARRED
            q += 1
        here += ctx[OFFSET] + 1


def bar_nodes(ctx: ptr) -> Word:
    """Assess all nodes of each group of the automaton as if they were one component; returns how many have hope.

    What no part of a whole can do does no component in it.
    """
    hopeful = 0
    group = 1
    while group <= ctx[GROUP_COUNT]:
        begin(ctx)
        answer = conclusion(ctx, visit_region(ctx, UNKNOWN, group))
        if answer == 0:
            bar_group(ctx, group)
        else:
            hopeful += 1
        if answer == 2:
            exclude_suspects(ctx, BARRED)
        group += 1
    return hopeful


def search_all(ctx: ptr, initial: Word) -> Word:
    """Find all fair components of what can be reached from the initial states; returns 1 if it was stopped."""
    write_records(ctx)
    if bar_nodes(ctx) == 0:
        return 0
    s = 0
    while s < initial:
        k = 0
        while k < ctx[ROOT_COUNT]:
            if reach(ctx, (s << ctx[SHIFT]) + pointer(ctx[ROOTS])[k]) != 0:
                return 1
            k += 1
        s += 1
    if pass_on(ctx) != 0:
        return 1
    return search_pending(ctx)


def search_pending(ctx: ptr) -> Word:
    """Search in the rest of the components that were not fair as a whole; returns 1 if it was stopped."""
    records = pointer(ctx[RECORDS])
    while ctx[PENDING_TOP] != 0:
        pending = pointer(ctx[PENDING])
        region = pending[ctx[PENDING_TOP] - 1]
        count = pending[ctx[PENDING_TOP] - 2]
        nodes = pending + (ctx[PENDING_TOP] - 2 - count)
        # What is found in it is written behind it, and the list is needed until its search is over.
        first = ctx[PENDING_TOP]
        k = 0
        while k < count:
            if records[nodes[k]] == region and search(ctx, nodes[k], region) != 0:
                return 1
            k += 1
        move_down(ctx, first, count + 2)
    return 0


def move_down(ctx: ptr, first: Word, distance: Word) -> None:
    """Move what lies in PENDING from a place on over what lies before it and is done with."""
    pending = pointer(ctx[PENDING])
    k = first
    while k < ctx[PENDING_TOP]:
        pending[k - distance] = pending[k]
        k += 1
    ctx[PENDING_TOP] = ctx[PENDING_TOP] - distance


FUNCTIONS = (
    open_frame,
    following,
    push,
    settle,
    mark,
    postpone,
    close,
    search,
    reach,
    pass_on,
    bar_group,
    bar_nodes,
    search_all,
    search_pending,
    move_down,
)
