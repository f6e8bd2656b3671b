"""What may be said of a question that a search did not answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from modelcheck.counts import counted
from modelcheck.engines.base import ERRORS, STOPPED, Stop
from modelcheck.frozen import Frozen, replace
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
    seen = f"in {counted(extent.states, 'state')}, to depth {extent.depth}"
    evidence = f"no such state {seen}" if kind == "reachable" else f"no violation {seen}"
    if extent.stopped is not None:
        return Unknown(STOPPED[extent.stopped], evidence)
    reason = _left_out(name, extent.capacities, failed=extent.failed)
    return Unknown(reason, evidence) if reason else _settled(kind, within_bound=extent.within_bound)


def after_all_runs(name: str, kind: str, bounds: Sequence[str], evidence: str, *, failed: bool) -> Verdict:
    """The same where all runs were looked at: `bounds` are those hit, `failed` says whether an evaluation failed."""
    capacities = [bound for bound in bounds if bound != BEYOND_THE_BOUND]
    reason = _left_out(name, capacities, failed=failed)
    return Unknown(reason, evidence) if reason else _settled(kind, within_bound=len(capacities) < len(bounds))


def _left_out(name: str, capacities: Sequence[str], *, failed: bool) -> str:
    """What kept some behaviour from being seen in a search that came to its end, if anything."""
    if capacities:
        return f"a bound was hit: {', '.join(capacities)}"
    return "an evaluation error cut off part of the behaviour" if failed and name != ERRORS else ""


def _settled(kind: str, *, within_bound: bool) -> Holds | Unreached:
    scope: Scope = "within the bound" if within_bound else "exhaustive"
    return Unreached(scope) if kind == "reachable" else Holds(scope)


def without_start(name: str, kind: str, bounds: Sequence[str], *, failed: bool) -> Verdict:
    """The verdict where no run begins: `bounds` are those hit, `failed` says whether a beginning was an error."""
    what = "no such state" if kind == "reachable" else "no violation"
    return after_all_runs(name, kind, bounds, f"{what} in 0 states, to depth 0", failed=failed)


def reworded(verdicts: Mapping[str, Verdict], reason: Callable[[str], str]) -> dict[str, Verdict]:
    """The same verdicts, with another reason for what is unknown, made of the one that it has."""
    return {
        name: replace(verdict, reason=reason(verdict.reason)) if isinstance(verdict, Unknown) else verdict
        for name, verdict in verdicts.items()
    }
