"""The first page: what breaks and when, what holds, what is not known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from modelcheck.counts import counted
from modelcheck.frozen import Frozen
from modelcheck.reports.packet.assumptions import UNUSUAL
from modelcheck.reports.packet.document import Block, Break, Heading, Inline, Link, Strong, Table, Text, marked
from modelcheck.reports.packet.runs import ToldRun, runs_for
from modelcheck.reports.packet.telling import ending, faults, telling_facts, traitors
from modelcheck.reports.packet.words import BUT_FOR_ROOM, in_words
from modelcheck.reports.trace_text import quoted

if TYPE_CHECKING:
    from modelcheck.reports.packet.packet import Chapter
    from modelcheck.reports.report import CheckReport, PropertyReport
    from modelcheck.semantics.trace import Trace

_FEW = 2
"""Up to so many checks are named one by one."""
_MOST_FACTS = 8
_QUIET = frozenset({"errors", "states"})
"""Kinds of properties that are told only where something is wrong with them."""


class _Verdict(Frozen, eq=False):
    check: CheckReport
    found: PropertyReport


def findings(chapter: Chapter, runs: Sequence[ToldRun], anchor: str) -> Iterator[Block]:
    """Tables of what breaks, of what is not known, and of what holds; a row for each property."""
    by_name: dict[str, list[_Verdict]] = {}
    for check in chapter.report.checks:
        for found in check.properties:
            by_name.setdefault(found.name, []).append(_Verdict(check, found))
    for title, name, table in (
        ("What breaks", "breaks", _broken(chapter, by_name, runs)),
        ("What is not known", "unknown", _open(chapter, by_name)),
        ("What holds", "holds", _holding(chapter, by_name, runs)),
    ):
        if table.rows:
            yield Heading(2, title, f"{anchor}-{name}")
            yield table


def _broken(chapter: Chapter, by_name: dict[str, list[_Verdict]], runs: Sequence[ToldRun]) -> Table:
    """A row for each run, which may break several properties, and for what no run can show."""
    rows: list[tuple[bool, tuple[Text, ...]]] = []
    for run in runs:
        for ok in (False, True):
            broken = [shown for shown in run.shows if _breaks(shown.found) and shown.found.ok == ok]
            if broken:
                how = _how(run, broken[0].trace)
                rows.append(_row(chapter, [_Verdict(shown.check, shown.found) for shown in broken], how))
    without = [one for verdicts in by_name.values() for one in verdicts if not one.found.shown]
    rows += [
        _row(chapter, [one], (one.found.evidence or "no run comes there",)) for one in without if _breaks(one.found)
    ]
    rows.sort(key=lambda row: row[0])
    return Table(("property", "in the check", "how", "expected?"), tuple(row for _, row in rows), (25, 27, 34, 14))


def _breaks(found: PropertyReport) -> bool:
    """Whether it is told as what breaks: a violation, and whatever is or is not reached against expectation."""
    return found.verdict == "violated" or (found.verdict in {"reached", "unreached"} and not found.ok)


def _row(chapter: Chapter, broken: Sequence[_Verdict], how: Text) -> tuple[bool, tuple[Text, ...]]:
    what: list[Inline] = []
    for found in {one.found.name: one.found for one in broken}.values():
        what += [Break()] * bool(what) + [Strong(found.name), Break(), *marked(in_words(chapter, found))]
    ok = all(one.found.ok for one in broken)
    where: list[Inline] = []
    for name in dict.fromkeys(one.check.name for one in broken):
        where += [Break()] * bool(where) + [Strong(quoted(name)), *_circumstances(chapter, name)]
    return ok, (tuple(what), tuple(where), how, ("yes" if ok else Strong("no"),))


def _circumstances(chapter: Chapter, name: str) -> Iterator[Inline]:
    """What is special about a check: parameters that are not as usual, and its faults."""
    rows = next((check.assumptions for check in chapter.checks if check.found.name == name), ())
    special = [
        f"{about.removeprefix('parameter ')} = {value.partition(UNUSUAL)[0]}"
        for about, value in rows
        if about.startswith("parameter ") and UNUSUAL in value
    ]
    if special:
        yield Break()
        yield ", ".join(special)
    for about, value in rows:
        if about == "faults" and value != "none":
            yield Break()
            yield f"Faults: {value}"


def _how(run: ToldRun, trace: Trace) -> Text:
    """What happens in a run, with the facts of one property that it breaks."""
    struck = [told for told in (traitors(run.trace), *faults(run.trace)) if told]
    told = f"{'Faults' if len(struck) > 1 else 'Fault'}: {'; '.join(struck)}. " if struck else "No fault. "
    if run.is_pair:
        told = "A step breaks it, from a state that may be unreachable. "
    parts: list[Inline] = [f"{told}{ending(run.trace)} "]
    # Of a run without an end, facts are about fairness: those are told with the run.
    facts = telling_facts(trace) if trace.loop_start is None else []
    if facts:
        end = " …" if len(facts) > _MOST_FACTS else "."
        parts += [*marked(f"That is: {'; '.join(facts[:_MOST_FACTS])}{end}"), " "]
    return (*parts, Link(f"Run {run.number}, {counted(run.trace.length, 'step')}", run.anchor))


def _open(chapter: Chapter, by_name: dict[str, list[_Verdict]]) -> Table:
    rows: list[tuple[Text, ...]] = [
        (
            (Strong(name), Break(), *marked(in_words(chapter, one.found))),
            (quoted(one.check.name),),
            (f"{one.found.reason}; {one.found.evidence}" if one.found.evidence else one.found.reason,),
        )
        for name, verdicts in by_name.items()
        for one in verdicts
        if one.found.verdict == "unknown"
    ]
    return Table(("property", "in the check", "why, and what was seen"), tuple(rows), (32, 28, 40))


def _holding(chapter: Chapter, by_name: dict[str, list[_Verdict]], runs: Sequence[ToldRun]) -> Table:
    rows: list[tuple[Text, ...]] = []
    for name, verdicts in by_name.items():
        good = [one for one in verdicts if one.found.verdict != "unknown" and not _breaks(one.found)]
        if good and good[0].found.kind not in _QUIET:
            what = (Strong(name), Break(), *marked(in_words(chapter, good[0].found)))
            rows.append((what, _where(good, verdicts), _reach(good, runs)))
    return Table(("property", "in the checks", "how far that reaches"), tuple(rows), (36, 34, 30))


def _where(good: Sequence[_Verdict], asked: Sequence[_Verdict]) -> Text:
    """The checks by name, or, where most of them are meant, those that are not."""
    others = [one for one in asked if one not in good]
    if len(asked) > _FEW and not others:
        return (f"all {len(asked)} that ask for it",)
    if len(good) > _FEW and len(others) < len(good) / 2:
        return (f"{len(good)} of the {len(asked)} that ask for it: all but {_names(others)}",)
    return (_names(good),)


def _names(verdicts: Sequence[_Verdict]) -> str:
    return ", ".join(quoted(one.check.name) for one in verdicts)


def _reach(good: Sequence[_Verdict], runs: Sequence[ToldRun]) -> Text:
    reached = [one for one in good if one.found.verdict == "reached"]
    if reached and len(reached) < len(good):
        never = _names([one for one in good if one not in reached])
        return (*_reach(reached, runs), f"; none comes there in {never}, as is expected")
    if reached:
        links: list[Inline] = []
        found = {run.number: run for one in reached for run in runs_for(one.found, runs)}
        for run in found.values():
            links += [", "] * bool(links) + [Link(f"run {run.number}", run.anchor)]
        return ("a run comes there: ", *links)
    bounded = [one for one in good if "within the bound" in one.found.scope]
    everything = "every fair run" if good[0].found.kind == "temporal" else "every reachable state"
    if good[0].found.kind == "inductive":
        but = any(one.found.scope.endswith("the room for messages") for one in good)
        everything = f"every state that the types allow{f', {BUT_FOR_ROOM},' if but else ''}"
    everything = f"no run comes there: {everything}" if good[0].found.verdict == "unreached" else everything
    if not bounded:
        return (f"{everything} of the check",)
    if len(bounded) == len(good):
        return (f"{everything} within the bound that the check declares",)
    return (f"{everything}; in {', '.join(quoted(one.check.name) for one in bounded)} within the bound",)
