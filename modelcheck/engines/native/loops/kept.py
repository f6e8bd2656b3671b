"""A graph that was kept becomes one that analyses read (see `graph.layout`): states, classes and atoms by number."""

from __future__ import annotations

from typing import Any

Word = Any
ptr = Any


def discover(ctx: ptr, order: ptr, begins: ptr, index: Word, number: Word) -> None:
    starts = pointer(ctx[STARTS])
    order[number] = index
    begins[number] = starts[index]
    starts[index] = NUMBERED | number


def number_alike(ctx: ptr, order: ptr, begins: ptr, count: Word) -> Word:
    """Number the states as they lie in the one arena: one worker finds them as a sequential search does."""
    number = 0
    while number < count:
        if load_acquire(ctx, STOP) != 0:
            return 0
        discover(ctx, order, begins, number, number)
        number += 1
    return count


def fetch_numbers(ctx: ptr, start: Word) -> None:
    """Ask for the numbers of the targets of edges that are read soon."""
    starts = pointer(ctx[STARTS])
    edges = pointer(ctx[EDGE_LOGS + ((start >> START_LOG) & 7)]) + (start & START_PLACE)
    left = start >> START_COUNT
    while left > 1:
        target = edges[0] & INDEX
        if target != 0:
            prefetch(starts, target - 1)
        edges = edges + 1
        left -= 1


def renumber(ctx: ptr, order: ptr, begins: ptr, initial: Word) -> Word:
    """Number the states as a sequential search would find them, and let edges lead to numbers; returns how many.

    The first worker found the `initial` states, in order. A state's number takes the place of its start, which goes to
    `begins`; `order` gets its index.
    """
    starts = pointer(ctx[STARTS])
    count = 0
    while count < initial:
        discover(ctx, order, begins, count, count)
        count += 1
    done = 0
    while done < count:
        if load_acquire(ctx, STOP) != 0:
            return 0
        if done + 4 < count:
            fetch_numbers(ctx, begins[done + 4])
        start = begins[done]
        edges = pointer(ctx[EDGE_LOGS + ((start >> START_LOG) & 7)]) + (start & START_PLACE)
        left = start >> START_COUNT
        while left > 1:
            edge = edges[0]
            target = edge & INDEX
            if target != 0:
                if (starts[target - 1] & NUMBERED) == 0:
                    discover(ctx, order, begins, target - 1, count)
                    count += 1
                edges[0] = (edge - target) | ((starts[target - 1] - NUMBERED) + 1)
            edges = edges + 1
            left -= 1
        done += 1
    return count


def class_of(classes: ptr, key: Word) -> Word:
    """The number of a class that has been seen, or the next one: NOTHING where there is no label for it.

    A hash table: its mask and how many are in it, then pairs of a key plus one and a number, then the keys by number.
    """
    at = (key * 0x9E3779B97F4A7C15) >> 32
    while 1 == 1:
        entry = classes + (2 + 2 * (at & classes[0]))
        if entry[0] == key + 1:
            return entry[1]
        if entry[0] == 0:
            if 2 * classes[1] > classes[0]:
                return NOTHING
            entry[0] = key + 1
            entry[1] = classes[1]
            classes[1] = classes[1] + 1
            keys = classes + (4 + 2 * classes[0])
            keys[entry[1]] = key
            return entry[1]
        at += 1
    return NOTHING


def number_classes(ctx: ptr, begins: ptr, classes: ptr, count: Word) -> Word:
    """Let edges have labels in place of classes; returns 1 if it was stopped, or there are too many classes."""
    number = 0
    while number < count:
        if load_acquire(ctx, STOP) != 0:
            return 1
        start = begins[number]
        edges = pointer(ctx[EDGE_LOGS + ((start >> START_LOG) & 7)]) + (start & START_PLACE)
        left = start >> START_COUNT
        while left > 1:
            found = edges[0] >> TARGET_BITS
            if found != 0:
                own = class_of(classes, (found - 1) // 3)
                if own == NOTHING:
                    return 1
                edges[0] = (edges[0] & TARGET) | ((1 + 3 * own + (found - 1) % 3) << TARGET_BITS)
            edges = edges + 1
            left -= 1
        number += 1
    return 0


def mark_atoms(ctx: ptr, order: ptr, begins: ptr, masks: ptr, count: Word) -> Word:
    """Write down the values of the atoms in each state, and on each edge of those that look behind a step."""
    number = 0
    while number < count:
        if load_acquire(ctx, STOP) != 0:
            return 1
        s = state_at(ctx, order[number])
        masks[number] = atoms(s, s)
        if HAS_STEP_ATOMS == 1:
            start = begins[number]
            edges = pointer(ctx[EDGE_LOGS + ((start >> START_LOG) & 7)]) + (start & START_PLACE)
            left = start >> START_COUNT
            while left > 1:
                target = edges[0] & TARGET
                if target != 0:
                    seen = atoms(s, state_at(ctx, order[target - 1])) >> STEP_SHIFT
                    edges[0] = edges[0] | (seen << STEP_SHIFT)
                edges = edges + 1
                left -= 1
        number += 1
    return 0


FUNCTIONS = (discover, number_alike, fetch_numbers, renumber, class_of, number_classes, mark_atoms)
