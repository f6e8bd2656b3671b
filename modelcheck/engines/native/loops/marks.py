"""Marks on the states that lead to answers, level by level backwards: for each goal a bit a place of every arena.

A goal is a question together with the first level that answers it. The marked states of one level are put into a set,
which is small as a rule: a pass over the level before it looks successors up in the processor's caches, not in the
table of all states.
"""

from __future__ import annotations

from typing import Any

Word = Any
ptr = Any


def goal_at(goals: ptr, number: Word) -> ptr:
    return goals + GOALS + number * GOAL_WORDS


def is_target(own: ptr, s: ptr, kind: Word, bits: Word) -> Word:
    """Whether a state answers a question (ASK_...)."""
    if kind == ASK_STATE:
        return (check(s) & bits) != 0
    expand_one(own, s, 0)
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
    """Mark a state, while others mark its neighbours."""
    at = (index >> PLACE_BITS << MARKS_BITS) | ((index & PLACE) >> 6)
    bit = 1 << (index & 63)
    old = load_acquire(marks, at)
    while (old & bit) == 0:
        old = cas(marks, at, old, old | bit)


def goals_of(goals: ptr, index: Word) -> Word:
    """For which goals a state is marked, a bit each."""
    at = (index >> PLACE_BITS << MARKS_BITS) | ((index & PLACE) >> 6)
    found = 0
    k = 0
    while k < goals[GOAL_COUNT]:
        found = found | (((pointer(goal_at(goals, k)[GOAL_MARKS])[at] >> (index & 63)) & 1) << k)
        k += 1
    return found


def next_marked(goals: ptr, worker: Word, at: Word, end: Word, wanted: Word) -> Word:
    """The first place from `at` on in an arena that is marked for a wanted goal; `end` if there is none before it."""
    while at < end:
        bits = 0
        k = 0
        while k < goals[GOAL_COUNT]:
            if ((wanted >> k) & 1) != 0:
                bits = bits | pointer(goal_at(goals, k)[GOAL_MARKS])[(worker << MARKS_BITS) | (at >> 6)]
            k += 1
        bits = bits >> (at & 63)
        if bits != 0:
            at += popcount((bits ^ (bits - 1)) >> 1)
            if at < end:
                return at
        at = (at | 63) + 1
    return end


def count_marked(ctx: ptr, goals: ptr, wanted: Word) -> Word:
    """How many states of the level are marked for a wanted goal."""
    count = 0
    w = 0
    while w < ctx[WORKERS]:
        at = next_marked(goals, w, ctx[BEGINS + w], ctx[NEXTS + w], wanted)
        while at < ctx[NEXTS + w] and load_acquire(ctx, STOP) == 0:
            count += 1
            at = next_marked(goals, w, at + 1, ctx[NEXTS + w], wanted)
        w += 1
    return count


def gather(ctx: ptr, goals: ptr, wanted: Word) -> None:
    """Make the set of those states of the level that are marked for a wanted goal, unless Python wants it to stop."""
    count = count_marked(ctx, goals, wanted)
    size = LEAST_SET
    while size * 3 < count * 4:
        size = size * 2
    members = pointer(goals[SET])
    i = 0
    while i < size:
        members[i] = 0
        i += 1
    goals[SET_MASK] = size - 1
    goals[SET_COUNT] = count
    w = 0
    while w < ctx[WORKERS]:
        at = next_marked(goals, w, ctx[BEGINS + w], ctx[NEXTS + w], wanted)
        while at < ctx[NEXTS + w] and load_acquire(ctx, STOP) == 0:
            index = (w << PLACE_BITS) + at
            h = hash_of(state_at(ctx, index))
            i = h & (size - 1)
            while members[i] != 0:
                i = (i + 1) & (size - 1)
            members[i] = ((h >> INDEX_BITS) << INDEX_BITS) | (index + 1)
            at = next_marked(goals, w, at + 1, ctx[NEXTS + w], wanted)
        w += 1


def gather_level(ctx: ptr, goals: ptr, level: Word, wanted: Word) -> None:
    enter(ctx, level)
    gather(ctx, goals, wanted)


