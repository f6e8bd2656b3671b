"""The search, in restricted Python (see `jit.translate`): words, pointers to words, loops.

Shared context `ctx`: where the table and the arenas are, the level being expanded. Private `own`: one worker's buffers
and counters. A state is WORDS words. The table has one word an entry: a 31-bit tag, 3 bits of worker and 30 of place in
its arena (plus one, so that 0 is free). A tag that agrees is only a hint: the states are compared in full.
"""

from __future__ import annotations

from typing import Any

Word = Any
ptr = Any

TABLE, MASK, CURSOR, STOP, STORED, LIMIT, TOTAL, WORKERS = 0, 1, 2, 3, 4, 5, 6, 7
ARENAS, COUNTS, BEGINS, PREFIXES, NEXTS = 16, 24, 32, 40, 48

ME, OUT, CAPACITY, INFO, COUNT, HASHES = 0, 1, 2, 3, 4, 5
TRANSITIONS, ANSWERED, STEPS, FAILS, CUT, DEADLOCKS, POSITION, END = 8, 9, 10, 11, 12, 13, 14, 15
FIRED = 32

CHUNK = 512
GROW, ENLARGE = 1, 2
MASK_SHARE = 7


def hash_of(p: ptr) -> Word:
    h = 0x9E3779B97F4A7C15
    k = 0
    while k < WORDS:
        h = (h ^ p[k]) * 0xFF51AFD7ED558CCD
        h = h ^ (h >> 32)
        k += 1
    h = h * 0xC4CEB9FE1A85EC53
    return h ^ (h >> 29)


def state_at(ctx: ptr, index: Word) -> ptr:
    return pointer(ctx[ARENAS + (index >> 30)]) + (index & 0x3FFFFFFF) * WORDS


def insert(ctx: ptr, own: ptr, p: ptr, h: Word) -> Word:
    """1 if the state is new, 0 if it is stored already."""
    table = pointer(ctx[TABLE])
    mask = ctx[MASK]
    me = own[ME]
    place = ctx[COUNTS + me]
    tag = h >> 33
    entry = (tag << 33) | ((me << 30) + place + 1)
    i = h & mask
    written = 0
    while 1 == 1:
        found = load_acquire(table, i)
        if found == 0:
            if written == 0:
                mine = pointer(ctx[ARENAS + me]) + place * WORDS
                k = 0
                while k < WORDS:
                    mine[k] = p[k]
                    k += 1
                written = 1
            found = cas(table, i, 0, entry)
            if found == 0:
                ctx[COUNTS + me] = place + 1
                return 1
        if (found >> 33) == tag:
            other = state_at(ctx, (found & 0x1FFFFFFFF) - 1)
            k = 0
            while k < WORDS and other[k] == p[k]:
                k += 1
            if k == WORDS:
                return 0
        i = (i + 1) & mask
    return 0


def find(ctx: ptr, p: ptr) -> Word:
    """The index of a stored state plus one, 0 for a state that is not stored."""
    table = pointer(ctx[TABLE])
    mask = ctx[MASK]
    h = hash_of(p)
    tag = h >> 33
    i = h & mask
    while 1 == 1:
        found = table[i]
        if found == 0:
            return 0
        if (found >> 33) == tag:
            other = state_at(ctx, (found & 0x1FFFFFFFF) - 1)
            k = 0
            while k < WORDS and other[k] == p[k]:
                k += 1
            if k == WORDS:
                return found & 0x1FFFFFFFF
        i = (i + 1) & mask
    return 0


def add_all(ctx: ptr, own: ptr, count: Word) -> Word:
    """Insert the successors in the buffer; returns how many are new. Properties are looked at on new states."""
    out = pointer(own[OUT])
    hashes = pointer(own[HASHES])
    table = pointer(ctx[TABLE])
    mask = ctx[MASK]
    k = 0
    while k < count:
        h = hash_of(out + k * STRIDE)
        hashes[k] = h
        prefetch(table, h & mask)
        k += 1
    fresh = 0
    k = 0
    while k < count:
        p = out + k * STRIDE
        if insert(ctx, own, p, hashes[k]) == 1:
            fresh += 1
            own[ANSWERED] = own[ANSWERED] | check(p)
        k += 1
    return fresh


def position_of(ctx: ptr, at: Word) -> Word:
    """The index of the state at a position of the level."""
    w = 0
    while w + 1 < ctx[WORKERS] and at >= ctx[PREFIXES + w + 1]:
        w += 1
    return (w << 30) + ctx[BEGINS + w] + (at - ctx[PREFIXES + w])


def expand_one(own: ptr, s: ptr) -> Word:
    """Expand a state into the buffer; 0 if the buffer was too small."""
    count = pointer(own[COUNT])
    info = pointer(own[INFO])
    count[0] = 0
    info[0] = 0
    info[1] = 0
    info[2] = 0
    info[3] = 0
    expand(s, pointer(own[OUT]), count, own[CAPACITY], info)
    return info[2] == 0


