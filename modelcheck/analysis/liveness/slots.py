"""The words that the search for fair components works on, by name.

`ctx` is one block for a search. Of each state there is a record: where its edges are, its atoms, and a word for each
state of the automaton. A node of the product is the place of its word among all records, counted in words; a state of
the automaton is the place of its words within a record, so that the first is RECORD_NODES.
"""

from __future__ import annotations

# The graph, see `graph.layout`.
BEGINS = 0
MASKS = 1
LOG_TABLE = 2
"""From here on, a word a log."""
COUNT = 10
"""How many states there are."""

RECORDS = 11
SHIFT = 12
"""A record has two to the power of this words."""
OFFSET = 13
"""The bits of a node that tell its state of the automaton."""
RECORD_START = 0
RECORD_MASK = 1
RECORD_NODES = 2

# What the word of a node is: the region that the node is known to be in, or VISITED and a number.
REGION = (1 << 38) - 1
"""Regions, and numbers in the depth-first search, have these bits."""
VISITED = 1 << 62
"""The node's component is not known yet; in the other bits is one more than twice its number."""
FAIR = 1 << 63
"""In a region's number: the component is fair."""
UNKNOWN = 0
"""The region of nodes that were not reached."""
BARRED = 1
"""The region of nodes that were not reached, and are in no fair component."""
NOWHERE = REGION
"""The region of nodes that were reached, and are in no fair component; or have no successor."""
EPOCH_SHIFT = 38
"""In a breadth-first search: its number is above the region of a node that was seen."""
MOST_EPOCHS = (1 << 24) - 1

# The automaton: of each state where its transitions begin, then MOVE words for each of them.
STATES = 14
FIRSTS = 15
MOVES = 16
ALL_MARKS = 17
GROUPS = 18
"""The strongly connected component of each state of the automaton, if a cycle through it can see all marks; or 0."""
GROUP_COUNT = 19
ROOTS = 20
"""The automaton's initial states."""
ROOT_COUNT = 21
EVERYWHERE = 45
"""Of each state of the automaton, whether all of its nodes that have a successor are reached."""
MOVE_TARGET = 0
MOVE_MUST = 1
MOVE_MUST_NOT = 2
MOVE_MARKS = 3
MOVE_STAYS = 4
"""Whether it stays in its group."""
MOVE = 5

NODES = 22
"""The stack of nodes that were left but are in no component yet."""
TOP = 23
FRAMES = 24
"""The stack of the depth-first search, FRAME words for each node on the path; later the queue of a breadth-first one,
QUEUED words for each node."""
FRAME_NODE = 0
FRAME_MASK = 1
FRAME_CURSOR = 2
"""As a start: where the edges are that are left, the step that changes nothing among them, as the last one."""
FRAME_MOVE = 3
FRAME_LOW = 4
"""The word of the first node reached from here; less the one in it while that is the node of the frame."""
FRAME_BASE = 5
"""The top of NODES when the node was visited."""
FRAME = 6
QUEUED_NODE = 0
QUEUED_PARENT = 1
"""The place in the queue of the node from which it was reached first, or its own."""
QUEUED = 2
PASSED = 25
"""The nodes in no fair component that were reached: their successors are searched from later."""
PASSED_TOP = 26
PENDING = 27
"""Components whose parts may be fair: their number of nodes and region behind the nodes."""
PENDING_TOP = 28
SUSPECTS = 29
"""How many nodes behind PENDING_TOP enable what is owed strongly and was not taken in the component so far."""
COUNTER = 30
"""The word of the last node visited, less one."""
REGIONS = 31
"""The last number given to a region."""
FAIR_COUNT = 32

CLASSES = 33
"""CLASS words for each fairness class, by number."""
CLASS_TAKEN = 0
"""When the class was last seen taken inside a component, by STAMP."""
CLASS_TOUCHED = 1
CLASS_STRONG = 2
CLASS_BAD = 3
"""When the class was last found to be strong, enabled and not taken."""
CLASS_VISIT = 4
"""The node at which it was last counted as enabled."""
CLASS_COUNT = 5
"""At how many nodes it was enabled."""
CLASS_SUPPOSED = 6
"""How strongly it is supposed to be owed, plus one; 0: as its labels say."""
CLASS = 8
TOUCHED = 34
"""The classes seen in the component."""
TOUCHED_COUNT = 35
STAMP = 36
VISIT = 37
SEEN = 38
"""The marks that were seen in the component, and FAIR if it has an edge."""
STOP = 40
"""Set from outside: whatever runs is to end, unfinished."""
# The answer of a search for a way.
FOUND_PLACE = 41
"""A place in the queue."""
FOUND_EDGE = 42
FOUND_TARGET = 43
EPOCH = 44
CTX_WORDS = 48

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
