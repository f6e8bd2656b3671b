"""Whether a fair run can stay in a component for ever, in restricted Python (see `jit.translate`).

It sees all marks of the automaton again and again, and takes or disables what is owed weakly (Lichtenstein & Pnueli
1985, Emerson & Lei 1987). Where something owed strongly is enabled but never taken inside, the parts of the component
without the states that enable it may do better.

Every expanded state has one edge more than are stored: the step that changes nothing and takes nothing.
"""

from __future__ import annotations

from typing import Any

from modelcheck.analysis.liveness.edges import AHEAD, edges_at, fetch_targets, record_of
from modelcheck.analysis.liveness.slots import (
    ALL_MARKS,
    CLASS,
    CLASS_BAD,
    CLASS_COUNT,
    CLASS_STRONG,
    CLASS_SUPPOSED,
    CLASS_TAKEN,
    CLASS_TOUCHED,
    CLASS_VISIT,
    CLASSES,
    COUNT,
    FAIR,
    FIRSTS,
    GROUPS,
    MOVE,
    MOVE_MARKS,
    MOVE_MUST,
    MOVE_MUST_NOT,
    MOVE_STAYS,
    MOVE_TARGET,
    MOVES,
    OFFSET,
    PENDING,
    PENDING_TOP,
    RECORD_MASK,
    RECORD_NODES,
    RECORD_START,
    RECORDS,
    SEEN,
    SHIFT,
    STAMP,
    STATES,
    STOP,
    SUSPECTS,
    TOUCHED,
    TOUCHED_COUNT,
    VISIT,
)
from modelcheck.graph.layout import LABEL, START_COUNT, STATE_ATOMS, STEP_SHIFT, TARGET, TARGET_BITS
from modelcheck.jit.plain import load_acquire, pointer, prefetch

Word = Any
ptr = Any


