"""The table of states: one word an entry, 0 where it is free.

A state is WORDS words in the arena of the worker that found it first. An entry is a 31-bit tag above the state's index
plus one; a tag that agrees is only a hint, and the states are compared in full. Where a state leaves a bit of its one
word free (NARROW), the entry is the state plus one: a search then reads no arena.
"""

from __future__ import annotations

from typing import Any

Word = Any
ptr = Any

NEW = 1 << 63
BATCH = 32
"""About how many states' entries are fetched at once; no buffer is smaller."""


def hash_of(p: ptr) -> Word:
    """The words times odd numbers, added up: no multiplication waits for another. Then mixed."""
    h = 0
    factor = 0x9E3779B97F4A7C15
    k = 0
    while k < WORDS:
        # The high bits of a word would reach the high bits of the sum only.
        h = h + (p[k] ^ (p[k] >> 32)) * factor
        factor = factor * 0xD6E8FEB86659FD93
        k += 1
    h = (h ^ (h >> 32)) * 0xC4CEB9FE1A85EC53
    return h ^ (h >> 29)


def state_at(ctx: ptr, index: Word) -> ptr:
    return pointer(ctx[ARENAS + (index >> PLACE_BITS)]) + (index & PLACE) * WORDS


def is_same(p: ptr, other: ptr) -> Word:
    k = 0
    while k < WORDS and other[k] == p[k]:
        k += 1
    return k == WORDS


def copy_state(p: ptr, q: ptr) -> None:
    k = 0
    while k < WORDS:
        q[k] = p[k]
        k += 1


def insert_narrow(ctx: ptr, own: ptr, p: ptr, h: Word) -> Word:
    """The bit NEW if the state was not stored before, else 0."""
    table = pointer(ctx[TABLE])
    mask = ctx[MASK]
    entry = p[0] + 1
    i = h & mask
    while 1 == 1:
        found = load_acquire(table, i)
        if found == 0:
            found = cas(table, i, 0, entry)
            if found == 0:
                place = ctx[COUNTS + LINE * own[ME]]
                pointer(ctx[ARENAS + own[ME]])[place] = p[0]
                ctx[COUNTS + LINE * own[ME]] = place + 1
                return NEW
        if found == entry:
            return 0
        i = (i + 1) & mask
    return 0


def insert(ctx: ptr, own: ptr, p: ptr, h: Word) -> Word:
    """The state's index plus one, if that is in the table, with the bit NEW if it was not stored before."""
    if NARROW == 1:
        return insert_narrow(ctx, own, p, h)
    table = pointer(ctx[TABLE])
    mask = ctx[MASK]
    me = own[ME]
    place = ctx[COUNTS + LINE * me]
    tag = h >> INDEX_BITS
    entry = (tag << INDEX_BITS) | ((me << PLACE_BITS) + place + 1)
    i = h & mask
    written = 0
    while 1 == 1:
        found = load_acquire(table, i)
        if found == 0:
            if written == 0:
                copy_state(p, pointer(ctx[ARENAS + me]) + place * WORDS)
                written = 1
            found = cas(table, i, 0, entry)
            if found == 0:
                ctx[COUNTS + LINE * me] = place + 1
                return NEW | (entry & INDEX)
        if (found >> INDEX_BITS) == tag:
            if is_same(p, state_at(ctx, (found & INDEX) - 1)) == 1:
                return found & INDEX
        i = (i + 1) & mask
    return 0


def find(ctx: ptr, p: ptr) -> Word:
    """The index of a stored state plus one, 0 for a state that is not stored. Its entries are no states."""
    table = pointer(ctx[TABLE])
    mask = ctx[MASK]
    h = hash_of(p)
    tag = h >> INDEX_BITS
    i = h & mask
    while 1 == 1:
        found = table[i]
        if found == 0:
            return 0
        if (found >> INDEX_BITS) == tag:
            if is_same(p, state_at(ctx, (found & INDEX) - 1)) == 1:
                return found & INDEX
        i = (i + 1) & mask
    return 0


def is_stored(ctx: ptr, p: ptr) -> Word:
    """Whether a state is stored."""
    if NARROW == 0:
        return find(ctx, p) != 0
    table = pointer(ctx[TABLE])
    mask = ctx[MASK]
    i = hash_of(p) & mask
    while table[i] != 0:
        if table[i] == p[0] + 1:
            return 1
        i = (i + 1) & mask
    return 0


def count_orbit(ctx: ptr, own: ptr, p: ptr) -> None:
    """Count the states that a canonical one stands for: as many as the renamings that keep it go into all."""
    scratch = pointer(own[SCRATCH])
    order = reduce_state(ctx, own, p)
    if order == 0:
        scratch[INEXACT] = 1
    else:
        scratch[ORBITS] = scratch[ORBITS] + pointer(ctx[PLAN])[ORDER] // order


