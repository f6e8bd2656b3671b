"""The levels of the search: workers take chunks of a level and expand them into the table."""

from __future__ import annotations

from typing import Any

Word = Any
ptr = Any

CHUNK = 512
NOTHING = (1 << 64) - 1


def row_of(ctx: ptr, level: Word) -> ptr:
    return pointer(ctx[LOG]) + level * ctx[WORKERS]


def enter(ctx: ptr, level: Word) -> Word:
    """Make a level the one to expand; returns its number of states."""
    begins = row_of(ctx, level)
    ends = row_of(ctx, level + 1)
    total = 0
    w = 0
    while w < ctx[WORKERS]:
        ctx[BEGINS + w] = begins[w]
        ctx[PREFIXES + w] = total
        ctx[NEXTS + w] = ends[w]
        total += ends[w] - begins[w]
        w += 1
    ctx[LEVEL] = level
    ctx[TOTAL] = total
    ctx[CURSOR] = 0
    return total


def close_level(ctx: ptr) -> Word:
    """Write down where the next level ends; returns its number of states."""
    begins = row_of(ctx, ctx[LEVEL] + 1)
    ends = row_of(ctx, ctx[LEVEL] + 2)
    total = 0
    w = 0
    while w < ctx[WORKERS]:
        ends[w] = ctx[COUNTS + LINE * w]
        total += ends[w] - begins[w]
        w += 1
    return total


def keep(ctx: ptr, own: ptr) -> None:
    """Copy what was counted: a search that stops within the next level was certain of this."""
    counters = own + COUNTERS
    k = 0
    while k < ctx[COUNTED]:
        counters[ctx[COUNTED] + k] = counters[k]
        k += 1


def position_of(ctx: ptr, at: Word) -> Word:
    """The index of the state at a position of the level."""
    w = 0
    while w + 1 < ctx[WORKERS] and at >= ctx[PREFIXES + w + 1]:
        w += 1
    return (w << PLACE_BITS) + ctx[BEGINS + w] + (at - ctx[PREFIXES + w])


def expand_one(own: ptr, s: ptr, n: Word) -> Word:
    """Append a state's successors to the `n` in the buffer; 0 if it was too small, or Python halted the expansion."""
    count = pointer(own[COUNT])
    info = pointer(own[INFO])
    count[0] = n
    info[MOVED] = 0
    info[FAILED] = 0
    info[FULL] = 0
    info[CUTS] = 0
    info[BARE] = 0
    expand(s, pointer(own[OUT]), count, own[CAPACITY], info)
    return info[FULL] == 0 and load_acquire(info, HALTED) == 0


def count_steps(own: ptr, s: ptr, n: Word, end: Word) -> None:
    """Note what the expansion of a state showed: its successors are those from `n` to `end`, which may be known."""
    info = pointer(own[INFO])
    out = pointer(own[OUT])
    own[TRANSITIONS] = own[TRANSITIONS] + (end - n)
    own[CUT] = own[CUT] | info[CUTS]
    if info[FAILED] != 0:
        own[OTHERS] = own[OTHERS] | FAIL
    if info[MOVED] == 0:
        if resting(s) == 0:
            own[OTHERS] = own[OTHERS] | DEADLOCK
    k = n
    while k < end:
        p = out + k * STRIDE
        action = p[WORDS] & ACTION
        own[FIRED + action] = own[FIRED + action] + 1
        if HAS_STEPS == 1:
            own[STEPS] = own[STEPS] | check_step(s, p)
        k += 1


def take_chunk(ctx: ptr, own: ptr) -> Word:
    """Make sure that the worker has something left of a chunk; 0 if nothing is left of the level."""
    if own[POSITION] == own[END]:
        first = fetch_add(ctx, CURSOR, CHUNK)
        if first >= ctx[TOTAL]:
            return 0
        own[POSITION] = first
        own[END] = first + CHUNK
        if own[END] > ctx[TOTAL]:
            own[END] = ctx[TOTAL]
    return 1


def fill(ctx: ptr, own: ptr) -> Word:
    """Expand states of the chunk until there is a batch of successors in the buffer; returns how many there are.

    Nothing, if not even one state could be expanded: Python has to make room, or halted it.
    """
    count = pointer(own[COUNT])
    info = pointer(own[INFO])
    first = own[POSITION]
    n = 0
    while own[POSITION] < own[END] and n < BATCH:
        s = state_at(ctx, position_of(ctx, own[POSITION]))
        if expand_one(own, s, n) == 0:
            break
        count_steps(own, s, n, count[0])
        n = fetch(ctx, own, n, count[0])
        own[POSITION] = own[POSITION] + 1
    if own[POSITION] == first:
        if load_acquire(info, HALTED) == 0:
            ctx[STOP] = ENLARGE
        return NOTHING
    return n