def work(ctx: ptr, own: ptr) -> Word:
    """Expand chunks of the level until it is done (0), or the table must grow or a buffer be enlarged (1)."""
    count = pointer(own[COUNT])
    info = pointer(own[INFO])
    out = pointer(own[OUT])
    while 1 == 1:
        if own[POSITION] == own[END]:
            first = fetch_add(ctx, CURSOR, CHUNK)
            if first >= ctx[TOTAL]:
                return 0
            own[POSITION] = first
            own[END] = first + CHUNK
            if own[END] > ctx[TOTAL]:
                own[END] = ctx[TOTAL]
        while own[POSITION] < own[END]:
            if load_acquire(ctx, STOP) != 0:
                return 1
            s = state_at(ctx, position_of(ctx, own[POSITION]))
            if expand_one(own, s) == 0:
                ctx[STOP] = ENLARGE
                return 1
            n = count[0]
            # Every worker may be about to insert a whole buffer: the table must hold them all, or probing never ends.
            if ctx[STORED] + ctx[WORKERS] * own[CAPACITY] > MASK_SHARE * (ctx[MASK] >> 3):
                ctx[STOP] = GROW
                return 1
            own[TRANSITIONS] = own[TRANSITIONS] + n
            own[FAILS] = own[FAILS] | info[1]
            own[CUT] = own[CUT] | info[3]
            if info[0] == 0:
                if resting(s) == 0:
                    own[DEADLOCKS] = 1
            k = 0
            while k < n:
                p = out + k * STRIDE
                own[FIRED + p[WORDS]] = own[FIRED + p[WORDS]] + 1
                if HAS_STEPS == 1:
                    own[STEPS] = own[STEPS] | check_step(s, p)
                k += 1
            fresh = add_all(ctx, own, n)
            own[POSITION] = own[POSITION] + 1
            if fresh > 0:
                if fetch_add(ctx, STORED, fresh) + fresh > ctx[LIMIT]:
                    ctx[STOP] = GROW
    return 0


def rehash(ctx: ptr) -> None:
    """Enter every stored state into an empty table."""
    table = pointer(ctx[TABLE])
    mask = ctx[MASK]
    w = 0
    while w < ctx[WORKERS]:
        n = ctx[COUNTS + w]
        k = 0
        while k < n:
            h = hash_of(state_at(ctx, (w << 30) + k))
            i = h & mask
            while table[i] != 0:
                i = (i + 1) & mask
            table[i] = ((h >> 33) << 33) | ((w << 30) + k + 1)
            k += 1
        w += 1


def is_target(own: ptr, s: ptr, kind: Word, bits: Word) -> Word:
    """Whether a state answers a question: 0 a property of states, 1 of steps, 2 an error, 3 a deadlock."""
    if kind == 0:
        return (check(s) & bits) != 0
    expand_one(own, s)
    info = pointer(own[INFO])
    if kind == 3:
        return info[0] == 0 and resting(s) == 0
    if kind == 2 and info[1] != 0:
        return 1
    out = pointer(own[OUT])
    count = pointer(own[COUNT])
    k = 0
    while k < count[0]:
        if (check_step(s, out + k * STRIDE) & bits) != 0:
            return 1
        if kind == 2 and (check(out + k * STRIDE) & bits) != 0:
            return 1
        k += 1
    return 0


def set_mark(marks: ptr, index: Word) -> None:
    at = (index >> 30 << 24) | ((index & 0x3FFFFFFF) >> 6)
    marks[at] = marks[at] | (1 << (index & 63))


def mark_targets(ctx: ptr, own: ptr, marks: ptr, kind: Word, bits: Word) -> Word:
    """Mark the states of the level that answer a question; returns how many."""
    total = 0
    at = 0
    while at < ctx[TOTAL]:
        index = position_of(ctx, at)
        if is_target(own, state_at(ctx, index), kind, bits) != 0:
            set_mark(marks, index)
            total += 1
        at += 1
    return total


def mark_before(ctx: ptr, own: ptr, marks: ptr) -> Word:
    """Mark the states of the level that have a marked successor; returns how many."""
    total = 0
    at = 0
    out = pointer(own[OUT])
    count = pointer(own[COUNT])
    while at < ctx[TOTAL]:
        index = position_of(ctx, at)
        expand_one(own, state_at(ctx, index))
        k = 0
        hit = 0
        while k < count[0] and hit == 0:
            other = find(ctx, out + k * STRIDE)
            if other != 0:
                other = other - 1
                if (other & 0x3FFFFFFF) >= ctx[NEXTS + (other >> 30)]:
                    hit = (marks[(other >> 30 << 24) | ((other & 0x3FFFFFFF) >> 6)] >> (other & 63)) & 1
            k += 1
        if hit != 0:
            set_mark(marks, index)
            total += 1
        at += 1
    return total


FUNCTIONS = (
    hash_of,
    state_at,
    insert,
    find,
    add_all,
    position_of,
    expand_one,
    work,
    rehash,
    is_target,
    set_mark,
    mark_targets,
    mark_before,
)
