"""All that can be reached of the product is searched, in restricted Python (see `jit.translate`).

What cannot be in a fair component is told before where that is plain: these nodes are passed through one after another,
without a search for components among them. Where the automaton may wait for ever, as that of `F G p` does, all nodes of
a state of it are reached, and nobody has to go through others to find that out.
"""

from __future__ import annotations

from typing import Any

from modelcheck.analysis.liveness.assessment import begin, conclusion, exclude_suspects, visit_region
from modelcheck.analysis.liveness.components import advance, open_frame, pass_later, reach, search
from modelcheck.analysis.liveness.edges import write_records
from modelcheck.analysis.liveness.slots import (
    BARRED,
    COUNT,
    EVERYWHERE,
    FIRSTS,
    FRAMES,
    GROUP_COUNT,
    GROUPS,
    MOVE,
    MOVE_MUST,
    MOVE_MUST_NOT,
    MOVE_TARGET,
    MOVES,
    NONE,
    NOWHERE,
    OFFSET,
    PASSED,
    PASSED_TOP,
    PENDING,
    PENDING_TOP,
    RECORD_MASK,
    RECORD_NODES,
    RECORDS,
    ROOT_COUNT,
    ROOTS,
    SHIFT,
    STATES,
    STOP,
    UNKNOWN,
)
from modelcheck.graph.layout import STATE_ATOMS
from modelcheck.jit.plain import load_acquire, pointer

Word = Any
ptr = Any


def pass_on(ctx: ptr) -> Word:
    """Search from the successors of the nodes that are in no fair component; returns 1 if it was stopped."""
    f = pointer(ctx[FRAMES])
    done = 0
    while done < ctx[PASSED_TOP]:
        open_frame(ctx, f, pointer(ctx[PASSED])[done])
        target = advance(ctx, f, UNKNOWN)
        while target != NONE:
            if search(ctx, target, UNKNOWN) != 0:
                return 1
            target = advance(ctx, f, UNKNOWN)
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


def leads_on(ctx: ptr, record: ptr, q: Word) -> Word:
    """Whether a node may lead to a state of the automaton that is not reached everywhere."""
    mask = record[RECORD_MASK]
    move = pointer(ctx[FIRSTS])[q]
    while move < pointer(ctx[FIRSTS])[q + 1]:
        m = pointer(ctx[MOVES]) + move * MOVE
        must = m[MOVE_MUST] & STATE_ATOMS
        if (mask & must) == must and (mask & m[MOVE_MUST_NOT] & STATE_ATOMS) == 0:
            if pointer(ctx[EVERYWHERE])[m[MOVE_TARGET]] == 0:
                return 1
        move += 1
    return 0


def claim_barred(ctx: ptr) -> None:
    """Tell those barred nodes reached that are so everywhere: only from a few of them something new can be reached."""
    records = pointer(ctx[RECORDS])
    here = 0
    while here < (ctx[COUNT] << ctx[SHIFT]) and load_acquire(ctx, STOP) == 0:
        q = RECORD_NODES
        while q < RECORD_NODES + ctx[STATES]:
            if records[here + q] == BARRED and pointer(ctx[EVERYWHERE])[q] != 0:
                if leads_on(ctx, records + here, q) != 0:
                    pass_later(ctx, here + q)
                records[here + q] = NOWHERE
            q += 1
        here += ctx[OFFSET] + 1


def search_everywhere(ctx: ptr) -> Word:
    """Search from the nodes that are reached everywhere, as they lie in memory; returns 1 if it was stopped."""
    records = pointer(ctx[RECORDS])
    here = 0
    while here < (ctx[COUNT] << ctx[SHIFT]):
        q = RECORD_NODES
        while q < RECORD_NODES + ctx[STATES]:
            if records[here + q] == UNKNOWN and pointer(ctx[EVERYWHERE])[q] != 0:
                if search(ctx, here + q, UNKNOWN) != 0:
                    return 1
            q += 1
        here += ctx[OFFSET] + 1
    return 0


def search_all(ctx: ptr, initial: Word) -> Word:
    """Find all fair components of what can be reached from the initial states; returns 1 if it was stopped."""
    write_records(ctx)
    if bar_nodes(ctx) == 0:
        return 0
    claim_barred(ctx)
    if search_everywhere(ctx) != 0:
        return 1
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
    pass_on,
    bar_group,
    bar_nodes,
    leads_on,
    claim_barred,
    search_everywhere,
    search_all,
    search_pending,
    move_down,
)
