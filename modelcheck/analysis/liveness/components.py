"""Fair components of the product of the explored graph and an automaton, in restricted Python (see `jit.translate`).

Depth-first search for strongly connected components (Tarjan 1972, in the form of Pearce 2016); where one is not fair
but its parts may be (see `assessment`), the search goes on in these.

Every expanded state has one edge more than are stored: the step that changes nothing and takes nothing.
"""

from __future__ import annotations

from typing import Any

from modelcheck.analysis.liveness.assessment import assess, enables_bad
from modelcheck.analysis.liveness.edges import edges_at, fetch_targets
from modelcheck.analysis.liveness.slots import (
    BEGINS,
    COUNTER,
    FAIR,
    FAIR_COUNT,
    FIRSTS,
    FRAME,
    FRAME_LEFT,
    FRAME_MOVE,
    FRAME_NODE,
    FRAME_ROOT,
    FRAME_START,
    FRAMES,
    HOPEFUL,
    KNOWN,
    MASKS,
    MOVE,
    MOVE_MUST,
    MOVE_MUST_NOT,
    MOVE_TARGET,
    MOVES,
    NODES,
    NONE,
    NOWHERE,
    PENDING,
    PENDING_TOP,
    REGIONS,
    ROOT_COUNT,
    ROOTS,
    STATES,
    STOP,
    TOP,
)
from modelcheck.graph.layout import (
    START_COUNT,
    STATE_ATOMS,
    STEP_SHIFT,
    TARGET,
)
from modelcheck.jit.plain import load_acquire, pointer

Word = Any
ptr = Any


