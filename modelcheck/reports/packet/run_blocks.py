"""One run: what it shows, its diagram, and its steps in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from modelcheck.reports.packet.document import (
    Block,
    Break,
    Bullets,
    Heading,
    Inline,
    Paragraph,
    Picture,
    Strong,
    Table,
    Text,
    marked,
    without_empty_columns,
)
from modelcheck.reports.packet.telling import (
    changes,
    ending,
    faults,
    listed,
    needless,
    numbers,
    sentence,
    telling_facts,
    traitors,
)
from modelcheck.reports.packet.words import in_words, said
from modelcheck.reports.trace_text import length, quoted

if TYPE_CHECKING:
    from modelcheck.reports.packet.packet import Chapter
    from modelcheck.reports.packet.runs import Shown, ToldRun
    from modelcheck.semantics.trace import Step, Trace


def run_blocks(chapter: Chapter, run: ToldRun, picture: Picture) -> Iterator[Block]:
    """A run under a heading that links lead to."""
    first = run.shows[0]
    what = f"{first.found.name} {said(first.found)}"
    if run.is_pair:
        what = f"a counterexample to induction, {what}"
    yield Heading(3, f"Run {run.number}: {what} in {quoted(first.check.name)}", run.anchor)
    yield Bullets(tuple(_shows(chapter, group) for group in _grouped(run)))
    yield Paragraph((_of_a_pair(run.trace) if run.is_pair else _summary(run.trace),))
    if left := needless(run.trace):
        few = "Step" if len(left) == 1 else "Steps"
        yield Paragraph(
            (f"{few} {numbers(left)} could be left out of the explanation: the end does not depend on them.",)
        )
    yield picture
    steps = Table(("step", "what happens", "what changes besides"), tuple(_rows(run.trace)), (7, 60, 33))
    yield without_empty_columns(steps)
    conclusions = dict.fromkeys((shown.trace.conclusion, tuple(telling_facts(shown.trace))) for shown in run.shows)
    yield Bullets(tuple(_conclusion(*told) for told in conclusions))


def _summary(trace: Trace) -> str:
    """How long a run is, its faults, and how it ends."""
    struck, byzantine = faults(trace), traitors(trace)
    told = f"The run has {length(trace)}"
    told += f" ({'; '.join(struck)})" if struck else "" if byzantine else "; there is no fault in it"
    told += f"; {byzantine}" if byzantine else ""
    return f"{told}. {ending(trace)}"


def _of_a_pair(trace: Trace) -> str:
    """What is to be known of a step that is no run."""
    told = "It is no run but one step from a state that the types allow and no run need lead to"
    return f"{told}: induction does not exclude it. {ending(trace)}"


def _grouped(run: ToldRun) -> list[list[Shown]]:
    """What a run shows of the same property in several checks, together if it is said of it alike."""
    groups: dict[tuple[str, str, bool], list[Shown]] = {}
    for shown in run.shows:
        groups.setdefault((shown.found.name, shown.found.verdict, shown.found.ok), []).append(shown)
    return list(groups.values())


def _shows(chapter: Chapter, group: list[Shown]) -> Text:
    found = group[0].found
    words = in_words(chapter, found)
    checks = listed([quoted(shown.check.name) for shown in group])
    expected = "as the specification expects" if found.ok else "which the specification does not expect"
    return (
        Strong(found.name),
        f" {said(found)} in the check{'s' if len(group) > 1 else ''} {checks}, ",
        expected if found.ok else Strong(expected),
        *((". It says: ", *marked(words)) if words else (".",)),
    )


def _rows(trace: Trace) -> Iterator[tuple[Text, ...]]:
    for step in trace.steps:
        yield (str(step.number),), _told(step, trace), _broken(changes(step, trace))
        if step.number == trace.loop_start:
            rest = "nothing happens" if trace.loop_start == trace.length else "the steps below repeat"
            yield ("∞",), (Strong(f"From here on {rest}, for ever."),), ()


def _told(step: Step, trace: Trace) -> Text:
    told = sentence(step, trace)
    return (Strong("Fault: "), told) if step.fault else (told,)


def _broken(lines: tuple[str, ...]) -> Text:
    parts: list[Inline] = []
    for line in lines:
        parts += [Break()] * bool(parts) + [line]
    return tuple(parts)


def _conclusion(conclusion: str, facts: tuple[str, ...]) -> Text:
    parts: list[Inline] = [Strong(conclusion)]
    for fact in facts:
        parts += [Break(), *marked(fact)]
    return tuple(parts)
