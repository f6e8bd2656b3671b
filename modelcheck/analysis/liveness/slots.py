"""The words that the search for fair components works on, by name.

`ctx` is one block for a search. A node of the product is a state's number times STATES plus a state of the automaton.
"""

from __future__ import annotations

# The graph, see `graph.layout`.
BEGINS = 0
MASKS = 1
LOG_TABLE = 2
"""From here on, a word a log."""

# The automaton: of each state where its transitions begin, then TRANSITION words for each of them.
STATES = 10
FIRSTS = 11
MOVES = 12
ALL_MARKS = 13
HOPEFUL = 14
"""A word for each of the automaton's states: whether a cycle through it can see all marks."""
ROOTS = 35
"""The automaton's initial states."""
ROOT_COUNT = 36
MOVE_TARGET = 0
MOVE_MUST = 1
MOVE_MUST_NOT = 2
MOVE_MARKS = 3
MOVE = 4

KNOWN = 15
"""Two words a node: its number in the depth-first search (0: not seen), and the region that it is known to be in."""
NODES = 17
"""The stack of nodes that were left but are in no component yet; later the queue of a breadth-first search."""
TOP = 18
FRAMES = 19
"""The stack of the depth-first search, FRAME words for each node on the path; later the parents of nodes."""
FRAME_NODE = 0
FRAME_START = 1
FRAME_LEFT = 2
"""Edges left, the step that changes nothing among them, as the last one."""
FRAME_MOVE = 3
FRAME_ROOT = 4
FRAME = 5
PENDING = 20
"""Components whose parts may be fair: their number of nodes and region behind the nodes."""
PENDING_TOP = 21
COUNTER = 22
"""The last number given to a node."""
REGIONS = 23
"""The last number given to a region."""
FAIR_COUNT = 24

# The fairness classes, by number.
TAKEN = 25
"""When the class was last seen taken inside a component, by STAMP."""
WEAK_AT = 26
"""The node at which it was last counted as enabled."""
WEAK_COUNT = 27
"""At how many nodes it was enabled."""
TOUCHED_AT = 28
STRONG_AT = 29
TOUCHED = 30
"""The classes seen in the component."""
TOUCHED_COUNT = 31
STAMP = 32
VISIT = 33
BAD_AT = 34
"""When the class was last found to be strong, enabled and not taken."""
SUPPOSED = 37
"""How strongly a class is supposed to be owed, plus one; 0: as its labels say."""
STOP = 40
"""Set from outside: whatever runs is to end, unfinished."""
# The answer of a search for a way.
FOUND_NODE = 41
FOUND_EDGE = 42
FOUND_TARGET = 43
EPOCH = 44
CTX_WORDS = 48

FAIR = 1 << 63
"""In a region's number: the component is fair."""
NOWHERE = FAIR - 1
"""The region of states that were left out of a component."""
NONE = (1 << 64) - 1

# What a way is sought to.
TO_FAIR = 0
"""A node of a fair component."""
TO_CLASS = 1
"""An edge that takes a class."""
TO_MARK = 2
"""A move with a mark."""
TO_IDLE = 3
"""A node at which a weak class is not enabled."""
TO_NODE = 4
"""A node, by at least one edge."""