def push(ctx: ptr, depth: Word, node: Word) -> None:
    """Put a node on the path of the depth-first search."""
    f = pointer(ctx[FRAMES]) + depth * FRAME
    start = pointer(ctx[BEGINS])[node // ctx[STATES]]
    ctx[COUNTER] = ctx[COUNTER] + 1
    pointer(ctx[KNOWN])[2 * node] = ctx[COUNTER]
    f[FRAME_NODE] = node
    f[FRAME_START] = start
    # One more than there are edges: the step that changes nothing. Where edges are not known there is none.
    f[FRAME_LEFT] = start >> START_COUNT
    f[FRAME_MOVE] = pointer(ctx[FIRSTS])[node % ctx[STATES]]
    f[FRAME_ROOT] = 1
    fetch_targets(ctx, start)


def following(ctx: ptr, f: ptr) -> Word:
    """The next successor of the node of a frame; NONE behind the last."""
    node = f[FRAME_NODE]
    states = ctx[STATES]
    s = node // states
    firsts = pointer(ctx[FIRSTS]) + node % states
    moves = pointer(ctx[MOVES])
    mask = pointer(ctx[MASKS])[s]
    edges = edges_at(ctx, f[FRAME_START])
    count = f[FRAME_START] >> START_COUNT
    left = f[FRAME_LEFT]
    move = f[FRAME_MOVE]
    end = firsts[1]
    while left != 0:
        target = s + 1
        letter = mask
        if left != 1:
            edge = edges[count - left]
            target = edge & TARGET
            letter = (mask & STATE_ATOMS) | ((edge >> STEP_SHIFT) << STEP_SHIFT)
        if target != 0:
            while move < end:
                m = moves + move * MOVE
                move += 1
                if (letter & m[MOVE_MUST]) == m[MOVE_MUST] and (letter & m[MOVE_MUST_NOT]) == 0:
                    f[FRAME_LEFT] = left
                    f[FRAME_MOVE] = move
                    return (target - 1) * states + m[MOVE_TARGET]
        left -= 1
        move = firsts[0]
    f[FRAME_LEFT] = 0
    return NONE


def settle(ctx: ptr, nodes: ptr, count: Word) -> None:
    """A component is complete: give it a region of its own, and see whether it is fair."""
    ctx[REGIONS] = ctx[REGIONS] + 1
    region = ctx[REGIONS]
    region_of = pointer(ctx[KNOWN]) + 1
    k = 0
    while k < count:
        region_of[2 * nodes[k]] = region
        k += 1
    if pointer(ctx[HOPEFUL])[nodes[0] % ctx[STATES]] == 0:
        return
    answer = assess(ctx, nodes, count, region)
    if answer == 1:
        ctx[FAIR_COUNT] = ctx[FAIR_COUNT] + 1
        k = 0
        while k < count:
            region_of[2 * nodes[k]] = region | FAIR
            k += 1
    if answer == 2:
        postpone(ctx, nodes, count, region)


def postpone(ctx: ptr, nodes: ptr, count: Word, region: Word) -> None:
    """Keep the states of a component that do not enable what stands in the way, to search among them later."""
    region_of = pointer(ctx[KNOWN]) + 1
    pending = pointer(ctx[PENDING])
    top = ctx[PENDING_TOP]
    kept = 0
    k = 0
    while k < count:
        node = nodes[k]
        if enables_bad(ctx, node) == 0:
            pending[top + kept] = node
            kept += 1
        else:
            region_of[2 * node] = NOWHERE
        k += 1
    if kept != 0:
        pending[top + kept] = kept
        pending[top + kept + 1] = region
        ctx[PENDING_TOP] = top + kept + 2


def close(ctx: ptr, node: Word, is_root: Word) -> None:
    """All edges of a node are done: it is the last of its component, or waits for the rest of it."""
    index = pointer(ctx[KNOWN])
    nodes = pointer(ctx[NODES])
    top = ctx[TOP]
    nodes[top] = node
    top += 1
    if is_root != 0:
        low = top - 1
        while low > 0 and index[2 * nodes[low - 1]] >= index[2 * node]:
            low -= 1
        settle(ctx, nodes + low, top - low)
        top = low
    ctx[TOP] = top


def search(ctx: ptr, root: Word, region: Word) -> Word:
    """Find the components that can be reached from a node within a region; returns 1 if it was stopped."""
    index = pointer(ctx[KNOWN])
    region_of = pointer(ctx[KNOWN]) + 1
    if index[2 * root] != 0 or region_of[2 * root] != region:
        return 0
    push(ctx, 0, root)
    depth = 1
    while depth != 0:
        f = pointer(ctx[FRAMES]) + (depth - 1) * FRAME
        node = f[FRAME_NODE]
        target = following(ctx, f)
        if target == NONE:
            if load_acquire(ctx, STOP) != 0:
                return 1
            # `close` may give the node a region, but its number stays.
            close(ctx, node, f[FRAME_ROOT])
            depth -= 1
            if depth != 0:
                above = pointer(ctx[FRAMES]) + (depth - 1) * FRAME
                if f[FRAME_ROOT] == 0 and index[2 * node] < index[2 * above[FRAME_NODE]]:
                    index[2 * above[FRAME_NODE]] = index[2 * node]
                    above[FRAME_ROOT] = 0
        elif region_of[2 * target] == region:
            if index[2 * target] == 0:
                push(ctx, depth, target)
                depth += 1
            elif index[2 * target] < index[2 * node]:
                index[2 * node] = index[2 * target]
                f[FRAME_ROOT] = 0
    return 0


def search_all(ctx: ptr, initial: Word) -> Word:
    """Find all fair components of what can be reached from the initial states; returns 1 if it was stopped."""
    roots = pointer(ctx[ROOTS])
    s = 0
    while s < initial:
        k = 0
        while k < ctx[ROOT_COUNT]:
            if search(ctx, s * ctx[STATES] + roots[k], 0) != 0:
                return 1
            k += 1
        s += 1
    return search_pending(ctx)


def search_pending(ctx: ptr) -> Word:
    """Search in the rest of the components that were not fair as a whole; returns 1 if it was stopped."""
    index = pointer(ctx[KNOWN])
    while ctx[PENDING_TOP] != 0:
        pending = pointer(ctx[PENDING])
        region = pending[ctx[PENDING_TOP] - 1]
        count = pending[ctx[PENDING_TOP] - 2]
        nodes = pending + (ctx[PENDING_TOP] - 2 - count)
        # What is found in it is written behind it, and the list is needed until its search is over.
        k = 0
        while k < count:
            index[2 * nodes[k]] = 0
            k += 1
        ctx[COUNTER] = 0
        first = ctx[PENDING_TOP]
        k = 0
        while k < count:
            if search(ctx, nodes[k], region) != 0:
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
    push,
    following,
    settle,
    postpone,
    close,
    search,
    search_all,
    search_pending,
    move_down,
)
