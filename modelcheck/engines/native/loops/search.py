"""One level of the search: workers take chunks of it and expand them into the table."""

from __future__ import annotations

from typing import Any

Word = Any
ptr = Any

CHUNK = 512


def position_of(ctx: ptr, at: Word) -> Word:
    """The index of the state at a position of the level."""
    w = 0
    while w + 1 < ctx[WORKERS] and at >= ctx[PREFIXES + w + 1]:
        w += 1
    return (w << PLACE_BITS) + ctx[BEGINS + w] + (at - ctx[PREFIXES + w])


def expand_one(own: ptr, s: ptr) -> Word:
    """Expand a state into the buffer; 0 if the buffer was too small."""
    count = pointer(own[COUNT])
    info = pointer(own[INFO])
    count[0] = 0
    info[MOVED] = 0
    info[FAILED] = 0
    info[FULL] = 0
    info[CUTS] = 0
    expand(s, pointer(own[OUT]), count, own[CAPACITY], info)
    return info[FULL] == 0


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
            if ctx[STORED] + ctx[WORKERS] * own[CAPACITY] > 7 * (ctx[MASK] >> 3):
                ctx[STOP] = GROW
                return 1
            own[TRANSITIONS] = own[TRANSITIONS] + n
            own[FAILS] = own[FAILS] | info[FAILED]
            own[CUT] = own[CUT] | info[CUTS]
            if info[MOVED] == 0:
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


FUNCTIONS = (position_of, expand_one, work)
