"""Verdicts in words, the same in every report: what was found, how far that reaches, what was expected, looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.counts import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from modelcheck.reports.report import CheckReport, PropertyReport

_BUT = "but for steps to more messages than there is room for"
_REACH = {
    "exhaustive": "exhaustive: in every reachable state",
    "within the bound": "within the bound that the check declares",
}
_PROVED = {
    "inductive": ": of every reachable state, visited or not",
    "inductive within the bound": " within the bound that the check declares",
    "inductive within the room for messages": f" {_BUT}",
    "inductive within the bound and the room for messages": f" within the bound that the check declares, {_BUT}",
}
_EXHAUSTIVE_RUNS = "exhaustive: on every fair run"


def word(found: PropertyReport) -> str:
    """The verdict; a number of states is counted, not proved."""
    if found.kind == "states" and found.verdict != "unknown":
        return "counted" if found.verdict == "holds" else "differs"
    return found.verdict


def strength(check: CheckReport, found: PropertyReport) -> str:
    """How far the verdict reaches and by whom it was proved, or why it is not known."""
    by = by_whom(check, found)
    if found.verdict == "holds" and found.scope in _PROVED:
        return f"proved {by or 'by induction'}{_PROVED[found.scope]}"
    return ", ".join(filter(None, (_reach(found), by)))


def by_whom(check: CheckReport, found: PropertyReport) -> str:
    """By what it was proved or refuted, with the numbers of the lemmas: `by induction with lemmas 1 to 3`."""
    if found.prover is None:
        return ""
    # Those of storage say so themselves, and have a number like the others.
    numbers = [number for number, text in enumerate(check.lemmas, 1) if text in found.prover.lemmas]
    with_ = f" with lemma{'s' * (len(numbers) > 1)} {_listed(numbers)}" if numbers else ""
    return f"by {found.prover.name}{with_}"


def _listed(numbers: Sequence[int]) -> str:
    """`1, 2, 4 to 6`."""
    starts = [at for at in numbers if at - 1 not in numbers]
    ends = [at for at in numbers if at + 1 not in numbers]
    rows = zip(starts, ends, strict=True)
    return ", ".join(
        f"{one} to {other}" if other > one + 1 else ", ".join(map(str, range(one, other + 1))) for one, other in rows
    )


def _reach(found: PropertyReport) -> str:
    match found.verdict:
        case "unknown":
            return f"unknown: {found.reason}; {found.evidence}" if found.evidence else f"unknown: {found.reason}"
        case "violated":
            return found.evidence or ("a counterexample shows it" if found.trace else "")
        case "reached":
            return found.evidence or ("a run shows it" if found.trace else "")
        case "holds" | "unreached":
            reach = _EXHAUSTIVE_RUNS if (found.kind, found.scope) == ("temporal", "exhaustive") else ""
            return reach or _REACH.get(found.scope, found.scope) or found.evidence


def wanted(found: PropertyReport) -> str:
    """What the specification says of it, with a number of steps where the run has another."""
    if found.kind == "states":
        return found.name
    differs = found.expected_steps is not None and found.steps is not None and found.expected_steps != found.steps
    return f"{found.expected} in {counted(found.expected_steps or 0, 'step')}" if differs else found.expected


def extent(check: CheckReport, *, plain: bool = False) -> list[str]:
    """How much was looked at; `plain`: for who does not know that steps between states are transitions."""
    states = check.states
    if check.tried:
        first, *others = check.tried
        return [f"tried {first}" if others else first, *others]
    visited = f"{counted(states.explored, 'state')} visited"
    number = visited if states.distinct is None else counted(states.distinct, "state")
    others = [f"{states.explored:,} visited"] if states.distinct not in {None, states.explored} else []
    moves = (
        f"{counted(states.transitions, 'step')} between them" if plain else counted(states.transitions, "transition")
    )
    audited = [] if plain or check.audited is None else [f"{check.audited:,} audited"]
    return [number, *others, moves, f"depth {states.depth}", *audited]


def without_certificate(check: CheckReport) -> list[str]:
    """What is to be said of what holds without a certificate, where certificates are written."""
    names = ", ".join(check.uncertified or ())
    return [f"no certificate: {names} (only what induction proves has one)"] if names else []


def ending(check: CheckReport) -> list[str]:
    """What is to be said of the end of a search: its seed, an interruption, a limit."""
    if check.interrupted:
        stopped = ["interrupted"]
    else:
        stopped = ["stopped early"] if not (check.tried or check.complete) and check.seed is None else []
    return [*([f"seed {check.seed}"] if check.seed is not None else []), *stopped]