def find_marked(ctx: ptr, goals: ptr, p: ptr) -> Word:
    """The index plus one of a state of the set, 0 for a state that is not in it."""
    members = pointer(goals[SET])
    h = hash_of(p)
    i = h & goals[SET_MASK]
    while members[i] != 0:
        if (members[i] >> INDEX_BITS) == (h >> INDEX_BITS):
            if is_same(p, state_at(ctx, (members[i] & INDEX) - 1)) == 1:
                return members[i] & INDEX
        i = (i + 1) & goals[SET_MASK]
    return 0


def first_action(ctx: ptr, own: ptr, goals: ptr, s: ptr, least: Word) -> Word:
    """The least action from `least` on, plus one, that leads from a state into the set, 0 if none does."""
    expand_one(own, s, 0)
    out = pointer(own[OUT])
    count = pointer(own[COUNT])
    first = 0
    k = 0
    while k < count[0]:
        p = out + k * STRIDE
        action = (p[WORDS] & ACTION) + 1
        if action > least and (first == 0 or action < first):
            if REDUCED == 1:
                reduce_state(ctx, own, p)
            if find_marked(ctx, goals, p) != 0:
                first = action
        k += 1
    return first


def goals_from(ctx: ptr, own: ptr, goals: ptr, s: ptr) -> Word:
    """To which goals a state of the level leads in the fewest steps, a bit each."""
    found = 0
    k = 0
    while k < goals[GOAL_COUNT]:
        one = goal_at(goals, k)
        if ((goals[SOUGHT] >> k) & 1) != 0 and one[GOAL_LEVEL] == ctx[LEVEL]:
            found = found | (is_target(own, s, one[GOAL_KIND], one[GOAL_BITS]) << k)
        k += 1
    if goals[SET_COUNT] == 0:
        return found
    expand_one(own, s, 0)
    out = pointer(own[OUT])
    count = pointer(own[COUNT])
    k = 0
    while k < count[0] and found != goals[SOUGHT]:
        if REDUCED == 1:
            reduce_state(ctx, own, out + k * STRIDE)
        other = find_marked(ctx, goals, out + k * STRIDE)
        if other != 0:
            found = found | (goals_of(goals, other - 1) & goals[SOUGHT])
        k += 1
    return found


def mark_part(ctx: ptr, own: ptr, goals: ptr) -> Word:
    """Mark chunks of the level until it is done (0), or Python wants it to stop (1)."""
    while 1 == 1:
        at = fetch_add(ctx, CURSOR, CHUNK)
        end = at + CHUNK
        if end > ctx[TOTAL]:
            end = ctx[TOTAL]
        if at >= end:
            return 0
        while at < end:
            if load_acquire(ctx, STOP) != 0:
                return 1
            index = position_of(ctx, at)
            found = goals_from(ctx, own, goals, state_at(ctx, index))
            k = 0
            while k < goals[GOAL_COUNT]:
                if ((found >> k) & 1) != 0:
                    set_mark(pointer(goal_at(goals, k)[GOAL_MARKS]), index)
                k += 1
            at += 1
    return 0


def mark_down(ctx: ptr, own: ptr, goals: ptr, level: Word) -> Word:
    """Mark a level and those before it; returns how many are left where several workers should mark the last of them.

    Also where Python wants it to stop.
    """
    while 1 == 1:
        enter(ctx, level)
        goals[SOUGHT] = 0
        k = 0
        while k < goals[GOAL_COUNT]:
            if ((goals[WANTED] >> k) & 1) != 0 and goal_at(goals, k)[GOAL_LEVEL] >= level:
                goals[SOUGHT] = goals[SOUGHT] | (1 << k)
            k += 1
        if ctx[WORKERS] > 1 and ctx[TOTAL] > SMALL_LEVEL:
            return level + 1
        if mark_part(ctx, own, goals) != 0:
            return level + 1
        gather(ctx, goals, goals[SOUGHT])
        if level == 0:
            return 0
        level = level - 1
    return 0


FUNCTIONS = (
    goal_at,
    is_target,
    set_mark,
    goals_of,
    next_marked,
    count_marked,
    gather,
    gather_level,
    find_marked,
    first_action,
    goals_from,
    mark_part,
    mark_down,
)
