"""Fair components of the product of the explored graph and an automaton, in restricted Python (see `jit.translate`).

Depth-first search for strongly connected components (Tarjan 1972, in the form of Pearce 2016), and of each component
whether a fair run can stay in it for ever and see all marks of the automaton again and again (Lichtenstein & Pnueli
1985, Emerson & Lei 1987): it takes or disables what is owed weakly; where something owed strongly is enabled but never
taken inside, the search goes on in the component without the states that enable it.

Every expanded state has one edge more than are stored: the step that changes nothing and takes nothing.
"""

from __future__ import annotations

from typing import Any

from modelcheck.analysis.liveness.slots import (
    ALL_MARKS,
    BAD_AT,
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
    LOG_TABLE,
    MASKS,
    MOVE,
    MOVE_MARKS,
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
    STAMP,
    STATES,
    STOP,
    STRONG_AT,
    SUPPOSED,
    TAKEN,
    TOP,
    TOUCHED,
    TOUCHED_AT,
    TOUCHED_COUNT,
    VISIT,
    WEAK_AT,
    WEAK_COUNT,
)
from modelcheck.graph.layout import (
    LABEL,
    START_COUNT,
    START_LOG,
    START_PLACE,
    STATE_ATOMS,
    STEP_SHIFT,
    TARGET,
    TARGET_BITS,
)
from modelcheck.jit.plain import load_acquire, pointer, prefetch

Word = Any
ptr = Any

AHEAD = 4
"""How many nodes ahead of its visit what is known of a node is asked for."""


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


def touch(ctx: ptr, key: Word) -> None:
    """Note that a class is seen in the component."""
    touched_at = pointer(ctx[TOUCHED_AT])
    if touched_at[key] != ctx[STAMP]:
        touched_at[key] = ctx[STAMP]
        pointer(ctx[WEAK_COUNT])[key] = 0
        pointer(ctx[TOUCHED])[ctx[TOUCHED_COUNT]] = key
        ctx[TOUCHED_COUNT] = ctx[TOUCHED_COUNT] + 1


def strength_of(ctx: ptr, label: Word) -> Word:
    """How strongly a label is owed: 0 not, 1 weakly, 2 strongly; as it says, unless somebody asks what would be."""
    supposed = pointer(ctx[SUPPOSED])[(label - 1) // 3]
    if supposed != 0:
        return supposed - 1
    return (label - 1) % 3


def note_enabled(ctx: ptr, label: Word) -> None:
    """Count a label among what is enabled at the node that is being visited."""
    key = (label - 1) // 3
    strength = strength_of(ctx, label)
    touch(ctx, key)
    if strength == 1:
        weak_at = pointer(ctx[WEAK_AT])
        if weak_at[key] != ctx[VISIT]:
            weak_at[key] = ctx[VISIT]
            weak_count = pointer(ctx[WEAK_COUNT])
            weak_count[key] = weak_count[key] + 1
    if strength == 2:
        pointer(ctx[STRONG_AT])[key] = ctx[STAMP]


def inside(ctx: ptr, letter: Word, q: Word, target: Word, region: Word) -> Word:
    """The marks of the moves by a letter that stay in a region, and bit 63 if there is one; 0 for none."""
    region_of = pointer(ctx[KNOWN]) + 1
    states = ctx[STATES]
    move = pointer(ctx[FIRSTS])[q]
    end = pointer(ctx[FIRSTS])[q + 1]
    found = 0
    while move < end:
        m = pointer(ctx[MOVES]) + move * MOVE
        if (letter & m[MOVE_MUST]) == m[MOVE_MUST] and (letter & m[MOVE_MUST_NOT]) == 0:
            if region_of[2 * (target * states + m[MOVE_TARGET])] == region:
                found = found | FAIR | m[MOVE_MARKS]
        move += 1
    return found


def visit(ctx: ptr, node: Word, region: Word) -> Word:
    """Note what is enabled at a node and taken inside its component; returns the marks seen, as `inside`."""
    states = ctx[STATES]
    s = node // states
    q = node % states
    ctx[VISIT] = ctx[VISIT] + 1
    start = pointer(ctx[BEGINS])[s]
    edges = edges_at(ctx, start)
    left = start >> START_COUNT
    mask = pointer(ctx[MASKS])[s]
    seen = 0
    if left != 0:
        seen = inside(ctx, mask, q, s, region)
    while left > 1:
        edge = edges[0]
        label = (edge >> TARGET_BITS) & LABEL
        if label != 0:
            note_enabled(ctx, label)
        if (edge & TARGET) != 0:
            letter = (mask & STATE_ATOMS) | ((edge >> STEP_SHIFT) << STEP_SHIFT)
            marks = inside(ctx, letter, q, (edge & TARGET) - 1, region)
            seen = seen | marks
            if marks != 0 and label != 0:
                pointer(ctx[TAKEN])[(label - 1) // 3] = ctx[STAMP]
        edges = edges + 1
        left -= 1
    return seen


def assess(ctx: ptr, nodes: ptr, count: Word, region: Word) -> Word:
    """Whether a component is fair (1), has no fair part (0), or its parts have to be looked at (2).

    Afterwards the classes seen are in TOUCHED, those that stand in the way are marked by BAD_AT.
    """
    ctx[STAMP] = ctx[STAMP] + 1
    ctx[TOUCHED_COUNT] = 0
    seen = 0
    k = 0
    begins = pointer(ctx[BEGINS])
    while k < count:
        if k + 3 * AHEAD < count:
            prefetch(begins, nodes[k + 3 * AHEAD] // ctx[STATES])
            prefetch(edges_at(ctx, begins[nodes[k + 2 * AHEAD] // ctx[STATES]]), 0)
            fetch_targets(ctx, begins[nodes[k + AHEAD] // ctx[STATES]])
        seen = seen | visit(ctx, nodes[k], region)
        k += 1
    if seen != (FAIR | ctx[ALL_MARKS]):
        return 0
    taken = pointer(ctx[TAKEN])
    answer = 1
    k = 0
    while k < ctx[TOUCHED_COUNT]:
        key = pointer(ctx[TOUCHED])[k]
        if taken[key] != ctx[STAMP]:
            if pointer(ctx[WEAK_COUNT])[key] == count:
                # It is enabled everywhere and taken nowhere, so that no part can do better.
                return 0
            if pointer(ctx[STRONG_AT])[key] == ctx[STAMP]:
                pointer(ctx[BAD_AT])[key] = ctx[STAMP]
                answer = 2
        k += 1
    return answer


def enables_bad(ctx: ptr, node: Word) -> Word:
    """Whether a state enables what is owed strongly and never taken in the component assessed last."""
    start = pointer(ctx[BEGINS])[node // ctx[STATES]]
    edges = edges_at(ctx, start)
    left = start >> START_COUNT
    while left > 1:
        label = (edges[0] >> TARGET_BITS) & LABEL
        if label != 0 and strength_of(ctx, label) == 2:
            if pointer(ctx[BAD_AT])[(label - 1) // 3] == ctx[STAMP]:
                return 1
        edges = edges + 1
        left -= 1
    return 0


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
    edges_at,
    fetch_targets,
    push,
    following,
    touch,
    strength_of,
    note_enabled,
    inside,
    visit,
    assess,
    enables_bad,
    settle,
    postpone,
    close,
    search,
    search_all,
    search_pending,
    move_down,
)
