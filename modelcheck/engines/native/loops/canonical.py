"""Canonical states, in restricted Python (see `jit.translate`): one state of each orbit stands for all.

Ids are told apart by keys that do not depend on how they are called, and sorted by them; what the keys leave open is
settled by trying every permutation, which moves one pair of neighbours at a time. Whatever the keys are, the result is
in the orbit; where not too much is open, it is the same for the whole orbit.

All is driven by the tables of a `plan`, so this is compiled once for all programs and called by its address. What a
plan says of the place of a cell is its word, shift and mask. `scratch` is one worker's.
"""

from __future__ import annotations

from typing import Any

Word = Any
ptr = Any

SORTS, BITS, MASKS, CELLS, CELL_COUNT, GRAY, REFINE, ORDER = 0, 1, 2, 3, 4, 5, 6, 7
KEYS, OTHER_KEYS, FACTS, CURRENT, BEST, OPEN, IDS, WIDTH = 8, 9, 10, 11, 12, 13, 14, 15
NONE = 16
"""Where a plan has the shape of a value that says nothing: a word and the number of mentions, both 0."""

MOST_TRIED = 5040
WIDEST = 7
"""The most permutations that are tried, and the most ids of one sort that may be left open."""


def field(p: ptr, place: ptr) -> Word:
    return (p[place[0]] >> place[1]) & place[2]


def holds(p: ptr, guards: ptr, count: Word) -> Word:
    """Whether a cell is used: each of its guards has at least the value it must have."""
    k = 0
    while k < count:
        if field(p, guards + 4 * k) < guards[4 * k + 3]:
            return 0
        k += 1
    return 1


def exchange_in_bag(plan: ptr, bag: ptr, p: ptr) -> None:
    """Rename what is in the slots of a bag, and sort them again."""
    places = plan + bag[0]
    n = 0
    while n < bag[1]:
        value = (p[places[2 * n]] >> places[2 * n + 1]) & bag[2]
        if value == 0:
            break
        image = plan[bag[3] + value]
        at = n
        while at > 0:
            before = (p[places[2 * at - 2]] >> places[2 * at - 1]) & bag[2]
            if before <= image:
                break
            here = (p[places[2 * at]] >> places[2 * at + 1]) & bag[2]
            p[places[2 * at]] = p[places[2 * at]] ^ ((here ^ before) << places[2 * at + 1])
            at = at - 1
        here = (p[places[2 * at]] >> places[2 * at + 1]) & bag[2]
        p[places[2 * at]] = p[places[2 * at]] ^ ((here ^ image) << places[2 * at + 1])
        n += 1


def exchange(plan: ptr, generator: ptr, p: ptr) -> None:
    """Exchange two neighbouring ids everywhere in a state."""
    at = generator + 1
    k = generator[0]
    while k > 0:
        t = ((p[at[1]] >> at[2]) ^ p[at[0]]) & at[3]
        p[at[0]] = p[at[0]] ^ t
        p[at[1]] = p[at[1]] ^ (t << at[2])
        at = at + 4
        k = k - 1
    k = at[0]
    at = at + 1
    while k > 0:
        value = field(p, at)
        image = plan[at[3] + value]
        if image != value and holds(p, at + 5, at[4]) != 0:
            p[at[0]] = p[at[0]] ^ ((value ^ image) << at[1])
        at = at + (5 + 4 * at[4])
        k = k - 1
    k = at[0]
    at = at + 1
    while k > 0:
        exchange_in_bag(plan, at, p)
        at = at + 4
        k = k - 1


def note_facts(plan: ptr, facts: ptr, p: ptr) -> Word:
    """List the facts of a state, each as a place and a value; returns how many there are."""
    n = 0
    w = 0
    while w < plan[WIDTH]:
        left = p[w] & plan[plan[MASKS] + w]
        while left != 0:
            b = popcount((left ^ (left - 1)) >> 1)
            facts[2 * n] = plan[plan[BITS] + 64 * w + b]
            facts[2 * n + 1] = NONE
            n += 1
            left = left & (left - 1)
        w += 1
    at = plan + plan[CELLS]
    k = plan[CELL_COUNT]
    while k > 0:
        value = plan[at[4] + field(p, at)]
        if value != 0 and holds(p, at + 6, at[5]) != 0:
            facts[2 * n] = at[3]
            facts[2 * n + 1] = value
            n += 1
        at = at + (6 + 4 * at[5])
        k = k - 1
    return n


def gather(shape: ptr, keys: ptr, word: Word) -> Word:
    """A fact's word with the keys of the ids that it mentions."""
    k = 0
    while k < shape[1]:
        word = word + keys[shape[2 + 2 * k]] * shape[3 + 2 * k]
        k += 1
    return word


def spread(shape: ptr, keys: ptr, word: Word) -> None:
    """Add a fact's word to the keys of the ids that it mentions."""
    k = 0
    while k < shape[1]:
        h = (word ^ (word >> 32)) * shape[3 + 2 * k]
        h = (h ^ (h >> 29)) * 0xBF58476D1CE4E5B9
        keys[shape[2 + 2 * k]] = keys[shape[2 + 2 * k]] + (h ^ (h >> 32))
        k += 1