def fill_for_edges(ctx: ptr, own: ptr) -> Word:
    """The same where the edges are kept: the buffer has all successors, and where those of each state end.

    Labels of paths that lead nowhere are in the buffer until the next expansion: such a state is the last.
    """
    count = pointer(own[COUNT])
    info = pointer(own[INFO])
    ends = pointer(own[HASHES]) + 2 * own[CAPACITY]
    states = 0
    n = 0
    info[BARE] = 0
    while own[POSITION] < own[END] and n < BATCH and states < BATCH and info[BARE] == 0:
        s = state_at(ctx, position_of(ctx, own[POSITION]))
        if expand_one(own, s, n) == 0:
            # The labels are of a state that is not there.
            info[BARE] = 0
            break
        if own[EDGE] + count[0] + info[BARE] > own[EDGE_LIMIT]:
            ctx[STOP] = GROW
            info[BARE] = 0
            break
        count_steps(own, s, n, count[0])
        fetch_edges(ctx, own, n, count[0])
        n = count[0]
        ends[states] = n
        states += 1
        own[POSITION] = own[POSITION] + 1
    own[EXPANDED] = states
    if states == 0:
        if ctx[STOP] != GROW and load_acquire(info, HALTED) == 0:
            ctx[STOP] = ENLARGE
        return NOTHING
    return n


def next_batch(ctx: ptr, own: ptr) -> Word:
    """Fill the buffer, in one way or the other."""
    if GRAPH == 1:
        return fill_for_edges(ctx, own)
    return fill(ctx, own)


def settle_batch(ctx: ptr, own: ptr, n: Word) -> Word:
    """Insert what a batch of states led to; returns how many states are new."""
    if GRAPH == 0:
        return insert_all(ctx, own, n)
    fresh = insert_edges(ctx, own)
    log_batch(ctx, own)
    return fresh


def work(ctx: ptr, own: ptr) -> Word:
    """Expand chunks of the level until it is done (0), or Python has to make room or to stop the search (1).

    Several states are expanded before their successors are inserted, so that the table's entries are there by then.
    """
    while take_chunk(ctx, own) != 0:
        while own[POSITION] < own[END]:
            if load_acquire(ctx, STOP) != 0:
                return 1
            # Every worker may be about to insert a whole buffer: there is room for that above the ceiling.
            if ctx[STORED] >= ctx[CEILING]:
                ctx[STOP] = GROW
                return 1
            n = next_batch(ctx, own)
            if n == NOTHING:
                return 1
            fresh = settle_batch(ctx, own, n)
            if fresh > 0:
                if fetch_add(ctx, STORED, fresh) + fresh > ctx[LIMIT]:
                    ctx[STOP] = GROW
    return 0


def has_news(ctx: ptr, own: ptr) -> Word:
    """Whether the worker saw something that Python does not know."""
    k = 0
    while k < 3:
        if (own[ANSWERED + k] | ctx[TOLD + k]) != ctx[TOLD + k]:
            return 1
        k += 1
    return 0


def work_small(ctx: ptr, own: ptr) -> Word:
    """Expand level after level, while they are small and Python has nothing to look at.

    Returns 0 where a level is done and closed, 1 where it stopped within one.
    """
    while 1 == 1:
        if work(ctx, own) != 0:
            return 1
        following = close_level(ctx)
        keep(ctx, own)
        if following == 0 or following > SMALL_LEVEL:
            return 0
        if (own[CUT] & ctx[ROOM]) != 0:
            return 0
        if has_news(ctx, own) != 0 or load_acquire(ctx, PAUSE) != 0:
            return 0
        if ctx[STORED] > ctx[MOST_STATES] or ctx[LEVEL] + 1 >= ctx[LAST_LEVEL]:
            return 0
        enter(ctx, ctx[LEVEL] + 1)
    return 0


FUNCTIONS = (
    row_of,
    enter,
    close_level,
    keep,
    position_of,
    expand_one,
    count_steps,
    take_chunk,
    fill,
    fill_for_edges,
    next_batch,
    settle_batch,
    work,
    has_news,
    work_small,
)
