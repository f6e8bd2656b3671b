"""Each check: what it assumes, its verdicts with what they are worth, how much was looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from modelcheck.reports.packet.document import (
    Block,
    Break,
    Bullets,
    Code,
    Heading,
    Inline,
    Link,
    Paragraph,
    Strong,
    Table,
    Text,
    marked,
)
from modelcheck.reports.packet.runs import runs_for
from modelcheck.reports.packet.words import BUILT_IN, counts, expectation, said, strength
from modelcheck.reports.trace_text import quoted

if TYPE_CHECKING:
    from modelcheck.reports.packet.packet import Chapter, DescribedCheck, Rows
    from modelcheck.reports.packet.runs import ToldRun
    from modelcheck.reports.report import CheckReport, PropertyReport


_KINDS = {
    "invariant": "about every state",
    "transition": "about every step",
    "reachable": "about what can be reached",
    "temporal": "about every fair run",
    "deadline": "about every run",
    "eventually": "about every fair run",
}


def property_rows(chapter: Chapter) -> tuple[tuple[Text, ...], ...]:
    """The declared properties, then those that every check may ask for."""
    declared = [
        (
            (Strong(one.name),),
            marked(one.words) if one.words else (f"(without a comment; {_KINDS.get(one.asked_of, one.kind)})",),
            (Code(f"{one.kind} {one.text}"),),
        )
        for one in chapter.properties
    ]
    asked = {found.name for check in chapter.report.checks for found in check.properties}
    known = {one.name for one in chapter.properties}
    built_in = [
        ((Strong(name),), (text,), ("built in",))
        for name, text in BUILT_IN.items()
        if name in asked and name not in known
    ]
    return (*declared, *built_in)


def common_rows(chapter: Chapter) -> Rows:
    """What all checks assume alike, if there are several."""
    if len(chapter.checks) < 2:  # noqa: PLR2004 - several
        return ()
    first, *others = (check.assumptions for check in chapter.checks)
    return tuple(row for row in first if all(row in rows for rows in others))


def assumption_table(chapter: Chapter, rows: Rows) -> Table:
    """Rows of what is assumed, with what parameters are for."""
    told = {f"parameter {one.name}": one.words for one in chapter.parameters if one.words}
    return Table(
        ("assumed of", "what"), tuple(((name,), _assumed(value, told.get(name, ""))) for name, value in rows), (20, 80)
    )


def check_blocks(chapter: Chapter, check: DescribedCheck, common: Rows, runs: Sequence[ToldRun]) -> Iterator[Block]:
    """One check; `common` is what all checks assume, which is told elsewhere."""
    found = check.found
    yield Heading(3, f"Check {quoted(found.name)}")
    if check.words:
        yield Paragraph(marked(check.words))
    if rows := tuple(row for row in check.assumptions if row not in common):
        yield assumption_table(chapter, rows)
    verdicts = tuple(_verdict(found, one, runs) for one in found.properties)
    yield Table(("property", "verdict", "what that is worth", "as expected", "run"), verdicts, (20, 14, 42, 14, 10))
    looked: list[Text] = [(counts(found) + ".",), *((f"{line}.",) for line in found.reductions)]
    looked += [(Strong("a bound cut runs off: "), bound) for bound in found.bounds_hit]
    yield Bullets(tuple(looked))


def _assumed(value: str, words: str) -> Text:
    return (value, Break(), *marked(words)) if words else (value,)


def _verdict(check: CheckReport, found: PropertyReport, runs: Sequence[ToldRun]) -> tuple[Text, ...]:
    links: list[Inline] = []
    for run in runs_for(found, runs):
        links += [", "] * bool(links) + [Link(f"run {run.number}", run.anchor)]
    worth: Text = (strength(check, found), *(f"; fairness: {line}" for line in found.fairness))
    worth += tuple(f"; {told}" for told in (found.chosen, found.others) if told)
    ok = expectation(found)
    return (
        (Strong(found.name),),
        (said(found),),
        worth,
        (ok if found.ok else Strong(ok),),
        tuple(links),
    )