def add_keys(plan: ptr, facts: ptr, count: Word, old: ptr, new: ptr) -> None:
    """New keys from the facts and the old keys of the ids in them."""
    k = 0
    while k < plan[IDS]:
        new[k] = 0
        k += 1
    k = 0
    while k < count:
        place = plan + facts[2 * k]
        value = plan + facts[2 * k + 1]
        word = place[0] * 0x94D049BB133111EB + value[0]
        word = gather(place, old, word)
        word = gather(value, old, word * 0x9E3779B97F4A7C15)
        spread(place, new, word)
        spread(value, new, word)
        k += 1


def keys_of(plan: ptr, scratch: ptr, p: ptr) -> ptr:
    """A key for each id that no renaming changes but by moving it with the id."""
    keys = scratch + plan[KEYS]
    other = scratch + plan[OTHER_KEYS]
    facts = scratch + plan[FACTS]
    k = 0
    while k < plan[IDS]:
        other[k] = 0
        k += 1
    count = note_facts(plan, facts, p)
    add_keys(plan, facts, count, other, keys)
    if plan[REFINE] == 0:
        return keys
    add_keys(plan, facts, count, keys, other)
    return other


def sort_ids(plan: ptr, sort: Word, keys: ptr, p: ptr) -> None:
    """Exchange neighbours until the keys of a sort ascend."""
    i = 1
    while i < plan[sort + 1]:
        j = i
        while j > 0:
            key = keys[j]
            if keys[j - 1] <= key:
                break
            exchange(plan, plan + plan[sort + 2 + j - 1], p)
            keys[j] = keys[j - 1]
            keys[j - 1] = key
            j = j - 1
        i += 1


def same(p: ptr, q: ptr, words: Word) -> Word:
    k = 0
    while k < words:
        if p[k] != q[k]:
            return 0
        k += 1
    return 1


def less(p: ptr, q: ptr, words: Word) -> Word:
    k = 0
    while k < words:
        if p[k] != q[k]:
            return p[k] < q[k]
        k += 1
    return 0


def copy(p: ptr, q: ptr, words: Word) -> None:
    k = 0
    while k < words:
        q[k] = p[k]
        k += 1


def is_fixed(plan: ptr, scratch: ptr, generators: Word, count: Word, p: ptr) -> Word:
    """Whether exchanging any neighbours of some changes nothing, so that no permutation of them does."""
    current = scratch + plan[CURRENT]
    copy(p, current, plan[WIDTH])
    k = 0
    while k < count:
        exchange(plan, plan + plan[generators + k], current)
        if same(p, current, plan[WIDTH]) == 0:
            return 0
        k += 1
    return 1


def try_all(plan: ptr, scratch: ptr, total: Word, p: ptr) -> Word:
    """Replace a state by the least that permutations of the open classes give; returns how many give it.

    Each step exchanges one pair of neighbours (Steinhaus, Johnson and Trotter); a class that has come round to where it
    began moves the next one on.
    """
    current = scratch + plan[CURRENT]
    best = scratch + plan[BEST]
    width = plan[WIDTH]
    copy(p, current, width)
    copy(p, best, width)
    hits = 1
    tried = 1
    while tried < total:
        entry = scratch + plan[OPEN]
        while 1 == 1:
            steps = plan + plan[plan[GRAY] + entry[1]]
            exchange(plan, plan + plan[entry[0] + steps[1 + entry[2]]], current)
            entry[2] = entry[2] + 1
            if entry[2] < steps[0]:
                break
            entry[2] = 0
            entry = entry + 3
        if less(current, best, width) != 0:
            copy(current, best, width)
            hits = 1
        else:
            hits = hits + same(current, best, width)
        tried += 1
    copy(best, p, width)
    return hits


def settle(plan: ptr, scratch: ptr, keys: ptr, p: ptr) -> Word:
    """Decide among ids with equal keys; returns how many renamings keep the state, 0 where too many were to be tried.

    Ids that can be exchanged without a change need no decision: all permutations of them are in that number.
    """
    order = 1
    total = 1
    entry = scratch + plan[OPEN]
    sort = plan[SORTS]
    while plan[sort + 1] != 0:
        own = keys + plan[sort]
        first = 0
        while first < plan[sort + 1]:
            width = 1
            ways = 1
            while first + width < plan[sort + 1] and own[first + width] == own[first]:
                width += 1
                ways = ways * width
            if width > 1:
                if is_fixed(plan, scratch, sort + 2 + first, width - 1, p) != 0:
                    order = order * ways
                else:
                    if width > WIDEST or total * ways > MOST_TRIED:
                        return 0
                    total = total * ways
                    entry[0] = sort + 2 + first
                    entry[1] = width
                    entry[2] = 0
                    entry = entry + 3
            first = first + width
        sort = sort + plan[sort + 1] + 1
    if total == 1:
        return order
    return order * try_all(plan, scratch, total, p)


def canonicalise(plan: ptr, scratch: ptr, p: ptr) -> Word:
    """Replace a state by the canonical one of its orbit; returns as `settle`."""
    keys = keys_of(plan, scratch, p)
    sort = plan[SORTS]
    while plan[sort + 1] != 0:
        sort_ids(plan, sort, keys + plan[sort], p)
        sort = sort + plan[sort + 1] + 1
    return settle(plan, scratch, keys, p)


FUNCTIONS = (
    field,
    holds,
    exchange_in_bag,
    exchange,
    note_facts,
    gather,
    spread,
    add_keys,
    keys_of,
    sort_ids,
    same,
    less,
    copy,
    is_fixed,
    try_all,
    settle,
    canonicalise,
)
