"""The words that compiled code and Python share, by name: one table for each block of memory.

A block is an array of 64-bit words. A name here is the place of a word in it, or of the first of several. Words that
one worker writes while others read or write beside it have a cache line (LINE words) of their own.
"""

from __future__ import annotations

MOST_WORKERS = 8
LINE = 8

ERROR_BIT = 62
"""Bit of a check's result that says that evaluating a property failed."""

# `ctx`, one for the search. First what is only read while workers run.
TABLE = 0
MASK = 1
"""Entries of the table less one."""
LIMIT = 2
"""With more states than this the table should grow."""
CEILING = 3
"""With as many states as this nothing may be inserted: the table could overflow, or the memory budget."""
TOTAL = 4
"""States in the level."""
WORKERS = 5
LEVEL = 6
"""The level being expanded; the initial states are level 0."""
LOG = 7
"""Where the log of levels is: row n says, a word a worker, how many states its arena held where level n begins."""
LAST_LEVEL = 8
"""The level at which the search is to stop."""
MOST_STATES = 9
"""With more states than this the search is to stop at the end of a level."""
TOLD = 10
"""Three words: what Python knows of ANSWERED, STEPS and OTHERS."""
STARTS = 13
"""Where the starts of the states' edges are, by index, if the graph is kept (see `loops.edges`)."""
PLAN = 14
"""Where the tables are by which states are made canonical, if one stands for its orbit."""
COUNTED = 15
"""How many words of counters a worker has."""
ARENAS = 16
"""From here on, a word a worker: where its arena is."""
BEGINS = 24
"""Where the level begins in each arena."""
PREFIXES = 32
"""How many states of the level lie in the arenas before."""
NEXTS = 40
"""Where the level ends in each arena."""
STOP = 48
"""Why all workers are to stop, or 0."""
PAUSE = 49
"""Whether Python wants to look at the end of the level."""
CURSOR = 56
"""Position in the level of the next chunk that nobody has taken."""
STORED = 64
COUNTS = 72
"""From here on, a line a worker: how many states its arena holds."""
EDGE_LOGS = COUNTS + LINE * MOST_WORKERS
"""From here on, a word a worker: where its log of edges is."""
ROOM = EDGE_LOGS + MOST_WORKERS
"""Bits of the bounds that end the search at the end of the level."""
CTX_WORDS = ROOM + 1

# `own`, one a worker: its buffers and counters.
ME = 0
OUT = 1
"""The buffer of successors, STRIDE words each: the state and the number of the action."""
CAPACITY = 2
INFO = 3
COUNT = 4
HASHES = 5
POSITION = 6
END = 7
"""What is left of the worker's chunk: POSITION..END-1."""
ANSWERED = 8
"""Bits of the properties of states that a new state answers."""
STEPS = 9
"""Bits of the properties of steps that a step answers."""
OTHERS = 10
"""The bits FAIL and DEADLOCK."""
EDGES = 11
"""The log of edges, if the graph is kept."""
EDGE = 12
"""Where the log ends."""
EDGE_LIMIT = 13
"""Where it has to stop until somebody has looked again."""
SCRATCH = 14
"""Where the worker makes a state canonical, if one stands for its orbit."""
RECENT = 15
"""Where the successors are that the worker had lately, STRIDE words each; one word, if states are narrow. Behind their
words their index plus one, if the graph is kept."""
UNKNOWNS = 16
"""How many successors are to be inserted, if the graph is kept: their places are behind the hashes."""
EXPANDED = 17
"""How many states were expanded, if the graph is kept: where their successors end is behind that."""
COUNTERS = 18
"""From here on what is counted; a copy as of the last level's end stands behind it."""
TRANSITIONS = 18
CUT = 19
"""Bits of the bounds that were hit."""
FIRED = 20
"""From here on, a word an action: how many of its paths led to a state."""

FAIL = 1
DEADLOCK = 2

# `scratch`, one a worker. What follows is laid out by a plan.
ORBITS = 0
"""For how many states those stand that the worker found."""
INEXACT = 1
"""Whether that is not known of one of them."""
SCRATCH_WORDS = 2

# `info`, one a worker: what happened while one state was expanded.
MOVED = 0
"""An action of protocol or network had an outcome."""
FAILED = 1
"""An evaluation failed."""
FULL = 2
"""The buffer was too small."""
CUTS = 3
"""Bits of the bounds that were hit."""
HALTED = 4
"""Set from outside: a long expansion is to end, unfinished."""
BARE = 5
"""Paths that were cut or failed, if the graph is kept: their labels fill the buffer from its end."""
INFO_WORDS = 8

# Values of STOP.
GROW = 1
ENLARGE = 2
INTERRUPT = 3
UPGRADE = 4

# What a state is asked when a trace is made: a value of `kind`.
ASK_STATE = 0
ASK_STEP = 1
ASK_ERROR = 2
ASK_DEADLOCK = 3

# `goals`, one for all traces: what is asked, and the marks on the states that lead there.
GOAL_COUNT = 0
SOUGHT = 1
"""Bits of those wanted goals that the states of the level can lead to."""
SET = 2
"""Where the set is of the marked states of one level: the table's entries, by the same hash."""
SET_MASK = 3
SET_COUNT = 4
WANTED = 5
"""Bits of the goals whose marks are being set."""
GOALS = 8
"""From here on GOAL_WORDS words a goal."""
GOAL_KIND = 0
GOAL_BITS = 1
GOAL_LEVEL = 2
GOAL_MARKS = 3
"""Where the goal's marks are, a bit a place of every arena."""
GOAL_WORDS = 4
LEAST_SET = 64

RECENT_BITS = 10
RECENT_MASK = (1 << RECENT_BITS) - 1
"""How many successors a worker remembers: two thirds of all are among so few, and they stay in the nearest caches."""

# A state's index: its worker above PLACE_BITS bits of place in that worker's arena.
PLACE_BITS = 30
PLACE = (1 << PLACE_BITS) - 1
INDEX_BITS = 33
INDEX = (1 << INDEX_BITS) - 1
"""The part of a table's entry that is an index plus one; the tag lies above."""
MARKS_BITS = PLACE_BITS - 6
"""An arena's marks, a bit a place, take this power of two of words."""

# What stands behind a successor: the action below, above it the fairness class.
ACTION_BITS = 16
ACTION = (1 << ACTION_BITS) - 1
NUMBERED = 1 << 63
"""In the place of a start: the rest is the state's number."""

SMALL_LEVEL = 4096
"""Levels up to this many states are expanded by one worker: starting threads would take longer."""
