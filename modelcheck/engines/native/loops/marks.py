"""Marks on the states that lead to an answer, level by level backwards: a bit a place of every arena."""

from __future__ import annotations

from typing import Any

Word = Any
ptr = Any


def is_target(own: ptr, s: ptr, kind: Word, bits: Word) -> Word:
    """Whether a state answers a question (ASK_...)."""
    if kind == ASK_STATE:
        return (check(s) & bits) != 0
    expand_one(own, s)
    info = pointer(own[INFO])
    if kind == ASK_DEADLOCK:
        return info[MOVED] == 0 and resting(s) == 0
    if kind == ASK_ERROR and info[FAILED] != 0:
        return 1
    out = pointer(own[OUT])
    count = pointer(own[COUNT])
    k = 0
    while k < count[0]:
        if (check_step(s, out + k * STRIDE) & bits) != 0:
            return 1
        if kind == ASK_ERROR and (check(out + k * STRIDE) & bits) != 0:
            return 1
        k += 1
    return 0


def set_mark(marks: ptr, index: Word) -> None:
    at = (index >> PLACE_BITS << MARKS_BITS) | ((index & PLACE) >> 6)
    marks[at] = marks[at] | (1 << (index & 63))


def mark_targets(ctx: ptr, own: ptr, marks: ptr, kind: Word, bits: Word) -> None:
    """Mark the states of the level that answer a question."""
    at = 0
    while at < ctx[TOTAL] and load_acquire(ctx, STOP) == 0:
        index = position_of(ctx, at)
        if is_target(own, state_at(ctx, index), kind, bits) != 0:
            set_mark(marks, index)
        at += 1


def mark_before(ctx: ptr, own: ptr, marks: ptr) -> None:
    """Mark the states of the level that have a marked successor."""
    at = 0
    out = pointer(own[OUT])
    count = pointer(own[COUNT])
    while at < ctx[TOTAL] and load_acquire(ctx, STOP) == 0:
        index = position_of(ctx, at)
        expand_one(own, state_at(ctx, index))
        k = 0
        hit = 0
        while k < count[0] and hit == 0:
            if REDUCED == 1:
                reduce_state(ctx, own, out + k * STRIDE)
            other = find(ctx, out + k * STRIDE)
            if other != 0:
                other = other - 1
                if (other & PLACE) >= ctx[NEXTS + (other >> PLACE_BITS)]:
                    hit = (marks[(other >> PLACE_BITS << MARKS_BITS) | ((other & PLACE) >> 6)] >> (other & 63)) & 1
            k += 1
        if hit != 0:
            set_mark(marks, index)
        at += 1


def mark_runs(ctx: ptr, own: ptr, marks: ptr, level: Word, kind: Word, bits: Word) -> None:
    """Mark all states on the shortest runs to the states of a level that answer a question."""
    enter(ctx, level)
    mark_targets(ctx, own, marks, kind, bits)
    while level > 0 and load_acquire(ctx, STOP) == 0:
        level = level - 1
        enter(ctx, level)
        mark_before(ctx, own, marks)


FUNCTIONS = (is_target, set_mark, mark_targets, mark_before, mark_runs)
