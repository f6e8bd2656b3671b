"""What an engine is asked to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.frozen import Frozen, field

if TYPE_CHECKING:
    # Only the type: limits are read on every start, programs are not.
    from modelcheck.kernel.program import Program
    from modelcheck.kernel.symmetry import Symmetry


class Limits(Frozen):
    """Where a search stops before it is complete. None means no limit.

    `states` counts distinct states, `memory_bytes` the whole process, `seconds` wall time, `depth` steps from a start.
    """

    states: int | None = None
    memory_bytes: int | None = None
    seconds: float | None = None
    depth: int | None = None


class Task(Frozen):
    """A program, the limits on its exploration, and its symmetry, if one state is to stand for its whole orbit.

    With more `room`, runs that these bounds cut would go on: a search is not to go on far without it.
    """

    program: Program
    limits: Limits = field(default_factory=Limits)
    symmetry: Symmetry | None = None
    room: frozenset[int] = frozenset()
