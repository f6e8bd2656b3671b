"""What may be said of a question that a search did not answer."""

from __future__ import annotations

from collections.abc import Sequence

from modelcheck.engines.base import ERRORS, STOPPED, Stop
from modelcheck.frozen import Frozen
from modelcheck.semantics.execute import BEYOND_THE_BOUND
from modelcheck.verdict import Holds, Scope, Unknown, Unreached, Verdict


class Extent(Frozen):
    """How far a search went: `capacities` are the bounds hit other than the declared one (`within_bound`)."""

    states: int
    depth: int
    stopped: Stop | None
    capacities: tuple[str, ...]
    within_bound: bool
    failed: bool


def unanswered(name: str, kind: str, extent: Extent) -> Verdict:
    """The verdict on a property without a violation or witness. Only a search that left nothing out says `Holds`."""
    seen = f"in {extent.states} state{'' if extent.states == 1 else 's'}, to depth {extent.depth}"
    evidence = f"no such state {seen}" if kind == "reachable" else f"no violation {seen}"
    if extent.stopped is not None:
        return Unknown(STOPPED[extent.stopped], evidence)
    if extent.capacities:
        return Unknown(f"a bound was hit: {', '.join(extent.capacities)}", evidence)
    if extent.failed and name != ERRORS:
        return Unknown("an evaluation error cut off part of the behaviour", evidence)
    scope: Scope = "within the bound" if extent.within_bound else "exhaustive"
    return Unreached(scope) if kind == "reachable" else Holds(scope)


def without_start(name: str, kind: str, bounds: Sequence[str], *, failed: bool) -> Verdict:
    """The verdict where no run begins: `bounds` are those hit, `failed` says whether a beginning was an error."""
    capacities = tuple(bound for bound in bounds if bound != BEYOND_THE_BOUND)
    return unanswered(name, kind, Extent(0, 0, None, capacities, len(capacities) < len(bounds), failed))
