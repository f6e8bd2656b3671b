"""Verdicts in words, the same in every report: what was found, how far that reaches, what was expected, looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.reports.trace_text import counted

if TYPE_CHECKING:
    from modelcheck.reports.report import CheckReport, PropertyReport

_REACH = {
    "exhaustive": "exhaustive: in every reachable state",
    "within the bound": "within the bound that the check declares",
    "inductive": "proved by induction, no state was visited",
    "inductive within the bound": "proved by induction within the bound that the check declares",
}
_EXHAUSTIVE_RUNS = "exhaustive: on every fair run"


def word(found: PropertyReport) -> str:
    """The verdict; a number of states is counted, not proved."""
    if found.kind == "states" and found.verdict != "unknown":
        return "counted" if found.verdict == "holds" else "differs"
    return found.verdict


def strength(found: PropertyReport) -> str:
    """How far the verdict reaches, or why it is not known."""
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
    if states.explored == 0 and states.distinct is None:
        # A solver looks at all runs up to a length at once.
        return [f"runs of up to {counted(states.depth, 'step')}"]
    visited = f"{counted(states.explored, 'state')} visited"
    number = visited if states.distinct is None else counted(states.distinct, "state")
    others = [f"{states.explored:,} visited"] if states.distinct not in {None, states.explored} else []
    moves = (
        f"{counted(states.transitions, 'step')} between them" if plain else counted(states.transitions, "transition")
    )
    return [number, *others, moves, f"depth {states.depth}"]


def ending(check: CheckReport) -> list[str]:
    """What is to be said of the end of a search: its seed, an interruption, a limit."""
    if check.interrupted:
        stopped = ["interrupted"]
    else:
        of_states = check.states.explored > 0 or check.states.distinct is not None
        stopped = ["stopped early"] if of_states and not check.complete and check.seed is None else []
    return [*([f"seed {check.seed}"] if check.seed is not None else []), *stopped]
