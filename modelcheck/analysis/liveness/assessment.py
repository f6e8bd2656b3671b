"""Whether a fair run can stay in a component for ever, in restricted Python (see `jit.translate`).

It sees all marks of the automaton again and again, and takes or disables what is owed weakly (Lichtenstein & Pnueli
1985, Emerson & Lei 1987). Where something owed strongly is enabled but never taken inside, the parts of the component
without the states that enable it may do better.
"""

from __future__ import annotations

from typing import Any

from modelcheck.analysis.liveness.edges import edges_at, fetch_targets
from modelcheck.analysis.liveness.slots import (
    ALL_MARKS,
    BAD_AT,
    BEGINS,
    FAIR,
    FIRSTS,
    KNOWN,
    MASKS,
    MOVE,
    MOVE_MARKS,
    MOVE_MUST,
    MOVE_MUST_NOT,
    MOVE_TARGET,
    MOVES,
    STAMP,
    STATES,
    STRONG_AT,
    SUPPOSED,
    TAKEN,
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
    STATE_ATOMS,
    STEP_SHIFT,
    TARGET,
    TARGET_BITS,
)
from modelcheck.jit.plain import pointer, prefetch

Word = Any
ptr = Any

AHEAD = 4
"""How many nodes ahead of its visit what is known of a node is asked for."""


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


FUNCTIONS = (
    touch,
    strength_of,
    note_enabled,
    inside,
    visit,
    assess,
    enables_bad,
)