def count_orbits(ctx: ptr, own: ptr) -> None:
    """Count them for all states of the worker's arena."""
    first = own[ME] << PLACE_BITS
    k = 0
    while k < ctx[COUNTS + LINE * own[ME]]:
        if load_acquire(ctx, STOP) != 0:
            pointer(own[SCRATCH])[INEXACT] = 1
            return
        count_orbit(ctx, own, state_at(ctx, first + k))
        k += 1


def is_recent(own: ptr, p: ptr, h: Word) -> Word:
    """Whether the worker had an equal successor lately, which is stored then. From here on it had this one."""
    if NARROW == 1:
        recent = pointer(own[RECENT]) + (h & RECENT_MASK)
        if recent[0] == p[0] + 1:
            return 1
        recent[0] = p[0] + 1
        return 0
    recent = pointer(own[RECENT]) + (h & RECENT_MASK) * STRIDE
    # A free entry is 0, which is the key of no state.
    if recent[WORDS] == h | 1:
        if is_same(p, recent) == 1:
            return 1
    copy_state(p, recent)
    recent[WORDS] = h | 1
    return 0


def fetch(ctx: ptr, own: ptr, first: Word, end: Word) -> Word:
    """Hash the successors in the buffer from `first` to `end`, and have their entries fetched; returns the new end.

    Those that the worker had lately are dropped: states that are expanded one after another have many in common. What
    stays must be inserted before the next call.
    """
    out = pointer(own[OUT])
    hashes = pointer(own[HASHES])
    table = pointer(ctx[TABLE])
    mask = ctx[MASK]
    n = first
    k = first
    while k < end:
        p = out + k * STRIDE
        h = hash_of(p)
        # Where edges are kept these are initial states, and what is remembered is another thing: see `loops.edges`.
        if GRAPH == 1 or is_recent(own, p, h) == 0:
            q = out + n * STRIDE
            copy_state(p, q)
            # Whether it is recent was asked before: to make a state canonical takes longer than all the rest.
            if REDUCED == 1:
                reduce_state(ctx, own, q)
                h = hash_of(q)
            hashes[n] = h
            prefetch(table, h & mask)
            n += 1
        k += 1
    return n


def fetch_state(ctx: ptr, h: Word) -> None:
    """Have the state fetched that is likely to be equal to a successor with a hash."""
    found = load_acquire(pointer(ctx[TABLE]), h & ctx[MASK])
    if found != 0 and (found >> INDEX_BITS) == (h >> INDEX_BITS):
        s = state_at(ctx, (found & INDEX) - 1)
        prefetch(s, 0)
        prefetch(s, WORDS - 1)


def fetch_states(ctx: ptr, own: ptr, count: Word) -> None:
    """Have the states fetched that are likely to be equal to the successors in the buffer."""
    hashes = pointer(own[HASHES])
    k = 0
    while k < count:
        fetch_state(ctx, hashes[k])
        k += 1


def insert_all(ctx: ptr, own: ptr, count: Word) -> Word:
    """Insert the successors in the buffer; returns how many are new. Properties are looked at on new states."""
    out = pointer(own[OUT])
    hashes = pointer(own[HASHES])
    if NARROW == 0:
        fetch_states(ctx, own, count)
    fresh = 0
    k = 0
    while k < count:
        p = out + k * STRIDE
        index = insert(ctx, own, p, hashes[k])
        if (index & NEW) != 0:
            fresh += 1
            own[ANSWERED] = own[ANSWERED] | check(p)
            if REDUCED == 1:
                count_orbit(ctx, own, p)
        k += 1
    return fresh


def add_all(ctx: ptr, own: ptr, count: Word) -> None:
    """Insert states that are in the buffer."""
    insert_all(ctx, own, fetch(ctx, own, 0, count))


def rehash(ctx: ptr, own: ptr) -> Word:
    """Enter the states of the worker's arena into the table, while others do the same; 1 if it was stopped."""
    table = pointer(ctx[TABLE])
    hashes = pointer(own[HASHES])
    mask = ctx[MASK]
    first = own[ME] << PLACE_BITS
    count = ctx[COUNTS + LINE * own[ME]]
    done = 0
    while done < count:
        if load_acquire(ctx, STOP) != 0:
            return 1
        size = count - done
        if size > BATCH:
            size = BATCH
        k = 0
        while k < size:
            h = hash_of(state_at(ctx, first + done + k))
            hashes[k] = h
            prefetch(table, h & mask)
            k += 1
        k = 0
        while k < size:
            h = hashes[k]
            entry = ((h >> INDEX_BITS) << INDEX_BITS) | (first + done + k + 1)
            if NARROW == 1:
                entry = state_at(ctx, first + done + k)[0] + 1
            i = h & mask
            while 1 == 1:
                if load_acquire(table, i) == 0:
                    if cas(table, i, 0, entry) == 0:
                        break
                i = (i + 1) & mask
            k += 1
        done += size
    return 0


FUNCTIONS = (
    hash_of,
    state_at,
    is_same,
    copy_state,
    insert_narrow,
    insert,
    find,
    is_stored,
    count_orbit,
    count_orbits,
    is_recent,
    fetch,
    fetch_state,
    fetch_states,
    insert_all,
    add_all,
    rehash,
)
