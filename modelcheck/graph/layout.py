"""How the explored graph lies in memory: words that compiled code reads, or lists of the same words (`jit.plain`).

States are numbered as a sequential breadth-first search finds them. A word of `begins` says where the edges of a state
are: their number plus one (0: not expanded) above the log above the place in that log. An edge is the
number of its target plus one (0: the path was cut, or failed), below the label of its fairness class (0: none), below
the values of the atoms that look behind a step. The edges of a state stand in the order of its actions and choices,
those without a target last.
"""

from __future__ import annotations

from collections.abc import Iterable

LOGS = 8
"""The most logs of edges."""
START_COUNT = 40
START_LOG = 37
START_PLACE = (1 << START_LOG) - 1
MOST_EDGES = (1 << (63 - START_COUNT)) - 2
"""How many edges a state can have."""

TARGET_BITS = 33
TARGET = (1 << TARGET_BITS) - 1
LABEL_BITS = 23
LABEL = (1 << LABEL_BITS) - 1
"""A label is one more than three times the number of its class, plus how strongly it is owed: 0 not, 1, 2 strongly."""
STEP_SHIFT = TARGET_BITS + LABEL_BITS
"""Where the values of the atoms that look behind a step lie, in an edge and in the mask of a state."""
STATE_ATOMS = (1 << STEP_SHIFT) - 1
MOST_STATE_ATOMS = STEP_SHIFT
MOST_STEP_ATOMS = 64 - STEP_SHIFT


def atom_bits(are_of_steps: Iterable[bool]) -> list[int]:
    """The bit of each atom, given which of them look behind a step: these lie above the others."""
    bits, low, high = list[int](), 0, STEP_SHIFT
    for is_of_steps in are_of_steps:
        bits.append(high if is_of_steps else low)
        high, low = high + is_of_steps, low + (not is_of_steps)
    return bits