def class_of(ctx: ptr, label: Word) -> ptr:
    return pointer(ctx[CLASSES]) + ((label - 1) // 3) * CLASS


def strength_of(ctx: ptr, label: Word) -> Word:
    """How strongly a label is owed: 0 not, 1 weakly, 2 strongly; as it says, unless somebody asks what would be."""
    supposed = class_of(ctx, label)[CLASS_SUPPOSED]
    if supposed != 0:
        return supposed - 1
    return (label - 1) % 3


def note_enabled(ctx: ptr, label: Word) -> Word:
    """Count a label among what is enabled at the node that is being visited; returns whether it is owed strongly."""
    own = class_of(ctx, label)
    strength = strength_of(ctx, label)
    if own[CLASS_TOUCHED] != ctx[STAMP]:
        own[CLASS_TOUCHED] = ctx[STAMP]
        own[CLASS_COUNT] = 0
        pointer(ctx[TOUCHED])[ctx[TOUCHED_COUNT]] = (label - 1) // 3
        ctx[TOUCHED_COUNT] = ctx[TOUCHED_COUNT] + 1
    if strength == 1:
        if own[CLASS_VISIT] != ctx[VISIT]:
            own[CLASS_VISIT] = ctx[VISIT]
            own[CLASS_COUNT] = own[CLASS_COUNT] + 1
    if strength == 2:
        own[CLASS_STRONG] = ctx[STAMP]
        return 1
    return 0


def inside(ctx: ptr, letter: Word, q: Word, target: Word, region: Word) -> Word:
    """The marks of the moves by a letter that stay in a region, and bit 63 if there is one; 0 for none."""
    record = pointer(ctx[RECORDS]) + (target << ctx[SHIFT])
    move = pointer(ctx[FIRSTS])[q]
    end = pointer(ctx[FIRSTS])[q + 1]
    found = 0
    while move < end:
        m = pointer(ctx[MOVES]) + move * MOVE
        if m[MOVE_STAYS] != 0 and (letter & m[MOVE_MUST]) == m[MOVE_MUST] and (letter & m[MOVE_MUST_NOT]) == 0:
            if record[m[MOVE_TARGET]] == region:
                found = found | FAIR | m[MOVE_MARKS]
        move += 1
    return found


def visit(ctx: ptr, node: Word, region: Word) -> None:
    """Note what is enabled at a node and taken inside its component, and the marks seen.

    What is known to be taken stands in nobody's way, so that it need not be looked at again.
    """
    q = node & ctx[OFFSET]
    s = node >> ctx[SHIFT]
    record = record_of(ctx, node)
    start = record[RECORD_START]
    mask = record[RECORD_MASK]
    edges = edges_at(ctx, start)
    left = start >> START_COUNT
    all_marks = FAIR | ctx[ALL_MARKS]
    stamp = ctx[STAMP]
    seen = ctx[SEEN]
    suspect = 0
    ctx[VISIT] = ctx[VISIT] + 1
    if seen != all_marks:
        seen = seen | inside(ctx, mask, q, s, region)
    while left > 1:
        edge = edges[0]
        label = (edge >> TARGET_BITS) & LABEL
        is_open = 0
        if label != 0 and class_of(ctx, label)[CLASS_TAKEN] != stamp:
            is_open = 1
            suspect = suspect | note_enabled(ctx, label)
        if (edge & TARGET) != 0 and (is_open != 0 or seen != all_marks):
            letter = (mask & STATE_ATOMS) | ((edge >> STEP_SHIFT) << STEP_SHIFT)
            marks = inside(ctx, letter, q, (edge & TARGET) - 1, region)
            seen = seen | marks
            if marks != 0 and is_open != 0:
                class_of(ctx, label)[CLASS_TAKEN] = stamp
        edges = edges + 1
        left -= 1
    ctx[SEEN] = seen
    if suspect != 0:
        pointer(ctx[PENDING])[ctx[PENDING_TOP] + ctx[SUSPECTS]] = node
        ctx[SUSPECTS] = ctx[SUSPECTS] + 1


def begin(ctx: ptr) -> None:
    """Forget what was noted of the component assessed before."""
    ctx[STAMP] = ctx[STAMP] + 1
    ctx[TOUCHED_COUNT] = 0
    ctx[SEEN] = 0
    ctx[SUSPECTS] = 0


def visit_all(ctx: ptr, nodes: ptr, count: Word, region: Word) -> None:
    """Visit the nodes of a component."""
    k = 0
    while k < count and load_acquire(ctx, STOP) == 0:
        if k + 3 * AHEAD < count:
            prefetch(record_of(ctx, nodes[k + 3 * AHEAD]), 0)
            prefetch(edges_at(ctx, record_of(ctx, nodes[k + 2 * AHEAD])[RECORD_START]), 0)
            fetch_targets(ctx, record_of(ctx, nodes[k + AHEAD])[RECORD_START])
        visit(ctx, nodes[k], region)
        k += 1


def visit_region(ctx: ptr, region: Word, group: Word) -> Word:
    """Visit all nodes of a region and a group of the automaton, as they lie in memory; returns how many there are."""
    groups = pointer(ctx[GROUPS])
    records = pointer(ctx[RECORDS])
    here = 0
    end = ctx[COUNT] << ctx[SHIFT]
    count = 0
    while here < end and load_acquire(ctx, STOP) == 0:
        q = RECORD_NODES
        while q < RECORD_NODES + ctx[STATES]:
            if records[here + q] == region and groups[q] == group:
                visit(ctx, here + q, region)
                count += 1
            q += 1
        here += ctx[OFFSET] + 1
    return count


def conclusion(ctx: ptr, count: Word) -> Word:
    """Whether the component that was visited is fair (1), has no fair part (0), or its parts are to be looked at (2).

    Afterwards the classes that stand in the way are marked by CLASS_BAD.
    """
    if ctx[SEEN] != (FAIR | ctx[ALL_MARKS]):
        return 0
    answer = 1
    k = 0
    while k < ctx[TOUCHED_COUNT]:
        own = pointer(ctx[CLASSES]) + pointer(ctx[TOUCHED])[k] * CLASS
        if own[CLASS_TAKEN] != ctx[STAMP]:
            if own[CLASS_COUNT] == count:
                # It is enabled everywhere and taken nowhere, so that no part can do better.
                return 0
            if own[CLASS_STRONG] == ctx[STAMP]:
                own[CLASS_BAD] = ctx[STAMP]
                answer = 2
        k += 1
    return answer


def enables_bad(ctx: ptr, node: Word) -> Word:
    """Whether a state enables what is owed strongly and never taken in the component assessed last."""
    start = record_of(ctx, node)[RECORD_START]
    edges = edges_at(ctx, start)
    left = start >> START_COUNT
    while left > 1:
        label = (edges[0] >> TARGET_BITS) & LABEL
        if label != 0 and strength_of(ctx, label) == 2:
            if class_of(ctx, label)[CLASS_BAD] == ctx[STAMP]:
                return 1
        edges = edges + 1
        left -= 1
    return 0


def exclude_suspects(ctx: ptr, region: Word) -> None:
    """Move the nodes that enable what stands in the way to another region."""
    suspects = pointer(ctx[PENDING]) + ctx[PENDING_TOP]
    k = 0
    while k < ctx[SUSPECTS]:
        if enables_bad(ctx, suspects[k]) != 0:
            pointer(ctx[RECORDS])[suspects[k]] = region
        k += 1


def owes_alone(ctx: ptr, node: Word) -> Word:
    """Whether it is plain that nobody can rest in a node: no edge leads back, and something is owed."""
    own = (node >> ctx[SHIFT]) + 1
    start = record_of(ctx, node)[RECORD_START]
    edges = edges_at(ctx, start)
    left = start >> START_COUNT
    owes = 0
    while left > 1:
        edge = edges[0]
        label = (edge >> TARGET_BITS) & LABEL
        if (edge & TARGET) == own:
            return 0
        if label != 0 and strength_of(ctx, label) != 0:
            owes = 1
        edges = edges + 1
        left -= 1
    return owes


FUNCTIONS = (
    class_of,
    strength_of,
    note_enabled,
    inside,
    visit,
    begin,
    visit_all,
    visit_region,
    conclusion,
    enables_bad,
    exclude_suspects,
    owes_alone,
)
