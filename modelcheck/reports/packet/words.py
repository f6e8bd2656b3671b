"""What properties and verdicts say, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.reports.verdicts import by_whom, ending, extent

if TYPE_CHECKING:
    from modelcheck.reports.packet.packet import Chapter
    from modelcheck.reports.report import CheckReport, PropertyReport

BUILT_IN = {
    "deadlock": "It never comes to a standstill: somebody can take a step, or all who run are where they may rest.",
    "errors": "No step fails: no value out of its range, nothing missing that is needed, no assertion that is false.",
    "time": "Time never stands still for ever. Where nothing waits for a tick, it passes without one.",
}
"""The properties that every check may ask for without declaring them."""

_SHOULD = {
    "holds": "should hold",
    "violated": "should be violated",
    "reached": "should be reached",
    "unreached": "should never be reached",
    "unknown": "should not be known",
}

_KINDS = {
    "invariant": "In every state: ",
    "transition": "For every step: ",
    "reachable": "Some run comes to a state with: ",
    "temporal": "Every fair run is such that: ",
    "deadline": "In every run: ",
    "eventually": "Every fair run comes at some time to a state with: ",
}


BUT_FOR_ROOM = "but for steps to more messages than there is room for"
"""What a verdict leaves out that is inductive within the room for messages."""


def in_words(chapter: Chapter, found: PropertyReport) -> str:
    """What a property says: the comment of its author, else its text with what it is asked of."""
    if found.kind == "states":
        return f"There are {found.name}."
    declared = chapter.property(found.name.removeprefix("inductive "))
    if declared is None:
        return BUILT_IN.get(found.name, "")
    if found.kind == "inductive":
        return f"Every step from any state with this, reachable or not, leads to one with it: {declared.text}"
    asked = "No run comes to a state with: " if found.verdict == "unreached" else _KINDS.get(declared.asked_of, "")
    return declared.words or f"{asked}{declared.text}"


def said(found: PropertyReport) -> str:
    """The verdict as a predicate: `holds`, `is violated`."""
    if found.kind == "states" and found.verdict != "unknown":
        return "is right" if found.verdict == "holds" else "is wrong"
    words = {
        "holds": "holds",
        "violated": "is violated",
        "reached": "is reached",
        "unreached": "is never reached",
        "unknown": "is not known",
    }
    return words[found.verdict]


def strength(check: CheckReport, found: PropertyReport) -> str:
    """How much a verdict is worth."""
    match found.verdict:
        case "holds" | "unreached" if found.kind == "states":
            return "counted"
        case "holds" | "unreached":
            if found.scope.startswith("inductive"):
                within = " of those within the bound" if "within the bound" in found.scope else ""
                within += f", {BUT_FOR_ROOM}" if found.scope.endswith("the room for messages") else ""
                by = by_whom(check, found) or "by induction"
                return f"proved of this check {by}{within}: also of states that were not visited"
            everything = "all fair runs" if found.kind == "temporal" else "all reachable states"
            within = "all states within the bound"
            return f"proved of this check: {within if found.scope == 'within the bound' else everything} were looked at"
        case "unknown":
            return f"not known: {found.reason}; {found.evidence}" if found.evidence else f"not known: {found.reason}"
        case "violated" if found.kind == "states" or found.pair is not None:
            return found.evidence
        case _:
            return f"shown by a run of {counted(found.steps or 0, 'step')}"


def expectation(found: PropertyReport) -> str:
    """Whether it is what the specification says of it."""
    if found.verdict == "unknown":
        return "as a sample goes" if found.ok else "no: not known"
    if found.ok:
        return "yes"
    if found.verdict != found.expected:
        return f"no: {_SHOULD[found.expected]}"
    return f"no: should take {counted(found.expected_steps or 0, 'step')}"


def counts(check: CheckReport) -> str:
    """How much was looked at."""
    states = check.states
    told = ", ".join([*extent(check, plain=True), *ending(check)])
    alike = states.distinct is not None and states.explored < states.distinct
    return f"{told}; the states that were not visited differ from others in names only" if alike else told
