"""The words that compiled code and Python share, by name: one table for each block of memory.

A block is an array of 64-bit words. A name here is the place of a word in it, or of the first of several.
"""

from __future__ import annotations

MOST_WORKERS = 8

# `ctx`, one for the search: where the table and the arenas are, the level being expanded.
TABLE = 0
MASK = 1
"""Entries of the table less one."""
CURSOR = 2
"""Position in the level of the next chunk that nobody has taken."""
STOP = 3
"""Why all workers are to stop, or 0."""
STORED = 4
LIMIT = 5
"""With more states than this the table must grow."""
TOTAL = 6
"""States in the level."""
WORKERS = 7
ARENAS = 16
"""From here on, a word a worker: where its arena is."""
COUNTS = 24
"""How many states each arena holds."""
BEGINS = 32
"""Where the level begins in each arena."""
PREFIXES = 40
"""How many states of the level lie in the arenas before."""
NEXTS = 48
"""Where the level ends in each arena."""
CTX_WORDS = 64

# `own`, one a worker: its buffers and counters.
ME = 0
OUT = 1
"""The buffer of successors, STRIDE words each: the state and the number of the action."""
CAPACITY = 2
INFO = 3
COUNT = 4
HASHES = 5
TRANSITIONS = 8
ANSWERED = 9
"""Bits of the properties of states that a new state answers."""
STEPS = 10
"""Bits of the properties of steps that a step answers."""
FAILS = 11
CUT = 12
"""Bits of the bounds that were hit."""
DEADLOCKS = 13
POSITION = 14
END = 15
"""What is left of the worker's chunk: POSITION..END-1."""
FIRED = 32
"""From here on, a word an action: how many of its paths led to a state."""

# `info`, one a worker: what happened while one state was expanded.
MOVED = 0
"""An action of protocol or network had an outcome."""
FAILED = 1
"""An evaluation failed."""
FULL = 2
"""The buffer was too small."""
CUTS = 3
"""Bits of the bounds that were hit."""
INFO_WORDS = 8

# Values of STOP.
GROW = 1
ENLARGE = 2
INTERRUPT = 3

# What a state is asked when a trace is made: a value of `kind`.
ASK_STATE = 0
ASK_STEP = 1
ASK_ERROR = 2
ASK_DEADLOCK = 3

# A state's index: its worker above PLACE_BITS bits of place in that worker's arena.
PLACE_BITS = 30
PLACE = (1 << PLACE_BITS) - 1
INDEX_BITS = 33
INDEX = (1 << INDEX_BITS) - 1
"""The part of a table's entry that is an index plus one; the tag lies above."""
MARKS_BITS = PLACE_BITS - 6
"""An arena's marks, a bit a place, take this power of two of words."""
