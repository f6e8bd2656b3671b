"""Shortest ways through the product, in restricted Python: breadth-first, nodes and edges in order."""

from __future__ import annotations

from typing import Any

from modelcheck.analysis.liveness.edges import edges_at
from modelcheck.analysis.liveness.slots import (
    BEGINS,
    EPOCH,
    FAIR,
    FIRSTS,
    FOUND_EDGE,
    FOUND_NODE,
    FOUND_TARGET,
    FRAMES,
    KNOWN,
    MASKS,
    MOVE,
    MOVE_MARKS,
    MOVE_MUST,
    MOVE_MUST_NOT,
    MOVE_TARGET,
    MOVES,
    NODES,
    NONE,
    STATES,
    STOP,
    TO_CLASS,
    TO_FAIR,
    TO_IDLE,
    TO_MARK,
    TO_NODE,
    TOP,
)
from modelcheck.graph.layout import LABEL, START_COUNT, STATE_ATOMS, STEP_SHIFT, TARGET, TARGET_BITS
from modelcheck.jit.plain import load_acquire, pointer

Word = Any
ptr = Any


def enables(ctx: ptr, node: Word, wanted: Word) -> Word:
    """Whether an edge of the node's state has a label."""
    start = pointer(ctx[BEGINS])[node // ctx[STATES]]
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
        return (pointer(ctx[KNOWN])[2 * node + 1] & FAIR) != 0
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
    """Queue a node that was not seen yet."""
    index = pointer(ctx[KNOWN])
    if index[2 * node] != ctx[EPOCH]:
        index[2 * node] = ctx[EPOCH]
        pointer(ctx[FRAMES])[node] = parent
        pointer(ctx[NODES])[ctx[TOP]] = node
        ctx[TOP] = ctx[TOP] + 1


def leave(ctx: ptr, node: Word, region: Word, kind: Word, argument: Word) -> Word:
    """Queue the successors of a node within a region (0: anywhere); 1 if a wanted edge is among them."""
    states = ctx[STATES]
    s = node // states
    start = pointer(ctx[BEGINS])[s]
    edges = edges_at(ctx, start)
    mask = pointer(ctx[MASKS])[s]
    count = start >> START_COUNT
    left = count
    while left != 0:
        # The step that changes nothing comes first: what stops is easier to understand than what goes on.
        k = 0
        target = s + 1
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
            move = pointer(ctx[FIRSTS])[node % states]
            while move < pointer(ctx[FIRSTS])[node % states + 1]:
                m = pointer(ctx[MOVES]) + move * MOVE
                if (letter & m[MOVE_MUST]) == m[MOVE_MUST] and (letter & m[MOVE_MUST_NOT]) == 0:
                    reached = (target - 1) * states + m[MOVE_TARGET]
                    if region == 0 or pointer(ctx[KNOWN])[2 * reached + 1] == region:
                        if is_wanted(kind, argument, label, m[MOVE_MARKS], reached) != 0:
                            ctx[FOUND_NODE] = node
                            ctx[FOUND_EDGE] = k
                            ctx[FOUND_TARGET] = reached
                            return 1
                        enter(ctx, reached, node)
                move += 1
        left -= 1
    return 0


def seek(ctx: ptr, region: Word, kind: Word, argument: Word) -> Word:
    """Search from the nodes that were queued; 1 where what is sought was found (see FOUND_NODE and the parents).

    A wanted edge is FOUND_EDGE from FOUND_NODE to FOUND_TARGET; where a node is sought, FOUND_EDGE is NONE.
    """
    done = 0
    nodes = pointer(ctx[NODES])
    while done < ctx[TOP]:
        if load_acquire(ctx, STOP) != 0:
            return 0
        node = nodes[done]
        if is_goal(ctx, node, kind, argument) != 0:
            ctx[FOUND_NODE] = node
            ctx[FOUND_EDGE] = NONE
            return 1
        if leave(ctx, node, region, kind, argument) != 0:
            return 1
        done += 1
    return 0


FUNCTIONS = (enables, is_goal, is_wanted, enter, leave, seek)
